import { describe, expect, test } from "vitest";
import { advantageNotes, advantages, clampTo, EQUAL_REWARDS } from "../../src/alignment/advantages.ts";
import { expectAllClose } from "../support/numbers.ts";

const REWARDS = Float64Array.of(1, 3, 2, 6, 4, 8);

describe("advantages", () => {
  test("of one group: population and sample deviation, epsilon in the denominator", () => {
    const rule = { group: 6, deviationOver: "group", std: "population", epsilon: 0 } as const;
    // Mean 4; squares 9 + 1 + 4 + 4 + 0 + 16 = 34.
    const away = [-3, -1, -2, 2, 0, 4];
    const scaled = (std: number): number[] => away.map((v) => v / std);
    expectAllClose(advantages(REWARDS, rule).values, scaled(Math.sqrt(34 / 6)), { relative: 1e-14 });
    expectAllClose(advantages(REWARDS, { ...rule, std: "sample" }).values, scaled(Math.sqrt(34 / 5)), {
      relative: 1e-14,
    });
    expectAllClose(advantages(REWARDS, { ...rule, epsilon: 0.5 }).values, scaled(Math.sqrt(34 / 6) + 0.5), {
      relative: 1e-14,
    });
  });

  test("of groups: own mean, deviation of the group or of the batch", () => {
    const rule = { group: 2, deviationOver: "group", std: "population", epsilon: 0 } as const;
    expectAllClose(advantages(REWARDS, rule).values, [-1, 1, -1, 1, -1, 1], { relative: 1e-14 });
    const batch = Math.sqrt(34 / 6);
    expectAllClose(
      advantages(REWARDS, { ...rule, deviationOver: "batch" }).values,
      [-1, 1, -2, 2, -2, 2].map((v) => v / batch),
      { relative: 1e-14 },
    );
  });

  test("of equal rewards are exactly 0 with a note, whatever the rounding of their mean", () => {
    const equal = new Float64Array(7).fill(0.1);
    for (const deviationOver of ["group", "batch"] as const) {
      const result = advantages(equal, { group: 7, deviationOver, std: "population", epsilon: 0 });
      expect(result.values).toEqual(new Float64Array(7));
      expect(advantageNotes(result)).toEqual([EQUAL_REWARDS]);
    }
    // Control: one different reward, and the advantages are not 0.
    equal[3] = 0.2;
    const other = advantages(equal, { group: 7, deviationOver: "group", std: "population", epsilon: 0 });
    expect(other.values.some((v) => v !== 0)).toBe(true);
    expect(advantageNotes(other)).toEqual([]);
  });

  test("name the groups whose rewards are equal", () => {
    const some = Float64Array.of(1, 1, 2, 5);
    const rule = { group: 2, deviationOver: "group", std: "sample", epsilon: 1e-8 } as const;
    const result = advantages(some, rule);
    expect(Array.from(result.values.subarray(0, 2))).toEqual([0, 0]);
    expect(advantageNotes(result)).toEqual([`in 1 of 2 groups ${EQUAL_REWARDS}`]);
  });

  test("refuse a group of 1 and groups that do not fill the batch", () => {
    const rule = { deviationOver: "group", std: "sample", epsilon: 1e-8 } as const;
    expect(() => advantages(REWARDS, { ...rule, group: 1 })).toThrow(/at least 2 samples, got 1/);
    expect(() => advantages(REWARDS, { ...rule, group: 4 })).toThrow(/multiple of the group, got 6 samples/);
  });

  test("are clamped on both sides", () => {
    expect(clampTo(Float64Array.of(-9, -5, 0.5, 7), 5)).toEqual(Float64Array.of(-5, -5, 0.5, 5));
  });
});
