/** Running sums of a scalar: built by adding, merged over chunks and devices, read as a mean with its standard error. */
import type { Estimate, ScalarSums } from "./estimate.ts";

/** No samples yet, about `shift`. */
export function emptyScalarSums(shift: number): ScalarSums {
  return { n: 0, nonFinite: 0, shift, s1: 0, s2: 0 };
}

/** The sums with one more value; NaN and infinities are counted, not summed. */
export function addScalar(sums: ScalarSums, value: number): ScalarSums {
  if (!Number.isFinite(value)) return { ...sums, nonFinite: sums.nonFinite + 1 };
  const y = value - sums.shift;
  return { ...sums, n: sums.n + 1, s1: sums.s1 + y, s2: sums.s2 + y * y };
}

/** Sums of both sets, about the shift of the first. */
export function mergeScalarSums(a: ScalarSums, b: ScalarSums): ScalarSums {
  const moved = moveShift(b, a.shift);
  return {
    n: a.n + b.n,
    nonFinite: a.nonFinite + b.nonFinite,
    shift: a.shift,
    s1: a.s1 + moved.s1,
    s2: a.s2 + moved.s2,
  };
}

function moveShift(sums: ScalarSums, shift: number): { readonly s1: number; readonly s2: number } {
  const h = sums.shift - shift;
  if (h === 0) return sums;
  return { s1: sums.s1 + sums.n * h, s2: sums.s2 + 2 * h * sums.s1 + sums.n * h * h };
}

/** Mean of the finite values. se = sample standard deviation / sqrt(n); NaN value for n = 0, infinite se for n = 1. */
export function meanEstimate(sums: ScalarSums): Estimate {
  const { n, shift, s1 } = sums;
  if (n === 0) return { value: NaN, se: Infinity, n };
  const mean = s1 / n;
  return { value: shift + mean, se: n > 1 ? Math.sqrt(varianceOf(sums) / n) : Infinity, n };
}

/** Unbiased sample variance of the finite values, unit squared; NaN for n < 2. */
export function varianceOf({ n, s1, s2 }: ScalarSums): number {
  return n > 1 ? Math.max(0, (s2 - (s1 * s1) / n) / (n - 1)) : NaN;
}
