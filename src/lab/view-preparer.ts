/** The page's side of the view worker. */
import type { PlaneChoice, ViewData } from "../experiments/views.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import { createAsker, type WorkerPort } from "./asker.ts";
import type { Clock } from "./clock.ts";
import { PrepareError } from "./preparer.ts";
import type { ViewReply, ViewRequest } from "./view-messages.ts";

export interface ViewPreparer {
  /** Rejects with PrepareError where the spec allows no view, with AbortError when cancelled. */
  prepare(spec: ExperimentSpec, plane: PlaneChoice | null, signal: AbortSignal): Promise<ViewData>;
  dispose(): void;
}

/** A view preparer over workers made by `spawn`. */
export function createViewPreparer(
  spawn: () => WorkerPort<ViewRequest, ViewReply>,
  clock: Clock,
): ViewPreparer {
  const asker = createAsker("view worker", spawn, clock);
  return {
    prepare: async (spec, plane, signal) => {
      const reply = await asker.ask({ id: asker.nextId(), spec, plane }, signal);
      if (reply.kind === "failed") throw new PrepareError(reply.message, reply.problems);
      return reply.view;
    },
    dispose: () => asker.dispose(),
  };
}
