/** Wilson's interval against its published values and against exact coverage: no draws, every count is weighted by its chance. */
import { describe, expect, it } from "vitest";
import type { Estimate } from "../../src/measure/estimate.ts";
import { meanOfFew } from "../../src/measure/few.ts";
import { addScalar, emptyScalarSums } from "../../src/measure/scalar-sums.ts";
import { countedYes, shareEstimate } from "../../src/measure/share.ts";
import { interval } from "../../src/measure/verdict.ts";

/** Chance that the interval of n answers holds the share p they were drawn with. */
function coverage(p: number, n: number, estimateOf: (yes: number, n: number) => Estimate): number {
  let chance = (1 - p) ** n;
  let covered = 0;
  for (let yes = 0; yes <= n; yes++) {
    const [lo, hi] = interval(estimateOf(yes, n));
    if (lo <= p && p <= hi) covered += chance;
    chance *= ((n - yes) / (yes + 1)) * (p / (1 - p));
  }
  return covered;
}

/** The mean of the answers with Student's interval, as for quantities of any law. */
function meanShare(yes: number, n: number): Estimate {
  let sums = emptyScalarSums(0);
  for (let i = 0; i < n; i++) sums = addScalar(sums, Number(i < yes));
  return meanOfFew(sums);
}

const SHARES = Array.from({ length: 199 }, (_, i) => (i + 1) / 200);

describe("A share", () => {
  it("has the ends of Wilson's interval, which solve |p - share| = 1.96 sqrt(p (1 - p) / n)", () => {
    for (const [yes, n] of [
      [0, 1],
      [16, 16],
      [3, 16],
      [250, 400],
    ] as const)
      for (const p of interval(shareEstimate(yes, n))) {
        const away = (p - yes / n) ** 2;
        // The quantile function is good to 1e-9 at least, so its square, below 4, to 1e-8.
        expect(Math.abs(away - (1.959963984540054 ** 2 * p * (1 - p)) / n)).toBeLessThan(1e-8 / n);
      }
  });

  it("keeps within 0 and 1, reaches the end where all or none say yes, and has a width even there", () => {
    for (const n of [1, 2, 16, 500]) {
      const [lo, hi] = interval(shareEstimate(n, n));
      expect(hi).toBeCloseTo(1, 9);
      expect(lo).toBeCloseTo(n / (n + 1.959963984540054 ** 2), 6);
      expect(interval(shareEstimate(0, n))[0]).toBeCloseTo(0, 9);
    }
    // Control: the mean of equal answers claims to know the share exactly.
    expect(meanShare(16, 16)).toEqual({ value: 1, se: 0, n: 16 });
    expect(shareEstimate(0, 0)).toEqual({ value: NaN, se: Infinity, n: 0 });
  });

  it.each([8, 16, 64])("covers the truth in about 95 %% of draws of %i, and never in few", (n) => {
    const all = SHARES.map((p) => coverage(p, n, shareEstimate));
    const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
    // Exact sums. Brown, Cai & DasGupta (2001): on average within 0.01 of 0.95 for such n; above 0.83 at the worst share.
    expect(Math.abs(mean - 0.95)).toBeLessThan(0.015);
    expect(Math.min(...all)).toBeGreaterThan(0.83);
    // Control: that of means is nearly always wrong near 1, where all answers are equal.
    expect(coverage(0.995, n, meanShare)).toBeLessThan(0.3);
  });

  it("lies nearer to one half than what was counted, by at most 1.92 / (n + 3.84), and still tells the count", () => {
    for (const n of [1, 16, 301])
      for (let yes = 0; yes <= n; yes++) {
        const estimate = shareEstimate(yes, n);
        expect(countedYes(estimate)).toBe(yes);
        const moved = (yes / n - estimate.value) * Math.sign(yes - n / 2);
        expect(moved).toBeGreaterThanOrEqual(0);
        // 1.9208 and 3.8415, rounded up and down.
        expect(moved).toBeLessThan(1.921 / (n + 3.841));
      }
  });
});
