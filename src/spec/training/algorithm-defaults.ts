/**
 * What each algorithm is published with, as far as two dimensions and one prompt allow.
 *
 * All publications clip the ratio of the mean over 10^4 and more dimensions to 1 +- 1e-4, which is 1 +- 1.6 and more of the
 * summed log-probability. In two dimensions that bound on the mean would freeze every update but the first of a rollout;
 * so log-probabilities are summed here and clipped as is usual for policies of few dimensions [Schulman17].
 */
import {
  isImageTraining,
  type AlgorithmKind,
  type AlgorithmSpec,
  type NoiseSpec,
  type SurrogateSpec,
  type TrainingSection,
  type TrainingSpec,
} from "./types.ts";

export const ALGORITHM_KINDS = [
  "ddpo-is",
  "ddpo-sf",
  "dpok",
  "flow-grpo",
  "dance-grpo",
  "mix-grpo",
  "sdpo",
  "rwr",
  "direct",
  "best-of-n",
] as const satisfies readonly AlgorithmKind[];

const SURROGATE = {
  clip: 0.2,
  advantageClip: 5,
  logProb: "sum",
  std: "population",
  minibatches: 4,
  innerEpochs: 1,
  timestepFraction: 1,
} as const satisfies SurrogateSpec;

/** An entry for every algorithm. */
export type AlgorithmTable = { readonly [K in AlgorithmKind]: Extract<AlgorithmSpec, { readonly kind: K }> };

/** One entry per algorithm. */
export const ALGORITHM_DEFAULTS = {
  "ddpo-is": { kind: "ddpo-is", ...SURROGATE },
  "ddpo-sf": {
    kind: "ddpo-sf",
    advantageClip: SURROGATE.advantageClip,
    logProb: SURROGATE.logProb,
    std: SURROGATE.std,
    timestepFraction: SURROGATE.timestepFraction,
  },
  dpok: {
    kind: "dpok",
    clip: SURROGATE.clip,
    logProb: "sum",
    buffer: 30_000,
    policySteps: 5,
    valueSteps: 5,
    kl: "eps-mse",
  },
  "flow-grpo": { kind: "flow-grpo", ...SURROGATE, group: 24, minibatches: 2 },
  "dance-grpo": {
    kind: "dance-grpo",
    ...SURROGATE,
    group: 12,
    std: "sample",
    minibatches: 3,
    timestepFraction: 0.6,
  },
  "mix-grpo": {
    kind: "mix-grpo",
    ...SURROGATE,
    group: 12,
    std: "sample",
    window: { strategy: "progressive", size: 4, start: 0, interval: 25, stride: 1, end: "wrap" },
    aggregate: "advantages",
    flashRatio: 1,
    sharedNoise: true,
  },
  sdpo: {
    kind: "sdpo",
    clip: SURROGATE.clip,
    logProb: "sum",
    advantageClip: 5,
    discount: 0.99,
    temporalDecay: 0.99,
    minibatches: 2,
    pairs: true,
    denseRewards: true,
    stepwiseAdvantages: true,
    stepwiseUpdates: true,
    shuffleSteps: true,
  },
  rwr: { kind: "rwr", temperature: 0.2, innerSteps: 20 },
  direct: { kind: "direct", through: 5 },
  "best-of-n": { kind: "best-of-n", n: 4 },
} as const satisfies AlgorithmTable;

/** The algorithm as published, but for what the head of this file says. */
export function algorithmDefaults<K extends AlgorithmKind>(kind: K): AlgorithmTable[K] {
  return ALGORITHM_DEFAULTS[kind] as AlgorithmTable[K];
}

/**
 * On images the publications hold: the mean log-probability, clipped to 1 +- 1e-4. Groups, minibatches and windows are of a size
 * for batches of about 16 and few steps, which is what a page can train.
 */
const IMAGES = { clip: 1e-4, logProb: "mean", minibatches: 1 } as const satisfies Partial<SurrogateSpec>;

