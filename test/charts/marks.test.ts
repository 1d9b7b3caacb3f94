import { describe, expect, it } from "vitest";
import { cellText, layerValues } from "../../src/charts/HeatMap.tsx";
import { heatColour, heatEnds, heatScale } from "../../src/charts/heat-scale.ts";
import { markerPath, MARKERS, THEORY_MARKS } from "../../src/charts/marks.ts";
import { chartVerdict, verdictText } from "../../src/charts/verdicts.ts";
import type { HeatMapData, LineChartData, Verdict } from "../../src/measure/series.ts";

describe("Marks", () => {
  it("tell the four kinds of theory apart without colour", () => {
    const looks = Object.values(THEORY_MARKS).map(({ dash, shaded }) => `${dash}|${shaded}`);
    expect(new Set(looks).size).toBe(4);
    expect(THEORY_MARKS.exact.dash).toBe("");
    expect(THEORY_MARKS.bound.shaded).toBe(true);
  });

  it("give every colour slot its own marker", () => {
    const shapes = Object.values(MARKERS);
    expect(new Set(shapes).size).toBe(shapes.length);
    const paths = shapes.map((marker) => markerPath(marker, 4));
    expect(new Set(paths).size).toBe(shapes.length);
    expect(paths.join()).not.toMatch(/NaN|undefined/);
  });
});

function withVerdicts(verdicts: readonly (Verdict | undefined)[]): LineChartData {
  const axis = { label: "x", symbol: "x", scale: "linear" } as const;
  return {
    chart: "line",
    id: "c",
    title: "",
    x: axis,
    y: axis,
    summary: "",
    notes: [],
    series: [
      {
        role: "measured",
        id: "m",
        label: "m",
        hue: "gap",
        points: verdicts.map((verdict, x) => ({
          x,
          estimate: { value: 0, se: 1, n: 2 },
          ...(verdict === undefined ? {} : { verdict }),
        })),
      },
    ],
  };
}

describe("The verdict of a chart", () => {
  it.each([
    [["holds", "holds"], "Bound holds at all 2 points"],
    [["holds"], "Bound holds"],
    [["holds", "inconclusive", "holds"], "Bound inconclusive at 1 of 3 points"],
    [["holds", "violated", "inconclusive"], "Bound violated at 1 of 3 points"],
  ] as const)("of %j is: %s", (verdicts, text) => {
    const count = chartVerdict(withVerdicts(verdicts));
    expect(count && verdictText(count)).toBe(text);
  });

  it("is absent without verdicts", () =>
    expect(chartVerdict(withVerdicts([undefined, undefined]))).toBeNull());
});

const HEAT: HeatMapData = {
  chart: "heat-map",
  id: "h",
  title: "Matrix",
  x: { label: "deploy η", symbol: "η", scale: "linear" },
  y: { label: "train η", symbol: "η", scale: "linear" },
  value: { label: "gap", symbol: "gap" },
  xs: [0, 1],
  ys: [0.5, 2],
  theory: {
    kind: "exact",
    formula: "gap",
    values: [
      [-2, 0],
      [1, null],
    ],
  },
  measured: [
    [{ value: -1.5, se: 0.1, n: 50 }, null],
    [null, null],
  ],
  summary: "",
  notes: [],
};

describe("A heat map", () => {
  it("offers measured, theory and their difference where both exist", () => {
    expect(layerValues(HEAT, "theory")).toEqual([
      [-2, 0],
      [1, null],
    ]);
    expect(layerValues(HEAT, "measured")).toEqual([
      [-1.5, null],
      [null, null],
    ]);
    expect(layerValues(HEAT, "difference")).toEqual([
      [0.5, null],
      [null, null],
    ]);
  });

  it("shows differences on a scale that is symmetric about zero", () => {
    const scale = heatScale(
      [
        [-2, 0.5],
        [null, 1],
      ],
      true,
    );
    expect(heatEnds(scale)).toEqual([-2, 2]);
    expect(heatColour(2, scale).replace("positive", "negative")).toBe(heatColour(-2, scale));
    expect(heatColour(0, scale)).toContain(" 0%");
    expect(heatEnds(heatScale([[null, 0]], true))).toEqual([-1, 1]);
  });

  it("shows values from the least to the most, so that values of one sign differ in colour", () => {
    const values = [[-3, -2.5, null, -2]];
    const scale = heatScale(values, false);
    expect(heatEnds(scale)).toEqual([-3, -2]);
    expect([-3, -2.5, -2].map((v) => /(\d+)%/.exec(heatColour(v, scale))?.[1])).toEqual(["0", "50", "100"]);
    const centred = heatScale(values, true);
    const share = (v: number) => Number(/(\d+)%/.exec(heatColour(v, centred))?.[1]);
    expect(share(-3) - share(-2), "control: about zero the same cells look alike").toBeLessThan(35);
    expect(heatColour(4, heatScale([[4, 4]], false)), "all alike: the middle").toContain(" 50%");
  });

  it("names the place and both values of a cell", () => {
    expect(cellText(HEAT, 0, 0)).toBe(
      "train η = 0.5, deploy η = 0: theory −2 (exact), measured −1.50 ± 0.20 (95 % interval, n = 50)",
    );
    expect(cellText(HEAT, 1, 1)).toContain("no value");
  });
});
