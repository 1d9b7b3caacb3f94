/** The page's side of the image worker: the whole ImageEngine interface over messages. */
import { DeviceLostError } from "../../gpu/errors.ts";
import type { ImageEngine, ImageEngineChoice } from "../image-engine.ts";
import type { ImageReply, ImageRequest } from "./messages.ts";

/** The part of Worker that is used. */
export interface ImagePort {
  postMessage(request: ImageRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<ImageReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Waiting {
  readonly resolve: (reply: ImageReply) => void;
  readonly reject: (error: Error) => void;
  readonly onReply: (reply: ImageReply) => void;
}

type Request = ImageRequest extends infer R ? (R extends { id: number } ? Omit<R, "id"> : never) : never;

/**
 * An engine in a worker. `base` is the address of the folder that holds `models/`; `ownTeacher` a weight file in the place of the
 * shipped teacher. Rejects where the worker cannot start.
 */
export async function createWorkerImageEngine(
  spawn: () => ImagePort,
  base: string,
  rewards: readonly string[],
  choice: ImageEngineChoice,
  ownTeacher: Uint8Array | null = null,
): Promise<ImageEngine> {
  const port = spawn();
  const waiting = new Map<number, Waiting>();
  let id = 0;

  const settle = (number: number) => {
    const entry = waiting.get(number);
    waiting.delete(number);
    return entry;
  };
  port.onmessage = ({ data }) => {
    if (data.kind === "bytes" || data.kind === "progress") waiting.get(data.id)?.onReply(data);
    else if (data.kind === "failed") settle(data.id)?.reject(failure(data));
    else settle(data.id)?.resolve(data);
  };
  port.onerror = (event) => {
    const reason = event.message || "it could not be loaded";
    const error = new Error(
      `image worker: must answer, but it stopped (${reason}); press Run to start it again`,
    );
    for (const key of [...waiting.keys()]) settle(key)?.reject(error);
  };

  function ask(
    request: Request,
    signal?: AbortSignal,
    onReply: (reply: ImageReply) => void = () => undefined,
  ) {
    const own = id++;
    return new Promise<ImageReply>((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled());
      waiting.set(own, { resolve, reject, onReply });
      const cancel = () => {
        port.postMessage({ kind: "cancel", id: own });
        settle(own)?.reject(cancelled());
      };
      signal?.addEventListener("abort", cancel, { once: true });
      port.postMessage({ ...request, id: own } as ImageRequest);
    });
  }

  const started = await ask({ kind: "start", base, rewards, choice, ownTeacher });
  if (started.kind !== "started") throw wrongReply(started);
  const { info, refusals } = started;
  return {
    info,
    refusal: (kind) => refusals[kind] ?? null,
    load: async (weights, { signal, onBytes } = {}) => {
      const reply = await ask({ kind: "load", weights }, signal, (part) => {
        if (part.kind === "bytes") onBytes?.(part.bytes, part.total, part.cached);
      });
      if (reply.kind !== "loaded") throw wrongReply(reply);
      return { bytes: reply.bytes };
    },
    run: async (job, { signal, onProgress } = {}) => {
      const reply = await ask({ kind: "run", job }, signal, (part) => {
        if (part.kind === "progress") onProgress?.(part.done);
      });
      if (reply.kind !== "ran") throw wrongReply(reply);
      return reply.arms;
    },
    realFeatures: async ({ signal } = {}) => {
      const reply = await ask({ kind: "real-features" }, signal);
      if (reply.kind !== "real-features") throw wrongReply(reply);
      return reply.real;
    },
    dispose: () => {
      port.terminate();
      for (const key of [...waiting.keys()]) settle(key)?.reject(cancelled());
    },
  };
}

function failure({ message, cause }: Extract<ImageReply, { kind: "failed" }>): Error {
  if (cause === "aborted") return cancelled();
  return cause === "device-lost" ? new DeviceLostError(message) : new Error(message);
}

function cancelled(): DOMException {
  return new DOMException("image worker: cancelled", "AbortError");
}

function wrongReply(reply: ImageReply): Error {
  return new Error(`image worker: internal: got an answer of kind ${reply.kind} to another question`);
}
