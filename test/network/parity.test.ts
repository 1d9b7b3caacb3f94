import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { describe, expect, it, vi } from "vitest";
import { GLYPH, imageSize } from "../../src/network/architecture.ts";
import { waveFrequencies } from "../../src/network/forward.ts";
import { TensorNetwork } from "../../src/network/tensorflow/network.ts";
import { networkWeights } from "../../src/network/weights.ts";
import { describeGpu, findGpu } from "../support/gpu.ts";
import { expectAllClose } from "../support/numbers.ts";
import { golden } from "./golden-answers.ts";
import { hashedInputs, hashedWeights } from "./hashed.ts";

const truth = golden();
/**
 * Every path rounds as often as PyTorch's own f32 pass but adds in another order, so its largest error is of the same size;
 * 8 times that leaves room for longer sums in one register (no blocking: error of n terms ~ sqrt(n), not sqrt(n / block)).
 */
const TOLERANCE = 8 * truth.singleError;

/** x0Hat of the golden inputs by TensorFlow.js on its active backend. */
async function answer(file = hashedWeights()): Promise<Float32Array> {
  const network = new TensorNetwork(networkWeights(GLYPH, file));
  const { x, t, s, prompts } = hashedInputs();
  const out = tf.tidy(() => network.apply({ x: tf.tensor2d(x, [3, imageSize(GLYPH)]), t, s, prompts }));
  const values = (await out.data()) as Float32Array;
  out.dispose();
  network.dispose();
  return values;
}

describe("The network in TensorFlow.js", () => {
  it("has PyTorch's frequencies to the last bit", () => {
    expect([...waveFrequencies(GLYPH.frequencies)]).toEqual([...truth.frequencies]);
  });

  it.each(["cpu", "wasm"])(
    "on %s gives what PyTorch gives, and leaves no tensors behind",
    async (backend) => {
      await tf.setBackend(backend);
      const before = tf.memory().numTensors;
      expectAllClose(await answer(), truth.x0Hat, { absolute: TOLERANCE });
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it.each(["middle2.conv1.weight", "attend_up.qkv.weight", "layout.weight", "time2.weight"])(
    "gives something else if %s is transposed (control)",
    async (name) => {
      await tf.setBackend("wasm");
      const file = hashedWeights();
      const { type, shape, data } = file.tensors.get(name)!;
      const columns = shape.slice(1).reduce((a, b) => a * b);
      const turned = data.map((_, i) => data[(i % shape[0]!) * columns + Math.floor(i / shape[0]!)]!);
      const tensors = new Map([...file.tensors, [name, { type, shape, data: turned }]]);
      const off = (await answer({ ...file, tensors })).map((value, i) => Math.abs(value - truth.x0Hat[i]!));
      expect(Math.max(...off)).toBeGreaterThan(100 * TOLERANCE);
    },
  );
});

describeGpu("The network in TensorFlow.js on WebGPU", (context) => {
  // A software adapter takes half a minute to compile TensorFlow.js's kernels, one per shape.
  it("gives what PyTorch gives", { timeout: 240_000 }, async () => {
    const { device } = context();
    // The backend asks the browser's navigator whether there is WebGPU at all; Node has none.
    vi.stubGlobal("navigator", { gpu: await findGpu() });
    const name = "etalon-test";
    tf.registerBackend(name, () => new WebGPUBackend(device as never, device.adapterInfo as never));
    tf.copyRegisteredKernels("webgpu", name);
    await tf.setBackend(name);
    expectAllClose(await answer(), truth.x0Hat, { absolute: TOLERANCE });
  });
});
