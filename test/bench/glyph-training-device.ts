/** One DDPO iteration of the glyph model in TensorFlow.js: on WebGPU against WebAssembly, on one machine. */
import * as tf from "@tensorflow/tfjs";
import { adaptedLayers, initialAdapter } from "../../src/alignment/adapter.ts";
import { createAligner } from "../../src/alignment/aligner.ts";
import type { Judge } from "../../src/alignment/judge.ts";
import { type GlyphPlace, ON_DEVICE, ON_THIS_THREAD } from "../../src/alignment/tensorflow/glyph-place.ts";
import { createGlyphPolicy } from "../../src/alignment/tensorflow/glyph-policy.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { makeProductsRepeatable, startDeviceBackend } from "../../src/engine/tensorflow/device-backend.ts";
import { startNodeWasm } from "../../src/engine/tensorflow/node-wasm.ts";
import type { GlyphProblem } from "../../src/engine/training-engine.ts";
import { type Architecture, GLYPH, imageSize, SMALL_GLYPH } from "../../src/network/architecture.ts";
import { TensorNetwork } from "../../src/network/tensorflow/network.ts";
import { initialWeights } from "../../src/network/training/initial-weights.ts";
import { IMAGE_ALGORITHM_DEFAULTS } from "../../src/spec/training/algorithm-defaults.ts";
import { IMAGE_TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import type { BenchDevice } from "./device.ts";
import { lendNavigator } from "./peers/navigator.ts";
import type { Section } from "./report.ts";
import { leastMs } from "./timing.ts";

interface Size {
  readonly name: string;
  readonly architecture: Architecture;
  readonly batch: number;
  readonly steps: number;
  readonly rounds: number;
}

/** A software adapter takes half a minute for two images of the network that ships. */
const SIZES: Readonly<Record<"hardware" | "software", Size>> = {
  hardware: { name: "3 M parameters", architecture: GLYPH, batch: 16, steps: 4, rounds: 3 },
  software: { name: "0.4 M parameters", architecture: SMALL_GLYPH, batch: 2, steps: 2, rounds: 1 },
};

const PROBLEM: GlyphProblem = {
  kind: "glyphs",
  weights: "student",
  prompts: [[0, 4, 2, 5, 10, 10]],
  process: { kind: "flow", T: 0.99 },
  adapter: IMAGE_TRAINING_DEFAULTS.adapter,
  rewards: [],
};

export async function benchGlyphTraining({ gpu, context }: BenchDevice): Promise<Section> {
  const kind = context.software ? "software" : "hardware";
  const size = SIZES[kind];
  await startNodeWasm("bench glyphs");
  const onWasm = await iterationOn(size, ON_THIS_THREAD);
  lendNavigator(gpu);
  await startDeviceBackend("bench glyphs", context.device);
  makeProductsRepeatable();
  const onDevice = await iterationOn(size, ON_DEVICE[kind]);
  const [device = NaN, wasm = NaN] = await leastMs([onDevice, onWasm], size.rounds);
  return {
    title: `DDPO iteration of the glyph network (${size.name}), ${size.batch} images x ${size.steps} steps`,
    device: context.adapter,
    figures: [
      { what: "TensorFlow.js on WebGPU", value: device, unit: "ms" },
      { what: "TensorFlow.js on WebAssembly, 1 thread", value: wasm, unit: "ms" },
      { what: "WebGPU, times faster", value: wasm / device, unit: "x" },
    ],
  };
}

/** Runs one iteration at each call, on the backend that is active now. */
async function iterationOn(size: Size, place: GlyphPlace): Promise<() => Promise<void>> {
  const backend = tf.getBackend();
  const { architecture, batch, steps } = size;
  const network = new TensorNetwork(initialWeights(architecture, 1));
  const layers = adaptedLayers(architecture, PROBLEM.adapter);
  const parameters = initialAdapter(layers, 1);
  const make = () => createGlyphPolicy({ network, prompts: PROBLEM.prompts, layers, parameters, place });
  const aligner = await createAligner({
    problem: PROBLEM,
    process: createProcess(PROBLEM.process),
    network: make(),
    reference: make(),
    algorithm: { ...IMAGE_ALGORITHM_DEFAULTS["ddpo-is"], minibatches: 1 },
    training: { ...IMAGE_TRAINING_DEFAULTS.training, batch, steps },
    from: null,
    images: { judge: brightness(imageSize(architecture)), prompts: 1 },
  });
  return async () => {
    await tf.setBackend(backend);
    await aligner.iterate();
  };
}

/** Mean of all numbers of an image. */
function brightness(dim: number): Judge {
  const mean = (x: Float64Array, i: number) =>
    x.subarray(i * dim, (i + 1) * dim).reduce((sum, value) => sum + value, 0) / dim;
  return {
    rewards: [{ name: "brightness", weight: 1 }],
    values: (x) => Promise.resolve([Float64Array.from({ length: x.length / dim }, (_, i) => mean(x, i))]),
    gradient: (x) => Promise.resolve(x.map(() => 1 / dim)),
  };
}
