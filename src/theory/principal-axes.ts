/** Principal axes of a Gaussian: samplers with an exact score act on each axis alone. */
import { matmul, matvec, symmetricEigen, transpose } from "../math/linear-algebra.ts";

/** A Gaussian law: mean [d], cov [d, d] row-major, positive semi-definite. */
export interface GaussianLaw {
  readonly mean: Float64Array;
  readonly cov: Float64Array;
}

/** A Gaussian in its eigenbasis: mean [d] and variances [d] along the columns of basis [d, d]. */
export interface PrincipalAxes {
  readonly dim: number;
  readonly mean: Float64Array;
  readonly variances: Float64Array;
  readonly basis: Float64Array;
}

/** Axes already found, by covariance array; laws are never mutated, and every curve asks for its law's axes again. */
const KNOWN = new WeakMap<Float64Array, PrincipalAxes & { readonly origin: Float64Array }>();

/** Rotates a Gaussian into its eigenbasis. Negative eigenvalues within rounding count as 0; others throw RangeError. */
export function principalAxes(law: GaussianLaw): PrincipalAxes {
  const known = KNOWN.get(law.cov);
  if (known !== undefined && known.origin === law.mean) return known;
  const found = { ...findAxes(law), origin: law.mean };
  KNOWN.set(law.cov, found);
  return found;
}

function findAxes(law: GaussianLaw): PrincipalAxes {
  const dim = law.mean.length;
  const { values, vectors } = symmetricEigen(law.cov, dim);
  const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const variances = values.map((value) => {
    if (value < -1e-10 * largest)
      throw new RangeError(
        `covariance: must be positive semi-definite, got eigenvalue ${value}; lower the off-diagonal entries`,
      );
    return Math.max(0, value);
  });
  return { dim, mean: matvec(transpose(vectors, dim), law.mean, dim), variances, basis: vectors };
}

/** The Gaussian with the given mean [d] and variances [d] along the axes of `basis` [d, d], in data coordinates. */
export function fromAxes(basis: Float64Array, mean: Float64Array, variances: Float64Array): GaussianLaw {
  const dim = mean.length;
  const scaled = basis.map((value, ik) => value * (variances[ik % dim] ?? 0));
  const cov = matmul(scaled, transpose(basis, dim), dim);
  return { mean: matvec(basis, mean, dim), cov };
}

/** basis' a basis: a matrix [d, d] in the coordinates of the basis. */
export function intoAxes(basis: Float64Array, a: Float64Array, dim: number): Float64Array {
  return matmul(transpose(basis, dim), matmul(a, basis, dim), dim);
}
