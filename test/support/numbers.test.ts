import { describe, expect, test } from "vitest";
import { expectAllClose, expectClose, isClose, kolmogorov, slopeOf, zScore } from "./numbers.ts";

describe("the checks on numbers", () => {
  test("a number just inside passes and one just outside fails, with both numbers in the message", () => {
    expectClose(1.0009, 1, { relative: 1e-3 });
    expect(() => expectClose(1.0011, 1, { relative: 1e-3 })).toThrow(/got 1.0011, expected 1/);
  });
  test("NaN is never close, equal infinities are", () => {
    expect(isClose(NaN, 1, { absolute: Infinity })).toBe(false);
    expect(isClose(NaN, NaN, { absolute: 1 })).toBe(false);
    expect(isClose(Infinity, Infinity, {})).toBe(true);
  });
  test("arrays of another length or with one bad entry fail, naming the entry", () => {
    expect(() => expectAllClose([1], [1, 2], { absolute: 1 })).toThrow(/length/);
    expect(() => expectAllClose([1, 2, 3], [1, 2.5, 3], { absolute: 0.1 })).toThrow(/\[1\]/);
  });
  test("the slope of h^2 is 2", () => {
    expectClose(slopeOf([1, 0.5, 0.25], [3, 0.75, 0.1875]), 2, { absolute: 1e-12 });
  });
  test("a z-score is the distance in standard errors", () => {
    expectClose(zScore([1, 3], 0), 2, { relative: 1e-15 });
  });
  test("Kolmogorov's distance of one point at the median is 1/2", () => {
    expectClose(
      kolmogorov([0], () => 0.5),
      0.5,
      {},
    );
  });
});
