import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GLYPH, imageSize, parameterShapes } from "../../src/network/architecture.ts";
import { lowRankShapes, mergeLowRank } from "../../src/network/low-rank.ts";
import type { LowRank } from "../../src/network/tensorflow/operations.ts";
import { TensorNetwork } from "../../src/network/tensorflow/network.ts";
import { networkWeights } from "../../src/network/weights.ts";
import { expectAllClose, expectClose } from "../support/numbers.ts";
import { hashed, hashedInputs, hashedWeights, TINY } from "./hashed.ts";

const DIM = imageSize(TINY);
const RANK = 2;
const COUNT = 2;
const weights = networkWeights(TINY, hashedWeights(TINY));
const inputs = hashedInputs(TINY, COUNT);
const layers = lowRankShapes(TINY);

/** Low-rank parts with a from the hash; b too, or zero as training begins. */
function lowRanks(zero: boolean): ReadonlyMap<string, LowRank> {
  return new Map(
    layers.map(({ layer, inputs: rows, outputs }) => {
      const a = tf.tensor2d(Float32Array.from(hashed(`${layer}.a`, rows * RANK)), [rows, RANK]);
      const b = Float32Array.from(hashed(`${layer}.b`, RANK * outputs), (v) => (zero ? 0 : 0.1 * v));
      return [layer, { a, b: tf.tensor2d(b, [RANK, outputs]) }];
    }),
  );
}

describe("Low-rank slots", () => {
  it("are the matrix products of the network, no convolution of more than one position and no table", () => {
    const names = lowRankShapes(GLYPH).map(({ layer }) => layer);
    expect(names).toContain("middle1.film");
    expect(names).toContain("attend_up.qkv");
    expect(names.filter((name) => /conv|shrink|input|output|tokens|norm/.test(name))).toEqual([]);
    const ones = parameterShapes(GLYPH).filter(
      ({ name, shape }) => name.endsWith("weight") && shape.length > 1 && (shape[2] ?? 1) === 1,
    );
    expect(names).toHaveLength(ones.filter(({ name }) => !name.startsWith("tokens")).length);
  });
});

