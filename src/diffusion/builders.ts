/** Builds sampler programs, the plain numbers that engines run, from laws and coefficients. */
import {
  diagonalMatrix,
  diagonalOf,
  isDiagonal,
  matmul,
  matvec,
  symmetricEigen,
  transpose,
} from "../math/linear-algebra.ts";
import type { GaussianMixture } from "./gaussian-mixture.ts";
import type { Process } from "./process.ts";
import type { LinearProgram, MixtureProgram, StepCoefficients } from "./program.ts";

/** Program of a sampler with the exact score of a mixture in 1 or 2 dimensions. */
export function mixtureProgram(
  mixture: GaussianMixture,
  process: Process,
  coefficients: readonly StepCoefficients[],
): MixtureProgram {
  if (mixture.dim > 2)
    throw new RangeError(
      `mixtureProgram: dimension must be 1 or 2, got ${mixture.dim}; use gaussianProgram for one component`,
    );
  return {
    kind: "mixture",
    dim: mixture.dim,
    steps: coefficients.length,
    priorStd: process.priorStd,
    mixture,
    coefficients,
  };
}

/**
 * Program of a sampler with the exact score of N(mean [d], cov [d, d]), diagonal in the eigenbasis of cov. Per eigenvalue
 * lambda, with V = alpha^2 lambda + sigma^2 and x0Hat = mean + alpha lambda / V (x - alpha mean),
 *
 *     cx x + c0 x0Hat = A x + (c0 + cx alpha - A alpha) mean + ...,   A = cx sigma^2/V + (c0 + cx alpha) alpha lambda/V
 *
 * which has no cancellation (theory note, section 4), also for lambda = 0.
 */
export function gaussianProgram(
  mean: ArrayLike<number>,
  cov: Float64Array,
  process: Process,
  coefficients: readonly StepCoefficients[],
): LinearProgram {
  const d = mean.length;
  const eigen = symmetricEigen(cov, d);
  const basis = isDiagonal(cov, d) ? null : eigen.vectors;
  const center = basis ? matvec(transpose(basis, d), mean, d) : Float64Array.from(mean);
  const lambdas = eigen.values.map((value) => Math.max(0, value));
  const program = emptyProgram(d, true, process, coefficients);
  coefficients.forEach((step, k) => {
    lambdas.forEach((lambda, i) => {
      const { A, b, noise } = gaussianEntry(step, lambda, center[i] ?? 0);
      program.A[k * d + i] = A;
      program.b[k * d + i] = b;
      program.noise[k * d + i] = noise;
    });
  });
  return finish(program, coefficients, basis);
}

/** x_s = A x + b + noise z for one eigen-direction of a Gaussian law. */
function gaussianEntry(step: StepCoefficients, lambda: number, mean: number) {
  const at = (alpha: number, sigma: number) => {
    const V = alpha * alpha * lambda + sigma * sigma;
    return { noise: (sigma * sigma) / V, signal: (alpha * lambda) / V };
  };
  const first = at(step.alphaT, step.sigmaT);
  // u x + w x0Hat = A x + b mean, written through the image u alpha + w of a point mass, which is tame.
  const combine = (u: number, w: number, alpha: number, part: { noise: number; signal: number }) => ({
    A: u * part.noise + (w + u * alpha) * part.signal,
    b: w * part.noise,
  });
  const y = combine(step.cx, step.c0, step.alphaT, first);
  if (!step.corrector) return { A: y.A, b: y.b * mean, noise: step.cz };
  const { ex, e0, ey, e1, ez } = step.corrector;
  const second = at(step.alphaS, step.sigmaS);
  const outer = combine(ex, e0, step.alphaT, first);
  const inner = combine(ey, e1, step.alphaS, second);
  return {
    A: outer.A + inner.A * y.A,
    b: (outer.b + inner.b + inner.A * y.b) * mean,
    noise: ez + inner.A * step.cz,
  };
}

/** A denoiser that is affine in x at each noise level: x0Hat = M x + m, M [d, d], m [d]. */
export type AffineDenoiser = (
  alpha: number,
  sigma: number,
  t: number,
) => { readonly M: Float64Array; readonly m: Float64Array };

/**
 * Program of a sampler on an affine denoiser; diagonal where every M is, else dense. With `basis` [d, d] the denoiser speaks
 * of y = basis' x, and samples are rotated back to x = basis y.
 */
