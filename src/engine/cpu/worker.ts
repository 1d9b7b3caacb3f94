/** Entry of a worker of the CPU engine, in a browser (module worker) and in Node (worker thread). */
import { createTaskRunner, type RunnerReply, type RunnerRequest } from "./task-runner.ts";

interface Port {
  send(message: RunnerReply, transfer: ArrayBuffer[]): void;
  listen(onRequest: (request: RunnerRequest) => void): void;
}

const browserPort: Port = {
  send: (message, transfer) => self.postMessage(message, { transfer }),
  listen: (onRequest) =>
    self.addEventListener("message", (event: MessageEvent<RunnerRequest>) => onRequest(event.data)),
};

async function nodePort(): Promise<Port> {
  // A name in a variable keeps bundlers for the browser from looking for the module.
  const name = "node:worker_threads";
  const { parentPort } = (await import(/* @vite-ignore */ name)) as typeof import("node:worker_threads");
  if (!parentPort) throw new Error("cpu worker: must run as a worker thread, got the main thread");
  return {
    send: (message, transfer) => parentPort.postMessage(message, transfer),
    listen: (onRequest) => void parentPort.on("message", onRequest),
  };
}

const inBrowser = typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope;
const port = inBrowser ? browserPort : await nodePort();
port.listen(
  createTaskRunner((message) => {
    const part = message.kind === "done" ? message.part : null;
    port.send(message, part ? part.map((array) => array.buffer) : []);
  }),
);
port.send({ kind: "ready" }, []);
