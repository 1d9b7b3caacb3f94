/** The numbers of a chart as a table: everything that the drawing shows, and what its axes had to leave out. */
import type { ChartData, HeatMapData, LineChartData, MeasuredSeries } from "../measure/series.ts";
import { formatEstimate, formatNumber } from "./format.ts";
import { curveAt, tableXs } from "./line-layout.ts";

/** A table that scrolls sideways inside its own frame. `onPick` adds a button per row. */
export function ChartTable(props: {
  readonly chart: ChartData;
  readonly onPick?: ((x: number) => void) | undefined;
  readonly pickWord: string | null;
}) {
  const { chart } = props;
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label={`Table of ${chart.title}`}>
      {chart.chart === "line" ? <LineTable {...props} chart={chart} /> : <HeatTable chart={chart} />}
    </div>
  );
}

function LineTable({
  chart,
  onPick,
  pickWord,
}: {
  readonly chart: LineChartData;
  readonly onPick?: ((x: number) => void) | undefined;
  readonly pickWord: string | null;
}) {
  const measured = chart.series.filter((series) => series.role === "measured");
  const theory = chart.series.filter((series) => series.role === "theory");
  const withVerdict = measured.filter((series) => series.points.some((p) => p.verdict !== undefined));
  return (
    <table>
      <caption className="visually-hidden">{chart.summary}</caption>
      <thead>
        <tr>
          <th scope="col">{chart.x.label}</th>
          {onPick && pickWord !== null && (
            <th scope="col">
              <span className="visually-hidden">Action</span>
            </th>
          )}
          {measured.map((series) => (
            <th key={series.id} scope="col">
              {series.label} <span className="muted">± standard error</span>
            </th>
          ))}
          {measured.length > 0 && <th scope="col">n</th>}
          {withVerdict.map((series) => (
            <th key={series.id} scope="col">
              Verdict{withVerdict.length > 1 ? `: ${series.label}` : ""}
            </th>
          ))}
          {theory.map((series) => (
            <th key={series.id} scope="col">
              {series.label} <span className="muted">{series.kind}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {tableXs(chart).map((x) => (
          <tr key={x}>
            <th scope="row">{formatNumber(x)}</th>
            {onPick && pickWord !== null && (
              <td>
                <button
                  type="button"
                  className="button small"
                  aria-label={`Use ${pickWord} ${formatNumber(x)}`}
                  onClick={() => onPick(x)}
                >
                  Use
                </button>
              </td>
            )}
            {measured.map((series) => {
              const point = pointAt(series, x);
              return <td key={series.id}>{point === undefined ? "–" : formatEstimate(point.estimate)}</td>;
            })}
            {measured.length > 0 && <td>{countAt(measured, x)}</td>}
            {withVerdict.map((series) => (
              <td key={series.id}>{pointAt(series, x)?.verdict ?? "–"}</td>
            ))}
            {theory.map((series) => {
              const y = curveAt(series.points, x);
              return <td key={series.id}>{y === null ? "–" : formatNumber(y)}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function pointAt(series: MeasuredSeries, x: number) {
  return series.points.find((p) => p.x === x);
}

function countAt(series: readonly MeasuredSeries[], x: number): string {
  const counts = new Set(series.flatMap((s) => pointAt(s, x)?.estimate.n ?? []));
  return counts.size === 0 ? "–" : [...counts].map((n) => n.toLocaleString("en-US")).join(", ");
}

function HeatTable({ chart }: { readonly chart: HeatMapData }) {
  return (
    <table>
      <caption className="visually-hidden">{chart.summary}</caption>
      <thead>
        <tr>
          <th scope="col">
            {chart.y.symbol || chart.y.label} \ {chart.x.symbol || chart.x.label}
          </th>
          {chart.xs.map((x) => (
            <th key={x} scope="col">
              {formatNumber(x)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {chart.ys.map((y, row) => (
          <tr key={y}>
            <th scope="row">{formatNumber(y)}</th>
            {chart.xs.map((x, column) => (
              <td key={x}>{heatCell(chart, row, column)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function heatCell(chart: HeatMapData, row: number, column: number): string {
  const theory = chart.theory?.values[row]?.[column] ?? null;
  const measured = chart.measured?.[row]?.[column] ?? null;
  if (measured === null) return theory === null ? "–" : formatNumber(theory);
  return theory === null
    ? formatEstimate(measured)
    : `${formatEstimate(measured)} (theory ${formatNumber(theory)})`;
}
