/**
 * Small dense linear algebra in f64. A matrix is a row-major Float64Array of d * d numbers. Sizes here are d <= 64, so
 * plain loops are the fast path; the general symmetric eigenproblem is left to ml-matrix.
 */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** a = V diag(values) V'. values [d] in no promised order; vectors [d, d] row-major, column j is eigenvector j. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Eigen-decomposition of a symmetric matrix a [d, d]; vectors are orthonormal. Only the symmetric part of a counts. */
export function symmetricEigen(a: Float64Array, d: number): SymmetricEigen {
  if (d === 1) return { values: Float64Array.of(a[0] ?? 0), vectors: Float64Array.of(1) };
  if (isDiagonal(a, d)) return { values: diagonalOf(a, d), vectors: identity(d) };
  if (d === 2) return symmetricEigen2(a);
  const matrix = Matrix.zeros(d, d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) matrix.set(i, j, ((a[i * d + j] ?? 0) + (a[j * d + i] ?? 0)) / 2);
  const eigen = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  return {
    values: Float64Array.from(eigen.realEigenvalues),
    vectors: Float64Array.from(eigen.eigenvectorMatrix.to1DArray()),
  };
}

/** One Jacobi rotation, which is exact for d = 2. */
function symmetricEigen2(a: Float64Array): SymmetricEigen {
  const [a00 = 0, a01 = 0, a10 = 0, a11 = 0] = a;
  const off = (a01 + a10) / 2;
  const ratio = (a11 - a00) / (2 * off);
  const tangent = Math.sign(ratio || 1) / (Math.abs(ratio) + Math.hypot(1, ratio));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  return {
    values: Float64Array.of(a00 - tangent * off, a11 + tangent * off),
    vectors: Float64Array.of(cosine, sine, -sine, cosine),
  };
}

/** True if every off-diagonal entry of a [d, d] is exactly zero. */
export function isDiagonal(a: Float64Array, d: number): boolean {
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) if (i !== j && a[i * d + j] !== 0) return false;
  return true;
}

/** Diagonal [d] of a [d, d]. */
export function diagonalOf(a: Float64Array, d: number): Float64Array {
  return Float64Array.from({ length: d }, (_, i) => a[i * d + i] ?? 0);
}

/** Diagonal matrix [d, d] of values [d]. */
export function diagonalMatrix(values: ArrayLike<number>): Float64Array {
  const d = values.length;
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++) out[i * d + i] = values[i] ?? 0;
  return out;
}

/** Identity [d, d]. */
export function identity(d: number): Float64Array {
  return diagonalMatrix(new Float64Array(d).fill(1));
}

/** Product a b of [d, d] matrices. */
export function matmul(a: Float64Array, b: Float64Array, d: number): Float64Array {
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++)
    for (let k = 0; k < d; k++) {
      const scale = a[i * d + k] ?? 0;
      if (scale === 0) continue;
      for (let j = 0; j < d; j++) out[i * d + j] = (out[i * d + j] ?? 0) + scale * (b[k * d + j] ?? 0);
    }
  return out;
}

/** Product a x of a [d, d] and x [d]. */
export function matvec(a: Float64Array, x: ArrayLike<number>, d: number): Float64Array {
  const out = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += (a[i * d + j] ?? 0) * (x[j] ?? 0);
    out[i] = sum;
  }
  return out;
}

/** Transpose of a [d, d]. */
export function transpose(a: Float64Array, d: number): Float64Array {
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) out[j * d + i] = a[i * d + j] ?? 0;
  return out;
}

/** Sum of the diagonal of a [d, d]. */
export function trace(a: Float64Array, d: number): number {
  return diagonalOf(a, d).reduce((sum, v) => sum + v, 0);
}

/** V diag(f(values)) V' : a function of a symmetric matrix a [d, d]. */
export function symmetricFunction(a: Float64Array, d: number, f: (value: number) => number): Float64Array {
  const { values, vectors } = symmetricEigen(a, d);
  const out = new Float64Array(d * d);
  for (let k = 0; k < d; k++) {
    const scale = f(values[k] ?? 0);
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++)
        out[i * d + j] =
          (out[i * d + j] ?? 0) + scale * (vectors[i * d + k] ?? 0) * (vectors[j * d + k] ?? 0);
  }
  return out;
}

/** Symmetric square root of a positive semi-definite a [d, d]; negative eigenvalues (rounding) count as 0. */
export function sqrtPsd(a: Float64Array, d: number): Float64Array {
  return symmetricFunction(a, d, (value) => Math.sqrt(Math.max(0, value)));
}

/** Lower Cholesky factor L [d, d] with a = L L'. Throws if a is not positive definite. */
export function cholesky(a: Float64Array, d: number): Float64Array {
  const lower = new Float64Array(d * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * d + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (lower[i * d + k] ?? 0) * (lower[j * d + k] ?? 0);
      if (i !== j) lower[i * d + j] = sum / (lower[j * d + j] ?? 0);
      else if (sum > 0) lower[i * d + i] = Math.sqrt(sum);
      else
        throw new RangeError(
          `cholesky: the matrix must be positive definite, got pivot ${sum} in row ${i}; use symmetricEigen for a singular matrix`,
        );
    }
  return lower;
}

/** Solves a x = b for a positive definite a [d, d] and b [d]. */
export function solveSpd(a: Float64Array, b: ArrayLike<number>, d: number): Float64Array {
  return solveCholesky(cholesky(a, d), b, d);
}

/** Solves L L' x = b for a lower Cholesky factor L [d, d] and b [d]. */
export function solveCholesky(lower: Float64Array, b: ArrayLike<number>, d: number): Float64Array {
  const x = Float64Array.from({ length: d }, (_, i) => b[i] ?? 0);
  for (let i = 0; i < d; i++) {
    let sum = x[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (lower[i * d + k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (lower[i * d + i] ?? 0);
  }
  for (let i = d - 1; i >= 0; i--) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < d; k++) sum -= (lower[k * d + i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (lower[i * d + i] ?? 0);
  }
  return x;
}

/** Inverse of a positive definite a [d, d], exactly symmetric. */
export function inverseSpd(a: Float64Array, d: number): Float64Array {
  const lower = cholesky(a, d);
  const out = new Float64Array(d * d);
  const unit = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    unit.fill(0)[j] = 1;
    const column = solveCholesky(lower, unit, d);
    for (let i = j; i < d; i++) out[i * d + j] = out[j * d + i] = column[i] ?? 0;
  }
  return out;
}

/** log det of a positive definite a [d, d]. */
export function logDetSpd(a: Float64Array, d: number): number {
  const lower = cholesky(a, d);
  let sum = 0;
  for (let i = 0; i < d; i++) sum += 2 * Math.log(lower[i * d + i] ?? 0);
  return sum;
}
