/** Numbers at one x: every measured value with its standard error, every curve by interpolation. */
import type { LineChartData, Series } from "../measure/series.ts";
import { formatCount, formatEstimate, formatNumber } from "./format.ts";
import { curveAt } from "./line-layout.ts";
import { SeriesSwatch } from "./SeriesSwatch.tsx";

/** The box that follows the pointer, or the keyboard cursor, along the x axis. */
export function PlotTooltip({
  chart,
  hidden,
  x,
}: {
  readonly chart: LineChartData;
  readonly hidden: ReadonlySet<string>;
  readonly x: number;
}) {
  const rows = chart.series
    .filter((series) => !hidden.has(series.id))
    .flatMap((series) => readingOf(series, x));
  return (
    <div className="tooltip">
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
      {rows.length === 0 && <p className="muted">No value here.</p>}
    </div>
  );
}

interface Reading {
  readonly series: Series;
  readonly value: string;
  readonly detail: string;
}

function readingOf(series: Series, x: number): readonly Reading[] {
  if (series.role === "theory") {
    const y = curveAt(series.points, x);
    return y === null ? [] : [{ series, value: formatNumber(y), detail: series.kind }];
  }
  const point = series.points.find((p) => p.x === x);
  if (point === undefined) return [];
  const detail = [formatCount(point.estimate.n), point.verdict].filter(Boolean).join(", ");
  return [{ series, value: formatEstimate(point.estimate), detail }];
}
