/** The page's side of the worker of a training from scratch. */
import type { ScratchTraining, StartScratch } from "../scratch-training.ts";
import { askWorker, type WorkerPort } from "../worker-port.ts";
import type { ScratchAnswer, ScratchNews, ScratchReply, ScratchRequest } from "./messages.ts";

/** The part of Worker that is used. */
export type ScratchPort = WorkerPort<ScratchRequest, ScratchReply>;

/** Trainings in workers that `spawn` makes. */
export function scratchInWorkers(spawn: () => ScratchPort): StartScratch {
  return (files, settings, onEvent): ScratchTraining => {
    const port = spawn();
    const { ask, rejectAll, dispose } = askWorker<ScratchRequest, ScratchAnswer, ScratchNews>(port, {
      name: "training worker",
      remedy: "start it again",
      news: ["event"],
      failure: ({ message }) => new Error(message),
    });
    const finished = ask("finished", { kind: "start", files, settings }, undefined, ({ event }) =>
      onEvent(event),
    ).then(
      () => undefined,
      (error: unknown) => {
        // A training that has failed answers no more.
        if (error instanceof Error) rejectAll(error);
        throw error;
      },
    );
    // Heard by whoever shows it; a training that was left has nobody.
    finished.catch(() => undefined);
    return {
      finished,
      pause: () => port.postMessage({ kind: "pause" }),
      resume: () => port.postMessage({ kind: "resume" }),
      stop: () => port.postMessage({ kind: "stop" }),
      weights: async () => (await ask("weights", { kind: "weights" })).result,
      dispose,
    };
  };
}
