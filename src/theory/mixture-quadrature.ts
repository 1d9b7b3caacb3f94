/**
 * The law of the sampler for a 1-D mixture with exact score: the density is pushed through the N Gaussian kernels of the
 * sampler by quadrature. Deterministic steps (eta = 0, the last step) are carried as maps and never cost accuracy. The
 * error shown is the difference to a second, coarser computation.
 */
import type { GaussianMixture } from "../diffusion/mixture.ts";
import type { Process } from "../diffusion/process.ts";
import type { StepCoefficients } from "../diffusion/program.ts";
import { lineLaw, type LineLaw, type MappedPanels } from "./line-law.ts";
import { composed, type SlopedMap, stepMap } from "./mixture-map.ts";
import { pushThroughKernel } from "./panel-law.ts";
import { gaussianPanels, type Resolution } from "./panels.ts";

export interface MixtureStepProblem {
  /** 1-D. */
  readonly mixture: GaussianMixture;
  readonly process: Process;
  /** [N], in the order the steps run. */
  readonly coefficients: readonly StepCoefficients[];
}

const FINE: Resolution = { tolerance: 1e-9, reach: 4, narrowNodes: 11 };
const COARSE: Resolution = { tolerance: 1e-6, reach: 6, narrowNodes: 7 };

/** Why the N-step law of these steps cannot be had by quadrature, or null if it can. */
export function quadratureRefusal(coefficients: readonly StepCoefficients[]): string | null {
  const noisy = coefficients.findIndex((step) => step.corrector !== null && step.cz > 0);
  return noisy < 0
    ? null
    : `step ${noisy + 1} of the stochastic Heun sampler is not a Gaussian kernel for a mixture; its law is measured only`;
}

/** A law whose moments are not known to this share of their size is not given out. */
const LARGEST_ERROR = 0.01;

/**
 * Law after all N steps; null where quadratureRefusal names a reason or the sampler is too wild to be resolved (an unstable
 * Euler-Maruyama step, say). Throws RangeError for d > 1.
 */
export function mixtureStepLaw1d(problem: MixtureStepProblem): LineLaw | null {
  if (problem.mixture.dim !== 1)
    throw new RangeError(
      `mixture quadrature: needs a 1-D mixture, got d = ${problem.mixture.dim}; use a product or Monte Carlo`,
    );
  if (quadratureRefusal(problem.coefficients) !== null) return null;
  const fine = propagate(problem, FINE);
  const coarse = fine === null ? null : propagate(problem, COARSE);
  const law = fine === null || coarse === null ? null : lineLaw(fine, coarse, FINE, COARSE);
  if (law === null) return null;
  const size = Math.max(law.variance, Math.sqrt(law.variance), Math.abs(law.mean));
  return law.error <= LARGEST_ERROR * size ? law : null;
}

function propagate(
  { mixture, process, coefficients }: MixtureStepProblem,
  resolution: Resolution,
): MappedPanels | null {
  let panels = gaussianPanels(0, process.priorStd, resolution);
  let maps: SlopedMap[] = [];
  for (const step of coefficients) {
    maps.push(stepMap(mixture, step));
    if (step.cz === 0) continue;
    const pushed = pushThroughKernel(panels, composed(maps), step.cz, resolution);
    if (pushed === null) return null;
    panels = pushed;
    maps = [];
  }
  return { panels, maps };
}
