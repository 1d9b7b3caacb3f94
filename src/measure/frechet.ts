/**
 * The Frechet distance (Heusel et al., 2017) between Gaussians fitted to features: |a - b|^2 + tr(A + B - 2 (A^1/2 B A^1/2)^1/2). With n
 * samples it is biased upward, by an amount that falls like 1/n: compare it at one n, and with that of real samples.
 */
import { matmul, sqrtPsd, symmetricEigen } from "../math/linear-algebra.ts";
import type { Estimate } from "./estimate.ts";

/** A law that distances are taken to. */
export interface FrechetReference {
  readonly dim: number;
  /** [d] */
  readonly mean: Float64Array;
  readonly trace: number;
  /** Root of the covariance [d, d]. */
  readonly root: Float64Array;
}

/** Parts that the samples are dealt into for the standard error. */
const GROUPS = 10;
/** The fewest samples that have a distance with a standard error: two a part. */
export const FRECHET_LEAST = 2 * GROUPS;

/** The law of features [n, dim]. Throws RangeError for fewer than two rows. */
export function frechetReference(features: Float32Array, dim: number): FrechetReference {
  const { mean, covariance } = moments(features, dim, () => true);
  return { dim, mean, trace: traceOf(covariance, dim), root: sqrtPsd(covariance, dim) };
}

/** The distance (not its square root) of features [n, dim] to the reference. Throws RangeError for fewer than two rows. */
export function frechetDistance(
  features: Float32Array,
  reference: FrechetReference,
  keep: (row: number) => boolean = () => true,
): number {
  const { dim, root } = reference;
  const { mean, covariance } = moments(features, dim, keep);
  const product = matmul(matmul(root, covariance, dim), root, dim);
  const cross = symmetricEigen(product, dim).values.reduce(
    (sum, value) => sum + Math.sqrt(Math.max(0, value)),
    0,
  );
  const shift = mean.reduce((sum, value, i) => sum + (value - (reference.mean[i] as number)) ** 2, 0);
  return shift + traceOf(covariance, dim) + reference.trace - 2 * cross;
}

/** A distance, and what it is without each of ten parts of the samples; rows i of equal parts belong together. */
export interface FrechetParts {
  readonly n: number;
  readonly value: number;
  readonly without: readonly number[];
}

/**
 * The distance of features [n, dim] with and without each part. `rest` is awaited between parts, which take some
 * milliseconds each for 32 features. NaN for fewer samples than FRECHET_LEAST.
 */
export async function frechetParts(
  features: Float32Array,
  reference: FrechetReference,
  rest: () => Promise<void> = () => Promise.resolve(),
): Promise<FrechetParts> {
  const n = features.length / reference.dim;
  if (n < FRECHET_LEAST) return { n, value: NaN, without: [] };
  const value = frechetDistance(features, reference);
  const without: number[] = [];
  for (let group = 0; group < GROUPS; group++) {
    await rest();
    without.push(frechetDistance(features, reference, (row) => row % GROUPS !== group));
  }
  return { n, value, without };
}

/** The distance with its standard error by the grouped jackknife (Efron, 1982). */
export function frechetEstimate({ n, value, without }: FrechetParts): Estimate {
  return { value, se: jackknife(without), n };
}

/** a - b with its standard error, for samples that belong together row by row. Throws RangeError for different numbers. */
export function frechetDifference(a: FrechetParts, b: FrechetParts): Estimate {
  if (a.n !== b.n)
    throw new RangeError(
      `frechet: both must have as many samples, got ${a.n} and ${b.n}; measure them together`,
    );
  return {
    value: a.value - b.value,
    se: jackknife(a.without.map((one, i) => one - (b.without[i] ?? NaN))),
    n: a.n,
  };
}

function jackknife(without: readonly number[]): number {
  const parts = without.length;
  if (parts === 0) return Infinity;
  const mean = without.reduce((sum, one) => sum + one, 0) / parts;
  return Math.sqrt(((parts - 1) / parts) * without.reduce((sum, one) => sum + (one - mean) ** 2, 0));
}

/** Mean [d] and unbiased covariance [d, d] of the kept rows. */
function moments(features: Float32Array, dim: number, keep: (row: number) => boolean) {
  const rows: number[] = [];
  for (let row = 0; row < features.length / dim; row++) if (keep(row)) rows.push(row);
  if (rows.length < 2)
    throw new RangeError(
      `frechet: must have at least 2 rows of ${dim} features, got ${rows.length}; measure more samples`,
    );
  const mean = new Float64Array(dim);
  for (const row of rows)
    for (let i = 0; i < dim; i++) mean[i] = at(mean, i) + at(features, row * dim + i) / rows.length;
  const covariance = new Float64Array(dim * dim);
  const centred = new Float64Array(dim);
  for (const row of rows) {
    for (let i = 0; i < dim; i++) centred[i] = at(features, row * dim + i) - at(mean, i);
    for (let i = 0; i < dim; i++) {
      const share = at(centred, i) / (rows.length - 1);
      for (let j = i; j < dim; j++)
        covariance[i * dim + j] = at(covariance, i * dim + j) + share * at(centred, j);
    }
  }
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < i; j++) covariance[i * dim + j] = at(covariance, j * dim + i);
  return { mean, covariance };
}

function traceOf(matrix: Float64Array, dim: number): number {
  let sum = 0;
  for (let i = 0; i < dim; i++) sum += at(matrix, i * dim + i);
  return sum;
}

function at(values: Float32Array | Float64Array, index: number): number {
  return values[index] as number;
}
