/** The page's side of the worker that prepares training runs. */
import type { TrainingSpec } from "../../spec/training/types.ts";
import { createAsker, type WorkerPort } from "../asker.ts";
import type { Clock } from "../clock.ts";
import { PrepareError } from "../preparer.ts";
import type { PreparedTraining, TrainingPrepareReply, TrainingPrepareRequest } from "./prepare-messages.ts";

export interface TrainingPreparer {
  /** Rejects with PrepareError where the spec allows no run, with AbortError when cancelled. */
  prepare(spec: TrainingSpec, signal: AbortSignal): Promise<PreparedTraining>;
  dispose(): void;
}

/** A preparer over workers made by `spawn`. */
export function createTrainingPreparer(
  spawn: () => WorkerPort<TrainingPrepareRequest, TrainingPrepareReply>,
  clock: Clock,
): TrainingPreparer {
  const asker = createAsker("training preparation", spawn, clock);
  return {
    prepare: async (spec, signal) => {
      const reply = await asker.ask({ id: asker.nextId(), spec }, signal);
      if (reply.kind === "failed") throw new PrepareError(reply.message, reply.problems);
      return reply.prepared;
    },
    dispose: () => asker.dispose(),
  };
}
