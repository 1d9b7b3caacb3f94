import { describe, expect, test } from "vitest";
import { MOST_FITTED_POINTS, fitMixture } from "../../src/diffusion/em.ts";
import {
  type GaussianMixture,
  mixtureComponents,
  mixtureFromComponents,
  mixtureLogDensity,
  mixtureMoments,
  sampleMixture,
} from "../../src/diffusion/mixture.ts";
import { expectAllClose, expectClose, isClose } from "../support/numbers.ts";

const THREE = mixtureFromComponents([
  {
    weight: 0.5,
    mean: [-2, 0],
    cov: [
      [0.3, 0.1],
      [0.1, 0.2],
    ],
  },
  {
    weight: 0.3,
    mean: [2, 1],
    cov: [
      [0.2, -0.1],
      [-0.1, 0.3],
    ],
  },
  {
    weight: 0.2,
    mean: [0, -3],
    cov: [
      [0.4, 0],
      [0, 0.1],
    ],
  },
]);
const LINE = mixtureFromComponents([
  { weight: 0.7, mean: [-1], cov: [[0.1]] },
  { weight: 0.3, mean: [1.5], cov: [[0.3]] },
]);
const fit = (points: Float64Array, dim = 2, maxComponents = 12, seed = 1) =>
  fitMixture(points, dim, { maxComponents, seed });

function meanLogLikelihood(m: GaussianMixture, points: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < points.length; i += m.dim) sum += mixtureLogDensity(m, points, i);
  return (sum * m.dim) / points.length;
}

describe("known mixtures", () => {
  test.each([1, 2, 3, 4, 5])("BIC picks three components of three, data seed %i", (seed) => {
    expect(fit(sampleMixture(THREE, 1500, seed)).mixture.count).toBe(3);
  });
  test.each([1, 2, 3])("and two of two in 1-D, data seed %i", (seed) => {
    expect(fit(sampleMixture(LINE, 1500, seed), 1).mixture.count).toBe(2);
  });
  test("control: of five points per component it cannot tell three", () => {
    expect(fit(sampleMixture(THREE, 6, 1)).mixture.count).toBeLessThan(3);
  });

  test("components are found, from heavy to light, within their sampling error", () => {
    const n = 4000;
    const found = mixtureComponents(fit(sampleMixture(THREE, n, 7)).mixture);
    mixtureComponents(THREE).forEach((truth, k) => {
      const own = n * truth.weight;
      const got = found[k]!;
      // Standard errors of well-separated components: binomial, and those of moments of `own` points.
      expectClose(got.weight, truth.weight, {
        absolute: 4.5 * Math.sqrt((truth.weight * (1 - truth.weight)) / n),
      });
      for (let i = 0; i < 2; i++) {
        expectClose(got.mean[i]!, truth.mean[i]!, { absolute: 4.5 * Math.sqrt(truth.cov[i]![i]! / own) });
        for (let j = 0; j < 2; j++) {
          const se = Math.sqrt((truth.cov[i]![i]! * truth.cov[j]![j]! + truth.cov[i]![j]! ** 2) / own);
          expectClose(got.cov[i]![j]!, truth.cov[i]![j]!, { absolute: 4.5 * se });
        }
      }
    });
  });

  test("the fit is at least as likely as the truth, and one component is not", () => {
    const points = sampleMixture(THREE, 1500, 2);
    const truth = meanLogLikelihood(THREE, points);
    const { mixture, tried } = fit(points);
    expect(meanLogLikelihood(mixture, points)).toBeGreaterThan(truth);
    expect(tried[0]!.logLikelihood / 1500).toBeLessThan(truth - 0.5);
  });

  test("the stated log-likelihood and BIC are those of the mixture, in data units", () => {
    const points = sampleMixture(THREE, 1000, 3).map((v, i) => (i % 2 ? 1e3 * v : v));
    const { mixture, tried } = fit(points);
    const best = tried.reduce((a, b) => (b.bic < a.bic ? b : a));
    expect(best.count).toBe(mixture.count);
    expectClose(best.logLikelihood, 1000 * meanLogLikelihood(mixture, points), { relative: 1e-9 });
    expectClose(best.bic, -2 * best.logLikelihood + (6 * mixture.count - 1) * Math.log(1000), {
      relative: 1e-12,
    });
  });

  test("one component has the moments of the points", () => {
    const points = Float64Array.of(0, 0, 2, 1, 4, 5);
    const { mean, cov } = mixtureMoments(fit(points, 2, 1).mixture);
    expectAllClose(mean, [2, 2], { absolute: 1e-14 });
    expectAllClose(cov, [8 / 3, 10 / 3, 10 / 3, 14 / 3], { absolute: 1e-13 });
  });
});

