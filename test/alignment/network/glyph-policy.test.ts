import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adaptedLayers, adapterParts, adapterSize, initialAdapter } from "../../../src/alignment/adapter.ts";
import type { PolicyNetwork } from "../../../src/alignment/policy-network.ts";
import { GLYPH } from "../../../src/network/architecture.ts";
import type { TensorNetwork } from "../../../src/network/tensorflow/network.ts";
import { hashed } from "../../network/hashed.ts";
import { expectAllClose, expectClose } from "../../support/numbers.ts";
import { DIM, LAYERS, MOVED, policyOf, PROMPTS, rowsOf, START, tinyNetwork } from "./glyph-case.ts";

let base: TensorNetwork;
beforeAll(async () => {
  base = await tinyNetwork();
});
afterAll(() => base.dispose());

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
}

/** A weighted sum of the predictions. */
async function lossOf(policy: PolicyNetwork, weights: Float64Array, x = ROWS.x): Promise<number> {
  return dot(await policy.predict(x, ROWS.t, ROWS.asked), weights);
}

const ROWS = rowsOf(4);
const WEIGHTS = hashed("weights", 4 * DIM);

describe("The adapter's layout", () => {
  it("has attention's layers, or all that are matrix products, one after the other", () => {
    const attention = adaptedLayers(GLYPH, { rank: 4, layers: "attention" });
    expect(attention.map(({ layer }) => layer)).toEqual([
      "attend_down.qkv",
      "attend_down.out",
      "attend_middle.qkv",
      "attend_middle.out",
      "attend_up.qkv",
      "attend_up.out",
    ]);
    // 4 (96 + 288) + 4 (96 + 96) twice, 4 (128 + 384) + 4 (128 + 128) once.
    expect(adapterSize(attention)).toBe(7680);
    const parts = adapterParts(LAYERS);
    const ends = parts.map(({ shape, offset }) => offset + (shape[0] ?? 0) * (shape[1] ?? 0));
    expect(parts.slice(1).map(({ offset }) => offset)).toEqual(ends.slice(0, -1));
    expect(ends.at(-1)).toBe(START.length);
  });

  it("starts with b = 0 and a of variance 1 / inputs, another for another seed", () => {
    for (const { a, b, inputs, outputs, rank } of LAYERS) {
      expect(START.subarray(b, b + rank * outputs).every((value) => value === 0)).toBe(true);
      const scaled = START.subarray(a, a + rank * inputs).map((value) => value * Math.sqrt(inputs));
      // Variance of n normals: 1 +- sqrt(2 / n).
      const n = scaled.length;
      expectClose(dot(scaled, scaled) / n, 1, { absolute: 4.5 * Math.sqrt(2 / n) });
    }
    expect(initialAdapter(LAYERS, 4)).not.toEqual(START);
    expect(initialAdapter(LAYERS, 3)).toEqual(START);
  });
});

