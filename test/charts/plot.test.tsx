import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { formatTick } from "../../src/charts/format.ts";
import { pointText, seriesWords } from "../../src/charts/intervals.ts";
import { layOutLineChart } from "../../src/charts/line-layout.ts";
import { plotAxis, plotPlace, roomyTicks, yAxisWidth } from "../../src/charts/plot-place.ts";
import { PlotSeries } from "../../src/charts/PlotSeries.tsx";
import type { LineChartData } from "../../src/measure/series.ts";

describe("The place of a plot", () => {
  it("leaves room for both axes, and never turns inside out", () => {
    expect(plotPlace(400, 260)).toEqual({ left: 68, top: 10, width: 318, height: 204 });
    expect(plotPlace(20, 20)).toMatchObject({ width: 1, height: 1 });
  });

  it("gives long numbers of the vertical axis more room, and short ones the same", () => {
    expect(yAxisWidth(["0", "0.5", "1"])).toBe(64);
    // Six characters of 6.8 px, and 28 px for the label and the ticks: 68.8.
    expect(yAxisWidth(["0", "−0.005"])).toBe(69);
    expect(plotPlace(400, 260, 69)).toEqual({ left: 73, top: 10, width: 313, height: 204 });
  });

  it("puts the ends of a domain on the ends of its pixels, and equal ratios apart alike on a logarithmic axis", () => {
    const line = plotAxis([-1, 3], "linear", 100, 0);
    expect([line.at(-1), line.at(1), line.at(3)]).toEqual([100, 50, 0]);
    const log = plotAxis([0.01, 100], "log", 0, 400);
    for (const [value, at] of [
      [0.01, 0],
      [0.1, 100],
      [1, 200],
      [100, 400],
    ] as const)
      // Logarithms and one division, in doubles of a few hundred: 1e-10 is far above their rounding.
      expect(log.at(value)).toBeCloseTo(at, 10);
  });

  it("keeps ticks whose numbers have room, and drops those that would touch the one before", () => {
    const ticks = [0, 20, 40, 60];
    expect(roomyTicks(ticks, plotAxis([0, 60], "linear", 0, 300), formatTick)).toEqual(ticks);
    const tight = roomyTicks([1000, 1001, 1002, 1003], plotAxis([1000, 1003], "linear", 0, 60), formatTick);
    // Four digits are 27 px wide, and the ticks 20 px apart.
    expect(tight).toEqual([1000, 1002]);
  });
});

const CHART: LineChartData = {
  chart: "line",
  id: "c",
  title: "Chart",
  x: { label: "x", symbol: "x", scale: "linear" },
  y: { label: "y", symbol: "y", scale: "linear" },
  series: [
    {
      role: "theory",
      id: "bound",
      label: "Bound",
      kind: "bound",
      formula: "gap",
      hue: "bound",
      points: [
        { x: 0, y: 1 },
        { x: 1, y: 1 },
        { x: 2, y: null },
        { x: 3, y: 2 },
        { x: 4, y: 2 },
      ],
    },
    {
      role: "measured",
      id: "m",
      label: "Measured",
      hue: "sde",
      points: [
        { x: 0, estimate: { value: -1, se: 0.1, n: 100 } },
        { x: 4, estimate: { value: 0.5, se: 0.1, n: 100 } },
      ],
    },
  ],
  summary: "Summary.",
  notes: [],
};

function drawn(chart: LineChartData, highlighted: string | null, onPick?: (x: number) => void): string {
  const layout = layOutLineChart(chart);
  const place = plotPlace(400, 260);
  const x = plotAxis(layout.xDomain, chart.x.scale, place.left, place.left + place.width);
  const y = plotAxis(layout.yDomain, chart.y.scale, place.top + place.height, place.top);
  const { xTicks, yTicks } = layout;
  return renderToStaticMarkup(
    <svg>
      <PlotSeries {...{ layout, place, x, y, xTicks, yTicks, highlighted, onPick }} mark={chart.mark} />
    </svg>,
  );
}

