import { describe, expect, it } from "vitest";
import { mixtureFromComponents, sampleMixture } from "../../src/diffusion/mixture.ts";
import { createReward } from "../../src/rewards/evaluate.ts";
import { expectedReward, expectedRewardMixture } from "../../src/rewards/expectation.ts";
import { createRewardGradient } from "../../src/rewards/gradient.ts";
import { rewardLipschitz } from "../../src/rewards/lipschitz.ts";
import { createRandom } from "../../src/math/philox.ts";
import type { RewardProgram } from "../../src/rewards/program.ts";
import { expectClose, MOST_Z, zScore } from "../support/numbers.ts";
import { decayingCov } from "../support/programs.ts";
import { formulaReward, rewardsIn } from "../support/rewards.ts";

describe("expected rewards under a Gaussian", () => {
  it("have their known values", () => {
    const mean = Float64Array.of(1.5);
    const cov = Float64Array.of(0.3);
    const at = (reward: RewardProgram): number => expectedReward(reward, mean, cov)!.value;
    const quadratic = {
      kind: "quadratic",
      dim: 1,
      center: Float64Array.of(0.5),
      matrix: Float64Array.of(2),
    } as const;
    expectClose(at(quadratic), -2 * (1 + 0.3), { relative: 1e-15 });
    expectClose(at({ kind: "linear", dim: 1, weights: Float64Array.of(-2), offset: 1 }), -2, {
      relative: 1e-15,
    });
    // E cos(aX) = exp(-a^2 s^2/2) cos(a m), E exp(aX) = exp(a m + a^2 s^2/2), E X^4 = m^4 + 6 m^2 s^2 + 3 s^4.
    expectClose(at(formulaReward("cos(2*x)", 1)), Math.exp(-0.6) * Math.cos(3), { relative: 1e-9 });
    expectClose(at(formulaReward("exp(x)", 1)), Math.exp(1.65), { relative: 1e-9 });
    expectClose(at(formulaReward("x^4", 1)), 1.5 ** 4 + 6 * 1.5 ** 2 * 0.3 + 3 * 0.09, { relative: 1e-9 });
  });

  it("of |x| and of a step carry an error that covers their distance from the truth", () => {
    const [mean, cov] = [Float64Array.of(0), Float64Array.of(1)];
    const absolute = expectedReward(formulaReward("abs(x)", 1), mean, cov)!;
    expect(Math.abs(absolute.value - Math.sqrt(2 / Math.PI))).toBeLessThanOrEqual(absolute.error + 1e-9);
    const step = expectedReward(formulaReward("sign(x - 0.3)", 1), mean, cov)!;
    // P(X > 0.3) = 0.38208857781...
    expect(Math.abs(step.value - (2 * 0.3820885778110474 - 1))).toBeLessThanOrEqual(step.error);
    expect(step.error).toBeLessThan(1e-2);
  });

  it("of a formula equal those of the same reward in closed form, in 2-D with correlation", () => {
    const mean = Float64Array.of(0.4, -0.7);
    const cov = Float64Array.of(0.8, 0.5, 0.5, 0.6);
    const bump: RewardProgram = {
      kind: "bumps",
      dim: 2,
      centers: Float64Array.of(1, 0),
      widths: Float64Array.of(0.5),
      heights: Float64Array.of(3),
    };
    const same = formulaReward("3*exp(-((x-1)^2 + y^2)/(2*0.25))", 2);
    expectClose(expectedReward(same, mean, cov)!.value, expectedReward(bump, mean, cov)!.value, {
      relative: 1e-9,
    });
    const ring: RewardProgram = {
      kind: "ring",
      dim: 2,
      center: Float64Array.of(0, 0),
      radius: 0,
      width: 0.5,
    };
    const centred: RewardProgram = {
      ...bump,
      centers: Float64Array.of(0, 0),
      heights: Float64Array.of(1),
    } as RewardProgram;
    expectClose(expectedReward(ring, mean, cov)!.value, expectedReward(centred, mean, cov)!.value, {
      relative: 1e-9,
    });
  });

  it("agree with Monte Carlo for every kind, also for singular covariances", () => {
    for (const [d, cov] of [
      [1, Float64Array.of(0.5)],
      [2, decayingCov(2)],
      [2, Float64Array.of(1, 1, 1, 1)],
      [2, new Float64Array(4)],
      [6, decayingCov(6)],
    ] as const) {
      const mean = Float64Array.from({ length: d }, (_, i) => 0.5 * Math.cos(i));
      const law = { dim: d, count: 1, weights: Float64Array.of(1), means: mean, covs: cov };
      const x = sampleMixture(law, 20_000, 6);
      for (const reward of rewardsIn(d)) {
        const expected = expectedReward(reward, mean, cov);
        if (reward.kind === "ring" && d > 2) {
          expect(expected).toBeNull();
          continue;
        }
        const evaluate = createReward(reward);
        const values = Float64Array.from({ length: 20_000 }, (_, p) => evaluate(x, p * d));
        if (cov.every((c) => c === 0)) expectClose(values[0]!, expected!.value, { absolute: 1e-9 });
        else
          expect(Math.abs(zScore(values, expected!.value)), `${reward.kind}, d = ${d}`).toBeLessThan(MOST_Z);
        // Control: 10 % off in a reward of noticeable size is seen.
        if (reward.kind === "quadratic" && d < 3 && cov[0] === 0.5)
          expect(Math.abs(zScore(values, expected!.value * 1.1))).toBeGreaterThan(MOST_Z);
      }
    }
  });

  it("are undefined where the reward is, unless that has no weight", () => {
    expect(expectedReward(formulaReward("log(x)", 1), Float64Array.of(0), Float64Array.of(1))).toBeNull();
    expect(
      expectedReward(formulaReward("log(x)", 1), Float64Array.of(30), Float64Array.of(1)),
    ).not.toBeNull();
  });

  it("are null where the integral does not exist, and stay where a pole is integrable or out of reach", () => {
    const [mean, cov] = [Float64Array.of(1.5), Float64Array.of(0.3)];
    // 1/x^2 diverges, 1/x has a principal value only; about 0 the latter is even 0 by symmetry on every grid.
    for (const text of ["1/x^2", "1/x", "1000000+1/x", "1/abs(x)"])
      expect(expectedReward(formulaReward(text, 1), mean, cov), text).toBeNull();
    expect(expectedReward(formulaReward("1/x", 1), Float64Array.of(0), Float64Array.of(1))).toBeNull();
    expect(expectedReward(formulaReward("1/x", 2), new Float64Array(2), decayingCov(2))).toBeNull();
    // Control: E |X|^(-1/4) = 2^(-1/8) Gamma(3/8)/sqrt(pi) exists; so does log|x|, and 1/x^2 sixty deviations away.
    const root = expectedReward(formulaReward("abs(x)^(-0.25)", 1), Float64Array.of(0), Float64Array.of(1));
    expect(
      Math.abs((root?.value ?? NaN) - 2 ** -0.125 * (2.370436184416601 / Math.sqrt(Math.PI))),
    ).toBeLessThan(0.01 * 1.23);
    expect(expectedReward(formulaReward("log(abs(x))", 1), mean, cov)).not.toBeNull();
    const far = expectedReward(formulaReward("1/x^2", 1), Float64Array.of(60), Float64Array.of(1));
    // E X^-2 = m^-2 (1 + 3/m^2 + 15/m^4 ..): the next term is 105/m^6 = 2e-9.
    expectClose(far?.value ?? NaN, 60 ** -2 * (1 + 3 / 3600 + 15 / 3600 ** 2), { relative: 1e-8 });
  });

  it("under a mixture are the weighted sum", () => {
    const mixture = mixtureFromComponents([
      { weight: 1, mean: [0], cov: [[1]] },
      { weight: 3, mean: [2], cov: [[0.5]] },
    ]);
    const reward = formulaReward("-(x-1)^2", 1);
    expectClose(expectedRewardMixture(reward, mixture)!.value, 0.25 * -2 + 0.75 * -1.5, { relative: 1e-9 });
  });
});

