/**
 * Intervals at 95 % must cover the truth in 95 % +- 1.5 % of 2,000 replications. The count of covering intervals has a
 * standard error of sqrt(0.95 * 0.05 / 2,000) = 0.49 %, so 1.5 % is 3.1 of them; the seeds are fixed.
 */
import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../src/math/philox.ts";
import { addScalar, emptyScalarSums, meanEstimate } from "../../src/measure/scalar-sums.ts";
import type { Estimate, VectorSums } from "../../src/measure/estimate.ts";
import {
  accumulateVectors,
  covarianceEstimates,
  emptyVectorSums,
  meanEstimates,
} from "../../src/measure/vector-sums.ts";
import { interval } from "../../src/measure/verdict.ts";

const REPLICATIONS = 2000;
const ALLOWED = 0.015;

/** A number with its standard error read off a sample, and the truth it should cover. */
type Question<S> = readonly [truth: number, read: (sample: S) => Estimate];

/** Shares of replications whose intervals contain the truths, all read from the same samples. */
function coverage<S>(seed: number, draw: (random: Random) => S, questions: readonly Question<S>[]): number[] {
  const random = createRandom(seed, 3);
  const covered = questions.map(() => 0);
  for (let r = 0; r < REPLICATIONS; r++) {
    const sample = draw(random);
    questions.forEach(([truth, read], q) => {
      const [lo, hi] = interval(read(sample));
      if (lo <= truth && truth <= hi) covered[q]!++;
    });
  }
  return covered.map((count) => count / REPLICATIONS);
}

function expectCoverage(share: number): void {
  expect(share).toBeGreaterThan(0.95 - ALLOWED);
  expect(share).toBeLessThan(0.95 + ALLOWED);
}

/** Sums of `n` draws of a pair (u, v). */
function pairs(n: number, draw: (random: Random) => readonly [number, number]) {
  return (random: Random) => {
    const rows = new Float64Array(2 * n);
    for (let p = 0; p < n; p++) rows.set(draw(random), 2 * p);
    const sums = emptyVectorSums(Float64Array.of(0.5, -0.5));
    accumulateVectors(sums, rows, n);
    return { ...sums, n };
  };
}

const correlated = (random: Random): readonly [number, number] => {
  const u = random.normal();
  return [1 + u, 0.8 * u + 0.6 * random.normal()];
};
/** Skewed and heavy-tailed: u^2 - 1 has skewness 2.8 and kurtosis 15. */
const skewed = (random: Random): readonly [number, number] => {
  const u = random.normal();
  return [u * u - 1, random.uniform() < 0.5 ? -1 : 1];
};

const shrunk = (e: Estimate, factor: number): Estimate => ({ ...e, se: factor * e.se });

describe("95 % intervals over 2,000 replications cover", () => {
  it("the mean of a reward", () => {
    const draw = (random: Random) => {
      let sums = emptyScalarSums(-1);
      for (let p = 0; p < 400; p++) sums = addScalar(sums, -((random.normal() - 1) ** 2));
      return meanEstimate(sums);
    };
    const [share, control] = coverage(1, draw, [
      [-2, (e) => e],
      [-2, (e) => shrunk(e, 0.8)],
    ]);
    expectCoverage(share!);
    // Control: a standard error 20 % too small covers 88 %.
    expect(control).toBeLessThan(0.95 - ALLOWED);
  });

  it("a paired difference on common random numbers", () => {
    const draw = (random: Random) => {
      let sums = emptyScalarSums(0);
      for (let p = 0; p < 400; p++) {
        const z = random.normal();
        sums = addScalar(sums, -((0.9 * z - 1) ** 2) + (z - 1) ** 2);
      }
      return meanEstimate(sums);
    };
    const [share, control] = coverage(2, draw, [
      [0.19, (e) => e],
      [0.24, (e) => e],
    ]);
    expectCoverage(share!);
    expect(control).toBeLessThan(0.95 - ALLOWED);
  });

  it("every mean and covariance of a correlated pair", () => {
    const shares = coverage(10, pairs(1000, correlated), [
      [1, (sums) => meanEstimates(sums)[0]!],
      [0, (sums) => meanEstimates(sums)[1]!],
      [1, (sums) => covarianceEstimates(sums)[0]![0]!],
      [0.8, (sums) => covarianceEstimates(sums)[0]![1]!],
      [1, (sums) => covarianceEstimates(sums)[1]![1]!],
    ]);
    shares.forEach(expectCoverage);
  });

  it("the moments of a law that is far from Gaussian, where a Gaussian formula would fail", () => {
    const variance = (sums: VectorSums): Estimate => covarianceEstimates(sums)[0]![0]!;
    const [mean, own, cross, control] = coverage(20, pairs(3000, skewed), [
      [0, (sums) => meanEstimates(sums)[0]!],
      [2, variance],
      [0, (sums) => covarianceEstimates(sums)[0]![1]!],
      // Control: the standard error of a Gaussian, sqrt(2/n) var, is 2.6 times too small here.
      [2, (sums) => ({ ...variance(sums), se: Math.sqrt(2 / sums.n) * variance(sums).value })],
    ]);
    [mean!, own!, cross!].forEach(expectCoverage);
    expect(control).toBeLessThan(0.8);
  });
});
