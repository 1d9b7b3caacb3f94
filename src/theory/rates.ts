/**
 * How the gap falls with the end time, for large T and fixed eta > 0 [Sheng25, own derivation].
 *
 * Along an axis the ODE keeps the share rho_0 alpha_T = (lambda/(lambda + r_T^2))^(1/2) ~ lambda^(1/2)/r_T of the mean's
 * error and rho_0^2 (v_T - V_T) = lambda (v_T/V_T - 1) of the variance's; the SDE's errors are smaller by a further factor
 * r_T^(-eta^2). So the gap is first order in the noise ratio r = sigma/alpha where the mean's error moves the reward, and
 * otherwise as small as v_T/V_T - 1: second order for VE (v_T = sigma_T^2) and VP, where r_T ~ T and r_T ~ exp(B/2).
 */
import type { GaussianMixture } from "../diffusion/mixture.ts";
import { mixtureMoments } from "../diffusion/mixture.ts";
import type { Process } from "../diffusion/process.ts";
import type { RewardProgram } from "../rewards/program.ts";
import type { FormulaId } from "./formulas.ts";
import { principalAxes } from "./principal-axes.ts";

export interface RateProblem {
  /** The law whose score the model has. */
  readonly law: GaussianMixture;
  readonly process: Process;
  readonly reward: RewardProgram;
}

export interface HorizonRate {
  readonly kind: "asymptotic" | "heuristic";
  readonly formula: FormulaId;
  /** The quantity the gap falls with: T on a log axis, B(T) on a linear one, or nothing. */
  readonly variable: "T" | "B" | "none";
  /** d log|gap| / d log T for "T", d log|gap| / dB for "B", 0 for "none". */
  readonly slope: number;
  /** True if the mean's error does not move the reward to first order, so that the faster rate holds. */
  readonly centred: boolean;
  /** One sentence. */
  readonly words: string;
  /** Leading term of the gap of a Gaussian law with quadratic or linear reward at this process' own T; null otherwise. */
  readonly leading: number | null;
}

/** Relative size below which the first-order coefficient counts as zero. */
const ZERO = 1e-9;

/** Predicted decay of the gap of problems of this kind as T grows. */
export function horizonRate(problem: RateProblem): HorizonRate {
  const { law, process } = problem;
  const first = firstOrder(problem);
  const centred = first.centred;
  const kind = law.count === 1 && first.known ? "asymptotic" : "heuristic";
  const base = { kind, centred, leading: leadingTerm(problem, centred) } as const;
  switch (process.kind) {
    case "ve":
      return {
        ...base,
        formula: "rate-power",
        variable: "T",
        slope: centred ? -2 : -1,
        words: centred
          ? "The mean's error does not move the reward, so the gap falls like 1/T squared."
          : "The gap falls like 1/T.",
      };
    case "vp":
    case "sub-vp":
    case "contractive-sub-vp":
      return {
        ...base,
        formula: "rate-exponential",
        variable: "B",
        slope: centred ? -1 : -0.5,
        words: centred
          ? "The mean's error does not move the reward, so the gap falls like exp(-B)."
          : "The gap falls like exp(-B/2).",
      };
    case "flow":
      return {
        ...base,
        leading: null,
        formula: "rate-none",
        variable: "none",
        slope: 0,
        words:
          "At T = 1 the prior is the exact noised law, so there is no mismatch and no gap in continuous time.",
      };
    default:
      return {
        ...base,
        leading: null,
        formula: "rate-none",
        variable: "none",
        slope: 0,
        words: "The noise ratio sigma/alpha has a limit, so the gap does not vanish as T grows.",
      };
  }
}

/** Does the ODE's mean error change the reward to first order? Known exactly for Gaussian laws, linear and quadratic rewards. */
function firstOrder({ law, reward }: RateProblem): { centred: boolean; known: boolean } {
  const { mean, cov } = mixtureMoments(law);
  if (mean.every((m) => m === 0)) return { centred: true, known: true };
  const slope = slopeAtMean(reward, mean);
  if (slope === null || law.count > 1) return { centred: false, known: false };
  const axes = principalAxes({ mean, cov });
  const turned = alongAxes(axes.basis, slope);
  let sum = 0;
  let size = 0;
  turned.forEach((g, i) => {
    const part = g * (axes.mean[i] ?? 0) * Math.sqrt(axes.variances[i] ?? 0);
    sum += part;
    size += Math.abs(part);
  });
  return { centred: Math.abs(sum) <= ZERO * size || size === 0, known: true };
}

/** Gradient of E r with respect to the mean, [d]; null where it depends on more than the mean. */
function slopeAtMean(reward: RewardProgram, mean: Float64Array): Float64Array | null {
  if (reward.kind === "linear") return reward.weights;
  if (reward.kind !== "quadratic") return null;
  const d = reward.dim;
  return mean.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < d; j++)
      sum -= 2 * (reward.matrix[i * d + j] ?? 0) * ((mean[j] ?? 0) - (reward.center[j] ?? 0));
    return sum;
  });
}

function alongAxes(basis: Float64Array, v: Float64Array): Float64Array {
  const d = v.length;
  return v.map((_, j) => {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += (basis[i * d + j] ?? 0) * (v[i] ?? 0);
    return sum;
  });
}

/**
 * Leading term of gap(eta) = E r(SDE) - E r(ODE), any eta > 0: minus the ODE's leading error. With e_i = -lambda_i^(1/2) mu_i/r_T
 * the mean's error and w_i the variance's, E r(ODE) - E r* ~ grad' e if not centred, else -e' A e - sum_i A_ii w_i.
 */
function leadingTerm({ law, process, reward }: RateProblem, centred: boolean): number | null {
  if (law.count !== 1 || (reward.kind !== "quadratic" && reward.kind !== "linear")) return null;
  const axes = principalAxes({ mean: law.means, cov: law.covs });
  const ratio = process.sigma(process.T) / process.alpha(process.T);
  const error = axes.mean.map((mu, i) => (-Math.sqrt(axes.variances[i] ?? 0) * mu) / ratio);
  const slope = slopeAtMean(reward, law.means);
  const turned = slope === null ? null : alongAxes(axes.basis, slope);
  if (!centred) return turned === null ? null : -turned.reduce((sum, g, i) => sum + g * (error[i] ?? 0), 0);
  if (reward.kind === "linear") return 0;
  const d = law.dim;
  let sum = 0;
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) {
      const entry = axisEntry(reward.matrix, axes.basis, i, j, d);
      sum += entry * (error[i] ?? 0) * (error[j] ?? 0);
      if (i === j) sum += entry * varianceError(process, axes.variances[i] ?? 0, ratio);
    }
  return sum;
}

/** Leading term of lambda (v_T/V_T - 1) in 1/r_T. */
function varianceError(process: Process, lambda: number, ratio: number): number {
  switch (process.kind) {
    case "vp":
      return (lambda * (1 - lambda)) / ratio ** 2;
    case "sub-vp":
      return (lambda * (2 - lambda)) / ratio ** 2;
    default:
      return (-lambda * lambda) / ratio ** 2;
  }
}

function axisEntry(A: Float64Array, basis: Float64Array, i: number, j: number, d: number): number {
  let sum = 0;
  for (let a = 0; a < d; a++)
    for (let b = 0; b < d; b++)
      sum += (basis[a * d + i] ?? 0) * (A[a * d + b] ?? 0) * (basis[b * d + j] ?? 0);
  return sum;
}
