import { describe, expect, it } from "vitest";
import { cpuNetworks } from "../../../src/alignment/cpu/network.ts";
import { parameterParts } from "../../../src/alignment/network-shape.ts";
import type { NetworkFactory, NetworkShape } from "../../../src/alignment/policy-network.ts";
import type { Rest } from "../../../src/alignment/rest.ts";
import { wasmNetworks } from "../../../src/alignment/wasm/network.ts";
import { FLOW, fullParameters, normals, SMALL, times, VE, VP } from "../network/networks.ts";

/**
 * f32 rounds each of a layer's sums of at most W terms to W 2^-24 of their absolute sum at worst, and its activation to 6 x 2^-24;
 * D + 1 layers, forward and back, whose weights of up to 0.5 magnify each other's errors by at most about 10:
 * 20 (D + 1) (W + 6) 2^-24 of the row's norm. Sums over rows are compared with the norm of the whole gradient.
 */
function tolerance({ width, depth }: NetworkShape): number {
  return 20 * (depth + 1) * (width + 6) * 2 ** -24;
}

function relativeMiss(got: Float64Array, expected: Float64Array): number {
  const norm = (row: Float64Array) => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  expect(got.length).toBe(expected.length);
  return norm(got.map((value, i) => value - (expected[i] ?? NaN))) / norm(expected);
}

const PROCESSES = [VP, VE, FLOW];
const PREDICTIONS = ["eps", "x0", "v"] as const;
/** Every depth, prediction, process and dimension, widths on and off the panels of 8, rows on and off the tiles and pieces. */
const CASES = [
  { dim: 2, width: 8, depth: 1, rows: 33 },
  { dim: 1, width: 20, depth: 2, rows: 1100 },
  { dim: 2, width: 32, depth: 3, rows: 300 },
  { dim: 1, width: 64, depth: 4, rows: 31 },
  { dim: 2, width: 101, depth: 2, rows: 32 },
  { dim: 2, width: 128, depth: 3, rows: 40 },
  { dim: 2, width: 256, depth: 1, rows: 1 },
].flatMap(({ rows, ...size }, i) =>
  PREDICTIONS.slice(0, i < 3 ? 3 : 1).map((_, j) => {
    const prediction = PREDICTIONS[(i + j) % 3] ?? "v";
    const process = PROCESSES[(i + 2 * j) % 3] ?? VP;
    const shape: NetworkShape = { ...size, prediction };
    const name = `${size.dim}-D, ${size.depth} x ${size.width}, ${prediction} on ${process.kind}`;
    return { shape, process, rows, name };
  }),
);

/** Weights of equal size whatever the width, so that layers neither fade nor explode. */
function evenParameters(shape: NetworkShape): Float64Array {
  return fullParameters(shape, 3).map((value) => value * Math.sqrt(8 / shape.width));
}

async function answers(make: NetworkFactory, shape: NetworkShape, x: Float64Array, t: Float64Array) {
  const network = make(shape, evenParameters(shape));
  const weights = normals(x.length, 2);
  const x0Hat = await network.predict(x, t);
  await network.accumulate(x, t, (got) => got.map((value, j) => Math.sin(value) * (weights[j] ?? 0)));
  const gradient = await network.takeGradient();
  const input = await network.pullToInput(x, t, weights);
  network.dispose();
  return { x0Hat, gradient, input };
}

