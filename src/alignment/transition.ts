/**
 * One denoising step as a policy: x_next ~ N(mu, cz^2 I), mu = cx x + c0 x0Hat(x, t). Rows of many steps at once, f64.
 *
 *     log pi = sum_d [ -(x_next - mu)^2 / (2 cz^2) - log cz - 1/2 log 2 pi ]
 *     d log pi / d x0Hat = c0 (x_next - mu) / cz^2
 *     KL(pi || pi_ref)   = 1/2 (c0 / cz)^2 |x0Hat - x0Hat_ref|^2
 */
import type { StepCoefficients } from "../diffusion/program.ts";

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

/** The three numbers of a step that its density needs; cz > 0. */
export type StepDensity = Pick<StepCoefficients, "cx" | "c0" | "cz">;

/** True if a policy can be trained on the step: it has a density and its noise can be steered. */
export function hasDensity(step: StepDensity): boolean {
  return step.cz > 0 && step.c0 !== 0;
}

/**
 * log pi of row i, nats, summed over dims; rows of x, next and x0Hat are [n, d]. Every log-probability of alignment comes
 * from here, term by term in the same order, so that equal inputs give a ratio of exactly 1.
 */
export function transitionLogProb(
  { cx, c0, cz }: StepDensity,
  dim: number,
  i: number,
  x: Float64Array,
  next: Float64Array,
  x0Hat: Float64Array,
): number {
  let sum = 0;
  for (let j = i * dim; j < (i + 1) * dim; j++) {
    const mu = cx * (x[j] as number) + c0 * (x0Hat[j] as number);
    const z = ((next[j] as number) - mu) / cz;
    sum += z * z;
  }
  return -0.5 * sum - dim * (Math.log(cz) + HALF_LOG_2PI);
}

/** (c0 / cz)^2 / 2: the KL of a step per squared distance of the predictions. */
export function klPerSquare({ c0, cz }: StepDensity): number {
  return 0.5 * (c0 / cz) ** 2;
}

/** KL of row i to the reference's step, nats. */
export function transitionKl(
  step: StepDensity,
  dim: number,
  i: number,
  x0Hat: Float64Array,
  reference: Float64Array,
): number {
  let sum = 0;
  for (let j = i * dim; j < (i + 1) * dim; j++) sum += ((x0Hat[j] as number) - (reference[j] as number)) ** 2;
  return klPerSquare(step) * sum;
}
