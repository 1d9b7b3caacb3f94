import { describe, expect, test } from "vitest";
import { erf, erfc, logSumExp, normalCdf, normalQuantile } from "../../src/math/special.ts";
import { expectClose } from "../support/numbers.ts";

// Answers: mpmath 1.3, mp.dps = 30, erf / erfc / findroot on log ncdf, printed to 17 digits.
const ERF = [
  [1e-10, 1.1283791670955126e-10],
  [0.1, 0.11246291601828489],
  [0.5, 0.52049987781304654],
  [1, 0.84270079294971487],
  [1.9999, 0.99532019790702939],
  [2, 0.99532226501895273],
  [3, 0.99997790950300141],
  [5, 0.99999999999846254],
] as const;
const ERFC = [
  [-3, 1.9999779095030014],
  [-0.5, 1.5204998778130465],
  [0.3, 0.67137324054087257],
  [0.5, 0.47950012218695346],
  [1, 0.15729920705028513],
  [1.9999, 0.0046798020929706085],
  [2, 0.0046777349810472658],
  [2.5, 0.00040695201744495894],
  [5, 1.5374597944280349e-12],
  [10, 2.0884875837625448e-45],
  [26, 5.6631924088561428e-296],
] as const;
const QUANTILES = [
  [1e-300, -37.047096299361199],
  [1e-20, -9.2623400897984076],
  [1e-10, -6.3613409024040562],
  [0.001, -3.0902323061678135],
  [0.02425, -1.9729610513118849],
  [0.1, -1.2815515655446005],
  [0.3, -0.52440051270804078],
  [0.9, 1.2815515655446005],
  [0.975, 1.9599639845400542],
] as const;

describe("the error function", () => {
  // About 60 terms, each within half an ulp: 1e-14 relative.
  test.each(ERF)("erf(%d)", (x, answer) => expectClose(erf(x), answer, { relative: 1e-14 }));
  test.each(ERF)("erf is odd at %d", (x) => expect(erf(-x)).toBe(-erf(x)));
  // Where erfc = 1 - erf the loss is 1/erfc ulps (200 at x = 2); in the tail exp(-x^2) amplifies one ulp of x^2 by x^2.
  test.each(ERFC)("erfc(%d)", (x, answer) => expectClose(erfc(x), answer, { relative: 2e-13 }));
  test("control: the answer of a neighbouring argument is told apart", () => {
    expect(() => expectClose(erf(0.5 + 1e-12), ERF[2][1], { relative: 1e-14 })).toThrow();
  });
  test("limits", () => {
    expect(erf(Infinity)).toBe(1);
    expect(erfc(Infinity)).toBe(0);
    expect(erfc(-Infinity)).toBe(2);
    expect(erf(NaN)).toBeNaN();
    expect(erfc(40)).toBe(0);
  });
});

describe("the normal distribution", () => {
  // Relative error of a quantile: that of the distribution function over x times the hazard, below 1e-13 here.
  test.each(QUANTILES)("quantile of %d", (p, answer) =>
    expectClose(normalQuantile(p), answer, { relative: 1e-13 }),
  );
  test("the quantile inverts the distribution function", () => {
    for (let x = -8; x <= 5; x += 0.37) expectClose(normalQuantile(normalCdf(x)), x, { absolute: 1e-9 });
  });
  test("limits", () => {
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expectClose(normalQuantile(0.5), 0, { absolute: 1e-15 });
    expect(normalQuantile(-0.1)).toBeNaN();
    expect(normalQuantile(1.1)).toBeNaN();
    expect(normalQuantile(NaN)).toBeNaN();
  });
});

describe("logSumExp", () => {
  test("neither overflows nor underflows", () => {
    expectClose(logSumExp([1000, 1000]), 1000 + Math.LN2, { relative: 1e-15 });
    expectClose(logSumExp([-1000, -1001]), -1000 + Math.log1p(Math.exp(-1)), { relative: 1e-15 });
  });
  test("nothing, or only zeros, sums to zero; an infinity stays one", () => {
    expect(logSumExp([])).toBe(-Infinity);
    expect(logSumExp([-Infinity, -Infinity])).toBe(-Infinity);
    expect(logSumExp([0, Infinity])).toBe(Infinity);
    expect(logSumExp([3, -Infinity])).toBe(3);
  });
});
