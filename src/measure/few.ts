/** Means of few independent values, with intervals that hold for few of them. */
import type { Estimate, ScalarSums } from "./estimate.ts";
import { meanEstimate } from "./scalar-sums.ts";
import { studentWidening } from "./seeds.ts";

/** From so many values on the normal quantile serves: Student's is less than 1.3 % wider. */
const MANY = 100;

/**
 * Mean of the finite values. Of 2 to 99 of them, `se` is such that the normal 95 % interval that charts and tables draw,
 * value +- 1.96 se, is Student's with n - 1 degrees of freedom; else that of `meanEstimate`.
 */
export function meanOfFew(sums: ScalarSums): Estimate {
  const estimate = meanEstimate(sums);
  const { n, se } = estimate;
  return n < 2 || n >= MANY ? estimate : { ...estimate, se: studentWidening(n - 1) * se };
}
