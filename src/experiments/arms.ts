/** Cells (eta, N) of an experiment as arms of one job, so that all share their random numbers and are paired with eta = 0. */
import type { ArmJob, ArmResult, HistogramRequest, MeasureJob, MeasureResult } from "../engine/engine.ts";
import type { Estimate } from "../measure/estimate.ts";
import { meanEstimate } from "../measure/scalar-sums.ts";
import { covarianceEstimates, meanEstimates } from "../measure/vector-sums.ts";
import { attempt, samplerProgram } from "./programs.ts";
import type { Problem } from "./resolve.ts";
import type { LawNumbers } from "./theory-numbers.ts";

/** One arm that was asked for. Equal keys share an arm. */
export interface ArmRequest {
  readonly problem: Problem;
  readonly eta: number;
  readonly steps: number;
  /** Expected law, near which sums are taken. */
  readonly near?: LawNumbers | null;
  readonly histogram?: HistogramRequest;
}

/** Where a cell's measurement is found: its arm, or why there is none. */
export type ArmPlace =
  { readonly ok: true; readonly arm: number } | { readonly ok: false; readonly reason: string };

/** Collects the arms of one job. */
export interface ArmList {
  /** The place of a cell; the same cell asked for twice runs once. */
  add(request: ArmRequest): ArmPlace;
  /** The job of all arms, or null if nothing can be measured. */
  job(problem: Problem): MeasureJob | null;
}

/** An empty list; each cell is paired with the eta = 0 arm of its own problem and step count, added when missing. */
export function createArmList(): ArmList {
  const arms: ArmJob[] = [];
  const places = new Map<Problem, Map<string, ArmPlace>>();

  function add(request: ArmRequest): ArmPlace {
    const { problem, eta, steps } = request;
    const known = places.get(problem) ?? new Map<string, ArmPlace>();
    places.set(problem, known);
    const key = `${eta} ${steps}`;
    const place = known.get(key) ?? create(request);
    known.set(key, place);
    return place;
  }

  function create({ problem, eta, steps, near, histogram }: ArmRequest): ArmPlace {
    const program = attempt(() => samplerProgram(problem, eta, steps));
    if (!program.ok) return program;
    const zero = eta === 0 ? null : add({ problem, eta: 0, steps, near: near ?? null });
    if (zero !== null && !zero.ok) return zero;
    const reward = near?.expectedReward ?? null;
    arms.push({
      program: program.value,
      baseline: zero === null ? null : zero.arm,
      ...(near && reward !== null ? { shift: { x: Float64Array.from(near.mean), reward } } : {}),
      ...(histogram === undefined ? {} : { histogram }),
    });
    return { ok: true, arm: arms.length - 1 };
  }

  return {
    add,
    job: ({ spec, reward }) =>
      arms.length === 0
        ? null
        : { particles: spec.evaluation.particles, seed: spec.evaluation.seed, reward, arms },
  };
}

/** Measured numbers of one arm. */
export interface ArmMeasurement {
  readonly mean: readonly Estimate[];
  readonly cov: readonly (readonly Estimate[])[];
  readonly expectedReward: Estimate;
  /** expectedReward(eta) - expectedReward(0) at the same N, paired; exactly 0 for eta = 0 itself. */
  readonly gap: Estimate;
  readonly result: ArmResult;
}

/** The measurement of a cell, or null where it has no arm or nothing was measured. */
export function measurementOf(
  result: MeasureResult | null,
  place: ArmPlace | undefined,
): ArmMeasurement | null {
  if (result === null || place === undefined || !place.ok) return null;
  const arm = result.arms[place.arm];
  if (arm === undefined) return null;
  const reward = meanEstimate(arm.reward);
  return {
    mean: meanEstimates(arm.x),
    cov: covarianceEstimates(arm.x),
    expectedReward: reward,
    gap: arm.difference === null ? { value: 0, se: 0, n: reward.n } : meanEstimate(arm.difference),
    result: arm,
  };
}
