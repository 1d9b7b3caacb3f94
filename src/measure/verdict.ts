/** Confidence intervals, and what they say about a bound. */
import { normalQuantile } from "../math/special.ts";
import type { Estimate } from "./estimate.ts";
import type { Verdict } from "./series.ts";

/** Two-sided normal interval [lo, hi] that covers the truth with probability `level`, 0 < level < 1. */
export function interval(estimate: Estimate, level = 0.95): readonly [number, number] {
  const half = normalQuantile((1 + level) / 2) * estimate.se;
  return [estimate.value - half, estimate.value + half];
}

/**
 * Does |truth| <= bound hold? "holds" if the whole interval lies inside [-bound, bound], "violated" if all of it lies
 * outside, "inconclusive" if it crosses an end.
 */
export function verdict(boundOnAbsolute: number, estimate: Estimate, level = 0.95): Verdict {
  const [lo, hi] = interval(estimate, level);
  if (lo >= -boundOnAbsolute && hi <= boundOnAbsolute) return "holds";
  return lo > boundOnAbsolute || hi < -boundOnAbsolute ? "violated" : "inconclusive";
}
