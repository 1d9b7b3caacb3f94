/** A small glyph policy and problems for it: hashed weights, 8 x 8 images, two slots of prompts. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { adaptedLayers, initialAdapter } from "../../../src/alignment/adapter.ts";
import { type Aligner, createAligner } from "../../../src/alignment/aligner.ts";
import type { Judge } from "../../../src/alignment/judge.ts";
import type { PolicyNetwork } from "../../../src/alignment/policy-network.ts";
import { createGlyphPolicy } from "../../../src/alignment/tensorflow/glyph-policy.ts";
import { createProcess } from "../../../src/diffusion/processes/index.ts";
import type { GlyphProblem, TrainingCheckpoint } from "../../../src/engine/training-engine.ts";
import { type Architecture, imageSize } from "../../../src/network/architecture.ts";
import { TensorNetwork } from "../../../src/network/tensorflow/network.ts";
import { networkWeights } from "../../../src/network/weights.ts";
import type { AlgorithmSpec, TrainingSection } from "../../../src/spec/training/types.ts";
import { hashed, hashedWeights, LARGE_PATCHES } from "../../network/hashed.ts";
import { SECTION } from "../cases.ts";

/** 13,000 parameters in the form of the network that ships. */
const SMALL: Architecture = { ...LARGE_PATCHES, image: 8, patch: 1, slots: [3, 2] };

export const DIM = imageSize(SMALL);
export const PROMPTS = [
  [0, 1],
  [2, 2],
  [1, 0],
] as const;
export const LAYERS = adaptedLayers(SMALL, { rank: 2, layers: "all" });
export const START = initialAdapter(LAYERS, 3);
/** b is not zero, as in the middle of training. */
export const MOVED = START.map((value, i) => value + 0.1 * (hashed("moved", START.length)[i] ?? 0));

export async function tinyNetwork(): Promise<TensorNetwork> {
  await tf.setBackend("wasm");
  return new TensorNetwork(networkWeights(SMALL, hashedWeights(SMALL)));
}

export function policyOf(network: TensorNetwork, parameters: Float64Array): PolicyNetwork {
  return createGlyphPolicy({ network, prompts: PROMPTS, layers: LAYERS, parameters });
}

/** n rows of every kind. */
export function rowsOf(n: number) {
  return {
    x: hashed("x", n * DIM),
    t: Float64Array.from({ length: n }, (_, i) => [0.9, 0.5, 0.2][i % 3] ?? 0),
    asked: {
      prompt: Int32Array.from({ length: n }, (_, i) => i % PROMPTS.length),
      jump: Float64Array.from({ length: n }, (_, i) => [0.4, 0.1, 0][i % 3] ?? 0),
    },
  };
}

/** Mean of all pixels, and its slope. */
export const BRIGHTNESS: Judge = {
  rewards: [{ name: "brightness", weight: 1 }],
  values: (x) =>
    Promise.resolve([
      Float64Array.from(
        { length: x.length / DIM },
        (_, i) => x.subarray(i * DIM, (i + 1) * DIM).reduce((sum, value) => sum + value, 0) / DIM,
      ),
    ]),
  gradient: (x) => Promise.resolve(x.map(() => 1 / DIM)),
};

const PROBLEM: GlyphProblem = {
  kind: "glyphs",
  weights: "student",
  prompts: PROMPTS,
  process: { kind: "flow", T: 0.99 },
  adapter: { rank: 2, layers: "all", seed: 3 },
  rewards: [],
};

export interface GlyphCase {
  readonly aligner: Aligner;
  readonly network: PolicyNetwork;
  readonly reference: PolicyNetwork;
}

/** An aligner of the algorithm on brightness; 3 steps, 9 trajectories of 3 prompts, unless `training` says otherwise. */
export async function glyphCase(
  base: TensorNetwork,
  algorithm: AlgorithmSpec,
  training: Partial<TrainingSection> = {},
  from: TrainingCheckpoint | null = null,
): Promise<GlyphCase> {
  const [network, reference] = [policyOf(base, START), policyOf(base, START)];
  const aligner = await createAligner({
    problem: PROBLEM,
    process: createProcess(PROBLEM.process),
    network,
    reference,
    algorithm,
    training: { ...SECTION, steps: 3, batch: 9, learningRate: 0.01, ...training },
    from,
    images: { judge: BRIGHTNESS, prompts: PROMPTS.length },
  });
  return { aligner, network, reference };
}