describe("The network in WebAssembly", () => {
  it.each(CASES)("agrees with the f64 one: $name", async ({ shape, process, rows }) => {
    const x = normals(rows * shape.dim, 1);
    const t = times(rows, process.T);
    const expected = await answers(cpuNetworks(process), shape, x, t);
    const got = await answers(wasmNetworks(process), shape, x, t);
    const limit = tolerance(shape);
    expect(relativeMiss(got.x0Hat, expected.x0Hat)).toBeLessThan(limit);
    expect(relativeMiss(got.gradient, expected.gradient)).toBeLessThan(limit);
    expect(relativeMiss(got.input, expected.input)).toBeLessThan(limit);
    // Control: a layer's part of the gradient that is missing is noticed, whichever it is.
    for (const { offset, shape: size } of parameterParts(shape)) {
      const wrong = got.gradient.slice().fill(0, offset, offset + size.reduce((a, b) => a * b, 1));
      expect(relativeMiss(wrong, expected.gradient)).toBeGreaterThan(limit);
    }
  });

  it("gives a row the same bits alone, among others and at another place", async () => {
    const network = wasmNetworks(VP)(SMALL, fullParameters(SMALL, 1));
    const [x, t] = [normals(2 * 70, 1), times(70, 1)];
    const all = await network.predict(x, t);
    for (const row of [0, 31, 32, 69]) {
      const alone = await network.predict(x.slice(2 * row, 2 * row + 2), t.slice(row, row + 1));
      expect([...alone]).toEqual([...all.subarray(2 * row, 2 * row + 2)]);
    }
    // As one that is trained sees it: a ratio of the policy to itself must be exactly 1.
    await network.accumulate(x.subarray(2 * 3), t.subarray(3), (x0Hat) => {
      expect([...x0Hat]).toEqual([...all.subarray(2 * 3)]);
      return x0Hat;
    });
    // Control: another state gives other bits.
    expect([...(await network.predict(x.subarray(2), t.subarray(1)))]).not.toEqual([...all.subarray(0, -2)]);
    network.dispose();
  });

  it("gives the same bits from calls that overlap as from calls apart", async () => {
    const [x, t] = [normals(2 * 1500, 1), times(1500, 1)];
    const slowly: Rest = () => new Promise((resolve) => setTimeout(resolve, 0));
    const gradient = async (crowd: boolean) => {
      const network = wasmNetworks(VP, slowly)(SMALL, fullParameters(SMALL, 1));
      const pull = (x0Hat: Float64Array) => x0Hat.map(Math.sin);
      const done = [network.accumulate(x, t, pull)];
      if (crowd) await Promise.all([network.predict(normals(40, 9), times(20, 1)), ...done]);
      await Promise.all(done);
      return network.takeGradient();
    };
    const apart = await gradient(false);
    expect(apart.some((value) => value !== 0)).toBe(true);
    expect([...(await gradient(true))]).toEqual([...apart]);
  });

  it("adds up what it accumulates, and starts anew once the gradient is taken", async () => {
    const network = wasmNetworks(VP)(SMALL, fullParameters(SMALL, 3));
    const [x, t] = [normals(20, 1), times(10, 1)];
    await network.accumulate(x, t, (x0Hat) => x0Hat);
    const once = await network.takeGradient();
    await network.accumulate(x, t, (x0Hat) => x0Hat);
    await network.accumulate(x, t, (x0Hat) => x0Hat);
    // Pieces are added in f64: twice the same is exactly twice as much.
    expect([...(await network.takeGradient())]).toEqual([...once.map((value) => 2 * value)]);
    expect((await network.takeGradient()).every((value) => value === 0)).toBe(true);
    network.dispose();
  });

  it("rests between pieces and stops where resting throws", async () => {
    let rests = 0;
    const rest: Rest = () => (++rests > 2 ? Promise.reject(new Error("enough")) : Promise.resolve());
    const network = wasmNetworks(VP, rest)(SMALL, fullParameters(SMALL, 1));
    await expect(network.predict(normals(2 * 5000, 1), times(5000, 1))).rejects.toThrow("enough");
    expect(rests).toBe(3);
    rests = -100;
    expect((await network.predict(normals(2, 1), times(1, 1))).every(Number.isFinite)).toBe(true);
    network.dispose();
  });

  it("survives a loss that throws, and says when it is used after it was disposed of", async () => {
    const network = wasmNetworks(VP)(SMALL, fullParameters(SMALL, 1));
    const [x, t] = [normals(8, 1), times(4, 1)];
    const fails = network.accumulate(x, t, () => {
      throw new Error("no loss");
    });
    await expect(fails).rejects.toThrow("no loss");
    expect((await network.takeGradient()).every((value) => value === 0)).toBe(true);
    network.dispose();
    await expect(network.predict(x, t)).rejects.toThrow(/disposed/);
  });

  it("reads back the parameters it was given, to the last bit, and names what does not fit", async () => {
    const parameters = fullParameters(SMALL, 1);
    const network = wasmNetworks(VP)(SMALL, parameters);
    expect(await network.read()).toEqual(parameters);
    const other = fullParameters(SMALL, 2);
    network.write(other);
    expect(await network.read()).toEqual(other);
    expect(() => network.write(new Float64Array(2))).toThrow(/got 2/);
    await expect(network.predict(normals(3, 1), times(2, 1))).rejects.toThrow(/x must be \[n, d\]/);
    const pulled = network.accumulate(normals(4, 1), times(2, 1), () => normals(3, 1));
    await expect(pulled).rejects.toThrow(/the pull must give/);
    network.dispose();
  });

  it("shows a state or a parameter that is not a number, and forgets it with the next call", async () => {
    const network = wasmNetworks(VP)(SMALL, fullParameters(SMALL, 1));
    const t = times(2, 1);
    const [first = 0, , third = 0] = await network.predict(Float64Array.of(NaN, 0, 1, 1), t);
    expect([first, third].map(Number.isNaN)).toEqual([true, false]);
    const after = await network.predict(Float64Array.of(0, 0, 1, 1), t);
    expect(after.every(Number.isFinite)).toBe(true);
    network.write(fullParameters(SMALL, 1).fill(NaN));
    expect((await network.predict(normals(4, 1), t)).every(Number.isNaN)).toBe(true);
    network.dispose();
  });
});
