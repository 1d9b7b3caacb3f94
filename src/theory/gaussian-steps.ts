/**
 * The exact law of the N-step sampler for Gaussian data: every sampler here is linear in (x, x0Hat, z) and the exact
 * prediction is x0Hat = mu + R (x - alpha mu) with R = alpha lambda / V along each principal axis, so mean and variance
 * follow a scalar recursion. For gDDIM it is e <- c e, v <- c^2 v + sigma_s^2 (1 - q^2),
 * c = (alpha_s alpha_t lambda + sigma_s sigma_t q) / V_t [Zhang22, own derivation].
 */
import type { StepCoefficients } from "../diffusion/program.ts";
import { fromAxes, principalAxes, type GaussianLaw } from "./principal-axes.ts";

export interface StepProblem extends GaussianLaw {
  /** [N], in the order the steps run. */
  readonly coefficients: readonly StepCoefficients[];
  /** Standard deviation of the prior that the first step starts from. */
  readonly priorStd: number;
}

/** Mean [d] and covariance [d, d] after all N steps. */
export function stepGaussianLaw(problem: StepProblem): GaussianLaw {
  const axes = principalAxes(problem);
  const mean = new Float64Array(axes.dim);
  const variances = new Float64Array(axes.dim);
  for (let i = 0; i < axes.dim; i++) {
    const law = stepAxis(problem, axes.mean[i] ?? 0, axes.variances[i] ?? 0);
    mean[i] = law.mean;
    variances[i] = law.variance;
  }
  return fromAxes(axes.basis, mean, variances);
}

function stepAxis(
  problem: Pick<StepProblem, "coefficients" | "priorStd">,
  mu: number,
  lambda: number,
): { mean: number; variance: number } {
  let mean = 0;
  let variance = problem.priorStd ** 2;
  for (const step of problem.coefficients) {
    const map = axisStep(step, mu, lambda);
    mean = map.slope * mean + map.offset;
    variance = map.slope ** 2 * variance + map.noise ** 2;
  }
  return { mean, variance };
}

/** x_s = slope x_t + offset + noise z along one axis. */
function axisStep(
  step: StepCoefficients,
  mu: number,
  lambda: number,
): { slope: number; offset: number; noise: number } {
  const at = axisPrediction(step.alphaT, step.sigmaT, mu, lambda);
  const slope = step.cx + step.c0 * at.slope;
  const offset = step.c0 * at.offset;
  const { corrector, cz } = step;
  if (corrector === null) return { slope, offset, noise: cz };
  const next = axisPrediction(step.alphaS, step.sigmaS, mu, lambda);
  const gain = corrector.ey + corrector.e1 * next.slope;
  return {
    slope: corrector.ex + corrector.e0 * at.slope + gain * slope,
    offset: corrector.e0 * at.offset + corrector.e1 * next.offset + gain * offset,
    noise: corrector.ez + gain * cz,
  };
}

/** x0Hat = slope x + offset, the exact prediction for N(mu, lambda) at (alpha, sigma). */
function axisPrediction(
  alpha: number,
  sigma: number,
  mu: number,
  lambda: number,
): { slope: number; offset: number } {
  const V = alpha * alpha * lambda + sigma * sigma;
  return V > 0 ? { slope: (alpha * lambda) / V, offset: (mu * sigma * sigma) / V } : { slope: 0, offset: mu };
}
