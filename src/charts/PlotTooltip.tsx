/** Numbers at one x: every curve by interpolation, every measured value with its interval, there or at the nearest x. */
import type { LineChartData, Series } from "../measure/series.ts";
import { formatCount, formatNumber, INTERVAL_WORDS } from "./format.ts";
import { isReading, pointText } from "./intervals.ts";
import { curveAt, nearestPoint } from "./line-layout.ts";
import { SeriesSwatch } from "./SeriesSwatch.tsx";

/** The box that follows the pointer, or the keyboard cursor, along the x axis. */
export function PlotTooltip({
  chart,
  hidden,
  x,
  above = false,
}: {
  readonly chart: LineChartData;
  readonly hidden: ReadonlySet<string>;
  readonly x: number;
  /** Grows upwards from its place. */
  readonly above?: boolean;
}) {
  const rows = chart.series
    .filter((series) => !hidden.has(series.id))
    .flatMap((series) => readingOf(chart, series, x));
  return (
    <div className={above ? "tooltip tooltip-above" : "tooltip"}>
      <p className="tooltip-title">
        {chart.x.symbol || chart.x.label} = {formatNumber(x)}
      </p>
      {rows.map(({ series, value, detail }) => (
        <p key={series.id} className="tooltip-row">
          <SeriesSwatch series={series} />
          <span className="tooltip-label">{series.label}</span>
          <span className="number">
            {value} <span className="muted">{detail}</span>
          </span>
        </p>
      ))}
      {rows.some(({ series }) => series.role === "measured") && <p className="muted">{INTERVAL_WORDS}</p>}
      {rows.length === 0 && <p className="muted">No value here.</p>}
    </div>
  );
}

interface Reading {
  readonly series: Series;
  readonly value: string;
  readonly detail: string;
}

function readingOf(chart: LineChartData, series: Series, x: number): readonly Reading[] {
  if (series.role === "theory") {
    const y = curveAt(series.points, x);
    return y === null ? [] : [{ series, value: formatNumber(y), detail: series.kind }];
  }
  const point = nearestPoint(series.points, x, chart.x.scale);
  if (point === null) return [];
  const place = point.x === x ? "" : `at ${chart.x.symbol || chart.x.label} = ${formatNumber(point.x)}`;
  const detail = [place, isReading(point.estimate) ? "" : formatCount(point.estimate.n), point.verdict]
    .filter(Boolean)
    .join(", ");
  return [{ series, value: pointText(point.estimate), detail }];
}
