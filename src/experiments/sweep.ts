import type { Problem } from "./resolve.ts";

/** Points of a smooth curve. */
const CURVE_POINTS = 48;

/** True if a theory number costs microseconds: a Gaussian law in few dimensions and a reward with a closed form. */
export function isCheap({ gaussian, dim, reward }: Problem): boolean {
  const closed = reward.kind === "quadratic" || reward.kind === "linear" || reward.kind === "bumps";
  return gaussian !== null && dim <= 8 && closed;
}

/**
 * True if a theory number at another eta of the same problem costs at most a few milliseconds: every Gaussian law with a
 * closed form (64 dimensions take some ms), and quadrature in one dimension.
 */
export function isCheapByEta({ gaussian, control, dim, reward }: Problem): boolean {
  const closed = reward.kind === "quadratic" || reward.kind === "linear" || reward.kind === "bumps";
  return gaussian !== null && (closed ? control === null || dim <= 8 : dim === 1);
}

/** The given etas and, where theory is cheap, evenly spaced ones between their ends; ascending. */
export function smoothSweep(problem: Problem, values: readonly number[]): number[] {
  const lo = Math.min(...values);
  const hi = Math.max(...values);
  const parts = isCheap(problem) ? CURVE_POINTS : CURVE_POINTS / 2;
  const between = isCheapByEta(problem)
    ? Array.from({ length: parts + 1 }, (_, i) => lo + ((hi - lo) * i) / parts)
    : [];
  return [...new Set([...values, ...between])].sort((a, b) => a - b);
}

/** Whole numbers from the least to the largest of `values`, at most about 48 of them, evenly spaced in the logarithm. */
export function smoothSteps(problem: Problem, values: readonly number[]): number[] {
  const lo = Math.log(Math.min(...values));
  const hi = Math.log(Math.max(...values));
  const between = isCheap(problem)
    ? Array.from({ length: CURVE_POINTS + 1 }, (_, i) =>
        Math.round(Math.exp(lo + ((hi - lo) * i) / CURVE_POINTS)),
      )
    : [];
  return [...new Set([...values, ...between])].sort((a, b) => a - b);
}

/** `count` values from lo to hi, both positive, evenly spaced in the logarithm. */
export function logSpaced(lo: number, hi: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => lo * (hi / lo) ** (i / Math.max(1, count - 1)));
}