/** One entry per algorithm, for the glyph model. */
export const IMAGE_ALGORITHM_DEFAULTS = {
  "ddpo-is": { ...ALGORITHM_DEFAULTS["ddpo-is"], ...IMAGES, minibatches: 2 },
  "ddpo-sf": { ...ALGORITHM_DEFAULTS["ddpo-sf"], logProb: "mean" },
  dpok: { ...ALGORITHM_DEFAULTS.dpok, clip: IMAGES.clip, logProb: "mean", buffer: 256, policySteps: 2 },
  "flow-grpo": { ...ALGORITHM_DEFAULTS["flow-grpo"], ...IMAGES, group: 8 },
  "dance-grpo": { ...ALGORITHM_DEFAULTS["dance-grpo"], ...IMAGES, group: 8 },
  "mix-grpo": {
    ...ALGORITHM_DEFAULTS["mix-grpo"],
    ...IMAGES,
    group: 8,
    window: { strategy: "progressive", size: 2, start: 0, interval: 5, stride: 1, end: "wrap" },
  },
  sdpo: { ...ALGORITHM_DEFAULTS.sdpo, ...IMAGES },
  rwr: { ...ALGORITHM_DEFAULTS.rwr, innerSteps: 4 },
  direct: { ...ALGORITHM_DEFAULTS.direct, through: 1 },
  "best-of-n": ALGORITHM_DEFAULTS["best-of-n"],
} as const satisfies AlgorithmTable;

/** What an algorithm starts from where `model` is trained. */
export function algorithmFor(kind: AlgorithmKind, model: TrainingSpec["model"]): AlgorithmSpec {
  return (model.kind === "glyphs" ? IMAGE_ALGORITHM_DEFAULTS : ALGORITHM_DEFAULTS)[kind];
}

const NOISE: { readonly [K in AlgorithmKind]?: NoiseSpec } = {
  "flow-grpo": { kind: "flow-grpo", level: 0.7 },
  "dance-grpo": { kind: "dance-grpo", level: 0.3 },
  "mix-grpo": { kind: "flow-grpo", level: 0.7 },
};

const KL_WEIGHT: { readonly [K in AlgorithmKind]?: number } = { dpok: 0.01, "flow-grpo": 0.04 };

/**
 * The noise law and the klWeight that an algorithm is published with; gDDIM at eta = 1 is DDIM at eta = 1. On a process other
 * than the flow, laws defined on the flow alone give way to gDDIM.
 */
export function publishedTraining(
  kind: AlgorithmKind,
  process: string,
): Pick<TrainingSection, "noise" | "klWeight"> {
  const noise = process === "flow" ? NOISE[kind] : undefined;
  return { noise: noise ?? { kind: "gddim", eta: 1 }, klWeight: KL_WEIGHT[kind] ?? 0 };
}

/** Flow-GRPO's level 0.7 is this eta; Euler-Maruyama itself diverges on the few steps that images are drawn in. */
const FLOW_GRPO_ETA = 0.5;

/** The same for the glyph model. */
export function publishedImageTraining(kind: AlgorithmKind): Pick<TrainingSection, "noise" | "klWeight"> {
  const { noise, klWeight } = publishedTraining(kind, "flow");
  return { noise: noise.kind === "flow-grpo" ? { kind: "gddim", eta: FLOW_GRPO_ETA } : noise, klWeight };
}

/** Noise law and klWeight that an algorithm is published with, for the model and process of a specification. */
export function publishedFor(
  spec: TrainingSpec,
  kind: AlgorithmKind,
): Pick<TrainingSection, "noise" | "klWeight"> {
  return isImageTraining(spec) ? publishedImageTraining(kind) : publishedTraining(kind, spec.process.kind);
}

/** True if the algorithm needs the density of a step, so that training without noise has no meaning. */
export function needsDensity(kind: AlgorithmKind): boolean {
  return kind !== "rwr" && kind !== "direct" && kind !== "best-of-n";
}
