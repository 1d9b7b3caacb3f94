import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import type { NetworkShape } from "../../../src/alignment/policy-network.ts";
import { tensorNetworks } from "../../../src/alignment/tensorflow/network.ts";
import {
  answersOf,
  casesOfEveryKind,
  expectAgreement,
  expectFailingLoss,
  expectKeptParameters,
  expectRests,
  runUpdates,
} from "./contract.ts";
import { relativeMiss } from "../../support/relative-miss.ts";
import { fullParameters, normals, SMALL, times, useWasm, VP } from "./networks.ts";

const SHAPE: NetworkShape = { dim: 2, width: 32, depth: 3, prediction: "v" };
/** More than one piece of rows. */
const COUNT = 1100;

/**
 * f32 rounds each of a layer's sums of at most 32 terms to 32 x 2^-24 of their absolute sum at worst; four layers, forward and
 * back, whose weights of up to 0.5 magnify each other's errors by at most about 10: 8 x 32 x 2^-24 x 10 = 1.5e-4 of the row's
 * size. Sums over rows are compared with the sum of absolute parts, hence against the norm.
 */
const RELATIVE = 1.5e-4;

/** Size of the WebAssembly backend's memory. */
function wasmHeapBytes(): number {
  return (tf.backend() as unknown as { readonly wasm: { readonly HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
}

beforeAll(useWasm);

describe("The TensorFlow.js network", () => {
  it.each(casesOfEveryKind(SHAPE, COUNT))("agrees with the f64 one: $name", async (example) => {
    const parameters = fullParameters(example.shape, 3).map((value) => 0.6 * value);
    const got = await answersOf(tensorNetworks, example, parameters);
    const expected = await expectAgreement(got, example, parameters, RELATIVE);
    // Control: 0.1 % off is noticed.
    const wrong = got.gradient.map((g) => 1.001 * g);
    expect(relativeMiss(wrong, expected.gradient)).toBeGreaterThan(RELATIVE);
  });

  it("holds no tensor more after 1,000 updates than before, and none once disposed", async () => {
    const before = tf.memory().numTensors;
    const network = tensorNetworks(VP)(SMALL, fullParameters(SMALL, 1));
    const started = tf.memory().numTensors;
    let heap = NaN;
    await runUpdates(network, 1000, (update) => {
      // Memory of the backend itself, packed weights included: none more once the first updates are through.
      if (update === 100) heap = wasmHeapBytes();
    });
    expect(tf.memory().numTensors).toBe(started);
    expect(wasmHeapBytes()).toBe(heap);
    await network.accumulate(normals(8, 1), times(4, 1), (x0Hat) => x0Hat);
    expect(tf.memory().numTensors).toBeGreaterThan(started);
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("lets go of a pass whose loss throws", async () => {
    const network = tensorNetworks(VP)(SMALL, fullParameters(SMALL, 1));
    const before = tf.memory().numTensors;
    await expectFailingLoss(network);
    expect(tf.memory().numTensors).toBe(before);
    network.dispose();
  });

  it("rests between pieces and stops where resting throws", async () => {
    await expectRests((rest) => tensorNetworks(VP, rest), 2);
  });

  it("reads back the parameters it was given, to the last bit", async () => {
    await expectKeptParameters(tensorNetworks(VP));
  });
});
