/** The page's side of the worker of a training from scratch. */
import type { ScratchResult, ScratchTraining, StartScratch } from "../scratch-training.ts";
import type { ScratchReply, ScratchRequest } from "./messages.ts";

/** The part of Worker that is used. */
export interface ScratchPort {
  postMessage(request: ScratchRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<ScratchReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Waiting {
  readonly resolve: (result: ScratchResult) => void;
  readonly reject: (error: Error) => void;
}

/** Trainings in workers that `spawn` makes. */
export function scratchInWorkers(spawn: () => ScratchPort): StartScratch {
  return (files, settings, onEvent): ScratchTraining => {
    const port = spawn();
    const waiting = new Map<number, Waiting>();
    let id = 0;
    const { promise: finished, resolve, reject } = deferred();

    const fail = (error: Error) => {
      reject(error);
      for (const entry of waiting.values()) entry.reject(error);
      waiting.clear();
    };
    port.onmessage = ({ data }) => {
      if (data.kind === "event") return onEvent(data.event);
      if (data.kind === "finished") return resolve();
      if (data.kind === "failed") return fail(new Error(data.message));
      const entry = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.kind === "weights") entry?.resolve(data.result);
      else entry?.reject(new Error(data.message));
    };
    port.onerror = ({ message }) =>
      fail(
        new Error(`training worker: must answer, but it stopped (${message || "it could not be loaded"})`),
      );
    port.postMessage({ kind: "start", files, settings });
    return {
      finished,
      pause: () => port.postMessage({ kind: "pause" }),
      resume: () => port.postMessage({ kind: "resume" }),
      stop: () => port.postMessage({ kind: "stop" }),
      weights: () =>
        new Promise((done, refuse) => {
          waiting.set(id, { resolve: done, reject: refuse });
          port.postMessage({ kind: "weights", id: id++ });
        }),
      dispose: () => {
        port.terminate();
        fail(new DOMException("training: left", "AbortError"));
      },
    };
  };
}

function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = (): void => undefined;
  let reject = (_: Error): void => undefined;
  const promise = new Promise<void>((done, refuse) => {
    resolve = done;
    reject = refuse;
  });
  // Heard by whoever shows it; a training that was left has nobody.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
