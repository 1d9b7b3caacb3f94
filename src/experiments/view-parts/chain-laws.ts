/** Exact law of a linear sampler at chosen steps: Gaussian, by pushing mean and covariance through the chain. */
import { gaussianLaw, type GaussianMixture } from "../../diffusion/mixture.ts";
import type { LinearProgram } from "../../diffusion/program.ts";
import { diagonalMatrix, identity, matmul, matvec, transpose } from "../../math/linear-algebra.ts";

/** Dense chains above this dimension are left out: d^3 work per step. */
const DENSE_LIMIT = 16;

/**
 * Law of x after each of the steps `frames` (ascending, 0 = prior), or null where it would cost too much.
 * y[0] ~ N(0, priorStd^2 I), y[k+1] = A y + b + noise z, x = basis y.
 */
export function chainLaws(program: LinearProgram, frames: readonly number[]): GaussianMixture[] | null {
  const { dim: d, diagonal } = program;
  if (!diagonal && d > DENSE_LIMIT) return null;
  const variance = program.priorStd ** 2;
  let moments: Moments = {
    mean: new Float64Array(d),
    cov: diagonal ? new Float64Array(d).fill(variance) : identity(d).map((value) => variance * value),
  };
  const laws: GaussianMixture[] = [];
  for (let k = 0; ; k += 1) {
    if (frames[laws.length] === k) laws.push(lawOf(program, moments));
    if (k >= program.steps || laws.length === frames.length) return laws;
    moments = diagonal ? diagonalStep(program, k, moments) : denseStep(program, k, moments);
  }
}

/** cov [d] (variances) in a diagonal chain, else [d, d]. */
interface Moments {
  readonly mean: Float64Array;
  readonly cov: Float64Array;
}

function diagonalStep({ dim: d, A, b, c, noise }: LinearProgram, k: number, { mean, cov }: Moments): Moments {
  const scale = (i: number): number => A[k * d + i] ?? 0;
  return {
    mean: mean.map((value, i) => scale(i) * value + (b[k * d + i] ?? 0)),
    cov: cov.map((value, i) => scale(i) ** 2 * value + (noise?.[k * d + i] ?? c[k] ?? 0) ** 2),
  };
}

function denseStep({ dim: d, A, b, c, noise }: LinearProgram, k: number, { mean, cov }: Moments): Moments {
  const map = A.subarray(k * d * d, (k + 1) * d * d);
  const factor =
    noise?.subarray(k * d * d, (k + 1) * d * d) ?? identity(d).map((value) => (c[k] ?? 0) * value);
  const added = matmul(factor, transpose(factor, d), d);
  return {
    mean: matvec(map, mean, d).map((value, i) => value + (b[k * d + i] ?? 0)),
    cov: congruence(map, cov, d).map((value, ij) => value + (added[ij] ?? 0)),
  };
}

function lawOf({ dim: d, diagonal, basis }: LinearProgram, { mean, cov }: Moments): GaussianMixture {
  const full = diagonal ? diagonalMatrix(cov) : cov;
  return basis === null
    ? gaussianLaw(mean, full)
    : gaussianLaw(matvec(basis, mean, d), congruence(basis, full, d));
}

/** F C F'. */
function congruence(F: Float64Array, C: Float64Array, d: number): Float64Array {
  return matmul(F, matmul(C, transpose(F, d), d), d);
}
