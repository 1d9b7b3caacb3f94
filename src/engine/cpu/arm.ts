/**
 * Sampler programs on rows of particles: an arm holds the states [d, stride] of one group of particles and moves them step
 * by step. Buffers are made once per job and reused for every group.
 */
import type { LinearProgram, MixtureProgram, SamplerProgram } from "../../diffusion/program.ts";
import type { GaussianMixture } from "../../diffusion/mixture.ts";
import { type Kernel, threadKernel } from "./kernel/kernel.ts";
import { createMixtureDenoiser, type MixtureDenoiser } from "./mixture-denoiser.ts";

export interface Arm {
  readonly steps: number;
  /** Puts `count` particles at priorStd z, z [d, stride]. */
  start(z: Float64Array, count: number): void;
  /** False if step k uses no noise, so that none need be drawn for it. */
  noisy(k: number): boolean;
  /** Step k with normals z [d, stride]. */
  advance(k: number, z: Float64Array, count: number): void;
  /** Positions [d, stride] in data coordinates; valid until the next call of any method. */
  positions(count: number): Float64Array;
}

/** Denoisers by mixture, shared by the arms of a job, whose tables are mostly the same. */
export class DenoiserCache {
  private readonly made: { readonly mixture: GaussianMixture; readonly denoiser: MixtureDenoiser }[] = [];
  private readonly stride: number;
  private readonly kernel: Kernel | null;

  constructor(stride: number, kernel: Kernel | null = threadKernel()) {
    this.stride = stride;
    this.kernel = kernel;
  }

  of(mixture: GaussianMixture): MixtureDenoiser {
    const found = this.made.find((entry) => sameMixture(entry.mixture, mixture));
    if (found) return found.denoiser;
    const denoiser = createMixtureDenoiser(mixture, this.stride, this.kernel);
    this.made.push({ mixture, denoiser });
    return denoiser;
  }
}

function sameMixture(a: GaussianMixture, b: GaussianMixture): boolean {
  if (a === b) return true;
  if (a.dim !== b.dim || a.count !== b.count) return false;
  return (["weights", "means", "covs"] as const).every((key) =>
    a[key].every((value, i) => Object.is(value, b[key][i])),
  );
}

/** An arm for groups of up to `stride` particles. */
export function createArm(program: SamplerProgram, stride: number, denoisers: DenoiserCache): Arm {
  return program.kind === "mixture" ? mixtureArm(program, stride, denoisers) : linearArm(program, stride);
}

function mixtureArm(program: MixtureProgram, stride: number, denoisers: DenoiserCache): Arm {
  const { dim, coefficients, priorStd } = program;
  const denoiser = denoisers.of(program.mixture);
  const x = new Float64Array(dim * stride);
  const x0Hat = new Float64Array(dim * stride);
  const y = new Float64Array(dim * stride);
  const x0HatNext = new Float64Array(dim * stride);
  const tables = coefficients.map((step) => denoiser.table(step.alphaT, step.sigmaT));
  return {
    steps: coefficients.length,
    start: (z, count) => eachRow(dim, stride, (row) => scaleRow(x, z, row, count, priorStd)),
    noisy: (k) => coefficients[k]?.cz !== 0 || (coefficients[k]?.corrector?.ez ?? 0) !== 0,
    advance(k, z, count) {
      const step = coefficients[k];
      const table = tables[k];
      if (!step || !table)
        throw new RangeError(`cpu engine: step ${k} must be below N = ${coefficients.length}`);
      denoiser.denoise(table, x, x0Hat, count);
      if (!step.corrector) {
        eachRow(dim, stride, (row) => combine(x, x, x0Hat, z, row, count, step.cx, step.c0, step.cz));
        return;
      }
      eachRow(dim, stride, (row) => combine(y, x, x0Hat, z, row, count, step.cx, step.c0, step.cz));
      denoiser.denoise(denoiser.table(step.alphaS, step.sigmaS), y, x0HatNext, count);
      const { ex, e0, ey, e1, ez } = step.corrector;
      eachRow(dim, stride, (row) => {
        combine(x, x, x0Hat, z, row, count, ex, e0, ez);
        addScaled(x, y, row, count, ey);
        addScaled(x, x0HatNext, row, count, e1);
      });
    },
    positions: () => x,
  };
}

