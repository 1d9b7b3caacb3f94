import { describe, expect, it } from "vitest";
import { decimate } from "../../src/charts/decimate.ts";
import { curveAt, layOutLineChart, tableXs } from "../../src/charts/line-layout.ts";
import type { LineChartData, MeasuredSeries, TheoryKind, TheorySeries } from "../../src/measure/series.ts";

function theory(id: string, kind: TheoryKind, points: TheorySeries["points"]): TheorySeries {
  return { role: "theory", id, label: id, kind, formula: "gap", hue: "gap", points };
}

function measured(points: readonly (readonly [number, number, number])[]): MeasuredSeries {
  return {
    role: "measured",
    id: "measured",
    label: "Measured",
    hue: "gap",
    points: points.map(([x, value, se]) => ({ x, estimate: { value, se, n: 100 } })),
  };
}

function chart(series: LineChartData["series"], scale: "linear" | "log" = "linear"): LineChartData {
  return {
    chart: "line",
    id: "c",
    title: "Chart",
    x: { label: "x", symbol: "x", scale: "linear" },
    y: { label: "y", symbol: "y", scale },
    series,
    summary: "Summary.",
    notes: [],
  };
}

describe("Layout of a line chart", () => {
  it("puts curves and points of one x into one row, sorted", () => {
    const layout = layOutLineChart(
      chart([
        theory("exact", "exact", [
          { x: 2, y: 4 },
          { x: 0, y: 0 },
        ]),
        measured([[2, 4.1, 0.1]]),
      ]),
    );
    expect(layout.rows.map((row) => row["x"])).toEqual([0, 2]);
    expect(layout.rows[1]).toMatchObject({ "exact/0": 4, measured: 4.1 });
  });

  it("breaks a curve where theory does not apply, instead of bridging the gap", () => {
    const points = [
      { x: 0, y: 1 },
      { x: 1, y: null },
      { x: 2, y: 3 },
    ];
    const layout = layOutLineChart(chart([theory("exact", "exact", points)]));
    expect(layout.curves.map(({ key }) => key)).toEqual(["exact/0", "exact/1"]);
    const whole = layOutLineChart(
      chart([
        theory(
          "exact",
          "exact",
          points.filter((p) => p.y !== null),
        ),
      ]),
    );
    expect(whole.curves, "control: without a gap there is one piece").toHaveLength(1);
  });

  it("draws 95 % bars: 1.96 standard errors to each side", () => {
    const [row] = layOutLineChart(chart([measured([[1, 0, 0.5]])])).rows;
    const [below, above] = row!["measured:error"] as readonly [number, number];
    // 1.959964 is the 97.5 % quantile of the normal law; the quantile function is good to 1e-7 at least.
    expect(below).toBeCloseTo(1.959964 * 0.5, 5);
    expect(above).toBeCloseTo(below, 12);
  });

  it("shows sizes on a logarithmic axis, says so, and drops zeros", () => {
    const layout = layOutLineChart(
      chart(
        [
          measured([
            [1, -0.1, 0.2],
            [2, 0.01, 0.001],
            [3, 0, 0.1],
          ]),
        ],
        "log",
      ),
    );
    expect(layout.absolute).toBe(true);
    expect(layout.rows.map((row) => row["measured"])).toEqual([0.1, 0.01]);
    expect(layout.notes.join(" ")).toMatch(/sizes.*1 of 3 values are zero/s);
    expect(layout.yDomain[0]).toBeGreaterThan(0);
    const [below] = layout.rows[0]!["measured:error"] as readonly [number, number];
    expect(0.1 - below, "the bar stops at the edge, not at a negative number").toBeGreaterThan(0);
  });

  it("is not stretched by a bound far away, and says that the bound leaves the picture", () => {
    const firm = measured([
      [0, 0.1, 0.01],
      [1, 0.2, 0.01],
    ]);
    const far = layOutLineChart(
      chart([
        firm,
        theory("bound", "bound", [
          { x: 0, y: 50 },
          { x: 1, y: 60 },
        ]),
      ]),
    );
    expect(far.yDomain[1]).toBeLessThan(1);
    expect(far.notes.join()).toContain("bound leaves the drawn range");
    const near = layOutLineChart(
      chart([
        firm,
        theory("bound", "bound", [
          { x: 0, y: 0.4 },
          { x: 1, y: 0.5 },
        ]),
      ]),
    );
    expect(near.yDomain[1]).toBeGreaterThan(0.5);
    expect(near.notes).toEqual([]);
  });

  it("stretches for an exact curve, however far", () => {
    const layout = layOutLineChart(
      chart([measured([[0, 0.1, 0.01]]), theory("e", "exact", [{ x: 0, y: 50 }])]),
    );
    expect(layout.yDomain[1]).toBeGreaterThan(50);
  });

  it("leaves hidden series out of rows and domain", () => {
    const both = chart([theory("a", "exact", [{ x: 0, y: 1 }]), theory("b", "exact", [{ x: 0, y: 100 }])]);
    expect(layOutLineChart(both, new Set(["b"])).yDomain[1]).toBeLessThan(10);
  });

  it("survives a chart without any finite number", () => {
    const layout = layOutLineChart(
      chart([theory("a", "exact", [{ x: NaN, y: NaN }]), measured([[0, NaN, NaN]])], "log"),
    );
    expect([...layout.xDomain, ...layout.yDomain].every(Number.isFinite)).toBe(true);
  });
});

describe("Values at one x", () => {
  const points = [
    { x: 0, y: 0 },
    { x: 2, y: 4 },
    { x: 3, y: null },
    { x: 4, y: 1 },
  ];
  it("interpolate inside a piece and are missing in gaps and outside", () => {
    expect([0, 1, 2].map((x) => curveAt(points, x))).toEqual([0, 2, 4]);
    expect([-1, 2.5, 3.5, 5].map((x) => curveAt(points, x))).toEqual([null, null, null, null]);
  });

  it("are listed at the measured x, or at a few x of the theory", () => {
    const many = Array.from({ length: 200 }, (_, i) => ({ x: i, y: i }));
    expect(
      tableXs(
        chart([
          theory("t", "exact", many),
          measured([
            [5, 1, 1],
            [2, 1, 1],
          ]),
        ]),
      ),
    ).toEqual([2, 5]);
    const xs = tableXs(chart([theory("t", "exact", many)]));
    expect(xs.length).toBeLessThanOrEqual(22);
    expect([xs[0], xs.at(-1)]).toEqual([0, 199]);
  });
});

describe("Decimation", () => {
  const wave = Array.from({ length: 20_000 }, (_, i) => ({ x: i, y: i === 12_345 ? 99 : Math.sin(i / 50) }));

  it("keeps the ends, the peak and the order, and at most the limit", () => {
    const kept = decimate(wave, 500);
    expect(kept.length).toBeLessThanOrEqual(500);
    expect([kept[0], kept.at(-1)]).toEqual([wave[0], wave.at(-1)]);
    expect(kept).toContainEqual({ x: 12_345, y: 99 });
    expect(kept.every((p, i) => i === 0 || p.x > kept[i - 1]!.x)).toBe(true);
    const strided = wave.filter((_, i) => i % 40 === 0);
    expect(strided, "control: plain striding loses the peak").not.toContainEqual({ x: 12_345, y: 99 });
  });

  it("keeps gaps", () => {
    const gap = wave.map((p) => (p.x === 777 ? { x: 777, y: null } : p));
    expect(decimate(gap, 500)).toContainEqual({ x: 777, y: null });
  });

  it("leaves short curves alone", () => expect(decimate(wave.slice(0, 500), 500)).toHaveLength(500));
});
