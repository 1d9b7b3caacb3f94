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

/** The measurement of a cell, or null where it has no arm, nothing was measured, or `measurementFault` has a reason. */
export function measurementOf(
  result: MeasureResult | null,
  place: ArmPlace | undefined,
): ArmMeasurement | null {
  const arm = armOf(result, place);
  const measured = arm === null ? null : armMeasurement(arm);
  return measured === null || faultOf(measured) !== null ? null : measured;
}

/** Why a cell that was run has no number, as the end of a sentence ("all 20,000 samples diverged"), or null. */
export function measurementFault(result: MeasureResult | null, place: ArmPlace | undefined): string | null {
  const arm = armOf(result, place);
  return arm === null ? null : faultOf(armMeasurement(arm));
}

function armOf(result: MeasureResult | null, place: ArmPlace | undefined): ArmResult | null {
  return result === null || place === undefined || !place.ok ? null : (result.arms[place.arm] ?? null);
}

function faultOf({ expectedReward, gap, mean, cov, result }: ArmMeasurement): string | null {
  const { x, reward, difference } = result;
  const all = (reward.n + reward.nonFinite).toLocaleString("en-US");
  if (x.n === 0) return `all ${all} samples diverged`;
  if (reward.n === 0) return `none of the ${all} samples had a finite reward`;
  if (difference !== null && difference.n === 0)
    return `none of the ${all} samples had a finite reward under both samplers, so there is no gap`;
  const sound = [expectedReward, gap, ...mean, ...cov.flat()].every(
    (e) => Number.isFinite(e.value) && Number.isFinite(e.se),
  );
  return sound
    ? null
    : `too few of the ${all} samples stayed finite, or they spread too far, for an estimate with an error`;
}

function armMeasurement(arm: ArmResult): ArmMeasurement {
  const reward = meanEstimate(arm.reward);
  return {
    mean: meanEstimates(arm.x),
    cov: covarianceEstimates(arm.x),
    expectedReward: reward,
    gap: arm.difference === null ? { value: 0, se: 0, n: reward.n } : meanEstimate(arm.difference),
    result: arm,
  };
}
