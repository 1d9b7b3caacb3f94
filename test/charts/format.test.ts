import { describe, expect, it } from "vitest";
import {
  formatAlike,
  formatEstimate,
  formatInterval,
  formatNumber,
  halfWidth,
} from "../../src/charts/format.ts";

describe("Many numbers", () => {
  it("have the decimals of the largest", () => {
    expect(formatAlike([-3.138, -3, null, 0.049], 3)).toEqual(["−3.14", "−3.00", null, "0.05"]);
    expect(formatAlike([0, null], 3)).toEqual(["0", null]);
    expect(formatAlike([1e9, 2], 3)).toEqual(["1e9", "2"]);
  });
});

describe("Numbers as text", () => {
  it.each([
    [0, "0"],
    [1.23456, "1.235"],
    [-0.5, "−0.5"],
    [12345, "12,350"],
    [1.5e-7, "1.5e−7"],
    [2e9, "2e9"],
    [Infinity, "∞"],
    [-Infinity, "−∞"],
    [NaN, "not a number"],
  ])("%s is %s", (value, text) => expect(formatNumber(value)).toBe(text));

  it.each([
    [{ value: -0.32187, se: 0.01184, n: 9 }, "−0.322 ± 0.012"],
    [{ value: 12.3456, se: 0.5, n: 9 }, "12.35 ± 0.50"],
    [{ value: 3, se: 0, n: 9 }, "3 ± 0"],
    [{ value: -0.00001, se: 0.5, n: 9 }, "0.00 ± 0.50"],
    [{ value: 1234, se: 250, n: 9 }, "1234 ± 250"],
    [{ value: NaN, se: 1, n: 0 }, "not a number ± 1"],
  ])("an estimate has the digits that its standard error supports: %j", (estimate, text) =>
    expect(formatEstimate(estimate)).toBe(text),
  );
});

describe("An interval", () => {
  // 1.959964 is the 97.5 % point of the normal law.
  it.each([
    [{ value: -0.32187, se: 0.01184, n: 9 }, "−0.322 ± 0.023"],
    [{ value: 12.3456, se: 0.5, n: 9 }, "12.35 ± 0.98"],
    [{ value: 3, se: 0, n: 9 }, "3 ± 0"],
    [{ value: 1, se: Infinity, n: 1 }, "1 ± ∞"],
  ])("of 95 % stands after ±: %j", (estimate, text) => expect(formatInterval(estimate)).toBe(text));

  it("does not depend on the value, which may be far larger", () => {
    expect(halfWidth({ value: 1e15, se: 1e-3, n: 9 })).toBeCloseTo(1.959964e-3, 8);
    expect(formatInterval({ value: 1, se: 0.5, n: 9 }), "control").not.toBe(
      formatEstimate({ value: 1, se: 0.5, n: 9 }),
    );
  });
});