describe("invariances", () => {
  const points = sampleMixture(THREE, 600, 5);

  test("the same call gives the same bits", () => {
    expect(fit(points)).toEqual(fit(points));
  });

  test("a change of unit and origin changes the fit with it", () => {
    const moved = points.map((v, i) => (i % 2 ? 1e-3 * v + 7 : 2e5 * v - 3e5));
    const [a, b] = [fit(points).mixture, fit(moved).mixture];
    expect(b.count).toBe(a.count);
    // Standardised data agree to rounding 1e-16 * 7/1e-3; EM's own tolerance does not enter, as it takes the same path.
    b.means.forEach((v, i) =>
      expectClose(v, i % 2 ? 1e-3 * a.means[i]! + 7 : 2e5 * a.means[i]! - 3e5, { relative: 1e-8 }),
    );
  });

  test("weight 2 is the point twice, and weight 0 is no point", () => {
    const weights = Float64Array.from({ length: 600 }, (_, i) => i % 3);
    const twice = Float64Array.from(
      Array.from(weights).flatMap((w, i) =>
        Array.from({ length: w }, () => [points[2 * i]!, points[2 * i + 1]!]).flat(),
      ),
    );
    const weighted = fitMixture(points, 2, { maxComponents: 1, seed: 1, weights });
    const repeated = fitMixture(twice, 2, { maxComponents: 1, seed: 1 });
    expectAllClose(weighted.mixture.covs, repeated.mixture.covs, { relative: 1e-12 });
    const plain = fitMixture(points, 2, { maxComponents: 1, seed: 1 });
    expect(isClose(plain.mixture.covs[0]!, weighted.mixture.covs[0]!, { relative: 1e-6 })).toBe(false);
  });

  test("weights tilt the fit: exp(x) moves a normal by its variance", () => {
    const normal = sampleMixture(mixtureFromComponents([{ weight: 1, mean: [0], cov: [[0.25]] }]), 4000, 1);
    const { mixture } = fitMixture(normal, 1, { maxComponents: 4, seed: 1, weights: normal.map(Math.exp) });
    expect(mixture.count).toBe(1);
    // 4000 points with weight variance e^0.25 - 1: se about 0.5 sqrt(e^0.25 (1 + 0.25) / 4000) = 0.01.
    expectClose(mixture.means[0]!, 0.25, { absolute: 4.5 * 0.01 });
  });
});

describe("hard data", () => {
  const cases: [string, number, number[]][] = [
    ["one point", 2, [1, 2]],
    ["one point in 1-D", 1, [7]],
    ["two points", 2, [1, 2, 3, 4]],
    ["three points", 2, [0, 0, 1, 0, 0, 1]],
    ["four points on a line", 2, [0, 0, 1, 1, 2, 2, 3, 3]],
    ["five points", 2, [0, 0, 1, 0, 0, 1, 1, 1, 5, 5]],
    ["one point a hundred times", 2, Array.from({ length: 200 }, (_, i) => 3 + (i % 2))],
    ["two places many times", 1, Array.from({ length: 200 }, (_, i) => (i % 2 ? 1 : -1))],
    ["a vertical line", 2, Array.from({ length: 200 }, (_, i) => (i % 2 ? Math.sin(i) : 5))],
    ["a slanted line", 2, Array.from({ length: 200 }, (_, i) => Math.floor(i / 2) * (i % 2 ? 2 : 1))],
    ["far from 0", 2, Array.from({ length: 100 }, (_, i) => 1e9 + Math.sin(i * i))],
    ["tiny", 2, Array.from({ length: 100 }, (_, i) => 1e-9 * Math.sin(i * i))],
    ["with one point far off", 2, [1e6, 1e6, ...Array.from({ length: 100 }, (_, i) => Math.sin(i * i))]],
  ];
  test.each(cases)("%s: finite, positive definite, weights sum to 1", (_, dim, numbers) => {
    const { mixture, tried } = fit(Float64Array.from(numbers), dim, 64);
    expectClose(
      mixture.weights.reduce((a, b) => a + b, 0),
      1,
      { absolute: 1e-12 },
    );
    expect([...mixture.means, ...mixture.covs, ...tried.map((t) => t.bic)].every(Number.isFinite)).toBe(true);
    for (const { cov } of mixtureComponents(mixture)) {
      expect(cov[0]![0]).toBeGreaterThan(0);
      if (dim === 2) expect(cov[0]![0]! * cov[1]![1]! - cov[0]![1]! ** 2).toBeGreaterThan(0);
    }
    expect(mixture.count).toBeLessThanOrEqual(Math.max(1, numbers.length / dim / (dim + 1)));
  });

  test("two repeated places become two narrow components", () => {
    const { mixture } = fit(Float64Array.from(cases[7]![2]), 1, 8);
    expectAllClose(mixture.means.slice().sort(), [-1, 1], { absolute: 1e-14 });
    mixture.covs.forEach((v) => expectClose(v, 1e-6, { relative: 1e-6 }));
  });

  test("a normal rounded to whole numbers is one component, not a spike at each number", () => {
    const normal = sampleMixture(mixtureFromComponents([{ weight: 1, mean: [20], cov: [[9]] }]), 2000, 1);
    const { mixture } = fit(normal.map(Math.round), 1, 64);
    expect(mixture.count).toBe(1);
    // Standard error of a variance: sqrt(2 / n) of it; rounding adds 1/12.
    expectClose(mixture.covs[0]!, 9 + 1 / 12, { absolute: 4.5 * 9 * Math.sqrt(2 / 2000) });
  });

  test("many points are thinned, which the result says", () => {
    const points = sampleMixture(THREE, 10_000, 1);
    const result = fit(points, 2, 4);
    expect([result.points, result.fitted]).toEqual([10_000, MOST_FITTED_POINTS]);
    expect(result.mixture.count).toBe(3);
    const few = fit(points.subarray(0, 600), 2, 4);
    expect([few.points, few.fitted]).toEqual([300, 300]);
  });

  test("what cannot be fitted is refused with the row", () => {
    expect(() => fit(new Float64Array(0))).toThrow(/at least one point/);
    expect(() => fit(Float64Array.of(1, 2, 3))).toThrow(/\[n, 2\]/);
    expect(() => fit(Float64Array.of(1, 2, NaN, 4))).toThrow(/got NaN in row 2/);
    expect(() => fitMixture(Float64Array.of(1), 1, { maxComponents: 1, seed: 1, weights: [0] })).toThrow(
      /weight/,
    );
  });
});
