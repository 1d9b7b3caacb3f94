/** The page's side of the worker that fits points. */
import type { FitRequest, PointFit } from "../experiments/fit-points.ts";
import { createAsker, type WorkerPort } from "./asker.ts";
import type { Clock } from "./clock.ts";

export type { FitRequest, PointFit } from "../experiments/fit-points.ts";

export interface FitQuestion {
  readonly id: number;
  readonly request: FitRequest;
}

export type FitReply =
  | { readonly kind: "fit"; readonly id: number; readonly fit: PointFit }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

export interface PointFitter {
  /** A mixture for points, the component count chosen by BIC. */
  fit(request: FitRequest, signal: AbortSignal): Promise<PointFit>;
  dispose(): void;
}

/** A fitter over workers made by `spawn`; the worker starts with the first question. */
export function createPointFitter(spawn: () => WorkerPort<FitQuestion, FitReply>, clock: Clock): PointFitter {
  const asker = createAsker("point fit", spawn, clock);
  return {
    fit: async (request, signal) => {
      const reply = await asker.ask({ id: asker.nextId(), request }, signal);
      if (reply.kind === "failed") throw new Error(reply.message);
      return reply.fit;
    },
    dispose: () => asker.dispose(),
  };
}
