import { describe, expect, test } from "vitest";
import { flashTimes } from "../../src/alignment/flash-times.ts";
import { windowAt } from "../../src/alignment/window.ts";
import type { WindowSpec } from "../../src/spec/training/types.ts";
import { expectAllClose } from "../support/numbers.ts";

const SPEC: WindowSpec = { strategy: "progressive", size: 4, start: 0, interval: 25, stride: 1, end: "wrap" };
const STRATEGIES = ["progressive", "random", "decay", "exp-decay", "frozen"] as const;
const starts = (spec: WindowSpec, iterations: number, steps = 10): number[] =>
  Array.from({ length: iterations }, (_, i) => windowAt(spec, i, steps, 3)[0]);

describe("the window", () => {
  test("moves by a stride every interval, visits the last place, and goes back to its start", () => {
    const spec = { ...SPEC, interval: 2, stride: 4, start: 1 };
    expect(starts(spec, 9)).toEqual([1, 1, 5, 5, 6, 6, 1, 1, 5]);
    expect(starts({ ...spec, end: "clip" }, 9)).toEqual([1, 1, 5, 5, 6, 6, 6, 6, 6]);
  });

  test("stays where it is if frozen or without a stride", () => {
    expect(new Set(starts({ ...SPEC, strategy: "frozen", start: 2 }, 300))).toEqual(new Set([2]));
    expect(new Set(starts({ ...SPEC, stride: 0, start: 2 }, 300))).toEqual(new Set([2]));
  });

  test("shifts sooner and sooner under both decays", () => {
    for (const strategy of ["decay", "exp-decay"] as const) {
      const spec = { ...SPEC, strategy, end: "clip", interval: 10 } as const;
      const places = starts(spec, 600, 25);
      const stays = Array.from({ length: 21 }, (_, l) => places.filter((place) => place === l).length);
      expect(stays[0]).toBe(10);
      for (let l = 1; l < 20; l++) expect(stays[l]).toBeLessThanOrEqual(stays[l - 1]!);
      expect(stays[19]).toBeLessThan(10);
    }
  });

  test("falls by the published rule: int(interval (1 - p) + p), p = l / L", () => {
    const places = starts({ ...SPEC, strategy: "decay", end: "clip", interval: 10 }, 600, 25);
    const last = 25 - SPEC.size;
    for (let l = 0; l < last; l++)
      expect(places.filter((place) => place === l).length).toBe(
        Math.max(1, Math.floor(10 * (1 - l / last) + l / last)),
      );
    expect(places.at(-1)).toBe(last);
  });

  test("at random is the same for the same seed and visits every place evenly", () => {
    const spec = { ...SPEC, strategy: "random" } as const;
    const places = starts(spec, 7000);
    expect(places).toEqual(starts(spec, 7000));
    const counts = Array.from({ length: 7 }, (_, l) => places.filter((place) => place === l).length);
    // 1000 each; the standard deviation of a count is sqrt(7000 * 6) / 7 = 29.3, and 4.5 of it 132.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(132);
    expect(places).not.toEqual(Array.from({ length: 7000 }, (_, i) => windowAt(spec, i, 10, 4)[0]));
  });

  test("is never empty and never past the end", () => {
    const bad: unknown[] = [];
    for (const strategy of STRATEGIES)
      for (const end of ["wrap", "clip"] as const)
        for (const size of [1, 3, 50])
          for (const start of [0, 4, 199])
            for (const steps of [1, 2, 7]) {
              const spec = { strategy, end, size, start, interval: 3, stride: 2 };
              for (let i = 0; i < 40; i++) {
                const [from, to] = windowAt(spec, i, steps, 1);
                if (to - from !== Math.min(size, steps) || from < 0 || to > steps)
                  bad.push({ spec, i, from, to });
              }
            }
    expect(bad).toEqual([]);
  });
});

describe("the times after the window", () => {
  const times = Float64Array.of(1, 0.8, 0.6, 0.4, 0.2, 0);

  test("end at 0 in the wanted share of the steps, with the grid's spacing", () => {
    expectAllClose(flashTimes(times, 1, 0.5)!, [0.8, 0.4, 0], { absolute: 1e-15 });
    expectAllClose(flashTimes(times, 2, 0.1)!, [0.6, 0], { absolute: 1e-15 });
    expectAllClose(flashTimes(times, 2, 0.67)!, [0.6, 0.3, 0], { absolute: 1e-15 });
    expect(flashTimes(times, 2, 0.1)!.at(-1)).toBe(0);
  });

  test("do not exist where the solver has nothing to do", () => {
    expect(flashTimes(times, 1, 1)).toBeNull();
    expect(flashTimes(times, 5, 0.5)).toBeNull();
  });
});
