import { describe, expect, it } from "vitest";
import { chartToCsv } from "../../src/measure/csv.ts";
import type { HeatMapData, LineChartData } from "../../src/measure/series.ts";
import { meanOfFew } from "../../src/measure/few.ts";
import { addScalar, emptyScalarSums, meanEstimate } from "../../src/measure/scalar-sums.ts";
import { interval, verdict } from "../../src/measure/verdict.ts";
import { densityQuantile, gaussianWasserstein, histogramWasserstein } from "../../src/measure/wasserstein.ts";
import { normalQuantile } from "../../src/math/special.ts";
import { expectClose } from "../support/numbers.ts";

const estimate = (value: number, se: number) => ({ value, se, n: 100 });

describe("intervals and verdicts", () => {
  it("cover 1.96 standard errors at 95 %", () => {
    const [lo, hi] = interval(estimate(2, 0.5));
    expectClose(hi - 2, 0.5 * 1.959963984540054, { relative: 1e-9 });
    expectClose(2 - lo, hi - 2, { relative: 1e-12 });
    expect(interval(estimate(2, 0.5), 0.99)[1]).toBeGreaterThan(hi);
  });

  it("tell a bound that holds from one that is violated and one that the interval crosses", () => {
    expect(verdict(1, estimate(0.5, 0.1))).toBe("holds");
    expect(verdict(1, estimate(-0.5, 0.1))).toBe("holds");
    expect(verdict(1, estimate(1.5, 0.1))).toBe("violated");
    expect(verdict(1, estimate(-1.5, 0.1))).toBe("violated");
    expect(verdict(1, estimate(0.95, 0.1))).toBe("inconclusive");
    expect(verdict(1, estimate(-1.05, 0.1))).toBe("inconclusive");
    expect(verdict(1, estimate(0, Infinity))).toBe("inconclusive");
    expect(verdict(Infinity, estimate(3, 0.1))).toBe("holds");
    expect(verdict(1, estimate(NaN, Infinity))).toBe("inconclusive");
  });
});

describe("a mean of few values", () => {
  const sums = (n: number) =>
    Array.from({ length: n }, (_, i) => Math.sin(i)).reduce(addScalar, emptyScalarSums(0));
  it.each([
    // Quantiles of Student's law at 95 %, n - 1 degrees of freedom, from tables with five digits.
    [2, 12.706],
    [8, 2.3646],
    [16, 2.1314],
    [31, 2.0423],
  ])("of %d values has Student's interval", (n, quantile) => {
    const [lo, hi] = interval(meanOfFew(sums(n)));
    expectClose((hi - lo) / 2, quantile * meanEstimate(sums(n)).se, { relative: 1e-4 });
  });
  it("is that of the plain mean where there is no interval, and where there are many values", () => {
    for (const n of [0, 1, 100, 1000]) expect(meanOfFew(sums(n))).toEqual(meanEstimate(sums(n)));
    // Control: one value less is widened.
    expect(meanOfFew(sums(99)).se).toBeGreaterThan(meanEstimate(sums(99)).se);
  });
});

describe("charts as CSV", () => {
  const axis = { label: "eta", symbol: "η", scale: "linear" } as const;
  const line: LineChartData = {
    chart: "line",
    id: "gap",
    title: "Gap",
    x: axis,
    y: axis,
    summary: "",
    notes: [],
    series: [
      {
        role: "theory",
        id: "t",
        label: 'exact, "N-step"',
        kind: "exact",
        formula: "f",
        hue: "gap",
        points: [
          { x: 0, y: null },
          { x: 1, y: 0.1, error: 1e-9 },
        ],
      },
      {
        role: "measured",
        id: "m",
        label: "=cmd()",
        hue: "gap",
        points: [{ x: 1, estimate: estimate(-0.25, 0.125), verdict: "holds", expected: 0.1 }],
      },
    ],
  };

  it("have one row per point, quoted where needed, with intervals beside measurements", () => {
    const rows = chartToCsv(line).split("\r\n");
    expect(rows[0]).toBe("series,role,kind,x,y,error,se,n,lo95,hi95,expected,verdict");
    expect(rows[1]).toBe('"exact, ""N-step""",theory,exact,0,,');
    expect(rows[2]).toBe('"exact, ""N-step""",theory,exact,1,0.1,1e-9');
    // A label that a spreadsheet would run as a formula is disarmed; negative numbers stay numbers.
    expect(rows[3]).toMatch(/^'=cmd\(\),measured,,1,-0\.25,,0\.125,100,-0\.49\d+,-0\.00\d+,0\.1,holds$/);
    expect(rows[4]).toBe("");
  });

  it("list a heat map cell by cell", () => {
    const heat: HeatMapData = {
      chart: "heat-map",
      id: "control",
      title: "",
      x: axis,
      y: axis,
      value: { label: "", symbol: "" },
      xs: [0, 1],
      ys: [0.5],
      theory: { kind: "exact", formula: "f", values: [[1, null]] },
      measured: [[null, estimate(2, 0)]],
      summary: "",
      notes: [],
    };
    expect(chartToCsv(heat).split("\r\n").slice(1, 3)).toEqual(["0,0.5,1,exact", "1,0.5,,exact,2,0,100,2,2"]);
  });
});

describe("Wasserstein distances", () => {
  it("between Gaussians are those of the closed form", () => {
    const [a, A] = [Float64Array.of(0, 0), Float64Array.of(4, 0, 0, 1)];
    // Commuting covariances: sum of (difference of means)^2 and (difference of standard deviations)^2.
    expectClose(
      gaussianWasserstein(a, A, Float64Array.of(3, 0), Float64Array.of(1, 0, 0, 9)),
      Math.sqrt(9 + 1 + 4),
      { relative: 1e-9 },
    );
    expectClose(gaussianWasserstein(a, A, a, A), 0, { absolute: 1e-6 });
    // Rotating both laws changes nothing.
    const B = Float64Array.of(2.5, 1.5, 1.5, 2.5);
    expectClose(gaussianWasserstein(a, B, a, Float64Array.of(1, 0, 0, 1)), 1, { relative: 1e-9 });
  });

  it("of a histogram find a known move and stretch", () => {
    const bins = 400;
    const [lo, hi] = [-8, 8];
    const counts = Float64Array.from({ length: bins }, (_, i) => {
      const x = lo + ((i + 0.5) * (hi - lo)) / bins;
      return 1e6 * Math.exp(-0.5 * ((x - 1) / 1.5) ** 2);
    });
    const histogram = { dim: 1, lo: [lo], hi: [hi], bins: [bins], counts, outside: 0 } as const;
    // N(1, 1.5^2) against N(0, 1): sqrt(1 + 0.25), good to the cell's width 0.04 over sqrt(12).
    expectClose(histogramWasserstein(histogram, normalQuantile), Math.sqrt(1.25), { absolute: 0.012 });
    expectClose(
      histogramWasserstein(histogram, (p) => 1 + 1.5 * normalQuantile(p)),
      0,
      { absolute: 0.04 },
    );
    const x = Float64Array.from({ length: 2001 }, (_, i) => -8 + i * 0.008);
    const quantile = densityQuantile(
      x,
      x.map((v) => Math.exp(-0.5 * v * v)),
    );
    for (const p of [0.01, 0.3, 0.5, 0.99]) expectClose(quantile(p), normalQuantile(p), { absolute: 1e-3 });
    expectClose(histogramWasserstein(histogram, quantile), Math.sqrt(1.25), { absolute: 0.012 });
  });
});
