/**
 * Denoiser of a mixture for rows of particles: x0Hat = sum_k share_k(x) (G_k x + h_k), with everything that does not depend
 * on x in a table per noise level. The same law as `mixtureDenoise` of src/diffusion, in 1 and 2 dimensions.
 */
import type { GaussianMixture } from "../../diffusion/mixture.ts";
import { symmetricEigen } from "../../math/linear-algebra.ts";
import { C3, C4, C5, EXP_REACH, EXP_ROUND, EXP_TABLE } from "./elementary.ts";
import { type Kernel, threadKernel } from "./kernel/kernel.ts";

/** Stands in for a variance of exactly 0, as in src/diffusion/score.ts. */
const NO_VARIANCE = 1e-200;

/** Numbers per component: 1-D [alpha m, log const, w, g, h]; 2-D [alpha m (2), log const, w1, w21, w2, g11, g12, g22, h (2)]. */
const STRIDE_1D = 5;
const STRIDE_2D = 11;

interface Component {
  readonly logWeight: number;
  readonly mean: Float64Array;
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Writes x0Hat [d, stride] of `count` particles x [d, stride] under the table of one noise level. */
export type DenoiseRows = (table: Float64Array, x: Float64Array, out: Float64Array, count: number) => void;

export interface MixtureDenoiser {
  /** Table of a noise level; computed once per (alpha, sigma). */
  table(alpha: number, sigma: number): Float64Array;
  readonly denoise: DenoiseRows;
}

/**
 * Tables and the row loop for a mixture; `stride` is the length of one row. Without a kernel the loop is that of this file,
 * which gives the same bits.
 */
export function createMixtureDenoiser(
  mixture: GaussianMixture,
  stride: number,
  kernel: Kernel | null = threadKernel(),
): MixtureDenoiser {
  const { dim, count } = mixture;
  if (dim !== 1 && dim !== 2)
    throw new RangeError(`mixture program: must have 1 or 2 dimensions, got ${dim}; use a linear program`);
  const components = Array.from({ length: count }, (_, k) => component(mixture, k));
  const known = new Map<string, Float64Array>();
  const fill = dim === 1 ? fill1d : fill2d;
  const exponents = new Float64Array(2 * count);
  return {
    table(alpha, sigma) {
      const key = `${alpha} ${sigma}`;
      const found = known.get(key);
      if (found) return found;
      const size = dim === 1 ? STRIDE_1D : STRIDE_2D;
      const made = new Float64Array(count * size);
      components.forEach((c, k) => made.set(fill(c, alpha, sigma), k * size));
      known.set(key, made);
      return made;
    },
    denoise: kernel
      ? (table, x, out, n) => kernel.denoise(dim, table, count, stride, x, out, n)
      : dim === 1
        ? (table, x, out, n) => denoise1d(table, count, exponents, x, out, n)
        : (table, x, out, n) => denoise2d(table, count, exponents, stride, x, out, n),
  };
}

function component(m: GaussianMixture, k: number): Component {
  const d = m.dim;
  const { values, vectors } = symmetricEigen(m.covs.slice(k * d * d, (k + 1) * d * d), d);
  return {
    logWeight: Math.log(at(m.weights, k)),
    mean: m.means.slice(k * d, (k + 1) * d),
    values: values.map((value) => Math.max(0, value)),
    vectors,
  };
}

function fill1d(c: Component, alpha: number, sigma: number): readonly number[] {
  const lambda = at(c.values, 0);
  const mean = at(c.mean, 0);
  const V = Math.max(alpha * alpha * lambda + sigma * sigma, NO_VARIANCE);
  const gain = (alpha * lambda) / V;
  return [alpha * mean, c.logWeight - 0.5 * Math.log(V), Math.sqrt(0.5 / V), gain, mean * (1 - alpha * gain)];
}

/**
 * The exponent is written as -(w1 dx)^2 - (w21 dx + w2 dy)^2: x by its marginal, y given x. The conditional variance comes
 * from the eigenvalues, so a nearly singular covariance loses no digits to a difference.
 */
function fill2d(c: Component, alpha: number, sigma: number): readonly number[] {
  const [v0, v1, v2, v3] = [at(c.vectors, 0), at(c.vectors, 1), at(c.vectors, 2), at(c.vectors, 3)];
  const [lambda0, lambda1] = [at(c.values, 0), at(c.values, 1)];
  const V0 = Math.max(alpha * alpha * lambda0 + sigma * sigma, NO_VARIANCE);
  const V1 = Math.max(alpha * alpha * lambda1 + sigma * sigma, NO_VARIANCE);
  const a = v0 * v0 * V0 + v1 * v1 * V1;
  const b = v0 * v2 * V0 + v1 * v3 * V1;
  const w2 = Math.sqrt((0.5 * a) / V0 / V1);
  const g0 = (alpha * lambda0) / V0;
  const g1 = (alpha * lambda1) / V1;
  // 1 - alpha g along each eigenvector: what stays of the mean.
  const along0 = (1 - alpha * g0) * (v0 * at(c.mean, 0) + v2 * at(c.mean, 1));
  const along1 = (1 - alpha * g1) * (v1 * at(c.mean, 0) + v3 * at(c.mean, 1));
  return [
    alpha * at(c.mean, 0),
    alpha * at(c.mean, 1),
    c.logWeight - 0.5 * (Math.log(V0) + Math.log(V1)),
    Math.sqrt(0.5 / a),
    -(b / a) * w2,
    w2,
    v0 * v0 * g0 + v1 * v1 * g1,
    v0 * v2 * g0 + v1 * v3 * g1,
    v2 * v2 * g0 + v3 * v3 * g1,
    v0 * along0 + v1 * along1,
    v2 * along0 + v3 * along1,
  ];
}

/**
 * Two particles at a time: they share the loads of the table, which is what limits the loop. The exponential of
 * elementary.ts is written out, since the compiler does not always take a call into a loop.
 */
function denoise1d(
  table: Float64Array,
  components: number,
  exponents: Float64Array,
  x: Float64Array,
  out: Float64Array,
  count: number,
): void {
  for (let p = 0; p < count; p += 2) {
    // An odd last particle is its own partner.
    const q = p + 1 < count ? p + 1 : p;
    const xp = x[p] as number;
    const xq = x[q] as number;
    let largestP = -Infinity;
    let largestQ = -Infinity;
    for (let k = 0, at = 0; k < components; k++, at += STRIDE_1D) {
      const mean = table[at] as number;
      const constant = table[at + 1] as number;
      const w = table[at + 2] as number;
      const u = w * (xp - mean);
      const v = w * (xq - mean);
      const exponentP = constant - u * u;
      const exponentQ = constant - v * v;
      exponents[2 * k] = exponentP;
      exponents[2 * k + 1] = exponentQ;
      largestP = Math.max(largestP, exponentP);
      largestQ = Math.max(largestQ, exponentQ);
    }
    let totalP = 0;
    let gainP = 0;
    let restP = 0;
    let totalQ = 0;
    let gainQ = 0;
    let restQ = 0;
    for (let k = 0, at = 0; k < components; k++, at += STRIDE_1D) {
      const belowP = Math.max((exponents[2 * k] as number) - largestP, -EXP_REACH);
      let n = belowP * -32 + EXP_ROUND - EXP_ROUND;
      let r = belowP + n * 0.03125;
      let rSq = r * r;
      const shareP = (EXP_TABLE[n | 0] as number) * (1 + r + rSq * (0.5 + r * C3 + rSq * (C4 + r * C5)));
      const belowQ = Math.max((exponents[2 * k + 1] as number) - largestQ, -EXP_REACH);
      n = belowQ * -32 + EXP_ROUND - EXP_ROUND;
      r = belowQ + n * 0.03125;
      rSq = r * r;
      const shareQ = (EXP_TABLE[n | 0] as number) * (1 + r + rSq * (0.5 + r * C3 + rSq * (C4 + r * C5)));
      const gain = table[at + 3] as number;
      const rest = table[at + 4] as number;
      totalP += shareP;
      totalQ += shareQ;
      gainP += shareP * gain;
      gainQ += shareQ * gain;
      restP += shareP * rest;
      restQ += shareQ * rest;
    }
    out[p] = (gainP * xp + restP) / totalP;
    out[q] = (gainQ * xq + restQ) / totalQ;
  }
}

function denoise2d(
  table: Float64Array,
  components: number,
  exponents: Float64Array,
  stride: number,
  x: Float64Array,
  out: Float64Array,
  count: number,
): void {
  for (let p = 0; p < count; p += 2) {
    const q = p + 1 < count ? p + 1 : p;
    const xp = x[p] as number;
    const yp = x[stride + p] as number;
    const xq = x[q] as number;
    const yq = x[stride + q] as number;
    let largestP = -Infinity;
    let largestQ = -Infinity;
    for (let k = 0, at = 0; k < components; k++, at += STRIDE_2D) {
      const mx = table[at] as number;
      const my = table[at + 1] as number;
      const constant = table[at + 2] as number;
      const w1 = table[at + 3] as number;
      const w21 = table[at + 4] as number;
      const w2 = table[at + 5] as number;
      let dx = xp - mx;
      let u = w1 * dx;
      let v = w21 * dx + w2 * (yp - my);
      const exponentP = constant - u * u - v * v;
      dx = xq - mx;
      u = w1 * dx;
      v = w21 * dx + w2 * (yq - my);
      const exponentQ = constant - u * u - v * v;
      exponents[2 * k] = exponentP;
      exponents[2 * k + 1] = exponentQ;
      largestP = Math.max(largestP, exponentP);
      largestQ = Math.max(largestQ, exponentQ);
    }
    let total = 0;
    let g11 = 0;
    let g12 = 0;
    let g22 = 0;
    let h1 = 0;
    let h2 = 0;
    let totalQ = 0;
    let g11Q = 0;
    let g12Q = 0;
    let g22Q = 0;
    let h1Q = 0;
    let h2Q = 0;
    for (let k = 0, at = 0; k < components; k++, at += STRIDE_2D) {
      const belowP = Math.max((exponents[2 * k] as number) - largestP, -EXP_REACH);
      let n = belowP * -32 + EXP_ROUND - EXP_ROUND;
      let r = belowP + n * 0.03125;
      let rSq = r * r;
      const shareP = (EXP_TABLE[n | 0] as number) * (1 + r + rSq * (0.5 + r * C3 + rSq * (C4 + r * C5)));
      const belowQ = Math.max((exponents[2 * k + 1] as number) - largestQ, -EXP_REACH);
      n = belowQ * -32 + EXP_ROUND - EXP_ROUND;
      r = belowQ + n * 0.03125;
      rSq = r * r;
      const shareQ = (EXP_TABLE[n | 0] as number) * (1 + r + rSq * (0.5 + r * C3 + rSq * (C4 + r * C5)));
      total += shareP;
      totalQ += shareQ;
      let entry = table[at + 6] as number;
      g11 += shareP * entry;
      g11Q += shareQ * entry;
      entry = table[at + 7] as number;
      g12 += shareP * entry;
      g12Q += shareQ * entry;
      entry = table[at + 8] as number;
      g22 += shareP * entry;
      g22Q += shareQ * entry;
      entry = table[at + 9] as number;
      h1 += shareP * entry;
      h1Q += shareQ * entry;
      entry = table[at + 10] as number;
      h2 += shareP * entry;
      h2Q += shareQ * entry;
    }
    const scale = 1 / total;
    out[p] = (g11 * xp + g12 * yp + h1) * scale;
    out[stride + p] = (g12 * xp + g22 * yp + h2) * scale;
    const scaleQ = 1 / totalQ;
    out[q] = (g11Q * xq + g12Q * yq + h1Q) * scaleQ;
    out[stride + q] = (g12Q * xq + g22Q * yq + h2Q) * scaleQ;
  }
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? NaN;
}
