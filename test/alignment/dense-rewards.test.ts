import { describe, expect, test } from "vitest";
import { anchorSteps, denseRewards, likeness, returnsOf } from "../../src/alignment/dense-rewards.ts";
import { createRandom } from "../../src/math/philox.ts";
import { expectAllClose, expectClose } from "../support/numbers.ts";

const DIM = 2;
const PARTICLES = 50;
const STEPS = 7;

const random = createRandom(11, 0);
const predictions = Array.from({ length: STEPS }, () =>
  Float64Array.from({ length: PARTICLES * DIM }, () => random.normal()),
);
const reward = (x: Float64Array): Float64Array =>
  Float64Array.from({ length: x.length / DIM }, (_, i) => x[i * DIM]! - 0.3 * x[i * DIM + 1]! ** 2);

const dense = await denseRewards(predictions, DIM, reward);

describe("dense rewards", () => {
  const anchors = anchorSteps(predictions, DIM);

  test("are the queried rewards at the first, the last and the anchor step, exactly", () => {
    const truth = predictions.map(reward);
    for (let i = 0; i < PARTICLES; i++)
      for (const k of [0, anchors[i]!, STEPS - 1]) expect(dense[k]![i]).toBe(truth[k]![i]);
    // Control: elsewhere they are predicted, not queried.
    const others = dense.flatMap((row, k) =>
      Array.from(row).filter((value, i) => ![0, anchors[i], STEPS - 1].includes(k) && value === truth[k]![i]),
    );
    expect(others).toEqual([]);
  });

  test("are means of the three queried ones weighed by likeness", () => {
    const truth = predictions.map(reward);
    const cosine = (k: number, j: number, i: number): number => {
      const [a, b] = [predictions[k]!, predictions[j]!].map((p) => p.subarray(i * DIM, i * DIM + DIM));
      const dot = (u: Float64Array, v: Float64Array): number => u[0]! * v[0]! + u[1]! * v[1]!;
      return dot(a!, b!) / Math.sqrt(dot(a!, a!) * dot(b!, b!));
    };
    for (let i = 0; i < PARTICLES; i++)
      for (let k = 1; k < STEPS - 1; k++) {
        if (k === anchors[i]) continue;
        const keys = [0, anchors[i]!, STEPS - 1];
        const weights = keys.map((j) => (1 + cosine(k, j, i)) / 2);
        const sum = weights.reduce((all, w) => all + w, 0);
        const expected = keys.reduce((all, j, n) => all + (weights[n]! / sum) * truth[j]![i]!, 0);
        expectClose(dense[k]![i]!, expected, { absolute: 1e-12 });
      }
  });

  test("take three queries, whatever the number of steps", async () => {
    let queries = 0;
    await denseRewards(predictions, DIM, (x) => {
      queries++;
      return reward(x);
    });
    expect(queries).toBe(3);
  });

  test("stay finite where a prediction is opposite to all three, and for one or two steps", async () => {
    const opposite = [1, -1, 1].map((v) => Float64Array.of(v));
    const value = await denseRewards(opposite, 1, (x) => x.map((v) => 2 * v));
    expect(value.map((row) => row[0])).toEqual([2, -2, 2]);
    const lone = [1, -1, 1, -1, 1].map((v, k) => Float64Array.of(k === 2 ? 0 : v));
    const ofLone = await denseRewards(lone, 1, (x) => x.slice());
    expect(ofLone.every((row) => Number.isFinite(row[0]))).toBe(true);
    expect(await denseRewards([Float64Array.of(3)], 1, (x) => x.slice())).toEqual([Float64Array.of(3)]);
    const two = [Float64Array.of(3), Float64Array.of(4)];
    expect(await denseRewards(two, 1, (x) => x.slice())).toEqual(two);
  });
});

describe("likeness and returns", () => {
  test("likeness is (1 + cosine)/2 within 0 and 1", () => {
    const at = (a: number[], b: number[]): number =>
      likeness(Float64Array.from(a), Float64Array.from(b), 0, 2);
    expectClose(at([1, 0], [2, 0]), 1, { absolute: 1e-15 });
    expectClose(at([1, 0], [0, 3]), 0.5, { absolute: 1e-15 });
    expectClose(at([1, 1], [-2, -2]), 0, { absolute: 1e-15 });
    expect(at([0, 0], [1, 0])).toBe(0.5);
  });

  test("returns discount what comes later", () => {
    const rows = [1, 2, 3].map((v) => Float64Array.of(v));
    const flat = (discount: number): number[] => returnsOf(rows, discount).map((row) => row[0]!);
    expectAllClose(flat(0.5), [1 + 0.5 * 2 + 0.25 * 3, 2 + 0.5 * 3, 3], { absolute: 1e-15 });
    expect(flat(0)).toEqual([1, 2, 3]);
    expect(flat(1)).toEqual([6, 5, 3]);
  });
});