function linearArm(program: LinearProgram, stride: number): Arm {
  const { dim, steps, priorStd, diagonal, A, b, c, basis } = program;
  const noise = program.noise ?? null;
  const x = new Float64Array(dim * stride);
  const moved = new Float64Array(diagonal && !basis ? 0 : dim * stride);
  return {
    steps,
    start: (z, count) => eachRow(dim, stride, (row) => scaleRow(x, z, row, count, priorStd)),
    noisy: (k) => (noise ? anyNonzero(noise, k, noise.length / steps) : c[k] !== 0),
    advance(k, z, count) {
      if (diagonal) {
        for (let i = 0; i < dim; i++) {
          const at = k * dim + i;
          const factor = noise ? noise[at] : c[k];
          affineRow(x, z, i * stride, count, A[at] as number, b[at] as number, factor as number);
        }
        return;
      }
      const at = k * dim * dim;
      multiplyRows(A.subarray(at, at + dim * dim), x, moved, dim, stride, count);
      for (let i = 0; i < dim; i++) {
        if (noise) addProduct(noise.subarray(at + i * dim, at + (i + 1) * dim), z, moved, i, stride, count);
        else addScaled(moved, z, i * stride, count, c[k] as number);
        addConstant(moved, i * stride, count, b[k * dim + i] as number);
      }
      x.set(moved);
    },
    positions(count) {
      if (!basis) return x;
      multiplyRows(basis, x, moved, dim, stride, count);
      return moved;
    },
  };
}

function eachRow(dim: number, stride: number, apply: (row: number) => void): void {
  for (let i = 0; i < dim; i++) apply(i * stride);
}

function anyNonzero(values: Float64Array, k: number, size: number): boolean {
  return values.subarray(k * size, (k + 1) * size).some((value) => value !== 0);
}

function scaleRow(out: Float64Array, z: Float64Array, row: number, count: number, factor: number): void {
  for (let p = row; p < row + count; p++) out[p] = factor * (z[p] as number);
}

/** out = fx x + f0 x0Hat + fz z on one row; a zero factor leaves its rows unread, as they may be stale. */
function combine(
  out: Float64Array,
  x: Float64Array,
  x0Hat: Float64Array,
  z: Float64Array,
  row: number,
  count: number,
  fx: number,
  f0: number,
  fz: number,
): void {
  const end = row + count;
  if (fz === 0) for (let p = row; p < end; p++) out[p] = fx * (x[p] as number) + f0 * (x0Hat[p] as number);
  else
    for (let p = row; p < end; p++)
      out[p] = fx * (x[p] as number) + f0 * (x0Hat[p] as number) + fz * (z[p] as number);
}

function addScaled(out: Float64Array, v: Float64Array, row: number, count: number, factor: number): void {
  if (factor === 0) return;
  for (let p = row; p < row + count; p++) out[p] = (out[p] as number) + factor * (v[p] as number);
}

function addConstant(out: Float64Array, row: number, count: number, value: number): void {
  for (let p = row; p < row + count; p++) out[p] = (out[p] as number) + value;
}

function affineRow(
  x: Float64Array,
  z: Float64Array,
  row: number,
  count: number,
  a: number,
  b: number,
  c: number,
): void {
  const end = row + count;
  if (c === 0) for (let p = row; p < end; p++) x[p] = a * (x[p] as number) + b;
  else for (let p = row; p < end; p++) x[p] = a * (x[p] as number) + b + c * (z[p] as number);
}

/** out [d, stride] = M [d, d] x [d, stride], column by column of M so that the inner loop runs along memory. */
function multiplyRows(
  M: Float64Array,
  x: Float64Array,
  out: Float64Array,
  dim: number,
  stride: number,
  count: number,
): void {
  for (let i = 0; i < dim; i++) {
    out.fill(0, i * stride, i * stride + count);
    addProduct(M.subarray(i * dim, (i + 1) * dim), x, out, i, stride, count);
  }
}

/** out row i += sum_j weights[j] x row j, four rows at a time to spare loads and stores of out. */
function addProduct(
  weights: Float64Array,
  x: Float64Array,
  out: Float64Array,
  i: number,
  stride: number,
  count: number,
): void {
  const dim = weights.length;
  const to = i * stride;
  let j = 0;
  for (; j + 3 < dim; j += 4) {
    const [w0, w1, w2, w3] = [weights[j], weights[j + 1], weights[j + 2], weights[j + 3]] as [
      number,
      number,
      number,
      number,
    ];
    const from = j * stride;
    for (let p = 0; p < count; p++)
      out[to + p] =
        (out[to + p] as number) +
        (w0 * (x[from + p] as number) + w1 * (x[from + stride + p] as number)) +
        (w2 * (x[from + 2 * stride + p] as number) + w3 * (x[from + 3 * stride + p] as number));
  }
  for (; j < dim; j++) {
    const w = weights[j] as number;
    for (let p = 0; p < count; p++) out[to + p] = (out[to + p] as number) + w * (x[j * stride + p] as number);
  }
}
