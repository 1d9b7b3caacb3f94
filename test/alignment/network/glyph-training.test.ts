import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { IterationReport } from "../../../src/engine/training-engine.ts";
import { meanEstimate } from "../../../src/measure/scalar-sums.ts";
import type { TensorNetwork } from "../../../src/network/tensorflow/network.ts";
import type { AlgorithmSpec, TrainingSection } from "../../../src/spec/training/types.ts";
import { DENSE, DIRECT, IS } from "../algorithms.ts";
import { type GlyphCase, glyphCase, START, tinyNetwork } from "./glyph-case.ts";

/** Groups that divide the batch, mean log-probabilities, as for images; little of everything. */
function forImages(spec: AlgorithmSpec): AlgorithmSpec {
  const grouped = "group" in spec ? { ...spec, group: 3 } : spec;
  const mean = "logProb" in grouped ? { ...grouped, logProb: "mean" as const } : grouped;
  if (mean.kind === "mix-grpo") return { ...mean, window: { ...mean.window, size: 1 } };
  if (mean.kind === "sdpo") return { ...mean, pairs: false };
  return mean.kind === "dpok" ? { ...mean, policySteps: 1, valueSteps: 1 } : mean;
}

const OTHERS: readonly AlgorithmSpec[] = [
  DIRECT,
  { kind: "rwr", temperature: 0.2, innerSteps: 1 },
  { kind: "best-of-n", n: 3 },
];

let base: TensorNetwork;
beforeAll(async () => {
  base = await tinyNetwork();
});
afterAll(() => base.dispose());

async function iterate({ aligner }: GlyphCase, times: number): Promise<IterationReport[]> {
  const reports: IterationReport[] = [];
  for (let i = 0; i < times; i++) reports.push(await aligner.iterate());
  return reports;
}

function disposeCase({ network, reference }: GlyphCase): void {
  network.dispose();
  reference.dispose();
}

/** Rise of the reward over some iterations, and its standard error. */
async function riseOf(spec: AlgorithmSpec, training: Partial<TrainingSection>, iterations: number) {
  const run = await glyphCase(base, spec, training);
  const reports = await iterate(run, iterations);
  disposeCase(run);
  const [first, last] = [reports[0], reports.at(-1)].map((report) => report && meanEstimate(report.reward));
  if (!first || !last) throw new Error("reports expected");
  return { value: last.value - first.value, se: Math.hypot(first.se, last.se) };
}

/** One noisy step, so that nothing of the reward comes from a step that policy gradients do not see. */
const ONE_STEP = {
  noise: { kind: "dance-grpo", level: 1 },
  steps: 1,
  lastStep: "keep",
  batch: 21,
} as const satisfies Partial<TrainingSection>;

describe("Training of the glyph network's low-rank parts", () => {
  it.each([...DENSE, ...OTHERS])("by $kind runs with prompts and a KL, ratios 1 at first", async (spec) => {
    const run = await glyphCase(base, forImages(spec), { klWeight: 0.01 });
    const [report] = await iterate(run, 1);
    // Exactly: the way back predicts what the rollout did, bit for bit.
    expect(report?.firstRatioError ?? 0).toBe(0);
    expect(Number.isFinite(report?.loss) && Number.isFinite(report?.gradientNorm)).toBe(true);
    expect(report?.reward.n).toBe(spec.kind === "best-of-n" ? 3 : 9);
    const moved = (await run.network.read()).some((value, i) => value !== START[i]);
    expect(moved).toBe(spec.kind !== "best-of-n");
    expect(await run.reference.read()).toEqual(START);
    disposeCase(run);
  });

  it("raises the reward", async () => {
    const { value, se } = await riseOf(forImages(IS), ONE_STEP, 7);
    expect(value).toBeGreaterThan(4.5 * se);
  });

  it("control: with a learning rate of next to nothing it does not", async () => {
    const { value, se } = await riseOf(forImages(IS), { ...ONE_STEP, learningRate: 1e-9 }, 2);
    expect(Math.abs(value)).toBeLessThan(4.5 * se);
  });

  it("follows the slope of the reward where it has one", async () => {
    const { value, se } = await riseOf(DIRECT, {}, 5);
    expect(value).toBeGreaterThan(4.5 * se);
  });

  it("goes on from a checkpoint bit for bit, and keeps low-rank parts only", async () => {
    const whole = await glyphCase(base, forImages(IS));
    await iterate(whole, 1);
    const stored = structuredClone(await whole.aligner.checkpoint());
    expect(stored.parameters).toHaveLength(START.length);
    await iterate(whole, 1);
    const resumed = await glyphCase(base, forImages(IS), {}, stored);
    await iterate(resumed, 1);
    expect(await resumed.aligner.checkpoint()).toEqual(await whole.aligner.checkpoint());
    disposeCase(whole);
    disposeCase(resumed);
  });

  it("leaks no tensor over iterations", async () => {
    const run = await glyphCase(base, forImages(IS), { klWeight: 0.01 });
    await iterate(run, 1);
    const before = tf.memory().numTensors;
    await iterate(run, 2);
    expect(tf.memory().numTensors).toBe(before);
    disposeCase(run);
  });
});
