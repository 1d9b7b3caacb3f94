/** Means of few independent values, with intervals that hold for few of them. */
import { normalQuantile } from "../math/special.ts";
import type { Estimate, ScalarSums } from "./estimate.ts";
import { meanEstimate } from "./scalar-sums.ts";
import { studentQuantile } from "./seeds.ts";

/** From so many values on the normal quantile serves: Student's is less than 1.3 % wider. */
const MANY = 100;

const widenings = new Map<number, number>();

/**
 * Mean of the finite values. Of 2 to 99 of them, `se` is such that the normal 95 % interval that charts and tables draw,
 * value +- 1.96 se, is Student's with n - 1 degrees of freedom; else that of `meanEstimate`.
 */
export function meanOfFew(sums: ScalarSums): Estimate {
  const estimate = meanEstimate(sums);
  return { ...estimate, se: widening(estimate.n) * estimate.se };
}

/** Student's quantile over the normal one, both at 95 %; 1 where it does not matter. */
function widening(n: number): number {
  if (n < 2 || n >= MANY) return 1;
  const known = widenings.get(n);
  if (known !== undefined) return known;
  const made = studentQuantile(0.95, n - 1) / normalQuantile(0.975);
  widenings.set(n, made);
  return made;
}
