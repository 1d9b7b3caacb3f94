import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { adamW, initialAdamW } from "../../../src/alignment/adamw.ts";
import { cpuNetworks } from "../../../src/alignment/cpu/network.ts";
import type { NetworkShape } from "../../../src/alignment/policy-network.ts";
import { tensorNetworks } from "../../../src/alignment/tensorflow/network.ts";
import { FLOW, fullParameters, normals, SMALL, times, useWasm, VE, VP } from "./networks.ts";

const SHAPE: NetworkShape = { dim: 2, width: 32, depth: 3, prediction: "v" };
/** More than one piece of rows. */
const COUNT = 1100;

/**
 * f32 rounds each of a layer's sums of at most 32 terms to 32 x 2^-24 of their absolute sum at worst; four layers, forward and
 * back, whose weights of up to 0.5 magnify each other's errors by at most about 10: 8 x 32 x 2^-24 x 10 = 1.5e-4 of the row's
 * size. Sums over rows are compared with the sum of absolute parts, hence against the norm.
 */
const RELATIVE = 1.5e-4;

function relativeMiss(got: Float64Array, expected: Float64Array): number {
  const norm = (row: Float64Array) => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  return norm(got.map((value, i) => value - (expected[i] ?? NaN))) / norm(expected);
}

/** Size of the WebAssembly backend's memory. */
function wasmHeapBytes(): number {
  return (tf.backend() as unknown as { readonly wasm: { readonly HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
}

beforeAll(useWasm);

const CASES = (["eps", "x0", "v"] as const).flatMap((prediction) =>
  [VP, VE, FLOW].map((process) => ({
    process,
    shape: { ...SHAPE, prediction },
    name: `${prediction} on ${process.kind}`,
  })),
);

describe("The TensorFlow.js network", () => {
  it.each(CASES)("agrees with the f64 one: $name", async ({ process, shape }) => {
    const parameters = fullParameters(shape, 3).map((value) => 0.6 * value);
    const x = normals(2 * COUNT, 1);
    const t = times(COUNT, process.T);
    const weights = normals(2 * COUNT, 2);
    const results = await Promise.all(
      [cpuNetworks(process), tensorNetworks(process)].map(async (make) => {
        const network = make(shape, parameters);
        const x0Hat = await network.predict(x, t);
        await network.accumulate(x, t, (got) => got.map((value, j) => Math.sin(value) * (weights[j] ?? 0)));
        const gradient = await network.takeGradient();
        const input = await network.pullToInput(x, t, weights);
        network.dispose();
        return { x0Hat, gradient, input };
      }),
    );
    const [cpu, tensor] = results;
    if (!cpu || !tensor) throw new Error("two results expected");
    expect(relativeMiss(tensor.x0Hat, cpu.x0Hat)).toBeLessThan(RELATIVE);
    expect(relativeMiss(tensor.gradient, cpu.gradient)).toBeLessThan(RELATIVE);
    expect(relativeMiss(tensor.input, cpu.input)).toBeLessThan(RELATIVE);
    // Control: 0.1 % off is noticed.
    expect(
      relativeMiss(
        tensor.gradient.map((g) => 1.001 * g),
        cpu.gradient,
      ),
    ).toBeGreaterThan(RELATIVE);
  });

  it("holds no tensor more after 1,000 updates than before, and none once disposed", async () => {
    const before = tf.memory().numTensors;
    const network = tensorNetworks(VP)(SMALL, fullParameters(SMALL, 1));
    const started = tf.memory().numTensors;
    const x = normals(8, 1);
    const t = times(4, 1);
    let state = initialAdamW((await network.read()).length);
    let heap = NaN;
    for (let update = 0; update < 1000; update++) {
      await network.accumulate(x, t, (x0Hat) => x0Hat);
      const { parameters, state: next } = adamW(await network.read(), await network.takeGradient(), state, {
        learningRate: 1e-3,
        weightDecay: 0,
        gradientClip: 1,
      });
      state = next;
      network.write(parameters);
      await network.pullToInput(x, t, x);
      await network.predict(x, t);
      // Memory of the backend itself, packed weights included: none more once the first updates are through.
      if (update === 100) heap = wasmHeapBytes();
    }
    expect(tf.memory().numTensors).toBe(started);
    expect(wasmHeapBytes()).toBe(heap);
    await network.accumulate(x, t, (x0Hat) => x0Hat);
    expect(tf.memory().numTensors).toBeGreaterThan(started);
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("lets go of a pass whose loss throws", async () => {
    const network = tensorNetworks(VP)(SMALL, fullParameters(SMALL, 1));
    const before = tf.memory().numTensors;
    await expect(
      network.accumulate(normals(8, 1), times(4, 1), () => {
        throw new Error("no loss");
      }),
    ).rejects.toThrow("no loss");
    expect(tf.memory().numTensors).toBe(before);
    network.dispose();
  });

  it("rests between pieces and stops where resting throws", async () => {
    let rests = 0;
    const network = tensorNetworks(VP, () => {
      rests++;
      return rests > 2 ? Promise.reject(new Error("enough")) : Promise.resolve();
    })(SMALL, fullParameters(SMALL, 1));
    await expect(network.predict(normals(2 * 5000, 1), times(5000, 1))).rejects.toThrow("enough");
    expect(rests).toBe(3);
    network.dispose();
  });

  it("reads back the parameters it was given, to the last bit", async () => {
    const parameters = fullParameters(SMALL, 1);
    const network = tensorNetworks(VP)(SMALL, parameters);
    expect(await network.read()).toEqual(parameters);
    const other = fullParameters(SMALL, 2);
    network.write(other);
    expect(await network.read()).toEqual(other);
    expect(() => network.write(new Float64Array(2))).toThrow(/got 2/);
    network.dispose();
  });
});
