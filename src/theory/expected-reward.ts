/** Expected rewards under the laws of this folder, and the gap between two of them. */
import { createReward } from "../rewards/evaluate.ts";
import { expectedReward } from "../rewards/expectation.ts";
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

/** E r under a Gaussian law; null where the reward has no closed form and no quadrature, or is undefined there. */
export function gaussianExpectedReward(law: GaussianLaw, reward: RewardProgram): Approximate | null {
  return expectedReward(reward, law.mean, law.cov);
}

/** E r under a 1-D law; null where the reward is undefined on part of it. */
export function lineExpectedReward(law: KnownLine, reward: RewardProgram): Approximate | null {
  if (reward.kind === "quadratic" || reward.kind === "linear") {
    const { value } = expectedReward(reward, Float64Array.of(law.mean), Float64Array.of(law.variance)) ?? {
      value: NaN,
    };
    const r = createReward(reward);
    const point = new Float64Array(1);
    const { error } = law.expectation((x) => {
      point[0] = x;
      return r(point, 0);
    });
    return { value, error };
  }
  const r = createReward(reward);
  const point = new Float64Array(1);
  return defined(
    law.expectation((x) => {
      point[0] = x;
      return r(point, 0);
    }),
  );
}

/** E r under a 2-D law; null where the reward is undefined on part of it. */
export function planeExpectedReward(law: KnownPlane, reward: RewardProgram): Approximate | null {
  const known = reward.kind === "quadratic" || reward.kind === "linear";
  const closed = known ? expectedReward(reward, law.mean, law.cov) : null;
  const sum = defined(law.expectation(createReward(reward)));
  return closed === null || sum === null ? sum : { value: closed.value, error: sum.error };
}

/** a - b with the errors added; null if either is. */
export function rewardGap(a: Approximate | null, b: Approximate | null): Approximate | null {
  return a === null || b === null ? null : { value: a.value - b.value, error: a.error + b.error };
}

function defined(value: Approximate): Approximate | null {
  return Number.isFinite(value.value) ? value : null;
}
