/** Every field name of a training specification, in the order in which a complete one is written. */
import { FIELD_NAMES } from "../suggest.ts";

const SECTIONS = [
  "version",
  "kind",
  "model",
  "process",
  "network",
  "adapter",
  "rewards",
  "reward",
  "weight",
  "heldOut",
  "algorithm",
  "training",
  "evaluation",
];

const OWN = [
  ["width", "depth", "prediction", "pretrainSteps"],
  ["prompts", "rank", "layers"],
  ["strategy", "size", "start", "interval", "stride", "end"],
  ["clip", "advantageClip", "logProb", "std", "minibatches", "innerEpochs", "timestepFraction"],
  ["buffer", "policySteps", "valueSteps", "kl", "group", "window", "aggregate", "flashRatio", "sharedNoise"],
  ["discount", "temporalDecay", "pairs", "denseRewards", "stepwiseAdvantages", "stepwiseUpdates"],
  ["shuffleSteps", "temperature", "innerSteps", "through", "n"],
  ["level", "noise", "steps", "grid", "iterations", "batch", "learningRate", "weightDecay"],
  ["gradientClip", "klWeight", "lastStep"],
  ["every", "particles", "etasTrain", "etasDeploy", "stepsDeploy", "seeds"],
].flat();

/** Names of the laws' parts (mean, beta, bumps ...) keep their order there; seed comes last. */
export const TRAINING_FIELD_NAMES: readonly string[] = [
  ...new Set([
    ...SECTIONS,
    ...FIELD_NAMES.filter((name) => !OWN.includes(name) && name !== "seed"),
    ...OWN,
    "seed",
  ]),
];
