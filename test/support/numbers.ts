/** Checks on numbers whose failures show what was got, what was expected and what was allowed. */
import { expect } from "vitest";

/** How far a number may lie from its truth: |got - expected| <= absolute + relative |expected|. */
export interface Tolerance {
  readonly relative?: number;
  readonly absolute?: number;
}

/** True if got lies within the tolerance of expected; NaN never does. */
export function isClose(got: number, expected: number, { relative = 0, absolute = 0 }: Tolerance): boolean {
  return got === expected || Math.abs(got - expected) <= absolute + relative * Math.abs(expected);
}

/** Asserts isClose, naming the number. */
export function expectClose(got: number, expected: number, tolerance: Tolerance, what = "value"): void {
  // The message is made only when it is needed: some tests compare a hundred thousand numbers.
  if (isClose(got, expected, tolerance)) return;
  const off = Math.abs(got - expected);
  expect.fail(
    `${what}: got ${got}, expected ${expected}, off by ${off}, allowed ${JSON.stringify(tolerance)}`,
  );
}

/** Asserts isClose entry by entry; the message shows the first bad entry. */
export function expectAllClose(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance,
  what = "array",
): void {
  expect(got.length, `${what}: length`).toBe(expected.length);
  for (let i = 0; i < expected.length; i++)
    if (!isClose(got[i]!, expected[i]!, tolerance))
      expectClose(got[i]!, expected[i]!, tolerance, `${what}[${i}]`);
}

/** Least-squares slope of log2(errors) on log2(steps): the measured order of convergence. */
export function slopeOf(steps: readonly number[], errors: readonly number[]): number {
  const x = steps.map(Math.log2);
  const y = errors.map((e) => Math.log2(Math.abs(e)));
  const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const top = x.reduce((sum, v, i) => sum + (v - mx) * (y[i]! - my), 0);
  return top / x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
}

/** Mean of values and its standard error. */
export function meanOf(values: ArrayLike<number>): { readonly value: number; readonly se: number } {
  const n = values.length;
  let value = 0;
  for (let i = 0; i < n; i++) value += values[i]! / n;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (values[i]! - value) ** 2;
  return { value, se: Math.sqrt(sum / (n - 1) / n) };
}

/** Distance of a mean from its truth in its own standard errors; statistical checks ask for less than 4.5. */
export function zScore(values: ArrayLike<number>, truth: number): number {
  const { value, se } = meanOf(values);
  return (value - truth) / se;
}

/** Largest z of a chance check: 4.5 standard errors, a false alarm in 150,000 two-sided. */
export const MOST_Z = 4.5;

/** Kolmogorov's distance between a sample and a distribution function, times sqrt(n). */
export function kolmogorov(values: ArrayLike<number>, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  let largest = 0;
  sorted.forEach((value, i) => {
    const p = cdf(value);
    largest = Math.max(largest, p - i / n, (i + 1) / n - p);
  });
  return largest * Math.sqrt(n);
}

/** Largest value of `kolmogorov` allowed: exceeded with probability 2 exp(-2 k^2) = 7e-6, that of 4.5 standard errors. */
export const MOST_KOLMOGOROV = 2.51;
