/** Wasserstein-2 distances between a measured law and a known one. */
import { matmul, sqrtPsd } from "../math/linear-algebra.ts";
import type { Histogram } from "./estimate.ts";

/** Quantile levels per cell of a histogram; within a cell the mass is taken as uniform. */
const LEVELS_PER_BIN = 8;

/**
 * W2 between a 1-D histogram and a law given by its quantile function p in (0, 1) -> x. Samples outside the histogram are
 * left out, and each cell's mass counts as uniform over it, so the result is good to about the cell's width over sqrt(12).
 */
export function histogramWasserstein(histogram: Histogram, quantile: (p: number) => number): number {
  const [lo = 0] = histogram.lo;
  const [hi = 1] = histogram.hi;
  const [bins = 1] = histogram.bins;
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  if (histogram.dim !== 1 || total === 0) return NaN;
  const width = (hi - lo) / bins;
  let below = 0;
  let sum = 0;
  histogram.counts.forEach((count, bin) => {
    for (let level = 0; level < LEVELS_PER_BIN && count > 0; level++) {
      const share = (level + 0.5) / LEVELS_PER_BIN;
      const x = lo + (bin + share) * width;
      sum += (count / LEVELS_PER_BIN) * (x - quantile((below + share * count) / total)) ** 2;
    }
    below += count;
  });
  return Math.sqrt(sum / total);
}

/** Quantile function of a density [n] given on ascending points x [n]; linear in between, normalised here. */
export function densityQuantile(x: Float64Array, density: Float64Array): (p: number) => number {
  const cumulative = new Float64Array(x.length);
  for (let i = 1; i < x.length; i++) {
    const area = 0.5 * (at(density, i) + at(density, i - 1)) * (at(x, i) - at(x, i - 1));
    cumulative[i] = at(cumulative, i - 1) + area;
  }
  const total = at(cumulative, x.length - 1);
  return (p) => {
    const target = p * total;
    let low = 0;
    let high = x.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (at(cumulative, middle) <= target) low = middle;
      else high = middle;
    }
    const span = at(cumulative, high) - at(cumulative, low);
    const share = span > 0 ? (target - at(cumulative, low)) / span : 0.5;
    return at(x, low) + Math.min(1, Math.max(0, share)) * (at(x, high) - at(x, low));
  };
}

/**
 * W2 between two Gaussians: W2^2 = |a - b|^2 + tr(A + B - 2 (A^1/2 B A^1/2)^1/2). For other laws with these moments it is
 * a lower bound (Gelbrich, 1990).
 *
 * meanA, meanB [d]; covA, covB [d, d] positive semi-definite
 */
export function gaussianWasserstein(
  meanA: Float64Array,
  covA: Float64Array,
  meanB: Float64Array,
  covB: Float64Array,
): number {
  const d = meanA.length;
  const rootA = sqrtPsd(covA, d);
  const cross = sqrtPsd(symmetrised(matmul(matmul(rootA, covB, d), rootA, d), d), d);
  let sum = 0;
  for (let i = 0; i < d; i++) {
    const shift = at(meanA, i) - at(meanB, i);
    sum += shift * shift + at(covA, i * d + i) + at(covB, i * d + i) - 2 * at(cross, i * d + i);
  }
  return Math.sqrt(Math.max(0, sum));
}

function symmetrised(a: Float64Array, d: number): Float64Array {
  return a.map((value, index) => 0.5 * (value + at(a, (index % d) * d + Math.floor(index / d))));
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? NaN;
}
