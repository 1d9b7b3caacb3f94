/** Running sums of a vector up to fourth order: mean and covariance, each with its standard error. */
import type { Estimate, VectorSums } from "./estimate.ts";

/** Number of pairs i <= j of d coordinates. */
export function pairCount(dim: number): number {
  return (dim * (dim + 1)) / 2;
}

/** Place of the pair (i, j), i <= j, in the order (0,0), (0,1) .. (0,d-1), (1,1) ... */
export function pairIndex(i: number, j: number, dim: number): number {
  return i * dim - (i * (i - 1)) / 2 + (j - i);
}

/** No samples yet, about `shift` [d]. */
export function emptyVectorSums(shift: Float64Array): VectorSums {
  const dim = shift.length;
  const pairs = pairCount(dim);
  return {
    n: 0,
    dim,
    shift: shift.slice(),
    s1: new Float64Array(dim),
    s11: new Float64Array(pairs),
    s21: new Float64Array(pairs),
    s12: new Float64Array(pairs),
    s22: new Float64Array(pairs),
  };
}

/**
 * The sums with the vector x[offset .. offset + d - 1] added. Gathers into a copy; loops over many samples keep their own
 * mutable arrays (`accumulateVectors`).
 */
export function addVector(sums: VectorSums, x: Float64Array | Float32Array, offset = 0): VectorSums {
  const copy = copyOf(sums);
  accumulateVectors(copy, x.subarray(offset, offset + sums.dim), 1);
  return { ...copy, n: sums.n + 1 };
}

/** Adds the rows x [count, d] to the arrays of `sums`, in order; the caller keeps count of n. */
export function accumulateVectors(sums: VectorSums, x: Float64Array | Float32Array, count: number): void {
  const { dim, shift, s1, s11, s21, s12, s22 } = sums;
  const y = new Float64Array(dim);
  for (let p = 0; p < count; p++) {
    for (let i = 0; i < dim; i++) y[i] = (x[p * dim + i] as number) - (shift[i] as number);
    let pair = 0;
    for (let i = 0; i < dim; i++) {
      const yi = y[i] as number;
      s1[i] = (s1[i] as number) + yi;
      for (let j = i; j < dim; j++, pair++) {
        const yj = y[j] as number;
        const product = yi * yj;
        s11[pair] = (s11[pair] as number) + product;
        s21[pair] = (s21[pair] as number) + yi * product;
        s12[pair] = (s12[pair] as number) + product * yj;
        s22[pair] = (s22[pair] as number) + product * product;
      }
    }
  }
}

/** Sums of both sets. Both must share their shift: results of one job always do. */
export function mergeVectorSums(a: VectorSums, b: VectorSums): VectorSums {
  if (a.dim !== b.dim || a.shift.some((value, i) => value !== b.shift[i]))
    throw new RangeError(
      "mergeVectorSums: both sums must have one dimension and one shift; measure them in one job",
    );
  const merged = copyOf(a);
  for (const key of ["s1", "s11", "s21", "s12", "s22"] as const)
    for (let i = 0; i < merged[key].length; i++)
      merged[key][i] = (merged[key][i] as number) + (b[key][i] as number);
  return { ...merged, n: a.n + b.n };
}

function copyOf(sums: VectorSums): VectorSums {
  const { s1, s11, s21, s12, s22 } = sums;
  return { ...sums, s1: s1.slice(), s11: s11.slice(), s21: s21.slice(), s12: s12.slice(), s22: s22.slice() };
}

/** Mean of every coordinate [d]. */
export function meanEstimates(sums: VectorSums): Estimate[] {
  return Array.from({ length: sums.dim }, (_, i) => {
    const { n } = sums;
    if (n === 0) return { value: NaN, se: Infinity, n };
    const mean = at(sums.s1, i) / n;
    const variance =
      n > 1 ? Math.max(0, (at(sums.s11, pairIndex(i, i, sums.dim)) - n * mean * mean) / (n - 1)) : Infinity;
    return { value: at(sums.shift, i) + mean, se: Math.sqrt(variance / n), n };
  });
}

/**
 * Unbiased covariance [d][d]. Standard error by the delta method: the variance of (y_i - m_i)(y_j - m_j) over n, which is
 * the exact leading order for any law, not only a Gaussian one.
 */
export function covarianceEstimates(sums: VectorSums): Estimate[][] {
  const upper = (i: number, j: number): Estimate => covarianceEstimate(sums, Math.min(i, j), Math.max(i, j));
  return Array.from({ length: sums.dim }, (_, i) => Array.from({ length: sums.dim }, (_, j) => upper(i, j)));
}

function covarianceEstimate(sums: VectorSums, i: number, j: number): Estimate {
  const { n, dim } = sums;
  if (n < 2) return { value: NaN, se: Infinity, n };
  const pair = pairIndex(i, j, dim);
  const mi = at(sums.s1, i) / n;
  const mj = at(sums.s1, j) / n;
  const ii = at(sums.s11, pairIndex(i, i, dim)) / n;
  const jj = at(sums.s11, pairIndex(j, j, dim)) / n;
  const ij = at(sums.s11, pair) / n;
  const central = ij - mi * mj;
  // E[(y_i - m_i)^2 (y_j - m_j)^2] from the moments about the shift.
  const fourth =
    at(sums.s22, pair) / n -
    (2 * mj * at(sums.s21, pair)) / n -
    (2 * mi * at(sums.s12, pair)) / n +
    mj * mj * ii +
    mi * mi * jj +
    4 * mi * mj * ij -
    3 * mi * mi * mj * mj;
  return {
    value: (central * n) / (n - 1),
    se: Math.sqrt(Math.max(0, fourth - central * central) / (n - 1)),
    n,
  };
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? NaN;
}
