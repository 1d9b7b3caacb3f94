/** Charts as CSV: one row per point, every number in full precision. */
import type { ChartData, HeatMapData, LineChartData, Series } from "./series.ts";
import { interval } from "./verdict.ts";

type Cell = string | number | undefined | null;

const LINE_HEADER = [
  "series",
  "role",
  "kind",
  "x",
  "y",
  "error",
  "se",
  "n",
  "lo95",
  "hi95",
  "expected",
  "verdict",
];
const HEAT_HEADER = ["x", "y", "theory", "kind", "measured", "se", "n", "lo95", "hi95"];

/** RFC 4180 text with a header row, lines ended by CR LF. Empty cells where a number does not exist. */
export function chartToCsv(chart: ChartData): string {
  const rows = chart.chart === "line" ? lineRows(chart) : heatMapRows(chart);
  return rows.map((row) => row.map(cellText).join(",")).join("\r\n") + "\r\n";
}

function lineRows(chart: LineChartData): Cell[][] {
  return [LINE_HEADER, ...chart.series.flatMap(seriesRows)];
}

function seriesRows(series: Series): Cell[][] {
  if (series.role === "theory")
    return series.points.map((p) => [series.label, "theory", series.kind, p.x, p.y, p.error]);
  return series.points.map((p) => {
    const [lo, hi] = interval(p.estimate);
    const { value, se, n } = p.estimate;
    return [series.label, "measured", "", p.x, value, "", se, n, lo, hi, p.expected, p.verdict];
  });
}

function heatMapRows(chart: HeatMapData): Cell[][] {
  const rows: Cell[][] = [HEAT_HEADER];
  chart.ys.forEach((y, row) =>
    chart.xs.forEach((x, column) => {
      const e = chart.measured?.[row]?.[column];
      const measured = e ? [e.value, e.se, e.n, ...interval(e)] : [];
      rows.push([x, y, chart.theory?.values[row]?.[column], chart.theory?.kind, ...measured]);
    }),
  );
  return rows;
}

function cellText(cell: Cell): string {
  if (cell === undefined || cell === null) return "";
  const text = String(cell);
  // A label that begins like a formula would be run by a spreadsheet; numbers may begin with a sign.
  const safe = typeof cell === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
