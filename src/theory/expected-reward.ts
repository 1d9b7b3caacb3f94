/** Expected rewards under the laws of this folder, and the gap between two of them. */
import { createReward, isUsableReward } from "../rewards/evaluate.ts";
import { expectedReward, isUnresolved } from "../rewards/expectation.ts";
import type { RewardProgram } from "../rewards/program.ts";
import type { Approximate } from "./line-law.ts";
import type { GaussianLaw } from "./principal-axes.ts";

/** A 1-D law known by quadrature. */
interface KnownLine {
  readonly mean: number;
  readonly variance: number;
  readonly error: number;
  expectation(f: (x: number) => number): Approximate;
}

/** A 2-D law known by quadrature. */
interface KnownPlane {
  readonly mean: Float64Array;
  readonly cov: Float64Array;
  readonly error: number;
  expectation(f: (x: Float64Array, offset: number) => number): Approximate;
}

/** What a reader is told where a number of this file is null although the law is known. */
export const NO_EXPECTED_REWARD =
  "Expected reward not integrable or not resolved: the reward is undefined on part of the law, has no finite mean there, or varies too fast for the quadrature. Exact values are left out.";

/** E r under a Gaussian law; null where the reward has no closed form and no quadrature, or no resolved mean there. */
export function gaussianExpectedReward(law: GaussianLaw, reward: RewardProgram): Approximate | null {
  const expected = expectedReward(reward, law.mean, law.cov);
  return expected === null ? null : defined(expected);
}

/** E r under a 1-D law; null where the reward is undefined on part of it, not integrable or not resolved. */
export function lineExpectedReward(law: KnownLine, reward: RewardProgram): Approximate | null {
  const r = createReward(reward);
  const point = new Float64Array(1);
  const at = (x: number): number => {
    point[0] = x;
    return r(point, 0);
  };
  const sum = law.expectation(at);
  const closed = closedForm(reward, Float64Array.of(law.mean), Float64Array.of(law.variance));
  if (closed !== null) return defined({ value: closed, error: sum.error });
  return resolved(
    sum,
    law.expectation((x) => Math.abs(usable(at(x)))),
  );
}

/** E r under a 2-D law; null where the reward is undefined on part of it, not integrable or not resolved. */
export function planeExpectedReward(law: KnownPlane, reward: RewardProgram): Approximate | null {
  const r = createReward(reward);
  const sum = law.expectation(r);
  const closed = closedForm(reward, law.mean, law.cov);
  if (closed !== null) return defined({ value: closed, error: sum.error });
  return resolved(
    sum,
    law.expectation((x, offset) => Math.abs(usable(r(x, offset)))),
  );
}

/** E r from two moments, or null for rewards that need more. */
function closedForm(reward: RewardProgram, mean: Float64Array, cov: Float64Array): number | null {
  const known = reward.kind === "quadratic" || reward.kind === "linear";
  return known ? (expectedReward(reward, mean, cov)?.value ?? null) : null;
}

/** The engines' rule: a reward beyond the limit is no reward. */
function usable(r: number): number {
  return isUsableReward(r) ? r : NaN;
}

/** The sum where it and that of absolute values agree on both grids. */
function resolved(sum: Approximate, size: Approximate): Approximate | null {
  const unresolved =
    isUnresolved(size.value, size.error, size.value) || isUnresolved(sum.value, sum.error, size.value);
  return unresolved ? null : defined(sum);
}

/** a - b with the errors added; null if either is. */
export function rewardGap(a: Approximate | null, b: Approximate | null): Approximate | null {
  return a === null || b === null ? null : { value: a.value - b.value, error: a.error + b.error };
}

function defined(value: Approximate): Approximate | null {
  return Number.isFinite(value.value) && Number.isFinite(value.error) ? value : null;
}
