/**
 * What each algorithm is published with, as far as two dimensions and one prompt allow.
 *
 * All publications clip the ratio of the mean over 10^4 and more dimensions to 1 +- 1e-4, which is 1 +- 1.6 and more of the
 * summed log-probability. In two dimensions that bound on the mean would freeze every update but the first of a rollout;
 * so log-probabilities are summed here and clipped as is usual for policies of few dimensions [Schulman17].
 */
import type { AlgorithmKind, AlgorithmSpec, NoiseSpec, SurrogateSpec, TrainingSection } from "./types.ts";

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

type Table = { readonly [K in AlgorithmKind]: Extract<AlgorithmSpec, { readonly kind: K }> };

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
} as const satisfies Table;

/** The algorithm as published, but for what the head of this file says. */
export function algorithmDefaults<K extends AlgorithmKind>(kind: K): Table[K] {
  return ALGORITHM_DEFAULTS[kind] as Table[K];
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

/** True if the algorithm needs the density of a step, so that training without noise has no meaning. */
export function needsDensity(kind: AlgorithmKind): boolean {
  return kind !== "rwr" && kind !== "direct" && kind !== "best-of-n";
}
