/** Completes parsed sections with the defaults that depend on other fields, and names the first view. */
import { KIND_DEFAULTS as K } from "./kind-defaults.ts";
import type { Parsed } from "./schema.ts";
import type {
  ComponentSpec,
  EvaluationSpec,
  ExperimentSpec,
  ModelSpec,
  ProcessSpec,
  RewardSpec,
  SamplerSpec,
} from "./types.ts";

/** Two well-separated components in one dimension; the checked mixture of the theory notes. */
export const DEFAULT_COMPONENTS: readonly ComponentSpec[] = [
  { weight: 0.5, mean: [-1], cov: [[0.2]] },
  { weight: 0.5, mean: [1], cov: [[0.2]] },
];

/** End times of the horizon study by process; unit-interval processes approach 1. */
export const DEFAULT_HORIZONS: Readonly<Record<ProcessSpec["kind"], readonly number[]>> = {
  ve: [2, 3, 5, 10, 20, 50, 100],
  vp: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  "sub-vp": [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  flow: [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99],
  "contractive-ou": [0.5, 1, 1.5, 2, 3, 4],
  "contractive-sub-vp": [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1],
};

/** Dimension d of the model, or null for points that have neither data nor a fit. */
export function modelDimension(model: ModelSpec): number | null {
  switch (model.kind) {
    case "gaussian":
      return model.mean.length;
    case "mixture":
      return model.components[0]?.mean.length ?? null;
    case "shape":
      return 2;
    case "points":
      return model.components?.[0]?.mean.length ?? model.points?.[0]?.length ?? null;
  }
}

/** The model with its covariance or components filled in. */
export function completeModel(model: Parsed<"model">): ModelSpec {
  switch (model.kind) {
    case "gaussian":
      return { ...model, cov: model.cov ?? defaultCovariance(model.mean.length) };
    case "mixture":
      return { ...model, components: model.components ?? DEFAULT_COMPONENTS };
    default:
      return model;
  }
}

function defaultCovariance(dim: number): Extract<ModelSpec, { kind: "gaussian" }>["cov"] {
  return dim === 1 ? [[K.gaussian.variance]] : { kind: "isotropic", variance: K.gaussian.variance };
}

/** The reward with what depends on the dimension filled in: centre at the origin, slopes of one, the formula's variables. */
export function completeReward(reward: Parsed<"reward">, dim: number): RewardSpec {
  const center = new Array<number>(dim).fill(0);
  switch (reward.kind) {
    case "quadratic":
      return { ...reward, center: reward.center ?? center };
    case "linear":
      return { ...reward, weights: reward.weights ?? new Array<number>(dim).fill(1) };
    case "bumps":
      return { ...reward, bumps: reward.bumps ?? [{ center, width: 0.5, height: 1 }] };
    case "ring":
      return { ...reward, center: reward.center ?? center };
    case "formula":
      return { ...reward, text: reward.text ?? (dim === 1 ? "-(x-1)^2" : "-(x-1)^2-y^2") };
  }
}

/** The evaluation with the horizons of the process filled in. */
export function completeEvaluation(
  evaluation: Parsed<"evaluation">,
  process: ProcessSpec["kind"],
): EvaluationSpec {
  return { ...evaluation, horizons: evaluation.horizons ?? DEFAULT_HORIZONS[process] };
}

/** What a section is when it is left out: the section of the first view. */
export const DEFAULT_KINDS = {
  model: { kind: "gaussian" },
  process: { kind: "ve" },
  sampler: {},
  reward: { kind: "quadratic" },
  target: { kind: "reference" },
  evaluation: {},
} as const;

/**
 * The first view: VE on a Gaussian off centre, whose gap is closed form (checked values in the theory tests) and large
 * enough to see: the deterministic sampler stops short of the data's mean, the stochastic one forgets the prior.
 */
export function defaultSpec(): ExperimentSpec {
  const sampler: SamplerSpec = K.sampler;
  return {
    version: 1,
    model: { kind: "gaussian", mean: K.gaussian.mean, cov: defaultCovariance(1) },
    process: { kind: "ve", ...K.ve },
    sampler,
    reward: { kind: "quadratic", center: [0] },
    target: { kind: "reference" },
    evaluation: { ...K.evaluation, horizons: DEFAULT_HORIZONS.ve },
  };
}