export function affineProgram(
  denoiser: AffineDenoiser,
  dim: number,
  process: Process,
  coefficients: readonly StepCoefficients[],
  basis: Float64Array | null = null,
): LinearProgram {
  const maps = coefficients.map((step) => affineStep(denoiser, dim, step));
  const diagonal = maps.every((map) => isDiagonal(map.A, dim) && isDiagonal(map.noise, dim));
  const program = emptyProgram(dim, diagonal, process, coefficients);
  maps.forEach((map, k) => {
    const shape = (matrix: Float64Array) => (diagonal ? diagonalOf(matrix, dim) : matrix);
    program.A.set(shape(map.A), k * program.size);
    program.noise.set(shape(map.noise), k * program.size);
    program.b.set(map.b, k * dim);
  });
  return finish(program, coefficients, basis !== null && isIdentity(basis, dim) ? null : basis);
}

/** x_s = A x + b + noise z, with A and noise [d, d]. */
function affineStep(denoiser: AffineDenoiser, d: number, step: StepCoefficients) {
  const first = denoiser(step.alphaT, step.sigmaT, step.t);
  const y = affineCombination(step.cx, step.c0, first, d);
  if (!step.corrector) return { ...y, noise: scaledIdentity(step.cz, d) };
  const { ex, e0, ey, e1, ez } = step.corrector;
  const outer = affineCombination(ex, e0, first, d);
  const inner = affineCombination(ey, e1, denoiser(step.alphaS, step.sigmaS, step.s), d);
  const through = matvec(inner.A, y.b, d);
  const product = matmulInto(outer.A, inner.A, y.A, d);
  return {
    A: product,
    b: outer.b.map((value, i) => value + (inner.b[i] ?? 0) + (through[i] ?? 0)),
    noise: scaledIdentity(ez, d).map((value, ij) => value + step.cz * (inner.A[ij] ?? 0)),
  };
}

/** u x + w (M x + m) as an affine map. */
function affineCombination(u: number, w: number, map: ReturnType<AffineDenoiser>, d: number) {
  const A = map.M.map((value, ij) => w * value + (Math.floor(ij / d) === ij % d ? u : 0));
  return { A, b: map.m.map((value) => w * value) };
}

/** a + b c of [d, d] matrices. */
function matmulInto(a: Float64Array, b: Float64Array, c: Float64Array, d: number): Float64Array {
  return matmul(b, c, d).map((value, ij) => value + (a[ij] ?? 0));
}

function scaledIdentity(scale: number, d: number): Float64Array {
  return diagonalMatrix(new Float64Array(d).fill(scale));
}

interface Draft {
  readonly dim: number;
  readonly size: number;
  readonly diagonal: boolean;
  readonly priorStd: number;
  readonly A: Float64Array;
  readonly b: Float64Array;
  readonly noise: Float64Array;
}

function emptyProgram(
  dim: number,
  diagonal: boolean,
  process: Process,
  coefficients: readonly StepCoefficients[],
): Draft {
  const size = diagonal ? dim : dim * dim;
  const steps = coefficients.length;
  return {
    dim,
    size,
    diagonal,
    priorStd: process.priorStd,
    A: new Float64Array(steps * size),
    b: new Float64Array(steps * dim),
    noise: new Float64Array(steps * size),
  };
}

function isIdentity(matrix: Float64Array, d: number): boolean {
  return matrix.every((value, ij) => value === (Math.floor(ij / d) === ij % d ? 1 : 0));
}

/** Closes a draft; the noise factor is kept only where some step has a corrector. */
function finish(
  draft: Draft,
  coefficients: readonly StepCoefficients[],
  basis: Float64Array | null,
): LinearProgram {
  const { dim, diagonal, priorStd, A, b } = draft;
  const corrected = coefficients.some((step) => step.corrector !== null);
  return {
    kind: "linear",
    dim,
    steps: coefficients.length,
    priorStd,
    diagonal,
    A,
    b,
    c: Float64Array.from(coefficients, (step) => step.cz),
    noise: corrected ? draft.noise : null,
    basis,
    times: gridOf(coefficients),
  };
}

/** Times t[0..N] of consecutive steps. */
export function gridOf(coefficients: readonly StepCoefficients[]): Float64Array {
  const last = coefficients.at(-1);
  return Float64Array.from([...coefficients.map((step) => step.t), last ? last.s : 0]);
}
