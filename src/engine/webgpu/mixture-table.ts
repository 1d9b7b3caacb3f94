/** Tables that let a mixture's denoiser run in f32: made in f64, rounded once. See shaders/lib/points_1d.wgsl and points_2d.wgsl. */
import type { GaussianMixture } from "../../diffusion/mixture.ts";
import type { LinearProgram, MixtureProgram, StepCoefficients } from "../../diffusion/program.ts";

/** What a fused chain kernel runs. */
export interface ChainTable {
  readonly dim: 1 | 2;
  readonly steps: number;
  /** K, filled up to a multiple of `group` with components of no weight. */
  readonly count: number;
  /** Components that the kernel takes at a time. */
  readonly group: 1 | 2 | 4;
  readonly priorStd: number;
  /** True if some step draws noise. */
  readonly noisy: boolean;
  /** True if steps have a corrector, so that components hold two noise levels per step. */
  readonly corrected: boolean;
  /** True for a linear chain: rows of its matrix in place of components. */
  readonly affine: boolean;
  /** [N, 3] vec4. */
  readonly coefficients: Float32Array;
  /** [N, 1 or 2, K, 1 or 3] vec4. */
  readonly components: Float32Array;
  /** Rows of the matrix from chain to data coordinates, four numbers. */
  readonly basis: readonly [number, number, number, number];
}

/** log2 of the greatest weight: leaves room for 64 components below the largest f32, and 160 bits above the smallest. */
const TOP_LEVEL = 64;
/** Level of a place without a component. */
const NO_LEVEL = -1e30;
/** Numbers of a component, by dimension. */
const COMPONENT_NUMBERS = { 1: 4, 2: 12 } as const;

/** Tables of a mixture sampler. Components of weight 0 are left out. */
export function mixtureTable(program: MixtureProgram): ChainTable {
  const { coefficients: steps, mixture } = program;
  const dim = program.dim === 1 ? 1 : 2;
  const corrected = steps.some((step) => step.corrector !== null);
  const kept = Array.from(mixture.weights.keys()).filter((j) => (mixture.weights[j] ?? 0) > 0);
  const stages = corrected ? 2 : 1;
  const group = groupFor(kept.length);
  const count = group * Math.ceil(kept.length / group);
  const size = count * COMPONENT_NUMBERS[dim];
  const components = new Float32Array(steps.length * stages * size);
  const coefficients = new Float32Array(12 * steps.length);
  steps.forEach((step, k) => {
    const at = k * stages * size;
    writeLevel(components.subarray(at, at + size), mixture, kept, step.alphaT, step.sigmaT);
    if (corrected)
      writeLevel(components.subarray(at + size, at + 2 * size), mixture, kept, step.alphaS, step.sigmaS);
    writeStep(coefficients.subarray(12 * k, 12 * k + 12), step, corrected);
  });
  return {
    dim,
    steps: steps.length,
    count,
    group,
    priorStd: program.priorStd,
    noisy: steps.some((step) => step.cz !== 0 || (step.corrector?.ez ?? 0) !== 0),
    corrected,
    affine: false,
    coefficients,
    components,
    basis: [1, 0, 0, 1],
  };
}

/** Large groups save time where they leave few places empty. */
function groupFor(components: number): 1 | 2 | 4 {
  if (components === 1) return 1;
  return components > 8 || components % 4 === 0 ? 4 : 2;
}

/** A step without a corrector among corrected ones takes its first stage as it is. */
function writeStep(out: Float32Array, step: StepCoefficients, corrected: boolean): void {
  const { cx, c0, cz, alphaT, alphaS } = step;
  out.set([cx, c0, cz, alphaT]);
  if (!corrected) return;
  const { ex, e0, ey, e1, ez } = step.corrector ?? { ex: 0, e0: 0, ey: 1, e1: 0, ez: 0 };
  out.set([ex, e0, ey, e1, ez, alphaS], 4);
}

interface Entry {
  readonly level: number;
  readonly numbers: (level: number) => readonly number[];
}

/** All components at one noise level. */
function writeLevel(
  out: Float32Array,
  mixture: GaussianMixture,
  kept: readonly number[],
  alpha: number,
  sigma: number,
): void {
  const entries = kept.map((j) =>
    mixture.dim === 1 ? entry1(mixture, j, alpha, sigma) : entry2(mixture, j, alpha, sigma),
  );
  const top = Math.max(...entries.map(({ level }) => level));
  const width = COMPONENT_NUMBERS[mixture.dim === 1 ? 1 : 2];
  const levelAt = mixture.dim === 1 ? 2 : 3;
  for (let at = levelAt; at < out.length; at += width) out[at] = NO_LEVEL;
  entries.forEach(({ level, numbers }, i) => out.set(numbers(level - top + TOP_LEVEL), i * width));
}

