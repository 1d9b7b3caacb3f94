/** The user's points as a mixture, so that the score of the model stays exact. */
import { fitMixture } from "../diffusion/em.ts";
import type { GaussianMixture } from "../diffusion/mixture.ts";
import type { ComponentSpec } from "../spec/types.ts";

export interface FitRequest {
  /** [n, dim], finite. */
  readonly points: Float64Array;
  readonly dim: number;
  /** Largest component count tried, 1..64. */
  readonly maxComponents: number;
  readonly seed: number;
  /** Called with the done share, 0..1, by work that grows with the component count. */
  readonly onProgress?: (done: number) => void;
}

export interface PointFit {
  readonly components: readonly ComponentSpec[];
  /** Every component count that was tried; the one with the least BIC was taken. */
  readonly tried: readonly {
    readonly count: number;
    readonly bic: number;
    readonly logLikelihood: number;
  }[];
  /** Points that entered the fit: a random subset where there are too many. */
  readonly fitted: number;
}

/** Fits a mixture by EM, with the component count of least BIC, and rounds its numbers to 4 significant digits. */
export function fitPoints({ points, dim, maxComponents, seed, onProgress }: FitRequest): PointFit {
  const { mixture, tried, fitted } = fitMixture(points, dim, {
    maxComponents,
    seed,
    onTried: (done, most) => onProgress?.((done / most) ** 2),
  });
  return { components: roundedComponents(mixture), tried, fitted };
}

/**
 * Components of a mixture with numbers of 4 significant digits, heaviest first. Variances are rounded up and covariances
 * towards zero, so that a positive definite covariance in 1 or 2 dimensions stays so.
 */
export function roundedComponents(mixture: GaussianMixture): ComponentSpec[] {
  const { dim, count, weights, means, covs } = mixture;
  const axis = Array.from({ length: dim }, (_, i) => i);
  const components = Array.from({ length: count }, (_, k) => ({
    weight: rounded(weights[k] ?? 0, Math.round),
    mean: axis.map((i) => rounded(means[k * dim + i] ?? 0, Math.round)),
    cov: axis.map((i) =>
      axis.map((j) => rounded(covs[(k * dim + i) * dim + j] ?? 0, i === j ? Math.ceil : Math.trunc)),
    ),
  }));
  return components.sort((a, b) => b.weight - a.weight);
}

function rounded(value: number, toInteger: (x: number) => number): number {
  if (Math.abs(value) < 1e-30 || !Number.isFinite(value)) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 3);
  return Number((toInteger(value / unit) * unit).toPrecision(4));
}
