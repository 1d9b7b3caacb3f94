/**
 * The first trainings: of two moons, with a reward that likes the left shoulder of one of them; and of the glyph model, with a
 * reward for wide strokes.
 */
import type { ModelSpec, ProcessSpec, RewardSpec } from "../types.ts";
import { ALGORITHM_DEFAULTS, IMAGE_ALGORITHM_DEFAULTS } from "./algorithm-defaults.ts";
import {
  isImageTraining,
  type ImageTrainingSpec,
  type PointTrainingSpec,
  type TrainingSpec,
  type WeightedReward,
} from "./types.ts";

/** Six places along each moon. */
const ALONG_THE_MOONS = [
  [0.58, 0],
  [0.26, 0.57],
  [-0.3, 0.89],
  [-0.95, 0.89],
  [-1.51, 0.57],
  [-1.83, 0],
  [-0.58, 0],
  [-0.26, -0.57],
  [0.3, -0.89],
  [0.95, -0.89],
  [1.51, -0.57],
  [1.83, 0],
] as const;

/** A reward of about 1 on the moons and 0 away from them: never trained on, it says whether samples still look like data. */
export const NEAR_THE_MOONS = {
  kind: "bumps",
  bumps: ALONG_THE_MOONS.map((center) => ({ center, width: 0.3, height: 1 })),
} as const satisfies RewardSpec;

export const TRAINING_DEFAULTS: PointTrainingSpec = {
  version: 1,
  kind: "training",
  model: { kind: "shape", shape: "moons", noise: 0.1 },
  // Below t = 1 the noise laws of the flow are finite and a group keeps something of its common start.
  process: { kind: "flow", T: 0.99 },
  network: { width: 128, depth: 3, prediction: "v", pretrainSteps: 4000, seed: 1 },
  rewards: [
    { reward: { kind: "bumps", bumps: [{ center: [-1.25, 0.75], width: 0.6, height: 1 }] }, weight: 1 },
  ],
  heldOut: NEAR_THE_MOONS,
  algorithm: ALGORITHM_DEFAULTS["ddpo-is"],
  training: {
    noise: { kind: "gddim", eta: 1 },
    steps: 20,
    grid: { kind: "uniform" },
    iterations: 60,
    batch: 768,
    learningRate: 3e-4,
    weightDecay: 1e-4,
    gradientClip: 1,
    klWeight: 0,
    lastStep: "drop",
    seed: 1,
  },
  evaluation: {
    every: 5,
    particles: 2048,
    seed: 1,
    etasTrain: [0.5, 1, 1.2, 2],
    etasDeploy: [0, 0.5, 1, 1.2, 2],
    stepsDeploy: [5, 10, 20, 80],
    seeds: 3,
  },
};

/** The glyph model grows wide strokes; legibility, judged by classifiers that take no part, says whether letters stay letters. */
export const IMAGE_TRAINING_DEFAULTS: ImageTrainingSpec = {
  version: 1,
  kind: "training",
  model: { kind: "glyphs", weights: "student", prompts: ["blue serif R on white", "black sans A on yellow"] },
  adapter: { rank: 4, layers: "attention", seed: 1 },
  rewards: [{ reward: { kind: "stroke" }, weight: 1 }],
  heldOut: { kind: "legibility" },
  algorithm: IMAGE_ALGORITHM_DEFAULTS["ddpo-is"],
  training: {
    noise: { kind: "gddim", eta: 1 },
    steps: 4,
    grid: { kind: "uniform" },
    iterations: 20,
    batch: 16,
    // Adam on parts that start at b = 0; a rise of the reward within a minute or two on two cores.
    learningRate: 3e-3,
    weightDecay: 1e-4,
    gradientClip: 1,
    klWeight: 0,
    lastStep: "drop",
    seed: 1,
  },
  evaluation: {
    every: 5,
    particles: 32,
    seed: 1,
    etasTrain: [0.5, 1, 1.2],
    etasDeploy: [0, 1],
    stepsDeploy: [2, 4, 8],
    seeds: 2,
  },
};

/** The first training of the same kind. */
export function standardOf(spec: TrainingSpec): TrainingSpec {
  return isImageTraining(spec) ? IMAGE_TRAINING_DEFAULTS : TRAINING_DEFAULTS;
}

/** The flow of the glyph model, x_t = (1 - t) x_0 + t eps; it starts a little below t = 1, as on the page of images. */
export const IMAGE_TRAINING_PROCESS = { kind: "flow", T: 0.99 } as const satisfies ProcessSpec;

/** What is trained on where nothing is said: the first training's reward in the plane, a pull to the origin on a line. */
export function defaultRewards(dim: number): readonly WeightedReward[] {
  return dim === 2 ? TRAINING_DEFAULTS.rewards : [{ reward: { kind: "quadratic", center: [0] }, weight: 1 }];
}

/** What is held out where nothing is said: only the first training's own law has something. */
export function defaultHeldOut(model: ModelSpec): RewardSpec | null {
  return model.kind === "shape" && model.shape === "moons" ? NEAR_THE_MOONS : null;
}