describe("gradients and Lipschitz constants of rewards", () => {
  const all = (d: number): RewardProgram[] =>
    d <= 2
      ? [...rewardsIn(d), formulaReward(d === 1 ? "sin(x)*x^2" : "sin(x)*y^2 - exp(-x*y)", d)]
      : rewardsIn(d);

  it("equal central differences along random directions", () => {
    const random = createRandom(17, 2);
    for (const d of [1, 2, 5])
      for (const reward of all(d)) {
        const [f, gradient] = [createReward(reward), createRewardGradient(reward)];
        const g = new Float64Array(d);
        for (let trial = 0; trial < 10; trial++) {
          const x = Float64Array.from({ length: d }, () => random.normal());
          const v = Float64Array.from({ length: d }, () => random.normal());
          const h = 1e-5;
          const along = (t: number): number =>
            f(
              x.map((value, i) => value + t * v[i]!),
              0,
            );
          gradient(x, 0, g);
          const slope = g.reduce((sum, value, i) => sum + value * v[i]!, 0);
          expectClose(
            slope,
            (along(h) - along(-h)) / (2 * h),
            { absolute: 1e-7, relative: 1e-7 },
            reward.kind,
          );
        }
      }
  });

  it("bound every slope, and are reached where they are exact", () => {
    const random = createRandom(18, 2);
    for (const d of [1, 2, 5])
      for (const reward of rewardsIn(d)) {
        const bound = rewardLipschitz(reward);
        if (reward.kind === "quadratic") {
          expect(bound).toBeNull();
          continue;
        }
        const gradient = createRewardGradient(reward);
        const g = new Float64Array(d);
        let steepest = 0;
        for (let trial = 0; trial < 2000; trial++) {
          gradient(
            Float64Array.from({ length: d }, () => 1.5 * random.normal()),
            0,
            g,
          );
          steepest = Math.max(steepest, Math.hypot(...g));
        }
        expect(steepest).toBeLessThanOrEqual(bound! * (1 + 1e-12));
        if (reward.kind !== "bumps") expect(steepest).toBeGreaterThan(0.9 * bound!);
      }
  });
});