describe("Gradients on WebAssembly", () => {
  let network: TensorNetwork;
  let parts: ReadonlyMap<string, LowRank>;
  let plain: Float32Array;

  const output = (x: tf.Tensor2D): tf.Tensor2D => network.apply({ ...inputs, x });
  const images = () => tf.tensor2d(inputs.x, [COUNT, DIM]);
  /** A smooth loss of all outputs, with weights of both signs. */
  const loss = (x: tf.Tensor2D): tf.Scalar => {
    const signs = tf.tensor2d(Float32Array.from(hashed("loss", COUNT * DIM)), [COUNT, DIM]);
    return tf.sum(tf.mul(tf.tanh(output(x)), signs)) as tf.Scalar;
  };
  const lossOf = (x: tf.Tensor2D): number => tf.tidy(() => loss(x).dataSync()[0]!);

  beforeAll(async () => {
    await tf.setBackend("wasm");
    network = new TensorNetwork(weights);
    plain = tf.tidy(() => output(images()).dataSync() as Float32Array).slice();
    parts = lowRanks(false);
    network.setLowRank(parts);
  });
  afterAll(() => network.dispose());

  /**
   * Central differences of a loss of size 10 in f32: the truncation falls by h^2, the rounding, a few 1e-6 of the loss,
   * grows by 1 / h. At h = 2^-6 along a direction of many entries both stay below 1 % of these slopes.
   */
  const STEP = 2 ** -6;
  const slopeTolerance = (slope: number) => ({ absolute: 2e-3 + 0.02 * Math.abs(slope) });

  function checkSlope(
    gradient: ArrayLike<number>,
    direction: ArrayLike<number>,
    at: (h: number) => number,
  ): void {
    let exact = 0;
    for (let i = 0; i < direction.length; i++) exact += gradient[i]! * direction[i]!;
    const measured = (at(STEP) - at(-STEP)) / (2 * STEP);
    expectClose(exact, measured, slopeTolerance(measured));
    // Control: the reversed gradient must fail, else the slope says nothing.
    expect(Math.abs(-exact - measured)).toBeGreaterThan(2 * slopeTolerance(measured).absolute);
  }

  it("of the images agree with differences", () => {
    const gradient = tf
      .tidy(() =>
        tf
          .grad((x) => loss(x as tf.Tensor2D))(images())
          .dataSync(),
      )
      .slice();
    for (const name of ["d1", "d2"]) {
      // Along the gradient's signs, mixed with a random direction, so that the slope is not near 0.
      const direction = hashed(name, COUNT * DIM).map((v, i) => 0.1 * v + 0.1 * Math.sign(gradient[i]!));
      checkSlope(gradient, direction, (h) =>
        tf.tidy(() =>
          lossOf(
            tf.tensor2d(
              inputs.x.map((value, i) => value + h * direction[i]!),
              [COUNT, DIM],
            ),
          ),
        ),
      );
    }
  });

  it.each(layers.flatMap(({ layer }) => [`${layer}.a`, `${layer}.b`]))(
    "of %s agree with differences",
    (name) => {
      const part = parts.get(name.slice(0, -2))!;
      const tensor = name.endsWith("a") ? part.a : part.b;
      const withPart = (changed: tf.Tensor2D) =>
        network.setLowRank(new Map([...parts, [name.slice(0, -2), { ...part, [name.slice(-1)]: changed }]]));
      const gradient = tf.tidy(() => {
        const of = tf.grad((p) => {
          withPart(p as tf.Tensor2D);
          return loss(images());
        });
        return Float32Array.from(of(tensor).dataSync());
      });
      expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0);
      // Steps that change the loss by about 0.1, whatever the size of the gradient.
      const size = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
      const direction = Float32Array.from(gradient, (g) => (4 * g) / size / Math.max(1, size));
      checkSlope(gradient, direction, (h) =>
        tf.tidy(() => {
          withPart(tf.add(tensor, tf.tensor2d(direction, tensor.shape).mul(h)) as tf.Tensor2D);
          return lossOf(images());
        }),
      );
      network.setLowRank(parts);
    },
  );

  it("of all low-rank parts together reach every b where all b are zero, and the output is that of the plain network", () => {
    const zero = lowRanks(true);
    network.setLowRank(zero);
    expectAllClose(
      tf.tidy(() => output(images()).dataSync()),
      plain,
      { absolute: 0 },
    );
    const all = [...zero.values()].map(({ b }) => b);
    const gradients = tf.tidy(() =>
      tf
        .grads((...b: tf.Tensor[]) => {
          const changed = [...zero].map(
            ([layer, { a }], i) => [layer, { a, b: b[i] as tf.Tensor2D }] as const,
          );
          network.setLowRank(new Map(changed));
          return loss(images());
        })(all)
        .map((gradient) => Math.max(...gradient.dataSync().map(Math.abs))),
    );
    network.setLowRank(parts);
    // The middle's skip has none: every listed layer takes part in the output.
    gradients.forEach((largest, i) => expect(largest, layers[i]!.layer).toBeGreaterThan(0));
  });

  it("of no part are needed to run with it: merged into the weights it gives the same, and at share 0 nothing", () => {
    const arrays = new Map(
      [...parts].map(([layer, { a, b }]) => [
        layer,
        { a: a.dataSync() as Float32Array, b: b.dataSync() as Float32Array },
      ]),
    );
    const of = (share: number) => {
      const merged = new TensorNetwork(mergeLowRank(weights, arrays, share));
      const values = tf.tidy(() => merged.apply({ ...inputs, x: images() }).dataSync()).slice();
      merged.dispose();
      return values;
    };
    // Sums of up to 64 products in another order, in f32, through 8 blocks: some 1e-5 of numbers of size 1.
    expectAllClose(
      of(1),
      tf.tidy(() => output(images()).dataSync()),
      { absolute: 5e-5 },
    );
    expectAllClose(of(0), plain, { absolute: 0 });
    expect(() => mergeLowRank(weights, new Map([["time1", arrays.get("layout")!]]))).toThrow(/time1/);
  });

  it("refuses parts of another shape by the layer's name", () => {
    const { a, b } = parts.get("time1")!;
    expect(() => network.setLowRank(new Map([["time1", { a: b, b: a }]]))).toThrow(/time1: must be a layer/);
    expect(() => network.setLowRank(new Map([["conv9", { a, b }]]))).toThrow(/conv9/);
    network.setLowRank(parts);
  });
});
