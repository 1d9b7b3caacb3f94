/**
 * Mixtures in the plane that are products of two 1-D mixtures, up to a rotation. Prior and noise are isotropic, so the
 * sampler with exact score keeps the two axes independent and the 1-D laws give the whole law.
 */
import type { GaussianMixture } from "../diffusion/mixture.ts";
import { mixtureMoments } from "../diffusion/mixture.ts";
import type { Process } from "../diffusion/process.ts";
import type { StepCoefficients } from "../diffusion/program.ts";
import { identity, symmetricEigen } from "../math/linear-algebra.ts";
import type { Approximate } from "./line-law.ts";
import { continuousMixture } from "./mixture-continuous.ts";
import { mixtureStepLaw1d } from "./mixture-quadrature.ts";
import type { PointMasses } from "./panels.ts";
import { fromAxes } from "./principal-axes.ts";

/** x = basis (y_0, y_1) with independent y_i from the factors; basis [2, 2] orthonormal, row-major. */
export interface ProductMixture {
  readonly basis: Float64Array;
  readonly factors: readonly [GaussianMixture, GaussianMixture];
}

/** Relative size below which a difference counts as rounding. */
const SAME = 1e-9;

/** The factors of a 2-D mixture, or null if it is no product in any of the natural bases. */
export function factorise(mixture: GaussianMixture): ProductMixture | null {
  if (mixture.dim !== 2) return null;
  for (const basis of candidateBases(mixture)) {
    const factors = factorsIn(mixture, basis);
    if (factors !== null) return { basis, factors };
  }
  return null;
}

/** The coordinate axes, the axes of the law's covariance and of each distinct component, and the line of two means. */
function candidateBases(mixture: GaussianMixture): Float64Array[] {
  const bases = [identity(2), symmetricEigen(mixtureMoments(mixture).cov, 2).vectors];
  for (let k = 0; k < Math.min(mixture.count, 4); k++)
    bases.push(symmetricEigen(mixture.covs.slice(k * 4, k * 4 + 4), 2).vectors);
  for (let k = 1; k < Math.min(mixture.count, 4); k++) {
    const dx = (mixture.means[2 * k] ?? 0) - (mixture.means[0] ?? 0);
    const dy = (mixture.means[2 * k + 1] ?? 0) - (mixture.means[1] ?? 0);
    const length = Math.hypot(dx, dy);
    if (length > 0) bases.push(Float64Array.of(dx / length, -dy / length, dy / length, dx / length));
  }
  return bases;
}

interface AxisPart {
  readonly mean: number;
  readonly variance: number;
  weight: number;
}

function factorsIn(
  mixture: GaussianMixture,
  basis: Float64Array,
): readonly [GaussianMixture, GaussianMixture] | null {
  const [b00 = 1, b01 = 0, b10 = 0, b11 = 1] = basis;
  const scale = Math.sqrt(mixture.covs.reduce((a, b) => Math.max(a, Math.abs(b)), 0)) || 1;
  const parts: [AxisPart[], AxisPart[]] = [[], []];
  const cells: { i: number; j: number; weight: number }[] = [];
  for (let k = 0; k < mixture.count; k++) {
    const [mx = 0, my = 0] = mixture.means.subarray(2 * k, 2 * k + 2);
    const [xx = 0, xy = 0, , yy = 0] = mixture.covs.subarray(4 * k, 4 * k + 4);
    const cross = b00 * (xx * b01 + xy * b11) + b10 * (xy * b01 + yy * b11);
    if (Math.abs(cross) > SAME * scale * scale) return null;
    const weight = mixture.weights[k] ?? 0;
    const variance = (u: number, v: number): number => u * u * xx + 2 * u * v * xy + v * v * yy;
    const i = indexOf(parts[0], b00 * mx + b10 * my, variance(b00, b10), weight, scale);
    const j = indexOf(parts[1], b01 * mx + b11 * my, variance(b01, b11), weight, scale);
    cells.push({ i, j, weight });
  }
  const joint = new Float64Array(parts[0].length * parts[1].length);
  for (const { i, j, weight } of cells)
    joint[i * parts[1].length + j] = (joint[i * parts[1].length + j] ?? 0) + weight;
  for (const [i, a] of parts[0].entries())
    for (const [j, b] of parts[1].entries())
      if (Math.abs((joint[i * parts[1].length + j] ?? 0) - a.weight * b.weight) > SAME) return null;
  return [lineMixture(parts[0]), lineMixture(parts[1])];
}