/** Half of log2 e: the exponent of a Gaussian in base 2. */
const HALF_LOG2E = 0.5 * Math.LOG2E;
/** Variances below this are taken as this: only a degenerate component without noise (sigma = 0) has them. */
const SMALLEST_VARIANCE = 1e-60;

function entry1(mixture: GaussianMixture, j: number, alpha: number, sigma: number): Entry {
  const mean = mixture.means[j] ?? 0;
  const lambda = mixture.covs[j] ?? 0;
  const V = Math.max(SMALLEST_VARIANCE, alpha * alpha * lambda + sigma * sigma);
  return {
    level: Math.log2(mixture.weights[j] ?? 0) - 0.5 * Math.log2(V),
    numbers: (level) => [mean, bounded(Math.sqrt(HALF_LOG2E / V)), level, (alpha * lambda) / V],
  };
}

/**
 * V = alpha^2 S + sigma^2 I = [[a, b], [b, c]]; V^-1 = L'L with L = [[1/sqrt a, 0], [-b/sqrt(a det), sqrt(a/det)]]. The
 * determinant is summed from positive terms, since a c - b^2 cancels for thin components.
 */
function entry2(mixture: GaussianMixture, j: number, alpha: number, sigma: number): Entry {
  const [sxx = 0, sxy = 0, , syy = 0] = mixture.covs.subarray(4 * j, 4 * j + 4);
  const [mx = 0, my = 0] = mixture.means.subarray(2 * j, 2 * j + 2);
  const alphaSq = alpha * alpha;
  const sigmaSq = sigma * sigma;
  const a = Math.max(SMALLEST_VARIANCE, alphaSq * sxx + sigmaSq);
  const b = alphaSq * sxy;
  const detS = Math.max(0, sxx * syy - sxy * sxy);
  const det = Math.max(
    SMALLEST_VARIANCE * a,
    alphaSq * alphaSq * detS + alphaSq * sigmaSq * (sxx + syy) + sigmaSq * sigmaSq,
  );
  const scale = Math.sqrt(HALF_LOG2E);
  // Gain alpha S V^-1 = alpha (alpha^2 det S I + sigma^2 S) / det, also free of cancellation.
  const gain = (s: number, diagonal: number) => (alpha * (alphaSq * detS * diagonal + sigmaSq * s)) / det;
  return {
    level: Math.log2(mixture.weights[j] ?? 0) - 0.5 * Math.log2(det),
    numbers: (level) => [
      ...[mx, my, bounded(scale / Math.sqrt(a)), level],
      ...[bounded((-scale * b) / Math.sqrt(a * det)), bounded(scale * Math.sqrt(a / det))],
      ...[gain(sxx, 1), gain(sxy, 0), gain(syy, 1)],
    ],
  };
}

/** Finite in f32, also after a square. Guarded because a degenerate component without noise has no density. */
function bounded(value: number): number {
  return Math.max(-1e15, Math.min(1e15, value));
}

/** True if a linear program of 1 or 2 dimensions fits the fused chain kernels, whose noise is one number per step. */
export function fitsChain(program: LinearProgram): boolean {
  if (program.dim > 2) return false;
  const { noise, dim } = program;
  if (!noise || dim === 1) return true;
  return program.diagonal && noise.every((value, i) => value === noise[i - (i % 2)]);
}

/** A linear chain as a table: in place of x0Hat stands b + A x, the whole step but its noise. */
export function linearTable(program: LinearProgram): ChainTable {
  const { dim, steps, A, b, c, noise, basis, diagonal } = program;
  const coefficients = new Float32Array(12 * steps);
  const width = COMPONENT_NUMBERS[dim === 1 ? 1 : 2];
  const components = new Float32Array(steps * width);
  const scaleOf = (k: number) => (noise ? noise[k * dim] : c[k]) ?? 0;
  for (let k = 0; k < steps; k++) {
    coefficients.set([0, 1, scaleOf(k)], 12 * k);
    const [g00 = 0, g01 = 0, g10 = 0, g11 = 0] = diagonal
      ? [A[k * dim], 0, 0, A[k * dim + 1]]
      : A.subarray(k * dim * dim, (k + 1) * dim * dim);
    const numbers =
      dim === 1 ? [b[k] ?? 0, 0, 0, g00] : [b[2 * k] ?? 0, b[2 * k + 1] ?? 0, g00, g01, g10, g11];
    components.set(numbers, k * width);
  }
  const [b00 = 1, b01 = 0, b10 = 0, b11 = 1] = basis ?? [];
  return {
    dim: dim === 1 ? 1 : 2,
    steps,
    count: 1,
    group: 1,
    priorStd: program.priorStd,
    noisy: Array.from({ length: steps }, (_, k) => scaleOf(k)).some((value) => value !== 0),
    corrected: false,
    affine: true,
    coefficients,
    components,
    basis: [b00, b01, b10, b11],
  };
}
