import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { ChartCard } from "../../src/charts/ChartCard.tsx";
import type { LineChartData, MeasuredSeries } from "../../src/measure/series.ts";

const AXIS = { label: "Stochasticity", symbol: "η", scale: "linear" } as const;
const SERIES: MeasuredSeries = {
  ...{ role: "measured", id: "m", label: "Measured", hue: "sde" },
  points: [{ x: 0, estimate: { value: 1, se: 0.5, n: 20 } }],
};

function card(series: LineChartData["series"]): string {
  const words = { id: "c", title: "Distance", summary: "Needs 20 images.", notes: ["A note."] };
  return renderToStaticMarkup(
    <ChartCard
      chart={{ chart: "line", x: AXIS, y: AXIS, series, ...words }}
      pickWord={null}
      onPick={() => undefined}
      formulaCard={() => null}
      onMessage={() => undefined}
      fileName="f"
    />,
  );
}

describe("The card of a chart", () => {
  it("has words alone where there is nothing to draw: no axes, no table, no downloads", () => {
    const empty = card([]);
    for (const word of ["Distance", "Needs 20 images.", "A note."]) expect(empty).toContain(word);
    expect(empty).not.toMatch(/plot-frame|legend|<button/);
    // Control: one point is drawn, and can be had as a table and files.
    expect(card([SERIES])).toMatch(/plot-frame.*legend.*<button/s);
  });
});
