import { describe, expect, it } from "vitest";
import type { Rest } from "../../../src/alignment/rest.ts";
import { wasmNetworks } from "../../../src/alignment/wasm/network.ts";
import {
  answersOf,
  casesOfSizes,
  evenParameters,
  expectAgreement,
  expectExactSums,
  expectFailingLoss,
  expectKeptParameters,
  expectMisfitsNamed,
  expectMissingPartsNoticed,
  expectRests,
  f32Tolerance,
} from "../network/contract.ts";
import { fullParameters, normals, SMALL, times, VP } from "../network/networks.ts";

/** Every depth, prediction, process and dimension, widths on and off the panels of 8, rows on and off the tiles and pieces. */
const CASES = casesOfSizes([
  { dim: 2, width: 8, depth: 1, rows: 33 },
  { dim: 1, width: 20, depth: 2, rows: 1100 },
  { dim: 2, width: 32, depth: 3, rows: 300 },
  { dim: 1, width: 64, depth: 4, rows: 31 },
  { dim: 2, width: 101, depth: 2, rows: 32 },
  { dim: 2, width: 128, depth: 3, rows: 40 },
  { dim: 2, width: 256, depth: 1, rows: 1 },
]);

/** Roundings of an activation, 2^-24 of its size each; see kernel.test.ts. */
const ACTIVATION = 6;

describe("The network in WebAssembly", () => {
  it.each(CASES)("agrees with the f64 one: $name", async (example) => {
    const { shape } = example;
    const [parameters, limit] = [evenParameters(shape), f32Tolerance(shape, ACTIVATION)];
    const got = await answersOf(wasmNetworks, example, parameters);
    const expected = await expectAgreement(got, example, parameters, limit);
    expectMissingPartsNoticed(got, expected, shape, limit);
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
    // Pieces are added in f64, so that doubling is exact.
    await expectExactSums(network, 10);
    network.dispose();
  });

  it("rests between pieces and stops where resting throws", async () => {
    await expectRests((rest) => wasmNetworks(VP, rest), 2);
  });

  it("survives a loss that throws, and says when it is used after it was disposed of", async () => {
    const network = wasmNetworks(VP)(SMALL, fullParameters(SMALL, 1));
    await expectFailingLoss(network);
    network.dispose();
    await expect(network.predict(normals(8, 1), times(4, 1))).rejects.toThrow(/disposed/);
  });

  it("reads back the parameters it was given, to the last bit, and names what does not fit", async () => {
    await expectKeptParameters(wasmNetworks(VP));
    const network = wasmNetworks(VP)(SMALL, fullParameters(SMALL, 1));
    await expectMisfitsNamed(network);
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
