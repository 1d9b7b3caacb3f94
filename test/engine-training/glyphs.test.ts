import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { IMAGE_SIZE } from "../../src/engine/image-engine.ts";
import { rewardClassifier } from "../../src/engine/images/reward-classifier.ts";
import type { GlyphModel, GlyphModels } from "../../src/engine/training/glyphs.ts";
import { imageJudge } from "../../src/engine/training/image-judge.ts";
import { createTrainingEngine, REFERENCE_PARTS } from "../../src/engine/training/local.ts";
import type {
  AlignJob,
  GlyphProblem,
  MeasurePolicyJob,
  TrainingCheckpoint,
  TrainingEngine,
} from "../../src/engine/training-engine.ts";
import { meanEstimate } from "../../src/measure/scalar-sums.ts";
import { readManifest } from "../../src/network/manifest.ts";
import { readSafetensors } from "../../src/network/safetensors.ts";
import { TensorNetwork } from "../../src/network/tensorflow/network.ts";
import { networkWeights } from "../../src/network/weights.ts";
import { SLOT_NAMES, SLOT_VALUES } from "../../src/prompt/slots.ts";
import type { ImageClassifier, SlotLogProbs } from "../../src/rewards/image/classifier.ts";
import { imageRewardGradients, imageRewards } from "../../src/rewards/image/evaluate.ts";
import { IMAGE_ALGORITHM_DEFAULTS } from "../../src/spec/training/algorithm-defaults.ts";
import { IMAGE_TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import { hashed, hashedWeights, LARGE_PATCHES as SMALL } from "../network/hashed.ts";
import { expectClose } from "../support/numbers.ts";
import { PROBLEM as POINTS } from "./problems.ts";

/** Says `character` with log-probability `logProb`, and everything else with the same. */
function classifier(role: ImageClassifier["role"], logProb: number): ImageClassifier {
  return {
    name: role,
    role,
    logProbabilities: (images) => {
      const rows = SLOT_NAMES.map((slot) => [
        slot,
        new Float32Array((images.length / IMAGE_SIZE) * SLOT_VALUES[slot].length).fill(logProb),
      ]);
      return Promise.resolve(Object.fromEntries(rows) as SlotLogProbs);
    },
  };
}

const PROBLEM: GlyphProblem = {
  kind: "glyphs",
  weights: "student",
  prompts: [
    [0, 4, 2, 5, 10, 10],
    [3, 1, 2, 5, 2, 10],
  ],
  process: { kind: "flow", T: 0.99 },
  adapter: { rank: 2, layers: "attention", seed: 1 },
  rewards: [
    { program: { kind: "boldness" }, weight: 2 },
    { program: { kind: "legibility" }, weight: 0.5 },
  ],
};

let model: GlyphModel;
let engine: TrainingEngine;
let start: Float64Array;
const loads: string[] = [];

beforeAll(async () => {
  await tf.setBackend("wasm");
  const network = new TensorNetwork(networkWeights(SMALL, hashedWeights(SMALL)));
  model = {
    network,
    rewards: { classifiers: [classifier("reward", -1)], preference: null },
    heldOut: { classifiers: [classifier("evaluation", -3)], preference: null },
  };
  const glyphs: GlyphModels = {
    load: (weights, { onBytes }) => {
      loads.push(weights);
      onBytes?.(5, 5, true);
      return Promise.resolve(model);
    },
    dispose: () => network.dispose(),
  };
  engine = await createTrainingEngine({ ...REFERENCE_PARTS, glyphs });
  start = (await engine.load(PROBLEM)).parameters;
});
afterAll(() => engine.dispose());

const { grid } = IMAGE_TRAINING_DEFAULTS.training;
const MEASURE: Omit<MeasurePolicyJob, "parameters" | "reference"> = {
  problem: PROBLEM,
  arms: [
    { noise: { kind: "ode" }, steps: 2, grid, baseline: null },
    { noise: { kind: "gddim", eta: 1 }, steps: 2, grid, baseline: 0 },
  ],
  particles: 6,
  seed: 2,
  heldOut: { kind: "legibility" },
};

const ALIGN: AlignJob = {
  problem: PROBLEM,
  algorithm: IMAGE_ALGORITHM_DEFAULTS["ddpo-is"],
  training: { ...IMAGE_TRAINING_DEFAULTS.training, steps: 2, batch: 4, iterations: 2 },
  reference: new Float64Array(0),
  from: null,
  every: 1,
};

describe("The training engine on the glyph model", () => {
  it("loads the model, tells its bytes and starts with parts that change nothing", async () => {
    const bytes: number[] = [];
    const loaded = await engine.load(PROBLEM, { onBytes: (done) => bytes.push(done) });
    expect(bytes[0]).toBe(5);
    expect(loads[0]).toBe("student");
    expect(loaded).toEqual({ parameters: start, steps: 0 });
    // 2 (12 + 36) + 2 (12 + 12) twice, 2 (16 + 48) + 2 (16 + 16).
    expect(start).toHaveLength(480);
  });

  it("measures both samplers on one noise: rewards, held-out ones by other judges, KL, pairs of one prompt", async () => {
    const arms = await engine.measure({ ...MEASURE, parameters: start, reference: start });
    const [ode, sde] = arms;
    if (!ode || !sde) throw new Error("two arms expected");
    for (const arm of arms) {
      expect(arm.samples).toHaveLength(6 * IMAGE_SIZE);
      expect(arm.prompts).toEqual(Int32Array.of(0, 0, 1, 1, 0, 0));
      const bold = imageRewards({ kind: "boldness" }, arm.samples);
      // Rewards are of the f32 images that are handed out, legibility is -1 for every one.
      expect(arm.values).toEqual(bold.map((value) => 2 * value - 0.5));
      expect(meanEstimate(arm.each[1] ?? arm.reward).value).toBeCloseTo(-1, 12);
      expect(arm.heldOut && meanEstimate(arm.heldOut).value).toBeCloseTo(-3, 12);
      expect(arm.diversity.n).toBe(3);
      expect(arm.x).toBeNull();
    }
    const mean = meanEstimate(sde.reward).value - meanEstimate(ode.reward).value;
    expect(sde.difference && meanEstimate(sde.difference).value).toBeCloseTo(mean, 12);
    expect([ode.difference, ode.kl]).toEqual([null, null]);
    // Untrained parts are the reference itself.
    expect(sde.kl && meanEstimate(sde.kl)).toMatchObject({ value: 0, n: 6 });
    // Control: moved parts are not.
    const moved = start.map((value, i) => value + 0.1 * (hashed("moved", start.length)[i] ?? 0));
    const [, other] = await engine.measure({ ...MEASURE, parameters: moved, reference: start });
    expect(other?.kl && meanEstimate(other.kl).value).toBeGreaterThan(0);
  });

  it("trains, tells iterations and keeps the low-rank parts of checkpoints", async () => {
    const checkpoints: TrainingCheckpoint[] = [];
    const last = await engine.align(
      { ...ALIGN, reference: start },
      { onCheckpoint: (checkpoint) => checkpoints.push(checkpoint) },
    );
    expect(checkpoints.map(({ iteration }) => iteration)).toEqual([0, 1, 2]);
    expect(checkpoints[0]?.parameters).toEqual(start);
    expect(last.parameters).toHaveLength(start.length);
    expect(last.parameters).not.toEqual(start);
  });

  it("stops when it is told to", async () => {
    const own = new AbortController();
    own.abort();
    await expect(engine.align({ ...ALIGN, reference: start }, { signal: own.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  it("refuses what has no meaning for it, with the reason", async () => {
    await expect(engine.pretrain(PROBLEM)).rejects.toThrow(/pretraining: must be of a law of points/);
    await expect(engine.scoreError(PROBLEM, start)).rejects.toThrow(
      /score error: must be of a law of points/,
    );
    const short = { ...ALIGN, reference: start.slice(2) };
    await expect(engine.align(short)).rejects.toThrow(/adapter: parameters must be 480 numbers.*got 478/);
    const bad = { ...PROBLEM, rewards: [{ program: { kind: "aesthetic" }, weight: 1 }] };
    await expect(engine.load(bad)).rejects.toThrow(/got aesthetic, whose model is missing/);
    const points = await createTrainingEngine(REFERENCE_PARTS);
    await expect(points.load(PROBLEM)).rejects.toThrow(/got an engine of points only/);
    await expect(engine.scoreError(POINTS, new Float64Array(1))).rejects.not.toThrow(/law of points/);
  });
});

const MODELS = join(ROOT, "public/models/glyphs");

describe("The judge of images", () => {
  const images = Float64Array.from(hashed("images", 2 * IMAGE_SIZE));

  it("has the slope of the weighted pixel rewards", async () => {
    const rewards = [
      { program: { kind: "smoothness" }, weight: 2 },
      { program: { kind: "colour", colour: [1, 0, 0] as const }, weight: -1 },
    ];
    const judge = imageJudge(rewards, PROBLEM.prompts, model.rewards);
    const parts = rewards.map(({ program, weight }) => ({
      slope: imageRewardGradients(
        program.kind === "colour" ? { kind: "colour", colour: [1, 0, 0] } : { kind: "smoothness" },
        images,
      ),
      weight,
    }));
    const expected = images.map((_, j) =>
      parts.reduce((sum, { slope, weight }) => sum + weight * (slope?.[j] ?? NaN), 0),
    );
    expect(await judge.gradient(images, Int32Array.of(0, 1))).toEqual(expected);
  });

  it.each(["alignment", "legibility"])(
    "has the slope of %s through the classifiers that ship",
    async (kind) => {
      const manifest = readManifest(
        JSON.parse(await readFile(join(MODELS, "reward-classifiers.json"), "utf8")),
      );
      const file = readSafetensors(
        new Uint8Array(await readFile(join(MODELS, manifest.file))),
        manifest.file,
      );
      const temperatures = manifest.about.temperatures as number[][];
      const classifiers = [0, 1].map((member) => rewardClassifier(file, member, temperatures[member] ?? []));
      const judge = imageJudge([{ program: { kind }, weight: 2 }], PROBLEM.prompts, {
        classifiers,
        preference: null,
      });
      const x = Float64Array.from(
        { length: IMAGE_SIZE },
        (_, i) => 0.8 * Math.sin(0.37 * (i % 32) + 0.011 * i),
      );
      const prompt = Int32Array.of(1);
      const slope = await judge.gradient(x, prompt);
      const size = Math.sqrt(slope.reduce((sum, value) => sum + value * value, 0));
      // Along the slope, so far that the reward moves by about 0.02: f32 leaves 1e-3 of that, the third derivative less than 2 %.
      const h = 0.02 / size;
      const at = async (sign: number): Promise<number> => {
        const moved = x.map((value, j) => value + (sign * h * (slope[j] ?? NaN)) / size);
        return 2 * ((await judge.values(moved, prompt))[0]?.[0] ?? NaN);
      };
      const measured = ((await at(1)) - (await at(-1))) / (2 * h);
      expectClose(size, measured, { absolute: 0.02 * size });
    },
  );

  it("refuses the slope of a reward without one, and prompts beyond the list", async () => {
    const judge = imageJudge(
      [{ program: { kind: "compressibility" }, weight: 1 }],
      PROBLEM.prompts,
      model.rewards,
    );
    await expect(async () => judge.gradient(images, null)).rejects.toThrow(/got compressibility/);
    await expect(judge.values(images, Int32Array.of(0, 2))).rejects.toThrow(
      /prompt must be one of 0\.\.1, got 2/,
    );
  });
});
