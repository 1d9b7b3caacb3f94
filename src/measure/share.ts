/** Shares of counted things, with intervals that hold for few of them and near 0 and 1. */
import { normalQuantile } from "../math/special.ts";
import type { Estimate } from "./estimate.ts";

/** Squared quantile of the 95 % interval: the score interval adds so many things to those counted, half of them with a yes. */
const ADDED = normalQuantile(0.975) ** 2;

/**
 * Share of `yes` among `n` independent things, 0 <= yes <= n, by the score interval [Wilson27]: `value` is its middle and
 * `se` such that value +- 1.96 se, which charts and tables draw, is that interval at 95 %. It lies within [0, 1], and has a
 * width where all or none say yes. The middle is nearer to one half than yes / n, by at most 1.92 / (n + 3.84).
 * NaN and Infinity for n = 0.
 */
export function shareEstimate(yes: number, n: number): Estimate {
  if (n === 0) return { value: NaN, se: Infinity, n };
  const share = yes / n;
  const se = Math.sqrt(n * share * (1 - share) + ADDED / 4) / (n + ADDED);
  return { value: (yes + ADDED / 2) / (n + ADDED), se, n };
}

/** How many said yes, of an estimate by `shareEstimate`. */
export function countedYes({ value, n }: Estimate): number {
  return Math.round(value * (n + ADDED) - ADDED / 2);
}