/** Index of the axis part with this mean and variance, which gains the weight; a new one if there is none. */
function indexOf(parts: AxisPart[], mean: number, variance: number, weight: number, scale: number): number {
  const size = scale + Math.abs(mean);
  const known = parts.findIndex(
    (p) => Math.abs(p.mean - mean) < SAME * size && Math.abs(p.variance - variance) < SAME * scale * scale,
  );
  const part = parts[known];
  if (part === undefined) return parts.push({ mean, variance: Math.max(0, variance), weight }) - 1;
  part.weight += weight;
  return known;
}

function lineMixture(parts: readonly AxisPart[]): GaussianMixture {
  return {
    dim: 1,
    count: parts.length,
    weights: Float64Array.from(parts, (p) => p.weight),
    means: Float64Array.from(parts, (p) => p.mean),
    covs: Float64Array.from(parts, (p) => p.variance),
  };
}

/** A law in the plane known by quadrature. */
export interface PlaneLaw {
  readonly mean: Float64Array;
  readonly cov: Float64Array;
  /** Numerical error of mean and covariance, the largest entry. */
  readonly error: number;
  /** E f(X), f of the point x[offset], x[offset + 1]. */
  expectation(f: (x: Float64Array, offset: number) => number): Approximate;
}

/** Law after N steps of the sampler on a product mixture; null where that of an axis is. */
export function productStepLaw(
  product: ProductMixture,
  process: Process,
  coefficients: readonly StepCoefficients[],
): PlaneLaw | null {
  const [first, second] = product.factors;
  const a = mixtureStepLaw1d({ mixture: first, process, coefficients });
  const b = a === null ? null : mixtureStepLaw1d({ mixture: second, process, coefficients });
  return a === null || b === null ? null : planeLaw(product.basis, a, b);
}

/** Law of the continuous-time sampler on a product mixture, by eta. */
export function productContinuousLaw(product: ProductMixture, process: Process): (eta: number) => PlaneLaw {
  const [first, second] = product.factors;
  const a = continuousMixture({ mixture: first, process });
  const b = continuousMixture({ mixture: second, process });
  return (eta) => planeLaw(product.basis, a(eta), b(eta));
}

interface AxisLaw {
  readonly mean: number;
  readonly variance: number;
  readonly error: number;
  readonly nodes: PointMasses;
  readonly check: PointMasses;
}

function planeLaw(basis: Float64Array, a: AxisLaw, b: AxisLaw): PlaneLaw {
  const moments = fromAxes(basis, Float64Array.of(a.mean, b.mean), Float64Array.of(a.variance, b.variance));
  return {
    ...moments,
    error: Math.max(a.error, b.error),
    expectation: (f) => {
      const value = tensorAverage(basis, a.nodes, b.nodes, f);
      return { value, error: Math.abs(value - tensorAverage(basis, a.check, b.check, f)) };
    },
  };
}

/** Pairs of nodes lighter than this are left out. */
const LEAST_MASS = 1e-13;

function tensorAverage(
  basis: Float64Array,
  a: PointMasses,
  b: PointMasses,
  f: (x: Float64Array, offset: number) => number,
): number {
  const [b00 = 1, b01 = 0, b10 = 0, b11 = 1] = basis;
  const x = new Float64Array(2);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < a.positions.length; i++) {
    const p = a.positions[i] ?? 0;
    const mass = a.masses[i] ?? 0;
    if (Math.abs(mass) < LEAST_MASS) continue;
    for (let j = 0; j < b.positions.length; j++) {
      const weight = mass * (b.masses[j] ?? 0);
      if (Math.abs(weight) < LEAST_MASS) continue;
      const q = b.positions[j] ?? 0;
      x[0] = b00 * p + b01 * q;
      x[1] = b10 * p + b11 * q;
      sum += weight * f(x, 0);
      total += weight;
    }
  }
  return sum / total;
}
