/** Entry of a thread that takes a share of the rows of networks on points, in a browser (module worker) and in Node (worker thread). */
import { createHelper } from "../../alignment/wasm/helper.ts";
import type { HelperReply, HelperRequest } from "../../alignment/wasm/helper-messages.ts";

interface Port {
  send(reply: HelperReply, transfer: ArrayBuffer[]): void;
  listen(onRequest: (request: HelperRequest) => void): void;
}

const browserPort: Port = {
  send: (reply, transfer) => self.postMessage(reply, { transfer }),
  listen: (onRequest) =>
    self.addEventListener("message", ({ data }: MessageEvent<HelperRequest>) => onRequest(data)),
};

async function nodePort(): Promise<Port> {
  // A name in a variable keeps bundlers for the browser from looking for the module.
  const name = "node:worker_threads";
  const { parentPort } = (await import(/* @vite-ignore */ name)) as typeof import("node:worker_threads");
  if (!parentPort) throw new Error("training helper: must run as a worker thread, got the main thread");
  return {
    send: (reply, transfer) => parentPort.postMessage(reply, transfer),
    listen: (onRequest) => void parentPort.on("message", onRequest),
  };
}

const inBrowser = typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope;
const port = inBrowser ? browserPort : await nodePort();
port.listen(
  createHelper((reply) =>
    port.send(reply, reply.kind === "done" ? [reply.values.buffer as ArrayBuffer] : []),
  ),
);
port.send({ kind: "ready" }, []);
