import { identity, matmul, matvec, transpose } from "../../src/math/linear-algebra.ts";
import type { LinearProgram } from "../../src/diffusion/program.ts";

/** Mean [d] and covariance [d, d] of x after a linear program, by propagating both through every step. */
export function programLaw(program: LinearProgram): { mean: Float64Array; cov: Float64Array } {
  const { dim: d } = program;
  let mean: Float64Array = new Float64Array(d);
  let cov: Float64Array = identity(d).map((v) => v * program.priorStd ** 2);
  for (let k = 0; k < program.steps; k++) {
    const A = stepMatrix(program.A, program.diagonal, k, d);
    const noise = program.noise
      ? stepMatrix(program.noise, program.diagonal, k, d)
      : identity(d).map((v) => v * program.c[k]!);
    mean = matvec(A, mean, d).map((v, i) => v + program.b[k * d + i]!);
    const shaken = matmul(noise, transpose(noise, d), d);
    cov = matmul(matmul(A, cov, d), transpose(A, d), d).map((v, ij) => v + shaken[ij]!);
  }
  const { basis } = program;
  if (!basis) return { mean, cov };
  return { mean: matvec(basis, mean, d), cov: matmul(matmul(basis, cov, d), transpose(basis, d), d) };
}

function stepMatrix(source: Float64Array, diagonal: boolean, k: number, d: number): Float64Array {
  if (!diagonal) return source.subarray(k * d * d, (k + 1) * d * d);
  return identity(d).map((v, ij) => v * source[k * d + (ij % d)]!);
}
