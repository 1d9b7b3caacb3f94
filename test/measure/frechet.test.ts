import { describe, expect, test } from "vitest";
import { createRandom, DATA_STREAM, type Random } from "../../src/math/philox.ts";
import {
  frechetDifference,
  frechetDistance,
  frechetEstimate,
  frechetParts,
  frechetReference,
} from "../../src/measure/frechet.ts";
import { gaussianWasserstein } from "../../src/measure/wasserstein.ts";

/** Four rows with mean `shift` and unbiased covariance diag(2 a^2 / 3, 2 b^2 / 3), exactly. */
function cross(a: number, b: number, shift: readonly [number, number]): Float32Array {
  const [x, y] = shift;
  return Float32Array.of(x + a, y, x - a, y, x, y + b, x, y - b);
}

function normals(random: Random, n: number, dim: number, scale: number): Float32Array {
  return Float32Array.from({ length: n * dim }, (_, i) => scale * (1 + (i % dim)) * random.normal());
}

/** Mean and unbiased covariance, written out. */
function momentsOf(rows: Float32Array, dim: number) {
  const n = rows.length / dim;
  const mean = Float64Array.from({ length: dim }, (_, i) => {
    let sum = 0;
    for (let r = 0; r < n; r++) sum += rows[r * dim + i]!;
    return sum / n;
  });
  const covariance = Float64Array.from({ length: dim * dim }, (_, at) => {
    const [i, j] = [Math.floor(at / dim), at % dim];
    let sum = 0;
    for (let r = 0; r < n; r++) sum += (rows[r * dim + i]! - mean[i]!) * (rows[r * dim + j]! - mean[j]!);
    return sum / (n - 1);
  });
  return { mean, covariance };
}

describe("The Frechet distance", () => {
  test("of axis-aligned laws is the sum over axes of squared differences of mean and deviation", () => {
    const reference = frechetReference(cross(4, 2, [0, 0]), 2);
    const found = frechetDistance(cross(1, 8, [3, -1]), reference);
    // The inputs are small whole numbers, so only some ten f64 roundings of numbers below 100 stand between both.
    expect(Math.abs(found - ((2 / 3) * (9 + 36) + 10))).toBeLessThan(1e-12);
  });

  test("is the squared Wasserstein-2 distance of the fitted Gaussians", () => {
    const random = createRandom(5, DATA_STREAM);
    const [a, b] = [normals(random, 40, 5, 1), normals(random, 30, 5, 1.5)];
    const [p, q] = [momentsOf(a, 5), momentsOf(b, 5)];
    const expected = gaussianWasserstein(p.mean, p.covariance, q.mean, q.covariance) ** 2;
    // Both take roots of eigenvalues in f64; numbers here are below 1,000.
    expect(Math.abs(frechetDistance(a, frechetReference(b, 5)) - expected)).toBeLessThan(1e-9);
  });

  test("of a law to itself is 0, and of one with two features exchanged is not (control)", () => {
    const a = normals(createRandom(6, DATA_STREAM), 200, 3, 1);
    const reference = frechetReference(a, 3);
    const exchanged = a.map((_, i) => a[i % 3 === 0 ? i + 1 : i % 3 === 1 ? i - 1 : i]!);
    // A difference of traces of about 30 is rounded at 1e-14 each; eigenvalues near 0 enter by their root.
    expect(Math.abs(frechetDistance(a, reference))).toBeLessThan(1e-6);
    expect(frechetDistance(exchanged, reference)).toBeGreaterThan(0.5);
  });

  test("has a standard error that is the spread over repetitions", async () => {
    const random = createRandom(7, DATA_STREAM);
    const reference = frechetReference(normals(random, 500, 4, 1), 4);
    const estimates = [];
    for (let repetition = 0; repetition < 150; repetition++)
      estimates.push(frechetEstimate(await frechetParts(normals(random, 200, 4, 1.2), reference)));
    const mean = estimates.reduce((sum, { value }) => sum + value, 0) / 150;
    const spread = Math.sqrt(estimates.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / 149);
    const claimed = Math.sqrt(estimates.reduce((sum, { se }) => sum + se * se, 0) / 150);
    // A spread of 150 has a relative error of 1 / sqrt(2 149) = 0.058, one from ten parts of 1 / sqrt(18 150) = 0.02 besides.
    expect(Math.abs(claimed / spread - 1)).toBeLessThan(4.5 * Math.hypot(0.058, 0.02));
  });

  test("differs between paired samples with less noise than between unpaired ones", async () => {
    const random = createRandom(8, DATA_STREAM);
    const reference = frechetReference(normals(random, 500, 4, 1), 4);
    const a = normals(random, 300, 4, 1.2);
    const b = a.map((value) => 1.05 * value);
    const [p, q] = [await frechetParts(a, reference), await frechetParts(b, reference)];
    const { value, se } = frechetDifference(p, q);
    expect(value).toBe(p.value - q.value);
    expect(se).toBeLessThan(0.5 * frechetEstimate(p).se);
    const fewer = await frechetParts(a.subarray(0, 400), reference);
    expect(() => frechetDifference(p, fewer)).toThrow(/300 and 100/);
  });

  test("is not given for too few samples, and two rows at least make a law", async () => {
    const reference = frechetReference(cross(1, 1, [0, 0]), 2);
    const parts = await frechetParts(cross(1, 1, [0, 0]), reference);
    expect(frechetEstimate(parts)).toEqual({ value: NaN, se: Infinity, n: 4 });
    expect(() => frechetReference(Float32Array.of(1, 2), 2)).toThrow(/at least 2 rows/);
  });
});
