/** One iteration of training a tiny glyph network, wherever it runs: in Node or in a page. */
import * as tf from "@tensorflow/tfjs";
import { expect, type TestContext } from "vitest";
import type { PolicyNetwork } from "../../src/alignment/policy-network.ts";
import type { GlyphHome } from "../../src/engine/training/glyph-home.ts";
import { createTrainingEngine, REFERENCE_PARTS } from "../../src/engine/training/local.ts";
import type { AlignJob, GlyphProblem, IterationReport } from "../../src/engine/training-engine.ts";
import type { Architecture } from "../../src/network/architecture.ts";
import { TensorNetwork } from "../../src/network/tensorflow/network.ts";
import { networkWeights } from "../../src/network/weights.ts";
import { IMAGE_ALGORITHM_DEFAULTS } from "../../src/spec/training/algorithm-defaults.ts";
import { IMAGE_TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import type { GpuContext } from "../../src/gpu/device.ts";
import { hashedWeights, LARGE_PATCHES } from "../network/hashed.ts";

export const INFO = { adapter: "test", kind: "webgpu", precision: "f32" } as const;

/** Every width another multiple of 8, and two heads. */
export const TINY: Architecture = {
  ...LARGE_PATCHES,
  channels: [8, 16, 24],
  heads: 2,
};

export const PROMPTS = [
  [0, 4, 2, 5, 10, 10],
  [3, 1, 2, 5, 2, 10],
];

export const tinyNetwork = () => new TensorNetwork(networkWeights(TINY, hashedWeights(TINY)));

/** A policy that computes with parts a hundredth larger than those it tells. */
export function enlarged(policy: PolicyNetwork): PolicyNetwork {
  void policy.read().then((parts) => policy.write(parts.map((value) => 1.01 * value)));
  return policy;
}

const PROBLEM: GlyphProblem = {
  kind: "glyphs",
  weights: "student",
  prompts: PROMPTS,
  process: { kind: "flow", T: 0.99 },
  adapter: { rank: 4, layers: "attention", seed: 1 },
  rewards: [{ program: { kind: "boldness" }, weight: 1 }],
};

export interface Trained {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly reports: readonly IterationReport[];
}

/** One iteration of DDPO on four images in two steps. */
export async function trained(backend: string, home: GlyphHome | undefined): Promise<Trained> {
  await tf.setBackend(backend);
  const network = tinyNetwork();
  const tools = { classifiers: [], preference: null };
  const engine = await createTrainingEngine({
    ...REFERENCE_PARTS,
    glyphs: {
      load: () => Promise.resolve({ network, rewards: tools, heldOut: tools, home }),
      dispose: () => network.dispose(),
    },
  });
  const seen: unknown[] = [];
  engine.watchInfo?.((info) => seen.push(info));
  const start = (await engine.load(PROBLEM)).parameters;
  // What it runs on is told once.
  await engine.load(PROBLEM);
  expect(seen).toEqual(home ? [home.info] : []);
  expect(engine.info).toBe(home ? home.info : REFERENCE_PARTS.info);
  const job: AlignJob = {
    problem: PROBLEM,
    algorithm: IMAGE_ALGORITHM_DEFAULTS["ddpo-is"],
    training: { ...IMAGE_TRAINING_DEFAULTS.training, steps: 2, batch: 4, iterations: 1 },
    reference: start,
    from: null,
    every: 1,
  };
  const reports: IterationReport[] = [];
  const last = await engine.align(job, { onIteration: (report) => void reports.push(report) });
  engine.dispose();
  return { start, end: last.parameters, reports };
}

function distance(a: Float64Array, b: Float64Array): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] ?? NaN)));
}

/** Training on a device went as on WebAssembly, with ratios of exactly 1 before the update. */
export function expectSameTraining(onDevice: Trained, onWasm: Trained): void {
  expect(onDevice.reports.map(({ firstRatioError }) => firstRatioError)).toEqual([0]);
  expect(onDevice.start).toEqual(onWasm.start);
  // AdamW's first step is learningRate long whatever the gradient, so parts differ where its sign does, which few do.
  const miss = distance(onDevice.end, onWasm.end);
  const moved = distance(onWasm.end, onWasm.start);
  expect(moved).toBeGreaterThan(0);
  expect(miss).toBeLessThan(0.05 * moved);
}

/** Skips what takes a software adapter another ten seconds and more. */
export function skipIfSlow(test: TestContext, { software }: Pick<GpuContext, "software">): void {
  const wanted = import.meta.env["SLOW_TESTS"] ?? globalThis.process?.env?.["SLOW_TESTS"];
  if (software && wanted !== "1") test.skip("a software adapter takes long for this; SLOW_TESTS=1 runs it");
}
