/**
 * Density, score and denoiser of a mixture under noise, in closed form. Each component is taken to its eigenbasis once;
 * there alpha^2 C + sigma^2 I is diagonal for every (alpha, sigma), so a singular covariance needs no inverse.
 */
import { symmetricEigen } from "../math/linear-algebra.ts";
import { logSumExp } from "../math/special.ts";
import { type GaussianMixture, componentCov, componentMean } from "./gaussian-mixture.ts";

/**
 * Stands in for a variance of exactly 0 (a singular covariance without noise): small enough that points off the support
 * get no share, large enough that squares of ordinary distances over it stay finite.
 */
const NO_VARIANCE = 1e-200;

/** One component in its eigenbasis: values [d] >= 0, vectors [d, d] row-major with column j eigenvector j. */
interface Component {
  readonly logWeight: number;
  readonly mean: Float64Array;
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

const prepared = new WeakMap<GaussianMixture, readonly Component[]>();

/** Components in eigenbases, computed once per mixture object (which is immutable by convention). */
function components(m: GaussianMixture): readonly Component[] {
  const known = prepared.get(m);
  if (known) return known;
  const made = Array.from(m.weights, (weight, k) => {
    const { values, vectors } = symmetricEigen(componentCov(m, k), m.dim);
    return {
      logWeight: Math.log(weight),
      mean: componentMean(m, k),
      values: values.map((v) => Math.max(0, v)),
      vectors,
    };
  });
  prepared.set(m, made);
  return made;
}

/** Coordinates along the eigenvectors of x - alpha mean, [d]. */
function residual(
  c: Component,
  alpha: number,
  x: ArrayLike<number>,
  offset: number,
  d: number,
): Float64Array {
  const out = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    const value = (x[offset + i] ?? 0) - alpha * (c.mean[i] ?? 0);
    for (let j = 0; j < d; j++) out[j] = (out[j] ?? 0) + value * (c.vectors[i * d + j] ?? 0);
  }
  return out;
}

function variance(value: number, alpha: number, sigma: number): number {
  return Math.max(alpha * alpha * value + sigma * sigma, NO_VARIANCE);
}

/** log of weight times density of one component of the law of x_t, at residual r [d]. */
function logTerm(c: Component, alpha: number, sigma: number, r: Float64Array): number {
  let sum = c.logWeight;
  c.values.forEach((value, j) => {
    const v = variance(value, alpha, sigma);
    sum -= 0.5 * ((r[j] ?? 0) ** 2 / v + Math.log(2 * Math.PI * v));
  });
  return sum;
}

/** Residuals and posterior shares of the components at x. */
function posterior(m: GaussianMixture, alpha: number, sigma: number, x: ArrayLike<number>, offset: number) {
  const list = components(m);
  const residuals = list.map((c) => residual(c, alpha, x, offset, m.dim));
  const logs = list.map((c, k) => logTerm(c, alpha, sigma, residuals[k] ?? new Float64Array(m.dim)));
  const total = logSumExp(logs);
  return { list, residuals, shares: logs.map((value) => Math.exp(value - total)), total };
}

/**
 * x0Hat = E[x_0 | x_t = x] into out[0..d-1], for x_t = alpha x_0 + sigma eps and x_0 from the mixture:
 *
 *     sum_k share_k(x) ( m_k + alpha C_k (alpha^2 C_k + sigma^2 I)^-1 (x - alpha m_k) )
 *
 * x [.., d] is read from `offset`. alpha = 0 gives the mean; a direction without variance and noise stays at its mean.
 */
export function mixtureDenoise(
  m: GaussianMixture,
  alpha: number,
  sigma: number,
  x: ArrayLike<number>,
  offset: number,
  out: Float64Array,
): void {
  const { list, residuals, shares } = posterior(m, alpha, sigma, x, offset);
  gather(m, list, residuals, shares, out, (value) => (alpha * value) / variance(value, alpha, sigma), true);
}

/** Score grad log p(x) of the mixture itself into out[0..d-1]; for p_t take noisedMixture first. Units: 1 / data. */
export function mixtureScore(
  m: GaussianMixture,
  x: ArrayLike<number>,
  offset: number,
  out: Float64Array,
): void {
  const { list, residuals, shares } = posterior(m, 1, 0, x, offset);
  gather(m, list, residuals, shares, out, (value) => -1 / variance(value, 1, 0), false);
}

/** out = sum_k share_k ( [m_k] + V_k diag(gain(values_k)) r_k ). */
function gather(
  m: GaussianMixture,
  list: readonly Component[],
  residuals: readonly Float64Array[],
  shares: readonly number[],
  out: Float64Array,
  gain: (value: number) => number,
  withMean: boolean,
): void {
  const { dim: d } = m;
  out.fill(0, 0, d);
  list.forEach((c, k) => {
    const share = shares[k] ?? 0;
    if (share === 0) return;
    const scaled = c.values.map((value, j) => gain(value) * (residuals[k]?.[j] ?? 0));
    for (let i = 0; i < d; i++) {
      let sum = withMean ? (c.mean[i] ?? 0) : 0;
      for (let j = 0; j < d; j++) sum += (c.vectors[i * d + j] ?? 0) * (scaled[j] ?? 0);
      out[i] = (out[i] ?? 0) + share * sum;
    }
  });
}

/** log p(x), nats, with x read from `offset`. */
export function mixtureLogDensity(m: GaussianMixture, x: ArrayLike<number>, offset = 0): number {
  return posterior(m, 1, 0, x, offset).total;
}

/** p(x), with x read from `offset`. */
export function mixtureDensity(m: GaussianMixture, x: ArrayLike<number>, offset = 0): number {
  return Math.exp(mixtureLogDensity(m, x, offset));
}
