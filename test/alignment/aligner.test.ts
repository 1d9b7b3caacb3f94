import { describe, expect, test } from "vitest";
import { alignCase, SURROGATE } from "./cases.ts";
import { meanEstimate } from "../../src/measure/scalar-sums.ts";

const IS = { kind: "ddpo-is", ...SURROGATE } as const;
const SF = {
  kind: "ddpo-sf",
  advantageClip: 5,
  logProb: "sum",
  std: "population",
  timestepFraction: 1,
} as const;

describe("the aligner", () => {
  test.each([IS, SF])("$kind raises the reward", async (spec) => {
    const { aligner } = await alignCase(spec, { training: { batch: 256, learningRate: 0.03 } });
    const first = await aligner.iterate();
    for (let i = 0; i < 20; i++) await aligner.iterate();
    const last = await aligner.iterate();
    expect(meanEstimate(last.reward).value).toBeGreaterThan(meanEstimate(first.reward).value + 0.5);
  });
});
