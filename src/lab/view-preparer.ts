/** The page's side of the view worker. */
import type { FitRequest, PointFit } from "../experiments/fit-points.ts";
import type { PlaneChoice, ViewData } from "../experiments/views.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import { createAsker, type WorkerPort } from "./asker.ts";
import type { Clock } from "./clock.ts";
import { PrepareError } from "./preparer.ts";
import type { ViewReply, ViewRequest } from "./view-messages.ts";

export interface ViewPreparer {
  /** Rejects with PrepareError where the spec allows no view, with AbortError when cancelled. */
  prepare(spec: ExperimentSpec, plane: PlaneChoice | null, signal: AbortSignal): Promise<ViewData>;
  /** A mixture for points, the component count chosen by BIC. */
  fit(request: FitRequest, signal: AbortSignal): Promise<PointFit>;
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
      const reply = await asker.ask({ kind: "view", id: asker.nextId(), spec, plane }, signal);
      if (reply.kind !== "view") throw failureOf(reply);
      return reply.view;
    },
    fit: async (request, signal) => {
      const reply = await asker.ask({ kind: "fit", id: asker.nextId(), request }, signal);
      if (reply.kind !== "fit") throw failureOf(reply);
      return reply.fit;
    },
    dispose: () => asker.dispose(),
  };
}

function failureOf(reply: ViewReply): Error {
  return reply.kind === "failed"
    ? new PrepareError(reply.message, reply.problems)
    : new Error(`view worker: must answer the question asked, got "${reply.kind}"; this is a bug`);
}
