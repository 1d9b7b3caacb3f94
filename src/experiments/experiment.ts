/** What an experiment is: theory and a job first, charts when measurements are there (or without them). */
import type { MeasureJob, MeasureResult } from "../engine/engine.ts";
import type { ChartData } from "../measure/series.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import { attempt } from "./programs.ts";
import { resolve, type Problem } from "./resolve.ts";

export type ExperimentId = "gap-eta" | "gap-steps" | "horizon" | "training" | "control-matrix" | "rewards";

/** A prepared experiment: plain data, safe to post between workers. */
export interface Prepared {
  /** null where there is nothing to measure. */
  readonly job: MeasureJob | null;
  /** Theory and places of measurements; only the experiment that made it reads it. */
  readonly plan: unknown;
}

export interface ExperimentDefinition {
  readonly id: ExperimentId;
  readonly title: string;
  readonly question: string;
  /** Why the experiment has no answer for this specification, in one sentence, or null. */
  refusal(spec: ExperimentSpec): string | null;
  /** Does all theory. May take seconds for mixtures; run it off the main thread. Throws SpecError. */
  prepare(spec: ExperimentSpec): Prepared;
  /** Charts of a prepared experiment; with `null` theory alone. */
  assemble(prepared: Prepared, result: MeasureResult | null): ChartData[];
}

/** The same with its plan's type, for the files that define one. */
export interface ExperimentParts<Plan> {
  readonly id: ExperimentId;
  readonly title: string;
  readonly question: string;
  /** Reasons beyond a sampler that cannot run at all. */
  readonly refusal?: (problem: Problem) => string | null;
  readonly plan: (problem: Problem) => { readonly job: MeasureJob | null; readonly plan: Plan };
  readonly charts: (plan: Plan, result: MeasureResult | null) => ChartData[];
}

/** Hides the plan's type, so that all experiments fit one list. */
export function defineExperiment<Plan>(parts: ExperimentParts<Plan>): ExperimentDefinition {
  return {
    id: parts.id,
    title: parts.title,
    question: parts.question,
    refusal: (spec) => {
      const problem = attempt(() => resolve(spec));
      return problem.ok ? (parts.refusal?.(problem.value) ?? null) : problem.reason;
    },
    prepare: (spec) => parts.plan(resolve(spec)),
    assemble: (prepared, result) => parts.charts(prepared.plan as Plan, result),
  };
}
