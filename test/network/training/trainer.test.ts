import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { describe, expect, it, vi } from "vitest";
import { imageSize } from "../../../src/network/architecture.ts";
import { emptyPrompts } from "../../../src/network/prompt-tokens.ts";
import { GlyphTrainer } from "../../../src/network/tensorflow/trainer.ts";
import { trainedConvolution } from "../../../src/network/tensorflow/trained-convolution.ts";
import type { TrainingBatch } from "../../../src/network/training/batch.ts";
import { learningRate } from "../../../src/network/training/schedule.ts";
import { networkWeights, storedWeights } from "../../../src/network/weights.ts";
import { describeGpu, findGpu } from "../../support/gpu.ts";
import { expectAllClose, expectClose } from "../../support/numbers.ts";
import { miniGolden } from "../golden-answers.ts";
import { hashed, hashedInputs, hashedWeights, MINI } from "../hashed.ts";

const truth = miniGolden();
const DIM = imageSize(MINI);
const COUNT = 4;
/** The peak rate of golden/mini.py. */
const RATE = 0.1;

/** The batch of golden/mini.py. */
const batch: TrainingBatch = {
  x0: Float32Array.from(hashed("x0", COUNT * DIM)),
  eps: Float32Array.from(hashed("eps", COUNT * DIM), (value) => 1.5 * value),
  t: Float64Array.of(0.9375, 0.5, 0.0625, 0.25),
  prompts: Int32Array.of(...hashedInputs(MINI).prompts, 7, 1, 0, 2, 9, 3),
};

/**
 * Sums of up to 10^4 products in f32 are off by some 1e-6 of themselves (PyTorch's own f32 run: 8e-7); the optimiser divides by the
 * gradient's size, so that entries near zero may move the other way, which costs at most a few times as much of the loss.
 */
const RELATIVE = 1e-5;

const trainer = (file = hashedWeights(MINI)) => new GlyphTrainer(networkWeights(MINI, file));

const TIMEOUT_MS = 1_800_000;

/** The losses and gradient norms of the first `count` golden steps. */
async function checkSteps(training: GlyphTrainer, count: number): Promise<void> {
  const steps = truth.losses.length;
  for (let step = 0; step < count; step++) {
    const rate = learningRate(RATE, step, step / steps);
    const { loss, gradientNorm } = await training.step(batch, rate);
    expectClose(loss, truth.losses[step]!, { relative: RELATIVE }, `loss of step ${step}`);
    expectClose(gradientNorm, truth.gradientNorms[step]!, { relative: RELATIVE }, `norm of step ${step}`);
  }
}

describe("The teacher's training in TensorFlow.js", () => {
  // This backend is slow and has its own kernels: one step to compare them.
  it("gives PyTorch's loss and gradient norm on cpu", { timeout: 120_000 }, async () => {
    await tf.setBackend("cpu");
    const training = trainer();
    await checkSteps(training, 1);
    training.dispose();
  });

  it("gives PyTorch's losses, gradient norms and averages on wasm, step by step, and leaves no tensors behind", async () => {
    await tf.setBackend("wasm");
    const before = tf.memory().numTensors;
    const training = trainer();
    await checkSteps(training, truth.losses.length);
    const { tensors } = storedWeights(await training.averageWeights(), "F32");
    for (const [name, tensor] of tensors) {
      const data = [...tensor.data];
      const signs = hashed(name, data.length);
      const size = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
      // The sum adds up errors of both signs of `data.length` entries.
      const sum = data.reduce((total, value, i) => total + value * signs[i]!, 0);
      expectClose(sum, truth.averages.get(name)!, { absolute: 1e-4 * (1 + size) }, name);
    }
    training.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describeGpu("The teacher's training in TensorFlow.js on WebGPU", (context) => {
  it("gives PyTorch's losses and gradient norms", { timeout: TIMEOUT_MS }, async (test) => {
    const { device, software } = context();
    if (software && process.env["SLOW_TESTS"] !== "1")
      test.skip("a software adapter compiles the kernels for many minutes; SLOW_TESTS=1 runs it");
    // The backend asks the browser's navigator whether there is WebGPU at all; Node has none.
    vi.stubGlobal("navigator", { gpu: await findGpu() });
    const name = "etalon-test";
    tf.registerBackend(name, () => new WebGPUBackend(device as never, device.adapterInfo as never));
    tf.copyRegisteredKernels("webgpu", name);
    await tf.setBackend(name);
    const training = trainer();
    await checkSteps(training, 2);
    training.dispose();
  });
});

describe("The training", () => {
  it("gives another loss for other times, noise or prompts (control)", async () => {
    await tf.setBackend("wasm");
    const others: readonly Partial<TrainingBatch>[] = [
      { t: Float64Array.of(0.9375, 0.5, 0.2, 0.25) },
      { eps: batch.eps.map((value) => -value) },
      { prompts: emptyPrompts(MINI, COUNT) },
    ];
    for (const other of others) {
      const training = trainer();
      const { loss } = await training.step({ ...batch, ...other }, 0);
      expect(Math.abs(loss / truth.losses[0]! - 1)).toBeGreaterThan(5 * RELATIVE);
      training.dispose();
    }
  });

  it("brings the loss of one batch down by a third in 20 steps", { timeout: 120_000 }, async () => {
    await tf.setBackend("wasm");
    const training = trainer();
    const { loss: first } = await training.step(batch, 0.02);
    let last = first;
    for (let step = 1; step < 20; step++) ({ loss: last } = await training.step(batch, 0.02));
    expect(last).toBeLessThan((2 / 3) * first);
    training.dispose();
  });

  it("averages give the losses and predictions of the weights that are saved", async () => {
    await tf.setBackend("wasm");
    const training = trainer();
    await training.step(batch, 0.01);
    const again = new GlyphTrainer(await training.averageWeights());
    const losses = await training.averageLosses(batch);
    expectAllClose(await again.averageLosses(batch), losses, { relative: 1e-6 });
    expect(losses).toHaveLength(COUNT);
    const inputs = hashedInputs(MINI, 2);
    const [one, other] = [training, again].map((made) =>
      made.averageModel().predict(inputs.x, 0.7, 0, inputs.prompts),
    );
    expectAllClose(await one!, await other!, { absolute: 1e-5 });
    training.dispose();
    again.dispose();
  });
});

describe("A convolution that is trained", () => {
  it.each([1, 2] as const)("has the gradients of the library's own, stride %s", async (stride) => {
    await tf.setBackend("cpu");
    const x = tf.tensor4d(Float32Array.from(hashed("x", 2 * 64 * 3)), [2, 8, 8, 3]);
    const filter = tf.tensor4d(Float32Array.from(hashed("f", 27 * 5)), [3, 3, 3, 5]);
    const side = 8 / stride;
    const signs = tf.tensor4d(Float32Array.from(hashed("s", 2 * side * side * 5)), [2, side, side, 5]);
    type Convolve = (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor;
    const gradients = (convolve: Convolve) =>
      tf
        .grads((a: tf.Tensor, b: tf.Tensor) =>
          tf.sum(tf.mul(tf.tanh(convolve(a as tf.Tensor4D, b as tf.Tensor4D)), signs)),
        )([x, filter])
        .map((gradient) => gradient.dataSync());
    const own = gradients((a, b) => trainedConvolution(a, b, stride));
    const library = gradients((a, b) => tf.conv2d(a, b, stride, 1));
    // Sums of at most 128 products of numbers below 1.
    own.forEach((gradient, i) => expectAllClose(gradient, library[i]!, { absolute: 2e-5 }));
  });
});
