import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/math/philox.ts";
import { addScalar, emptyScalarSums, meanEstimate, mergeScalarSums } from "../../src/measure/scalar-sums.ts";
import {
  addVector,
  covarianceEstimates,
  emptyVectorSums,
  meanEstimates,
  mergeVectorSums,
  pairCount,
  pairIndex,
} from "../../src/measure/vector-sums.ts";
import { expectClose } from "../support/numbers.ts";

const VALUES = [3, -1, 4, 1.5, -9, 2.6, 5];

function scalarSums(values: readonly number[], shift: number) {
  return values.reduce(addScalar, emptyScalarSums(shift));
}

describe("scalar sums", () => {
  it("give the mean and its standard error, whatever the shift", () => {
    const n = VALUES.length;
    const mean = VALUES.reduce((a, b) => a + b, 0) / n;
    const variance = VALUES.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1);
    for (const shift of [0, mean, -7]) {
      const e = meanEstimate(scalarSums(VALUES, shift));
      expectClose(e.value, mean, { relative: 1e-13 });
      expectClose(e.se, Math.sqrt(variance / n), { relative: 1e-13 });
      expect(e.n).toBe(n);
    }
    expect(Math.abs(meanEstimate(scalarSums(VALUES.slice(1), 0)).value - mean)).toBeGreaterThan(0.01);
  });

  it("merge as if added one by one, also about different shifts", () => {
    const merged = mergeScalarSums(scalarSums(VALUES.slice(0, 3), 2), scalarSums(VALUES.slice(3), -5));
    const whole = scalarSums(VALUES, 2);
    for (const key of ["n", "shift", "nonFinite"] as const) expect(merged[key]).toBe(whole[key]);
    expectClose(merged.s1, whole.s1, { relative: 1e-13 });
    expectClose(merged.s2, whole.s2, { relative: 1e-13 });
  });

  it("count what is not finite and leave it out", () => {
    const sums = scalarSums([1, NaN, 3, Infinity, -Infinity], 0);
    expect(sums).toEqual({ n: 2, nonFinite: 3, shift: 0, s1: 4, s2: 10 });
    const merged = mergeScalarSums(sums, sums);
    expect(merged.nonFinite).toBe(6);
  });

  it("without samples or with one have no standard error", () => {
    expect(meanEstimate(emptyScalarSums(3))).toEqual({ value: NaN, se: Infinity, n: 0 });
    expect(meanEstimate(scalarSums([5], 3))).toEqual({ value: 5, se: Infinity, n: 1 });
  });
});

describe("vector sums", () => {
  const d = 3;
  const rows = Array.from({ length: 40 }, (_, p) => {
    const random = createRandom(p, 2);
    const [u, v] = [random.normal(), random.normal()];
    return Float64Array.of(2 + u, -1 + 0.5 * u + v, u * v);
  });
  const sums = (shift: Float64Array, list = rows) =>
    list.reduce((s, row) => addVector(s, row), emptyVectorSums(shift));

  it("index the pairs of coordinates without gap or overlap", () => {
    for (const dim of [1, 2, 7, 64]) {
      const seen = new Set<number>();
      for (let i = 0; i < dim; i++) for (let j = i; j < dim; j++) seen.add(pairIndex(i, j, dim));
      expect(seen.size).toBe(pairCount(dim));
      expect(Math.max(...seen)).toBe(pairCount(dim) - 1);
    }
  });

  it("give mean, covariance and their standard errors from the definitions, whatever the shift", () => {
    const n = rows.length;
    const mean = Array.from({ length: d }, (_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / n);
    for (const shift of [new Float64Array(d), Float64Array.of(2, -1, 5)]) {
      const s = sums(shift);
      const means = meanEstimates(s);
      const covs = covarianceEstimates(s);
      for (let i = 0; i < d; i++) {
        expectClose(means[i]!.value, mean[i]!, { absolute: 1e-13 });
        for (let j = 0; j < d; j++) {
          const products = rows.map((row) => (row[i]! - mean[i]!) * (row[j]! - mean[j]!));
          const cov = products.reduce((a, b) => a + b, 0) / (n - 1);
          const centre = products.reduce((a, b) => a + b, 0) / n;
          const spread = products.reduce((a, b) => a + (b - centre) ** 2, 0) / n;
          expectClose(covs[i]![j]!.value, cov, { absolute: 1e-12 }, `cov[${i}][${j}]`);
          expectClose(
            covs[i]![j]!.se,
            Math.sqrt(spread / (n - 1)),
            { relative: 1e-9 },
            `se of cov[${i}][${j}]`,
          );
        }
        expectClose(means[i]!.se, Math.sqrt(covs[i]![i]!.value / n), { relative: 1e-10 });
      }
    }
  });

  it("merge as if added one by one, and refuse different shifts", () => {
    const shift = Float64Array.of(1, 0, 0);
    const merged = mergeVectorSums(sums(shift, rows.slice(0, 15)), sums(shift, rows.slice(15)));
    const whole = sums(shift);
    expect(merged.n).toBe(whole.n);
    for (const key of ["s1", "s11", "s21", "s12", "s22"] as const)
      merged[key].forEach((value, i) => expectClose(value, whole[key][i]!, { absolute: 1e-11 }));
    expect(() => mergeVectorSums(whole, sums(new Float64Array(d)))).toThrow(/one shift/);
  });
});
