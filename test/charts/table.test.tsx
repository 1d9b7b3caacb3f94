import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { ChartTable } from "../../src/charts/ChartTable.tsx";
import { PlotTooltip } from "../../src/charts/PlotTooltip.tsx";
import { nearestPoint } from "../../src/charts/line-layout.ts";
import type { LineChartData, TheoryKind, TheorySeries } from "../../src/measure/series.ts";

function theory(label: string, kind: TheoryKind): TheorySeries {
  const points = [
    { x: 0, y: 1 },
    { x: 2, y: 5 },
  ];
  return { role: "theory", id: label, label, kind, formula: "gap", hue: "gap", points };
}

const CHART: LineChartData = {
  chart: "line",
  id: "c",
  title: "Chart",
  x: { label: "Stochasticity", symbol: "η", scale: "linear" },
  y: { label: "Gap", symbol: "Δ", scale: "linear" },
  series: [
    theory("A bound", "bound"),
    {
      role: "measured",
      id: "m",
      label: "Measured",
      hue: "gap",
      points: [
        { x: 0, estimate: { value: 1, se: 0.5, n: 100 } },
        { x: 2, estimate: { value: 5, se: 0.5, n: 100 } },
      ],
    },
    theory("Theory", "exact"),
  ],
  summary: "Summary.",
  notes: [],
};

/** Texts of the elements of a kind, in order. */
function textsOf(markup: string, tag: string): string[] {
  return [...markup.matchAll(new RegExp(`<${tag}\\b[^>]*>(.*?)</${tag}>`, "g"))].map(([, inside = ""]) =>
    inside.replace(/<[^>]*>/g, ""),
  );
}

describe("The table of a chart", () => {
  const markup = renderToStaticMarkup(<ChartTable chart={CHART} pickWord={null} />);

  it("names the axis with its symbol, and puts exact theory next to the measurement", () => {
    expect(textsOf(markup, "th").slice(0, 5)).toEqual([
      "Stochasticity η",
      "Measured ± 95 %",
      "Theory exact",
      "n",
      "A bound bound",
    ]);
  });

  it("shows half widths of the interval and says so once", () => {
    // 1.96 * 0.5
    expect(markup).toContain("1.00 ± 0.98");
    expect(markup.split("± is a 95 % interval")).toHaveLength(2);
  });
});

describe("The numbers under the pointer", () => {
  const at = (x: number, scale: "linear" | "log" = "linear") =>
    renderToStaticMarkup(
      <PlotTooltip chart={{ ...CHART, x: { ...CHART.x, scale } }} hidden={new Set()} x={x} />,
    );

  it("are those of the nearest measured point, whose place is named unless the pointer is on it", () => {
    expect(at(1.2)).toContain("at η = 2");
    expect(at(1.2)).toContain("5.00 ± 0.98");
    expect(at(0.4)).toContain("at η = 0");
    expect(at(2)).not.toContain("at η");
  });

  it("measures nearness as the axis does", () => {
    const points = [{ x: 1 }, { x: 100 }];
    expect(nearestPoint(points, 20, "log")).toEqual({ x: 100 });
    expect(nearestPoint(points, 20, "linear")).toEqual({ x: 1 });
    expect(nearestPoint([], 20, "linear")).toBeNull();
  });
});
