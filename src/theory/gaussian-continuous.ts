/**
 * The law of the eta-sampler in continuous time for Gaussian data and exact score.
 *
 * Along a principal axis with data variance lambda let V_t = alpha_t^2 lambda + sigma_t^2 and let e = E Y_t - alpha_t mu.
 * The reverse family gives de/dt = [f - (1 + eta^2)/2 g^2 / V] e backwards in t, and g^2 / V = V'/V - 2f, so from T down to
 * t = stop the error shrinks by
 *
 *     rho = ((lambda + r_stop^2) / (lambda + r_T^2))^(eta^2/2) (V_stop / V_T)^(1/2),      r = sigma/alpha
 *
 * which equals alpha_T^(eta^2) (lambda/V_T)^((1 + eta^2)/2) at stop = 0. The variance error shrinks by rho^2. With
 * eta(t) not constant, (eta^2/2) log(...) becomes 1/2 int eta(t)^2 d log(lambda + r_t^2) [Sheng25, own derivation].
 */
import type { Process } from "../diffusion/process.ts";
import { integrate } from "../math/quadrature.ts";
import { fromAxes, principalAxes, type GaussianLaw } from "./principal-axes.ts";

export interface ContinuousProblem extends GaussianLaw {
  readonly process: Process;
  /** eta >= 0, constant in time. */
  readonly eta: number;
  /** Time at which the sampler stops; 0 by default. The law is then that of x_stop. */
  readonly stop?: number;
  /** eta as a function of t, in place of the constant. */
  readonly etaAt?: (t: number) => number;
  /** Times in (stop, T) at which etaAt jumps. */
  readonly breaks?: readonly number[];
}

/** Mean [d] and covariance [d, d] of the continuous-time sampler started from N(0, priorStd^2 I). */
export function continuousGaussianLaw(problem: ContinuousProblem): GaussianLaw {
  const { process, stop = 0 } = problem;
  const axes = principalAxes(problem);
  const priorVar = process.priorStd ** 2;
  const alphaStop = process.alpha(stop);
  const alphaT = process.alpha(process.T);
  const mean = new Float64Array(axes.dim);
  const variances = new Float64Array(axes.dim);
  for (let i = 0; i < axes.dim; i++) {
    const lambda = axes.variances[i] ?? 0;
    const mu = axes.mean[i] ?? 0;
    const rho = contraction(problem, lambda);
    const VT = alphaT ** 2 * lambda + process.sigma(process.T) ** 2;
    mean[i] = alphaStop * mu - rho * alphaT * mu;
    variances[i] = alphaStop ** 2 * lambda + process.sigma(stop) ** 2 + rho ** 2 * (priorVar - VT);
  }
  return fromAxes(
    axes.basis,
    mean,
    variances.map((v) => Math.max(0, v)),
  );
}

/** rho: the factor by which an error of the mean at T survives to `stop`, for data variance lambda >= 0. */
export function contraction(problem: Omit<ContinuousProblem, "mean" | "cov">, lambda: number): number {
  const { process, stop = 0 } = problem;
  const { T } = process;
  const Vstop = process.alpha(stop) ** 2 * lambda + process.sigma(stop) ** 2;
  const VT = process.alpha(T) ** 2 * lambda + process.sigma(T) ** 2;
  if (Vstop === 0) return 0;
  return Math.exp(-forgetting(problem, lambda)) * Math.sqrt(Vstop / VT);
}

/** 1/2 int_stop^T eta^2 d log(lambda + r^2) >= 0; Infinity where r_T is infinite and eta > 0. */
function forgetting(problem: Omit<ContinuousProblem, "mean" | "cov">, lambda: number): number {
  const { process, eta, etaAt, stop = 0, breaks = [] } = problem;
  const { T } = process;
  const levelAt = (t: number): number => Math.log(lambda + noiseRatioSq(process, t));
  if (etaAt === undefined) return eta === 0 ? 0 : 0.5 * eta * eta * (levelAt(T) - levelAt(stop));
  const cuts = [stop, ...breaks.filter((t) => t > stop && t < T), T].sort((a, b) => a - b);
  let sum = 0;
  for (let j = 0; j + 1 < cuts.length; j++) {
    const [from = 0, to = 0] = cuts.slice(j, j + 2);
    sum += forgettingBetween(process, etaAt, lambda, from, to);
  }
  return sum;
}

/** The same between two times without a jump of eta, in the variable w = log(lambda + r^2), where the rate is eta^2 / 2. */
function forgettingBetween(
  process: Process,
  etaAt: (t: number) => number,
  lambda: number,
  from: number,
  to: number,
): number {
  const low = Math.log(lambda + noiseRatioSq(process, from));
  const high = Math.log(lambda + noiseRatioSq(process, to));
  const rateAt = (w: number): number => {
    const t = process.timeAtLogSnr(-Math.log(Math.max(Math.exp(w) - lambda, Number.MIN_VALUE)));
    return 0.5 * etaAt(Math.min(to, Math.max(from, t))) ** 2;
  };
  // An infinite end (singular data at t = 0, no signal at T) is cut where eta has stopped changing to double precision.
  const a = Number.isFinite(low) ? low : Math.min(high, 0) - 60;
  const b = Number.isFinite(high) ? high : Math.max(a, 0) + 60;
  if (low !== a && etaAt(from) > 0) return Infinity;
  if (high !== b && etaAt(to) > 0) return Infinity;
  return integrate(rateAt, a, b, 1e-12).value;
}

/** (sigma/alpha)^2 at t, 0 at t = 0 and Infinity where the signal has vanished. */
export function noiseRatioSq(process: Process, t: number): number {
  return t === 0 ? 0 : (process.sigma(t) / process.alpha(t)) ** 2;
}
