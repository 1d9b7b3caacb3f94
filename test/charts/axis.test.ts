import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axisTicks, linearDomain, linearTicks, logDomain, logTicks } from "../../src/charts/axis.ts";

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });

describe("Ticks", () => {
  it("are round numbers inside the domain", () => {
    expect(linearTicks([-1.04, 1.04])).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(linearTicks([0, 0.031])).toEqual([0, 0.01, 0.02, 0.03]);
  });

  it("are decades on a long logarithmic axis, with 2 and 5 on a short one", () => {
    expect(logTicks([0.9, 1.1e5])).toEqual([1, 10, 100, 1000, 1e4, 1e5]);
    expect(logTicks([1.5, 60])).toEqual([2, 5, 10, 20, 50]);
  });

  it("are few, ascending and inside, for any domain", () => {
    fc.assert(
      fc.property(finite, fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (lo, width) => {
        // Ticks carry 12 digits, so the domain must be wider than its last ones.
        fc.pre(width > 1e-9 * Math.abs(lo));
        const domain = [lo, lo + width] as const;
        const slack = 1e-6 * width + 1e-11 * Math.abs(lo);
        const ticks = axisTicks(domain, "linear");
        expect(ticks.length).toBeLessThanOrEqual(12);
        expect(ticks.every((t) => t >= domain[0] - slack && t <= domain[1] + slack)).toBe(true);
        expect(ticks.every((t, i) => i === 0 || t >= ticks[i - 1]!)).toBe(true);
      }),
    );
  });

  it("of a logarithmic axis are positive and inside, for any positive domain", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -30, max: 30, noNaN: true }),
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        (e, w) => {
          const domain = [10 ** e, 10 ** (e + w)] as const;
          const ticks = logTicks(domain);
          expect(ticks.length).toBeGreaterThan(0);
          expect(ticks.every((t) => t > 0 && t >= domain[0] * 0.999999 && t <= domain[1] * 1.000001)).toBe(
            true,
          );
        },
      ),
    );
  });
});

describe("Domains", () => {
  it("hold all finite values and are never empty", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(finite, fc.constantFrom(NaN, Infinity, -Infinity)), { maxLength: 20 }),
        (values) => {
          const [lo, hi] = linearDomain(values);
          expect(hi).toBeGreaterThan(lo);
          for (const v of values) if (Number.isFinite(v)) expect(v >= lo && v <= hi).toBe(true);
        },
      ),
    );
  });

  it("of a logarithmic axis are positive whatever the values", () => {
    expect(logDomain([-3, 0, NaN])).toEqual([0.1, 10]);
    const [lo, hi] = logDomain([-1, 0.01, 4]);
    expect(lo).toBeGreaterThan(0);
    expect([lo < 0.01, hi > 4]).toEqual([true, true]);
  });

  it("of one value have its size, and of zeros alone that of 1", () => {
    expect(linearDomain([0, 0])).toEqual([-1, 1]);
    const [lo, hi] = linearDomain([2e-12]);
    // A tenth to each side; 1e-24 is far above the rounding of doubles of 2e-12.
    expect([Math.abs(lo - 1.8e-12) < 1e-24, Math.abs(hi - 2.2e-12) < 1e-24]).toEqual([true, true]);
    // Less than doubles divide by ten.
    expect(linearDomain([5e-324])).toEqual([-1, 1]);
  });

  it("reach zero when it is near, not when it is far", () => {
    expect(linearDomain([0.2, 1])[0]).toBeLessThanOrEqual(0);
    expect(linearDomain([0.9, 1])[0]).toBeGreaterThan(0);
  });
});
