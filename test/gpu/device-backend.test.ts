import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import {
  bufferOfTensor,
  startDeviceBackend,
  tensorOfBuffer,
} from "../../src/engine/tensorflow/device-backend.ts";
import { BufferScope, readBuffers } from "../../src/gpu/buffers.ts";
import { bindKernel, KernelCache, type KernelDefinition } from "../../src/gpu/kernels.ts";
import { checked } from "../../src/gpu/scopes.ts";
import { lendNavigator } from "../bench/peers/navigator.ts";
import { describeGpu, findGpu } from "../support/gpu.ts";

const COUNT = 1000;

/** result[i] = source[i] / 4 + i. */
const KERNEL: KernelDefinition = {
  name: "quarter",
  texts: [
    "@group(0) @binding(0) var<storage, read> source: array<f32>;",
    "@group(0) @binding(1) var<storage, read_write> result: array<f32>;",
    "@compute @workgroup_size(64) fn quarter(@builtin(global_invocation_id) id: vec3u) {",
    "  if (id.x < arrayLength(&result)) { result[id.x] = source[id.x] * 0.25 + f32(id.x); }\n}",
  ],
  groups: [["read", "write"]],
};

/** Buffers that numbers could come back to the CPU in, as made from now on. */
function watchReads(device: GPUDevice): { readonly made: () => number; readonly restore: () => void } {
  const create = device.createBuffer.bind(device);
  let made = 0;
  device.createBuffer = (descriptor) => {
    if (descriptor.usage & GPUBufferUsage.MAP_READ) made++;
    return create(descriptor);
  };
  return { made: () => made, restore: () => (device.createBuffer = create) };
}

describeGpu("TensorFlow.js on our device", (context) => {
  let started: Promise<unknown> | null = null;
  /** Asked for by each test, since without a device there is nothing to start. */
  const start = async () => {
    lendNavigator(await findGpu());
    await (started ??= startDeviceBackend("test", context().device));
  };

  it("takes a kernel's buffer and gives one to the next kernel, and nothing comes back to the CPU in between", async () => {
    await start();
    const { device } = context();
    const kernel = await new KernelCache(device).get(KERNEL);
    const scope = new BufferScope(device);
    const run = (source: GPUBuffer, result: GPUBuffer) => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      bindKernel(device, pass, kernel, [[source, result]]);
      pass.dispatchWorkgroups(Math.ceil(COUNT / 64));
      pass.end();
      device.queue.submit([encoder.finish()]);
    };
    const numbers = Float32Array.from({ length: COUNT }, (_, i) => 4 * (i % 7));
    const first = scope.storage("first", 4 * COUNT);
    const second = scope.storage("second", 4 * COUNT);
    const reads = watchReads(device);
    const before = tf.memory().numTensors;
    await checked(device, "round", async () => {
      run(scope.upload("numbers", numbers), first);
      const squared = tf.tidy(() => tf.square(tensorOfBuffer<tf.Rank.R2>(first, [COUNT / 10, 10])));
      const lent = bufferOfTensor(squared);
      run(lent.buffer, second);
      lent.release();
      squared.dispose();
      await Promise.resolve();
    });
    expect(reads.made()).toBe(0);
    const [bytes, kept] = await readBuffers(device, [
      { buffer: second, bytes: 4 * COUNT },
      { buffer: first, bytes: 4 * COUNT },
    ]);
    expect(reads.made()).toBe(1);
    reads.restore();
    // Whole numbers below 2^24 and quarters: exact in f32.
    const through = Float32Array.from({ length: COUNT }, (_, i) => (i % 7) + i);
    expect(new Float32Array(kept ?? new ArrayBuffer(0))).toEqual(through);
    expect(new Float32Array(bytes ?? new ArrayBuffer(0))).toEqual(
      through.map((value, i) => value ** 2 / 4 + i),
    );
    expect(tf.memory().numTensors).toBe(before);
    scope.dispose();
  });

  it("differentiates what comes from a buffer", async () => {
    await start();
    const { device } = context();
    const scope = new BufferScope(device);
    const buffer = scope.upload("x", Float32Array.of(1, -2, 3, 0.5));
    const x = tensorOfBuffer<tf.Rank.R1>(buffer, [4]);
    const gradient = tf.grad((at) => tf.sum(tf.mul(at, tf.square(at))))(x);
    expect([...(await gradient.data())]).toEqual([3, 12, 27, 0.75]);
    tf.dispose([x, gradient]);
    scope.dispose();
  });
});
