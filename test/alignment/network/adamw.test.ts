import { describe, expect, it } from "vitest";
import { adamW, gradientNorm, initialAdamW, packAdamW, unpackAdamW } from "../../../src/alignment/adamw.ts";
import { normals } from "./networks.ts";

const OPTIONS = { learningRate: 0.01, weightDecay: 0.1, gradientClip: Infinity };

/** The published algorithm [Loshchilov19, algorithm 2] on one number, with its sums written out instead of its recursions. */
function published(start: number, gradients: readonly number[]): number {
  const [beta1, beta2] = [0.9, 0.999];
  let x = start;
  gradients.forEach((_, last) => {
    const t = last + 1;
    const past = gradients.slice(0, t);
    const m = past.reduce((sum, g, i) => sum + (1 - beta1) * beta1 ** (t - 1 - i) * g, 0) / (1 - beta1 ** t);
    const v =
      past.reduce((sum, g, i) => sum + (1 - beta2) * beta2 ** (t - 1 - i) * g * g, 0) / (1 - beta2 ** t);
    x = x - 0.01 * 0.1 * x - (0.01 * m) / (Math.sqrt(v) + 1e-8);
  });
  return x;
}

describe("AdamW", () => {
  it("takes the published steps", () => {
    const gradients = Array.from(normals(12, 1));
    let [x, state] = [Float64Array.of(0.7) as Float64Array, initialAdamW(1)];
    for (const g of gradients) ({ parameters: x, state } = adamW(x, Float64Array.of(g), state, OPTIONS));
    expect(x[0]).toBeCloseTo(published(0.7, gradients), 14);
    // Control: without decay it is elsewhere.
    expect(Math.abs((x[0] ?? NaN) - published(0, gradients))).toBeGreaterThan(1e-3);
  });

  it("scales long gradients down to the clip, and reports their norm before it", () => {
    const gradient = Float64Array.of(3, 4);
    const at = Float64Array.of(1, 1);
    const clipped = adamW(at, gradient, initialAdamW(2), { ...OPTIONS, gradientClip: 1 });
    const short = adamW(at, Float64Array.of(0.6, 0.8), initialAdamW(2), OPTIONS);
    expect(clipped.gradientNorm).toBe(5);
    clipped.state.mean.forEach((value, i) => expect(value).toBeCloseTo(short.state.mean[i] ?? NaN, 15));
    expect(gradientNorm(gradient)).toBe(5);
  });

  it("finds the minimum of an uneven bowl", () => {
    let [x, state] = [Float64Array.of(5, -3) as Float64Array, initialAdamW(2)];
    for (let step = 0; step < 3000; step++) {
      const gradient = Float64Array.of(200 * ((x[0] ?? 0) - 1), 0.02 * ((x[1] ?? 0) - 2));
      ({ parameters: x, state } = adamW(x, gradient, state, { ...OPTIONS, weightDecay: 0 }));
    }
    expect(x[0]).toBeCloseTo(1, 2);
    expect(x[1]).toBeCloseTo(2, 2);
  });

  it("goes on from packed memory to the last bit, and leaves its inputs as they are", () => {
    const gradient = normals(5, 2);
    const first = adamW(normals(5, 1), gradient, initialAdamW(5), OPTIONS);
    const again = unpackAdamW("a", structuredClone(packAdamW("a", first.state)), 5);
    expect(adamW(first.parameters, gradient, again, OPTIONS)).toEqual(
      adamW(first.parameters, gradient, first.state, OPTIONS),
    );
    expect(unpackAdamW("b", packAdamW("a", first.state), 5)).toEqual(initialAdamW(5));
    expect(gradient).toEqual(normals(5, 2));
  });

  it("shows a gradient that is not finite in its norm, and refuses one of another length", () => {
    const result = adamW(Float64Array.of(1), Float64Array.of(NaN), initialAdamW(1), OPTIONS);
    expect(result.gradientNorm).toBeNaN();
    expect(() => adamW(Float64Array.of(1), Float64Array.of(1, 2), initialAdamW(1), OPTIONS)).toThrow(
      RangeError,
    );
  });
});
