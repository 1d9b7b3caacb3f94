import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axisTicks, tickText } from "../../src/render/axis-ticks.ts";

describe("axisTicks", () => {
  it("are equally spaced, inside the interval, and neither too few nor too many", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e4, max: 1e4, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
        fc.integer({ min: 3, max: 9 }),
        (lo, span, target) => {
          const ticks = axisTicks(lo, lo + span, target);
          expect(ticks.length).toBeGreaterThanOrEqual(Math.floor(target / 2.5));
          expect(ticks.length).toBeLessThanOrEqual(2 * target + 1);
          const slack = 1e-6 * span;
          for (const tick of ticks) {
            expect(tick).toBeGreaterThanOrEqual(lo - slack);
            expect(tick).toBeLessThanOrEqual(lo + span + slack);
          }
          const gaps = ticks.slice(1).map((tick, i) => tick - ticks[i]!);
          for (const gap of gaps) expect(Math.abs(gap - gaps[0]!)).toBeLessThan(slack);
        },
      ),
    );
  });

  it("are empty for an empty or endless interval", () => {
    expect(axisTicks(1, 1)).toEqual([]);
    expect(axisTicks(0, Infinity)).toEqual([]);
    expect(axisTicks(NaN, 1)).toEqual([]);
  });

  it("read as round numbers", () => {
    expect(axisTicks(-0.31, 0.31, 5).map(tickText)).toEqual([
      "−0.3",
      "−0.2",
      "−0.1",
      "0",
      "0.1",
      "0.2",
      "0.3",
    ]);
    expect(tickText(2e-5)).toBe("2e−5");
    expect(tickText(250000)).toBe("2.5e+5");
  });
});
