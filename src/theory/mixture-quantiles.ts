/** Tails and quantiles of 1-D mixtures, accurate far into both tails. */
import type { GaussianMixture } from "../diffusion/mixture.ts";
import { normalCdf, normalQuantile } from "../math/special.ts";

/** The labels run over +- this many standard deviations. */
export const REACH = 8;

/** Lower tail, upper tail and density of the mixture under noise of variance rho, at y, into out[0..2]. */
export function mixtureTails(mixture: GaussianMixture, rho: number): (y: number, out: Float64Array) => void {
  const stds = mixture.covs.map((v) => Math.sqrt(Math.max(v + rho, 1e-16)));
  return (y, out) => {
    let lower = 0;
    let upper = 0;
    let density = 0;
    for (let k = 0; k < mixture.count; k++) {
      const std = stds[k] ?? 1;
      const e = (y - (mixture.means[k] ?? 0)) / std;
      const w = mixture.weights[k] ?? 0;
      const tail = normalCdf(-Math.abs(e));
      lower += w * (e < 0 ? tail : 1 - tail);
      upper += w * (e < 0 ? 1 - tail : tail);
      density += (w * Math.exp(-0.5 * e * e)) / std;
    }
    out[0] = lower;
    out[1] = upper;
    out[2] = density / Math.sqrt(2 * Math.PI);
  };
}

/** log P(Z > |z_i|) of labels z [n]. */
export function logTails(z: Float64Array): Float64Array {
  return z.map((v) => Math.log(normalCdf(-Math.abs(v))));
}

/**
 * Quantiles of the mixture under noise at the labels z, logTail[i] = log P(Z > |z_i|): safeguarded Newton steps on the log of
 * the smaller tail, from the linear continuation of the last two times.
 */
export function quantiles(
  mixture: GaussianMixture,
  rho: number,
  z: Float64Array,
  logTail: Float64Array,
  previous: Float64Array | undefined,
  earlier: Float64Array | undefined,
): Float64Array {
  const tails = mixtureTails(mixture, rho);
  const out = new Float64Array(z.length);
  const at = new Float64Array(3);
  const [floor, ceiling] = quantileRange(mixture, rho);
  for (let i = 0; i < z.length; i++) {
    const below = (z[i] ?? 0) < 0;
    let low = i > 0 ? (out[i - 1] ?? floor) : floor;
    let high = ceiling;
    const last = previous?.[i];
    let y =
      last === undefined ? low + 0.02 * (high - low) : last + (earlier ? last - (earlier[i] ?? last) : 0);
    if (!(y >= low && y <= high)) y = Math.min(high, Math.max(low, last ?? low));
    for (let sweep = 0; sweep < 80; sweep++) {
      tails(y, at);
      const tail = below ? (at[0] ?? 0) : (at[1] ?? 0);
      const excess = Math.log(Math.max(tail, Number.MIN_VALUE)) - (logTail[i] ?? 0);
      if (Math.abs(excess) < 1e-11) break;
      if (excess > 0 === below) high = y;
      else low = y;
      const step = (excess * tail) / (at[2] ?? 0);
      const newton = below ? y - step : y + step;
      const next = newton > low && newton < high ? newton : 0.5 * (low + high);
      if (next === y) break;
      y = next;
    }
    out[i] = y;
  }
  return out;
}

function quantileRange(mixture: GaussianMixture, rho: number): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let k = 0; k < mixture.count; k++) {
    const std = Math.sqrt(Math.max((mixture.covs[k] ?? 0) + rho, 1e-16));
    low = Math.min(low, (mixture.means[k] ?? 0) - (REACH + 1) * std);
    high = Math.max(high, (mixture.means[k] ?? 0) + (REACH + 1) * std);
  }
  return [low, high];
}

/** Quantiles of a 1-D mixture at the standard normal labels z [n], ascending: P(X <= x_i) = Phi(z_i). */
export function mixtureQuantiles(mixture: GaussianMixture, z: Float64Array): Float64Array {
  return quantiles(mixture, 0, z, logTails(z), undefined, undefined);
}

/** Standard normal label of a point with the given tails. */
export function labelOf(tails: Float64Array): number {
  const [lower = 0, upper = 0] = tails;
  const z = lower < upper ? normalQuantile(lower) : -normalQuantile(upper);
  return Math.min(REACH, Math.max(-REACH, z));
}
