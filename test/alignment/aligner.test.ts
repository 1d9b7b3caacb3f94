import { describe, expect, test } from "vitest";
import { alignCase, FLOW, SURROGATE } from "./cases.ts";
import { meanEstimate } from "../../src/measure/scalar-sums.ts";
import type { AlgorithmSpec } from "../../src/spec/training/types.ts";

const WINDOW = { strategy: "progressive", size: 2, start: 0, interval: 5, stride: 1, end: "wrap" } as const;
const ALL: readonly AlgorithmSpec[] = [
  { kind: "ddpo-is", ...SURROGATE },
  { kind: "ddpo-sf", advantageClip: 5, logProb: "sum", std: "population", timestepFraction: 1 },
  { kind: "flow-grpo", ...SURROGATE, group: 16 },
  { kind: "dance-grpo", ...SURROGATE, group: 16, std: "sample", timestepFraction: 0.6 },
  {
    kind: "mix-grpo",
    ...SURROGATE,
    group: 16,
    std: "sample",
    window: WINDOW,
    aggregate: "advantages",
    flashRatio: 0.4,
    sharedNoise: true,
  },
  { kind: "direct", through: 3 },
  {
    kind: "dpok",
    clip: 0.2,
    logProb: "sum",
    buffer: 3000,
    policySteps: 3,
    valueSteps: 3,
    kl: "exact",
  },
  {
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
  },
];

describe("the aligner", () => {
  test.each(ALL)("$kind raises the reward", async (spec) => {
    const { aligner } = await alignCase(spec, {
      process: FLOW,
      training: { batch: 256, learningRate: 0.03, noise: { kind: "gddim", eta: 0.7 } },
    });
    const first = await aligner.iterate();
    for (let i = 0; i < 20; i++) await aligner.iterate();
    const last = await aligner.iterate();
    expect(meanEstimate(last.reward).value).toBeGreaterThan(meanEstimate(first.reward).value + 0.5);
  });
});
