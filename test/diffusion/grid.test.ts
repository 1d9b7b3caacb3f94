import { describe, expect, test } from "vitest";
import { etaSchedule } from "../../src/diffusion/eta-schedule.ts";
import { type GridParameters, createGrid } from "../../src/diffusion/grid.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { expectAllClose, expectClose } from "../support/numbers.ts";
import { PROCESS_CASES } from "./cases.ts";

const GRIDS: readonly GridParameters[] = [
  { kind: "uniform" },
  { kind: "power", power: 3 },
  { kind: "edm", rho: 7, min: 0.002 },
  { kind: "log-snr", min: 1e-3 },
];

describe.each(GRIDS)("grid $kind", (grid) => {
  test.each(PROCESS_CASES)("falls from T to 0 on %s for N = 1, 2, 10, 1000", (_, p) => {
    const process = createProcess(p);
    for (const N of [1, 2, 10, 1000]) {
      const times = createGrid(grid, process, N);
      expect(times.length).toBe(N + 1);
      expect(times[0]).toBe(process.T);
      expect(times[N]).toBe(0);
      for (let k = 0; k < N; k++) expect(times[k]!).toBeGreaterThan(times[k + 1]!);
    }
  });
});

describe("grids", () => {
  const process = createProcess({ kind: "ve", T: 5 });

  test("uniform and power", () => {
    expectAllClose(createGrid({ kind: "uniform" }, process, 4), [5, 3.75, 2.5, 1.25, 0], { relative: 1e-15 });
    expectAllClose(createGrid({ kind: "power", power: 2 }, process, 2), [5, 1.25, 0], { relative: 1e-15 });
  });

  test("EDM with rho = 7 is linear in t^(1/7) down to min", () => {
    const times = createGrid({ kind: "edm", rho: 7, min: 0.002 }, process, 11);
    const roots = Array.from(times.subarray(0, 11), (t) => t ** (1 / 7));
    for (let k = 1; k < 10; k++)
      expectClose(roots[k + 1]! - roots[k]!, roots[1]! - roots[0]!, { absolute: 1e-14 });
    expectClose(times[10]!, 0.002, { relative: 1e-12 });
  });

  test("log-SNR steps are equal; on a uniform grid they are not", () => {
    const vp = createProcess({ kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 }, T: 1 });
    const gains = (grid: GridParameters): number[] => {
      const values = Array.from(createGrid(grid, vp, 8).subarray(0, 8), vp.logSnr);
      return values.slice(1).map((v, k) => v - values[k]!);
    };
    const equal = gains({ kind: "log-snr", min: 1e-3 });
    equal.forEach((gain) => expectClose(gain, equal[0]!, { relative: 1e-11 }));
    const unequal = gains({ kind: "uniform" });
    expect(Math.max(...unequal) / Math.min(...unequal)).toBeGreaterThan(1.1);
  });

  test("without signal at T the log-SNR grid starts its linear part just below", () => {
    for (const p of [
      { kind: "flow", T: 1 },
      { kind: "vp", beta: { kind: "cosine", offset: 0.008 }, T: 1 },
    ] as const) {
      const times = createGrid({ kind: "log-snr", min: 1e-3 }, createProcess(p), 10);
      expect(times[0]).toBe(1);
      expect(times[1]).toBeLessThan(0.999);
      expect(times.every(Number.isFinite)).toBe(true);
    }
  });

  test("what is not a grid is refused with the rule", () => {
    expect(() => createGrid({ kind: "uniform" }, process, 0)).toThrow(/N must be a whole number/);
    expect(() => createGrid({ kind: "uniform" }, process, 1.5)).toThrow(RangeError);
    expect(() => createGrid({ kind: "edm", rho: 7, min: 6 }, process, 5)).toThrow(
      /between 0 and T = 5, got 6/,
    );
    expect(() => createGrid({ kind: "log-snr", min: 0 }, process, 5)).toThrow(RangeError);
    expect(() => createGrid({ kind: "power", power: 400 }, process, 1000)).toThrow(/fall strictly/);
  });
});

describe("eta schedules", () => {
  test("constant", () => {
    expect([...etaSchedule({ kind: "constant" }, 1.2, 3)]).toEqual([1.2, 1.2, 1.2]);
  });
  test("a window is eta inside and 0 outside, also past the end", () => {
    expect([...etaSchedule({ kind: "window", start: 1, size: 2 }, 2, 5)]).toEqual([0, 2, 2, 0, 0]);
    expect([...etaSchedule({ kind: "window", start: 3, size: 9 }, 2, 5)]).toEqual([0, 0, 0, 2, 2]);
    expect([...etaSchedule({ kind: "window", start: 7, size: 2 }, 2, 3)]).toEqual([0, 0, 0]);
  });
  test("weights are spread over the steps", () => {
    expect([...etaSchedule({ kind: "weights", weights: [0, 1] }, 3, 4)]).toEqual([0, 0, 3, 3]);
    expect([...etaSchedule({ kind: "weights", weights: [1, 2, 3] }, 1, 2)]).toEqual([1, 2]);
    expect([...etaSchedule({ kind: "weights", weights: [] }, 3, 2)]).toEqual([3, 3]);
  });
  test("weight 0 gives 0 for every eta", () => {
    expect([...etaSchedule({ kind: "weights", weights: [0] }, Infinity, 2)]).toEqual([0, 0]);
  });
});
