/** The page's side of the theory worker. */
import type { Engine, MeasureJob, MeasureResult } from "../engine/engine.ts";
import type { ChartData } from "../measure/series.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import { createAsker, type WorkerPort } from "./asker.ts";
import type { Clock } from "./clock.ts";
import type { Cells, PrepareReply, PrepareRequest } from "./prepare-messages.ts";
import type { FieldProblem } from "./state.ts";
import type { StudyId } from "./studies.ts";

/** Theory of one study, and the job that measures it. */
export interface PreparedStudy {
  readonly charts: readonly ChartData[];
  readonly job: MeasureJob | null;
  readonly refusal: string | null;
  /** Charts with theory and measurements. */
  assemble(result: MeasureResult, signal: AbortSignal): Promise<readonly ChartData[]>;
}

export interface Preparer {
  prepare(spec: ExperimentSpec, study: StudyId, signal: AbortSignal): Promise<PreparedStudy>;
  /** All cells (eta, N) of a spec, measured on `engine`. */
  cells(spec: ExperimentSpec, engine: Engine, signal: AbortSignal): Promise<Cells>;
  dispose(): void;
}

/** The spec cannot be run: each problem names its field. */
export class PrepareError extends Error {
  readonly problems: readonly FieldProblem[];

  constructor(message: string, problems: readonly FieldProblem[]) {
    super(message);
    this.name = "PrepareError";
    this.problems = problems;
  }
}

/** A preparer over workers made by `spawn`. */
export function createPreparer(
  spawn: () => WorkerPort<PrepareRequest, PrepareReply>,
  clock: Clock,
): Preparer {
  const asker = createAsker("theory worker", spawn, clock);
  return {
    prepare: async (spec, study, signal) => {
      const id = asker.nextId();
      const reply = await asker.ask({ kind: "prepare", id, spec, study }, signal);
      if (reply.kind !== "prepared") throw failureOf(reply);
      return {
        charts: reply.charts,
        job: reply.job,
        refusal: reply.refusal,
        assemble: async (result, stop) => {
          const made = await asker.ask({ kind: "assemble", id: asker.nextId(), of: id, result }, stop);
          if (made.kind !== "assembled") throw failureOf(made);
          return made.charts;
        },
      };
    },
    cells: async (spec, engine, signal) => {
      const id = asker.nextId();
      const reply = await asker.ask({ kind: "cells", id, spec, info: engine.info }, signal);
      if (reply.kind === "cells") return reply.cells;
      if (reply.kind !== "cells-job") throw failureOf(reply);
      const result = await engine.measure(reply.job, { signal });
      const made = await asker.ask({ kind: "cells-result", id: asker.nextId(), of: id, result }, signal);
      if (made.kind !== "cells") throw failureOf(made);
      return made.cells;
    },
    dispose: () => asker.dispose(),
  };
}

function failureOf(reply: PrepareReply): Error {
  return reply.kind === "failed"
    ? new PrepareError(reply.message, reply.problems)
    : new Error(`theory worker: must answer the question asked, got "${reply.kind}"; this is a bug`);
}
