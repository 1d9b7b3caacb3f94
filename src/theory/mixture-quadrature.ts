/**
 * The law of the sampler for a 1-D mixture with exact score: the density is pushed through the N Gaussian kernels of the
 * sampler by quadrature. Deterministic steps (eta = 0, the last step) are carried as maps and never cost accuracy. The
 * error shown is the difference to a second, coarser computation. Continuous time is the limit of the same for N, 2N, 4N
 * steps, extrapolated.
 */
import { samplerCoefficients } from "../diffusion/coefficients.ts";
import type { GaussianMixture } from "../diffusion/mixture.ts";
import type { Process } from "../diffusion/process.ts";
import type { StepCoefficients } from "../diffusion/program.ts";
import { noiseRatioSq } from "./gaussian-continuous.ts";
import { type Approximate, lineLaw, type LineLaw, type MappedPanels } from "./line-law.ts";
import { composed, type SlopedMap, stepMap } from "./mixture-map.ts";
import { gaussianPanels, pushThroughKernel, type Resolution } from "./panel-law.ts";

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

export interface MixtureContinuousProblem {
  /** 1-D. */
  readonly mixture: GaussianMixture;
  readonly process: Process;
  readonly eta: number;
  /** N of the coarsest of the three runs; 24 by default. */
  readonly steps?: number;
}

/** A law known through its expectations only. */
export interface LimitLaw {
  readonly mean: number;
  readonly variance: number;
  /** Numerical error of mean and variance, the larger of the two. */
  readonly error: number;
  expectation(f: (x: number) => number): Approximate;
  /** The finest of the three N-step laws, for drawing. */
  readonly finest: LineLaw;
}

/** Law of the continuous-time sampler with constant eta, by Richardson extrapolation of gDDIM. */
export function mixtureContinuousLaw1d(problem: MixtureContinuousProblem): LimitLaw {
  const { mixture, process, eta, steps = 24 } = problem;
  const [first, second, finest] = [steps, 2 * steps, 4 * steps].map((n) => {
    const coefficients = limitCoefficients(mixture, process, eta, n);
    return mixtureStepLaw1d({ mixture, process, coefficients });
  }) as [LineLaw, LineLaw, LineLaw];
  const expectation = (f: (x: number) => number): Approximate =>
    extrapolate([first, second, finest].map((law) => law.expectation(f)));
  const mean = expectation((x) => x);
  const square = expectation((x) => (x - mean.value) ** 2);
  return {
    mean: mean.value,
    variance: square.value,
    error: Math.max(mean.error, square.error),
    expectation,
    finest,
  };
}

/** Limit of values at N, 2N, 4N whose error is c1/N + c2/N^2 + ...: A/3 - 2 B + 8 C/3; error: the last correction. */
export function extrapolate(levels: readonly Approximate[]): Approximate {
  const [a = NONE, b = NONE, c = NONE] = levels;
  const linear = 2 * c.value - b.value;
  const value = (8 * c.value - 6 * b.value + a.value) / 3;
  return { value, error: Math.abs(value - linear) + (8 * c.error + 6 * b.error + a.error) / 3 };
}

const NONE: Approximate = { value: NaN, error: NaN };

/** gDDIM on a grid that is smooth in k/N and even in the variable in which the law changes. */
export function limitCoefficients(
  mixture: GaussianMixture,
  process: Process,
  eta: number,
  steps: number,
): StepCoefficients[] {
  const grid = limitGrid(process, smallestStd(mixture), steps);
  return samplerCoefficients("gddim", process, grid, new Float64Array(steps).fill(eta));
}

/** Times even in asinh(r/scale), r = sigma/alpha; in sqrt(t) where r_T is infinite. scale: where the data's own width takes over. */
export function limitGrid(process: Process, scale: number, steps: number): Float64Array {
  const ratio = Math.sqrt(noiseRatioSq(process, process.T));
  const last = Math.asinh(ratio / scale);
  const time = (u: number): number =>
    Number.isFinite(ratio)
      ? process.timeAtLogSnr(-2 * Math.log(scale * Math.sinh(last * u)))
      : process.T * u * u;
  const grid = Float64Array.from({ length: steps + 1 }, (_, k) => time(1 - k / steps));
  grid[0] = process.T;
  grid[steps] = 0;
  return grid;
}

function smallestStd(mixture: GaussianMixture): number {
  const smallest = mixture.covs.reduce((a, b) => Math.min(a, b), Infinity);
  return Math.max(Math.sqrt(smallest), 1e-4);
}
