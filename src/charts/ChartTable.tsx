/** The numbers of a chart as a table: everything that the drawing shows, and what its axes had to leave out. */
import { useLayoutEffect, useRef, useState, type ReactNode } from "react";
import type {
  ChartData,
  HeatMapData,
  LineChartData,
  MeasuredSeries,
  TheorySeries,
} from "../measure/series.ts";
import { axisText, formatInterval, formatNumber, INTERVAL_WORDS } from "./format.ts";
import { pointText } from "./intervals.ts";
import { curveAt, tableXs } from "./line-layout.ts";

/** A table that scrolls sideways inside its own frame. `onPick` adds a button per row. */
export function ChartTable(props: {
  readonly chart: ChartData;
  readonly onPick?: ((x: number) => void) | undefined;
  readonly pickWord: string | null;
}) {
  const { chart } = props;
  return (
    <ScrollFrame name={`Table of ${chart.title}`}>
      {chart.chart === "line" ? <LineTable {...props} chart={chart} /> : <HeatTable chart={chart} />}
    </ScrollFrame>
  );
}

/** Says that there are more columns beside the ones in sight; the frame's shadows show where. */
function ScrollFrame({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  const [wide, setWide] = useState(false);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = () => setWide(element.scrollWidth > element.clientWidth + 1);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    if (element.firstElementChild !== null) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return (
    <>
      <p className="table-words">
        {INTERVAL_WORDS}
        {wide && "; scroll sideways for more columns →"}
      </p>
      <div ref={frame} className="table-frame" tabIndex={0} role="region" aria-label={name}>
        {children}
      </div>
    </>
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
  // What a measured value is held against stands next to it.
  const exact = measured.length > 0 ? theory.filter((series) => series.kind === "exact") : [];
  const others = theory.filter((series) => !exact.includes(series));
  const withVerdict = measured.filter((series) => series.points.some((p) => p.verdict !== undefined));
  return (
    <table>
      <caption className="visually-hidden">{chart.summary}</caption>
      <thead>
        <tr>
          <th scope="col">{axisText(chart.x)}</th>
          {onPick && pickWord !== null && (
            <th scope="col">
              <span className="visually-hidden">Action</span>
            </th>
          )}
          {measured.map((series) => (
            <th key={series.id} scope="col">
              {series.label} <span className="muted">± 95 %</span>
            </th>
          ))}
          <TheoryHeads of={exact} />
          {measured.length > 0 && <th scope="col">n</th>}
          {withVerdict.map((series) => (
            <th key={series.id} scope="col">
              Verdict{withVerdict.length > 1 ? `: ${series.label}` : ""}
            </th>
          ))}
          <TheoryHeads of={others} />
        </tr>
      </thead>
      <tbody>
        {tableXs(chart).map((x) => (
          <tr key={x} aria-current={x === chart.mark?.x ? "true" : undefined}>
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
              return <td key={series.id}>{point === undefined ? "–" : pointText(point.estimate)}</td>;
            })}
            <TheoryCells of={exact} x={x} />
            {measured.length > 0 && <td>{countAt(measured, x)}</td>}
            {withVerdict.map((series) => (
              <td key={series.id}>{pointAt(series, x)?.verdict ?? "–"}</td>
            ))}
            <TheoryCells of={others} x={x} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TheoryHeads({ of }: { readonly of: readonly TheorySeries[] }) {
  return of.map((series) => (
    <th key={series.id} scope="col">
      {series.label} <span className="muted">{series.kind}</span>
    </th>
  ));
}

function TheoryCells({ of, x }: { readonly of: readonly TheorySeries[]; readonly x: number }) {
  return of.map((series) => {
    const y = curveAt(series.points, x);
    return <td key={series.id}>{y === null ? "–" : formatNumber(y)}</td>;
  });
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
            {axisText(chart.y)} \ {axisText(chart.x)}
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
    ? formatInterval(measured)
    : `${formatInterval(measured)} (theory ${formatNumber(theory)})`;
}