describe("The glyph policy", () => {
  it("is the pretrained network bit for bit before training, and another one after", async () => {
    const policy = policyOf(base, START);
    const own = await policy.predict(ROWS.x, ROWS.t, ROWS.asked);
    for (let i = 0; i < 4; i++) {
      const plain = await base.predict(
        Float32Array.from(ROWS.x.subarray(i * DIM, (i + 1) * DIM)),
        ROWS.t[i] ?? NaN,
        ROWS.asked.jump[i] ?? NaN,
        Int32Array.from(PROMPTS[i % PROMPTS.length] ?? []),
      );
      expect(own.slice(i * DIM, (i + 1) * DIM)).toEqual(Float64Array.from(plain));
    }
    policy.write(MOVED);
    expect(await policy.predict(ROWS.x, ROWS.t, ROWS.asked)).not.toEqual(own);
    expect(await policy.read()).toEqual(MOVED);
    policy.dispose();
  });

  it("predicts a row the same whatever rows are beside it: ratios rest on that", async () => {
    const policy = policyOf(base, MOVED);
    const many = rowsOf(13);
    const all = await policy.predict(many.x, many.t, many.asked);
    for (const i of [0, 7, 12]) {
      const alone = await policy.predict(many.x.slice(i * DIM, (i + 1) * DIM), many.t.slice(i, i + 1), {
        prompt: many.asked.prompt.slice(i, i + 1),
        jump: many.asked.jump.slice(i, i + 1),
      });
      expect(all.slice(i * DIM, (i + 1) * DIM)).toEqual(alone);
    }
    policy.dispose();
  });

  /**
   * Central differences of a loss of size 30 in f32: rounding, some 1e-6 of it, over 2 h, and truncation of the order of h^2.
   * Directions are made of the gradient's signs, so slopes are of size 1 and more; 2 % of them and 5e-3 hold both.
   */
  const STEP = 2 ** -6;
  const tolerance = (slope: number) => ({ absolute: 5e-3 + 0.02 * Math.abs(slope) });

  function checkSlope(exact: number, measured: number): void {
    expectClose(exact, measured, tolerance(measured));
    // Control: the reversed gradient must fail, else the slope says nothing.
    expect(Math.abs(-exact - measured)).toBeGreaterThan(2 * tolerance(measured).absolute);
  }

  it("accumulates the gradient of its parts, as differences tell", async () => {
    const policy = policyOf(base, MOVED);
    let seen = new Float64Array(0);
    const pull = (x0Hat: Float64Array): Float64Array => {
      seen = Float64Array.from(x0Hat);
      return WEIGHTS;
    };
    await policy.accumulate(ROWS.x, ROWS.t, pull, ROWS.asked);
    // The way back sees the very numbers that were predicted.
    expect(seen).toEqual(await policy.predict(ROWS.x, ROWS.t, ROWS.asked));
    const gradient = await policy.takeGradient();
    expect(gradient).toHaveLength(MOVED.length);
    for (const seed of ["d1", "d2"]) {
      const random = hashed(seed, MOVED.length);
      const direction = gradient.map((g, i) => 0.02 * Math.sign(g) + 0.02 * (random[i] ?? 0));
      const at = (h: number): Promise<number> => {
        policy.write(MOVED.map((value, i) => value + h * (direction[i] ?? 0)));
        return lossOf(policy, WEIGHTS);
      };
      checkSlope(dot(gradient, direction), ((await at(STEP)) - (await at(-STEP))) / (2 * STEP));
    }
    // What was taken is gone.
    expect((await policy.takeGradient()).every((value) => value === 0)).toBe(true);
    policy.dispose();
  });

  it("pulls weights back to the images, as differences tell", async () => {
    const policy = policyOf(base, MOVED);
    const gradient = await policy.pullToInput(ROWS.x, ROWS.t, WEIGHTS, ROWS.asked);
    const random = hashed("d3", ROWS.x.length);
    const direction = gradient.map((g, i) => 0.1 * Math.sign(g) + 0.1 * (random[i] ?? 0));
    const at = (h: number): Promise<number> =>
      lossOf(
        policy,
        WEIGHTS,
        ROWS.x.map((value, i) => value + h * (direction[i] ?? 0)),
      );
    checkSlope(dot(gradient, direction), ((await at(STEP)) - (await at(-STEP))) / (2 * STEP));
    policy.dispose();
  });

  it("adds up pieces: the gradient of many rows is that of their parts, one after the other", async () => {
    const policy = policyOf(base, MOVED);
    const many = rowsOf(13);
    const weights = hashed("many", 13 * DIM);
    await policy.accumulate(many.x, many.t, () => weights, many.asked);
    const whole = await policy.takeGradient();
    for (const [first, last] of [
      [0, 6],
      [6, 13],
    ] as const) {
      const cut = (row: Float64Array): Float64Array => row.subarray(first * DIM, last * DIM);
      const asked = {
        prompt: many.asked.prompt.subarray(first, last),
        jump: many.asked.jump.subarray(first, last),
      };
      await policy.accumulate(cut(many.x), many.t.subarray(first, last), () => cut(weights), asked);
    }
    // Sums over rows in f32 in another order: 1e-5 of the largest sum.
    const largest = whole.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expectAllClose(await policy.takeGradient(), whole, { absolute: 1e-5 * largest });
    policy.dispose();
  });

  it("leaks no tensor over calls and updates", async () => {
    const policy = policyOf(base, START);
    const use = async (): Promise<void> => {
      await policy.accumulate(ROWS.x, ROWS.t, () => WEIGHTS, ROWS.asked);
      await policy.pullToInput(ROWS.x, ROWS.t, WEIGHTS, ROWS.asked);
      policy.write((await policy.takeGradient()).map((g, i) => (START[i] ?? 0) - 1e-3 * g));
    };
    // The first call keeps what the frozen network needs for its way back.
    await use();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 4; i++) await use();
    expect(tf.memory().numTensors).toBe(before);
    policy.dispose();
    expect(tf.memory().numTensors).toBe(before - 2 * LAYERS.length);
  });

  it("refuses parameters of another adapter, prompts beyond the list and rows that ask nothing", async () => {
    expect(() => policyOf(base, START.slice(1))).toThrow(/adapter: parameters must be \d+ numbers/);
    const policy = policyOf(base, START);
    const asked = { prompt: Int32Array.of(0, 1, 3, 0), jump: ROWS.asked.jump };
    await expect(policy.predict(ROWS.x, ROWS.t, asked)).rejects.toThrow(
      /prompt must be one of 0\.\.2, got 3/,
    );
    await expect(policy.predict(ROWS.x, ROWS.t)).rejects.toThrow(/prompts and jumps of 4 rows/);
    policy.dispose();
  });
});
