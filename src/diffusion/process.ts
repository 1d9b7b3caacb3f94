/**
 * A diffusion process x_t = alpha_t x_0 + sigma_t eps on [0, T], alpha_0 = 1, sigma_0 = 0.
 * Members are plain functions of t so that theory, programs and tests read the same table.
 */
export interface Process {
  readonly kind: string;
  /** End time; noise level of the prior. */
  readonly T: number;
  /** Standard deviation of the prior N(0, priorStd^2 I) that samplers start from. */
  readonly priorStd: number;
  alpha(t: number): number;
  sigma(t: number): number;
  /** log(alpha^2 / sigma^2), decreasing in t; +Infinity at t = 0, -Infinity where alpha = 0. */
  logSnr(t: number): number;
  /** f = d log alpha / dt. */
  drift(t: number): number;
  /** g^2 = d sigma^2/dt - 2 f sigma^2 >= 0. */
  diffusionSq(t: number): number;
  /** Inverse of logSnr on (0, T]. */
  timeAtLogSnr(logSnr: number): number;
}
