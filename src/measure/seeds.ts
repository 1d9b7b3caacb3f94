/** Numbers of independent repetitions: their median and mean with intervals that hold for few of them. */
import { normalQuantile } from "../math/special.ts";
import { integrate } from "../math/quadrature.ts";
import type { Estimate } from "./estimate.ts";

/** Two-sided Student quantile: P(|t| <= result) = level with `freedom` >= 1 degrees of freedom, 0 < level < 1. */
export function studentQuantile(level: number, freedom: number): number {
  // With t = sqrt(freedom) tan a the density is proportional to cos^(freedom - 1) a on (-pi/2, pi/2).
  const density = (a: number) => Math.cos(a) ** (freedom - 1);
  const share = (a: number) => integrate(density, 0, a, 1e-10).value;
  const wanted = level * share(Math.PI / 2);
  let lo = 0;
  let hi = Math.PI / 2;
  for (let i = 0; i < 60; i++) {
    const mid = (lo + hi) / 2;
    if (share(mid) < wanted) lo = mid;
    else hi = mid;
  }
  return Math.sqrt(freedom) * Math.tan((lo + hi) / 2);
}

const widenings = new Map<number, number>();

/** Factor of a standard error of `freedom` >= 1 degrees of freedom that makes the normal 95 % interval, value +- 1.96 se, Student's. */
export function studentWidening(freedom: number): number {
  const known = widenings.get(freedom);
  if (known !== undefined) return known;
  const made = studentQuantile(0.95, freedom) / normalQuantile(0.975);
  widenings.set(freedom, made);
  return made;
}

/**
 * Mean over repetitions. `se` is such that the normal 95 % interval that charts and tables draw, value +- 1.96 se, is Student's;
 * infinite for one repetition. Values that are not finite are left out.
 */
export function meanOverSeeds(values: readonly number[]): Estimate {
  const finite = values.filter(Number.isFinite);
  const n = finite.length;
  if (n === 0) return { value: NaN, se: Infinity, n };
  const mean = finite.reduce((sum, v) => sum + v, 0) / n;
  if (n === 1) return { value: mean, se: Infinity, n };
  const variance = finite.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1);
  return { value: mean, se: studentWidening(n - 1) * Math.sqrt(variance / n), n };
}

/**
 * Median over repetitions, with the interval of the mean widened by sqrt(pi / 2), which is how much less sure the median of
 * normal values is.
 */
export function medianOverSeeds(values: readonly number[]): Estimate {
  const { se, n } = meanOverSeeds(values);
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const at = (i: number) => sorted[i] ?? NaN;
  const value = n % 2 === 1 ? at((n - 1) / 2) : (at(n / 2 - 1) + at(n / 2)) / 2;
  return { value, se: se * Math.sqrt(Math.PI / 2), n };
}
