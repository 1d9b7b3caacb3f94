/** The range of every number of a training specification that the experiments on laws do not have. */
import type { Range } from "../limits.ts";

export const TRAINING_LIMITS = {
  /** Dimensions of a learned law. */
  dim: { min: 1, max: 2 },
  width: { min: 8, max: 256 },
  depth: { min: 1, max: 4 },
  pretrainSteps: { min: 0, max: 100_000 },
  /** Rewards trained on together. */
  rewards: { min: 1, max: 4 },
  rewardWeight: { min: 1e-6, max: 1e6 },
  /** eta of gDDIM, level of the Euler-Maruyama laws. */
  noise: { min: 0, max: 10 },
  /** N of a rollout. */
  steps: { min: 1, max: 200 },
  iterations: { min: 1, max: 100_000 },
  batch: { min: 2, max: 65_536 },
  learningRate: { min: 1e-8, max: 1 },
  weightDecay: { min: 0, max: 1 },
  gradientClip: { min: 1e-6, max: 1e6 },
  klWeight: { min: 0, max: 1e6 },
  clip: { min: 1e-6, max: 100 },
  advantageClip: { min: 1e-3, max: 1e6 },
  minibatches: { min: 1, max: 64 },
  innerEpochs: { min: 1, max: 32 },
  /** Shares such as timestepFraction, flashRatio and temporalDecay. */
  share: { min: 1e-3, max: 1 },
  discount: { min: 0, max: 1 },
  group: { min: 1, max: 4096 },
  buffer: { min: 2, max: 2_000_000 },
  /** Updates of one kind in one iteration. */
  innerSteps: { min: 1, max: 1000 },
  windowStart: { min: 0, max: 199 },
  windowInterval: { min: 1, max: 100_000 },
  windowStride: { min: 0, max: 200 },
  temperature: { min: 1e-4, max: 1e4 },
  bestOf: { min: 1, max: 4096 },
  every: { min: 1, max: 100_000 },
  particles: { min: 2, max: 1_000_000 },
  /** Entries of each axis of the studies. */
  sweep: { min: 1, max: 16 },
  seeds: { min: 1, max: 50 },
} as const satisfies Record<string, Range>;

/** The same for images of 3,072 numbers each: what a page's memory holds, and what makes sense on few steps. */
export const IMAGE_TRAINING_LIMITS = {
  ...TRAINING_LIMITS,
  prompts: { min: 1, max: 16 },
  rank: { min: 1, max: 16 },
  steps: { min: 1, max: 50 },
  batch: { min: 2, max: 256 },
  group: { min: 1, max: 256 },
  bestOf: { min: 1, max: 256 },
  /** Transitions kept for replay. */
  buffer: { min: 2, max: 4096 },
  /** Trajectories times steps of one rollout: 48 KiB each. */
  transitions: { min: 1, max: 4096 },
  particles: { min: 2, max: 1024 },
} as const satisfies Record<string, Range>;
