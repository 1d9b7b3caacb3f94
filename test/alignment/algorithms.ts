/** Every algorithm with settings that suit a small affine policy. */
import type { AlgorithmSpec } from "../../src/spec/training/types.ts";
import { SURROGATE } from "./cases.ts";

export const SF = {
  kind: "ddpo-sf",
  advantageClip: 5,
  logProb: "sum",
  std: "population",
  timestepFraction: 1,
} as const satisfies AlgorithmSpec;

export const IS = { kind: "ddpo-is", ...SURROGATE } as const satisfies AlgorithmSpec;

export const FLOW_GRPO = { kind: "flow-grpo", ...SURROGATE, group: 8 } as const satisfies AlgorithmSpec;

export const DANCE_GRPO = {
  kind: "dance-grpo",
  ...SURROGATE,
  group: 8,
  std: "sample",
  timestepFraction: 0.6,
} as const satisfies AlgorithmSpec;

export const MIX_GRPO = {
  kind: "mix-grpo",
  ...SURROGATE,
  group: 8,
  std: "sample",
  window: { strategy: "progressive", size: 2, start: 0, interval: 2, stride: 1, end: "wrap" },
  aggregate: "advantages",
  flashRatio: 1,
  sharedNoise: true,
} as const satisfies AlgorithmSpec;

export const DPOK = {
  kind: "dpok",
  clip: 0.2,
  logProb: "sum",
  buffer: 500,
  policySteps: 2,
  valueSteps: 2,
  kl: "eps-mse",
} as const satisfies AlgorithmSpec;

export const SDPO = {
  kind: "sdpo",
  clip: 0.2,
  logProb: "sum",
  advantageClip: 5,
  discount: 0.99,
  temporalDecay: 0.99,
  minibatches: 1,
  pairs: true,
  denseRewards: true,
  stepwiseAdvantages: true,
  stepwiseUpdates: true,
  shuffleSteps: true,
} as const satisfies AlgorithmSpec;

export const DIRECT = { kind: "direct", through: 3 } as const satisfies AlgorithmSpec;

/** Those that need the density of a step. */
export const DENSE: readonly AlgorithmSpec[] = [SF, IS, FLOW_GRPO, DANCE_GRPO, MIX_GRPO, DPOK, SDPO];
