import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { expect, it } from "vitest";
import { KernelCache } from "../../src/gpu/kernels.ts";
import { TensorNetwork } from "../../src/network/tensorflow/network.ts";
import { WebGpuNetwork } from "../../src/network/webgpu/network.ts";
import { networkWeights } from "../../src/network/weights.ts";
import { countBuffers } from "../support/buffer-count.ts";
import { describeGpu } from "../support/gpu.ts";
import { hashedInputs, hashedWeights, TINY } from "./hashed.ts";

/** A leak shows in the second batch; SLOW_TESTS=1 waits for a thousand. */
const SLOW = process.env["SLOW_TESTS"] === "1";
const BATCHES = SLOW ? 1000 : 200;
const SOFTWARE_BATCHES = SLOW ? 1000 : 10;
const TIMEOUT = { timeout: 600_000 };
const weights = networkWeights(TINY, hashedWeights(TINY));
const { x, prompts } = hashedInputs(TINY, 1);

it("A network in TensorFlow.js holds after many batches what it held after the first", TIMEOUT, async () => {
  await tf.setBackend("wasm");
  const before = tf.memory().numTensors;
  const network = new TensorNetwork(weights);
  await network.predict(x, 0.5, 0.25, prompts);
  const { numTensors, numBytes } = tf.memory();
  for (let i = 1; i < BATCHES; i++) await network.predict(x, 0.5, 0.25, prompts);
  expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  // Control: one tensor that is kept is counted.
  const kept = tf.tensor1d([1]);
  expect(tf.memory().numTensors).toBe(numTensors + 1);
  kept.dispose();
  network.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

describeGpu("A network by our kernels", (context) => {
  it(
    "holds after many batches the buffers it held after the first, and none once disposed",
    TIMEOUT,
    async () => {
      const { device, software } = context();
      const batches = software ? SOFTWARE_BATCHES : BATCHES;
      const count = countBuffers(device);
      const network = new WebGpuNetwork(new KernelCache(device), weights);
      await network.predict(x, 0.5, 0.25, prompts);
      const held = count.alive();
      expect(held).toBeGreaterThan(0);
      for (let i = 1; i < batches; i++) await network.predict(x, 0.5, 0.25, prompts);
      expect(count.alive()).toBe(held);
      // Each batch brings its own inputs and result: the count has seen them.
      expect(count.made()).toBeGreaterThan(3 * batches);
      network.dispose();
      expect(count.alive()).toBe(0);
      count.restore();
    },
  );
});