const count = (markup: string, pattern: RegExp) => [...markup.matchAll(pattern)].length;

describe("The words of a series", () => {
  const [, measured] = CHART.series;
  const reading = { value: 0.25, se: 0, n: 1 };
  it("promise an interval only where there is one", () => {
    if (measured?.role !== "measured") throw new Error("The fixture must hold a measured series");
    const readings = { ...measured, points: [{ x: 1, estimate: reading }] };
    expect([seriesWords(measured), seriesWords(readings)]).toEqual(["measured ± 95 %", "measured"]);
    expect(pointText(reading)).toBe("0.25");
    // Controls: a mean whose values were all equal has an interval of no width; one sample has none that is finite.
    expect(pointText({ ...reading, n: 8 })).toBe("0.25 ± 0");
    expect(pointText({ ...reading, se: Infinity })).toContain("∞");
  });
});

describe("The series of a plot", () => {
  it("are drawn piece by piece: a gap in a curve stays open, a bound is shaded, every point has its bar", () => {
    const markup = drawn(CHART, null);
    expect(count(markup, /stroke-dasharray="12 5"/g)).toBe(2);
    expect(count(markup, /fill-opacity="0.1"/g)).toBe(2);
    expect(count(markup, /class="point"/g)).toBe(2);
    // A bar is a foot, a head and the line between them.
    expect(markup).toMatch(/d="(M[\d.]+ [\d.]+h8M[\d.]+ [\d.]+h8M[\d.]+ [\d.]+V[\d.]+){2}"/);
    expect(markup).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("have a line at zero only where zero is inside", () => {
    const zero = /stroke="var\(--axis\)"/g;
    expect(count(drawn(CHART, null), zero)).toBe(1);
    const above = { ...CHART, series: CHART.series.slice(0, 1) };
    expect(count(drawn(above, null), zero)).toBe(0);
  });

  it("stand back behind the one that is brought forward", () => {
    const markup = drawn(CHART, "m");
    expect(count(markup, /stroke-opacity="0.25"/g)).toBe(2);
    expect(count(markup, /<g[^>]* opacity="1"/g)).toBe(1);
    expect(count(drawn(CHART, null), /stroke-opacity="0.25"/g)).toBe(0);
  });

  it("have a line with its words at the mark, and none where there is no mark or it is outside", () => {
    const at = (x: number) => drawn({ ...CHART, mark: { x, label: "iteration 4" } }, null);
    expect(at(4)).toMatch(/plot-mark.*text-anchor="end"[^>]*>iteration 4</);
    expect(at(0)).toMatch(/plot-mark.*text-anchor="start"/);
    // The line stands where the point of that x does.
    const [, place] = /class="plot-mark"><path[^>]* d="M([\d.]+) /.exec(at(4)) ?? [];
    expect(at(4)).toContain(`<g transform="translate(${place ?? "nowhere"} `);
    expect(at(9)).not.toContain("plot-mark");
    expect(drawn(CHART, null)).not.toContain("plot-mark");
  });

  it("are pale and joined by a line where they are there to be held against", () => {
    const series = CHART.series.map((one) => (one.role === "measured" ? { ...one, pale: true } : one));
    const pale = drawn({ ...CHART, series }, null);
    // Its bars and its points.
    expect(count(pale, /opacity="0.6"/g)).toBe(2);
    expect(pale).toMatch(/opacity="0.6" d="[^"]*V[\d.]+M[\d.]+ [\d.]+L[\d.]+ [\d.]+"/);
    expect(count(drawn(CHART, null), /opacity="0.6"/g)).toBe(0);
  });

  it("can be picked only where a click does something", () => {
    expect(
      count(
        drawn(CHART, null, () => undefined),
        /point-pick/g,
      ),
    ).toBe(2);
    expect(count(drawn(CHART, null), /point-pick/g)).toBe(0);
  });
});
