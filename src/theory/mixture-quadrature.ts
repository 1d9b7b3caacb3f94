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

/** Law after all N steps. Throws RangeError for d > 1 and where quadratureRefusal names a reason. */
export function mixtureStepLaw1d(problem: MixtureStepProblem): LineLaw {
  const reason =
    problem.mixture.dim === 1 ? quadratureRefusal(problem.coefficients) : "the mixture has d > 1";
  if (reason !== null)
    throw new RangeError(
      `mixture quadrature: needs a 1-D mixture and Gaussian steps, but ${reason}; use Monte Carlo instead`,
    );
  return lineLaw(propagate(problem, FINE), propagate(problem, COARSE), FINE, COARSE);
}

function propagate(
  { mixture, process, coefficients }: MixtureStepProblem,
  resolution: Resolution,
): MappedPanels {
  let panels = gaussianPanels(0, process.priorStd, resolution);
  let maps: SlopedMap[] = [];
  for (const step of coefficients) {
    maps.push(stepMap(mixture, step));
    if (step.cz === 0) continue;
    panels = pushThroughKernel(panels, composed(maps), step.cz, resolution);
    maps = [];
  }
  return { panels, maps };
}
