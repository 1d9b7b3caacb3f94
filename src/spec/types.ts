/**
 * The experiment specification: the only thing that decides a number in the lab. Plain JSON, carried in the
 * link, read by the page and by the command line alike.
 *
 * Conventions: x_t = alpha_t x_0 + sigma_t eps; t runs from T (noise) to 0 (data); d is the dimension of x.
 */

/** Version of the specification format. */
export const SPEC_VERSION = 1;

export interface ExperimentSpec {
  readonly version: 1;
  readonly model: ModelSpec;
  readonly process: ProcessSpec;
  readonly sampler: SamplerSpec;
  readonly reward: RewardSpec;
  readonly target: TargetSpec;
  readonly evaluation: EvaluationSpec;
}

/** One Gaussian of a mixture. weight > 0 (relative, normalised on use); mean [d]; cov [d][d], positive semi-definite. */
export interface ComponentSpec {
  readonly weight: number;
  readonly mean: readonly number[];
  readonly cov: readonly (readonly number[])[];
}

/** A covariance given in full, [d][d], or by a rule, so that 64 dimensions still fit a link. */
export type CovarianceSpec =
  | readonly (readonly number[])[]
  | { readonly kind: "isotropic"; readonly variance: number }
  | { readonly kind: "diagonal"; readonly variances: readonly number[] }
  /** cov[i][j] = variance * correlation^|i - j|, |correlation| < 1. */
  | { readonly kind: "exponential"; readonly variance: number; readonly correlation: number };

export type ShapeName = "moons" | "spirals" | "rings" | "checkerboard";

export type ModelSpec =
  | { readonly kind: "gaussian"; readonly mean: readonly number[]; readonly cov: CovarianceSpec }
  | { readonly kind: "mixture"; readonly components: readonly ComponentSpec[] }
  /** A 2-D shape, drawn with `noise` (standard deviation, data units) and turned into a mixture by EM with BIC. */
  | { readonly kind: "shape"; readonly shape: ShapeName; readonly noise: number }
  /**
   * The user's own points in 1 or 2 dimensions. Either the raw `points` [n][d] (files, command line), fitted by
   * EM with BIC when the experiment is resolved, or the finished fit in `components` (what a link carries),
   * with `count`, the number of points it was fitted to; without it the components are an example or edited by hand.
   */
  | {
      readonly kind: "points";
      readonly name?: string;
      readonly points?: readonly (readonly number[])[];
      readonly components?: readonly ComponentSpec[];
      readonly count?: number;
      /** Largest component count BIC may choose, 1..64. */
      readonly maxComponents?: number;
    };

export type BetaSpec =
  /** beta(t) = min + (max - min) t. */
  | { readonly kind: "linear"; readonly min: number; readonly max: number }
  | { readonly kind: "constant"; readonly value: number }
  /** alphaBar(t) = cos^2(pi/2 (t + offset)/(1 + offset)) / its value at 0. */
  | { readonly kind: "cosine"; readonly offset: number };

/** T is the end time in every process; 1 where the process has a natural unit interval. */
export type ProcessSpec =
  | { readonly kind: "ve"; readonly T: number }
  | { readonly kind: "vp"; readonly beta: BetaSpec; readonly T: number }
  | { readonly kind: "sub-vp"; readonly beta: BetaSpec; readonly T: number }
  | { readonly kind: "flow"; readonly T: number }
  /** alpha = e^{theta t}, sigma^2 = (noise^2 / 2 theta)(e^{2 theta t} - 1). */
  | { readonly kind: "contractive-ou"; readonly theta: number; readonly noise: number; readonly T: number }
  | { readonly kind: "contractive-sub-vp"; readonly beta: BetaSpec; readonly T: number };

/** N + 1 times from t[0] = T to t[N] = 0, with u = 1 - k/N. */
export type GridSpec =
  | { readonly kind: "uniform" }
  /** t[k] = T u^power; 2 is the "quadratic" grid. */
  | { readonly kind: "power"; readonly power: number }
  /** t[k]^(1/rho) linear from T to min for k < N, then t[N] = 0 [Karras22]. */
  | { readonly kind: "edm"; readonly rho: number; readonly min: number }
  /** log-SNR linear from T to min for k < N, then t[N] = 0. */
  | { readonly kind: "log-snr"; readonly min: number };

/** How eta varies over the steps of one run: eta_k = eta * weight_k. */
export type EtaScheduleSpec =
  | { readonly kind: "constant" }
  /** weight 1 on steps start .. start + size - 1, else 0: the SDE window of mixed samplers. */
  | { readonly kind: "window"; readonly start: number; readonly size: number }
  /** Weights >= 0 spread evenly over the N steps (step k takes weights[floor(k * length / N)]). */
  | { readonly kind: "weights"; readonly weights: readonly number[] };

export interface SamplerSpec {
  readonly kind: "gddim" | "ddim" | "euler-maruyama" | "heun";
  /** eta >= 0 of the stochastic sampler in the views and wherever an experiment holds eta fixed. */
  readonly eta: number;
  /** N, likewise. */
  readonly steps: number;
  readonly grid: GridSpec;
  readonly schedule: EtaScheduleSpec;
}

export type RewardSpec =
  /** r(x) = -(x - center)' matrix (x - center); matrix defaults to the identity, symmetric positive semi-definite. */
  | {
      readonly kind: "quadratic";
      readonly center: readonly number[];
      readonly matrix?: readonly (readonly number[])[];
    }
  /** r(x) = weights' x + offset. */
  | { readonly kind: "linear"; readonly weights: readonly number[]; readonly offset: number }
  /** r(x) = sum_b height_b exp(-|x - center_b|^2 / (2 width_b^2)). */
  | {
      readonly kind: "bumps";
      readonly bumps: readonly {
        readonly center: readonly number[];
        readonly width: number;
        readonly height: number;
      }[];
    }
  /** r(x) = exp(-(|x - center| - radius)^2 / (2 width^2)). */
  | {
      readonly kind: "ring";
      readonly center: readonly number[];
      readonly radius: number;
      readonly width: number;
    }
  /** A formula in x (and y in 2-D), for example "-(x-1)^2". */
  | { readonly kind: "formula"; readonly text: string };

export type TargetSpec =
  | { readonly kind: "reference" }
  /** Reading A: the model is the exact score of p* proportional to p_ref exp(r / klWeight). */
  | { readonly kind: "tilted"; readonly klWeight: number }
  /** Reading B: the model is the KL-optimal control of the etaTrain sampler. */
  | { readonly kind: "controlled"; readonly klWeight: number; readonly etaTrain: number };

export interface EvaluationSpec {
  /** Etas of the sweeps, each >= 0. Every cell is compared with eta = 0 at the same N. */
  readonly etas: readonly number[];
  /** Step counts of the sweeps. */
  readonly steps: readonly number[];
  readonly particles: number;
  /** Unsigned 32-bit seed of the counter generator. */
  readonly seed: number;
  /** End times T of the horizon study. */
  readonly horizons: readonly number[];
  /** klWeights of the training study, from weak to strong tilt. */
  readonly klWeights: readonly number[];
  /** Training etas of the control matrix. */
  readonly etasTrain: readonly number[];
}
