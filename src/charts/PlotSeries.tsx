/** Curves, points and error bars of a line plot, over its grid. */
import type { ReactNode } from "react";
import type { ChartMark, MeasuredSeries } from "../measure/series.ts";
import type { CurveKey, LineLayout, Row } from "./line-layout.ts";
import { hueColour, markerPath, MARKERS, THEORY_MARKS } from "./marks.ts";
import type { PlotAxis, PlotPlace } from "./plot-place.ts";

export interface PlotSeriesProps {
  readonly layout: LineLayout;
  readonly place: PlotPlace;
  /** Axes in pixels of the plot. */
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  /** Ticks that grid lines are drawn at. */
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly mark?: ChartMark | undefined;
  /** Id of the series to bring forward, or null. */
  readonly highlighted: string | null;
  /** Called with the x of a clicked measured point. */
  readonly onPick?: ((x: number) => void) | undefined;
}

/** Half the width of the ends of an error bar, CSS px. */
const CAP = 4;
const FADED = 0.25;
const PALE = 0.6;
/** Size of the words at a marking line, and their distance from it, CSS px. */
const MARK_SIZE = 12;
const MARK_GAP = 7;

/** Everything inside the axes. Drawn here and not by the chart library, whose every series costs milliseconds a redraw. */
export function PlotSeries(props: PlotSeriesProps) {
  const { layout, place, x, y, xTicks, yTicks, mark, highlighted, onPick } = props;
  const { left, top, width, height } = place;
  const faded = (id: string) => highlighted !== null && highlighted !== id;
  const zeroInside = y.scale === "linear" && y.domain[0] < 0 && y.domain[1] > 0;
  return (
    <g>
      <path className="plot-grid" stroke="var(--grid)" d={gridPath(place, x, y, xTicks, yTicks)} />
      {/* An inner picture cuts off what leaves the axes. */}
      <svg x={left} y={top} width={width} height={height} viewBox={`${left} ${top} ${width} ${height}`}>
        {layout.curves
          .filter(({ series }) => THEORY_MARKS[series.kind].shaded)
          .map((curve) => (
            <path
              key={curve.key}
              stroke="none"
              fill={hueColour(curve.series.hue)}
              fillOpacity={faded(curve.series.id) ? 0.03 : 0.1}
              d={areaPath(layout, curve, x, y)}
            />
          ))}
        {zeroInside && (
          <path stroke="var(--axis)" strokeWidth={1} d={`M${left} ${y.at(0)}h${width}`} fill="none" />
        )}
        {layout.curves.map((curve) =>
          curveLine(curve, layout, x, y, faded(curve.series.id), highlighted === curve.series.id),
        )}
        {layout.measured.map(({ key, series }) => (
          <path
            key={key}
            fill="none"
            stroke={hueColour(series.hue)}
            strokeWidth={1.5}
            opacity={strength(series, faded(series.id))}
            d={`${errorBars(layout.rows, key, x, y)}${series.pale === true ? pathOf(layout.rows, key, x, y) : ""}`}
          />
        ))}
      </svg>
      {mark !== undefined && isInside(mark.x, x) && markLine(mark, place, x)}
      {layout.measured.map(({ key, series }) =>
        measuredPoints(key, series, layout.rows, props, faded(series.id), onPick),
      )}
    </g>
  );
}

function gridPath(
  { left, top, width, height }: PlotPlace,
  x: PlotAxis,
  y: PlotAxis,
  xTicks: readonly number[],
  yTicks: readonly number[],
): string {
  return [
    ...yTicks.map((tick) => `M${left} ${px(y.at(tick))}h${width}`),
    ...xTicks.map((tick) => `M${px(x.at(tick))} ${top}v${height}`),
  ].join("");
}

/** A line from top to bottom, and its words on the side that has room. */
function markLine({ x: value, label }: ChartMark, { left, top, width, height }: PlotPlace, x: PlotAxis) {
  const at = px(x.at(value));
  const isLate = at > left + width / 2;
  return (
    <g className="plot-mark">
      <path
        fill="none"
        stroke="var(--text)"
        strokeWidth={1}
        strokeDasharray="1 3"
        d={`M${at} ${top}v${height}`}
      />
      <text
        x={at + (isLate ? -MARK_GAP : MARK_GAP)}
        y={top + MARK_SIZE}
        textAnchor={isLate ? "end" : "start"}
        fill="var(--text)"
        fontSize={MARK_SIZE}
      >
        {label}
      </text>
    </g>
  );
}

function curveLine(
  { key, series }: CurveKey,
  layout: LineLayout,
  x: PlotAxis,
  y: PlotAxis,
  faded: boolean,
  forward: boolean,
): ReactNode {
  const mark = THEORY_MARKS[series.kind];
  return (
    <path
      key={key}
      fill="none"
      stroke={hueColour(series.hue)}
      strokeWidth={forward ? mark.width + 1 : mark.width}
      strokeOpacity={faded ? FADED : 1}
      strokeLinecap={series.kind === "asymptotic" ? "round" : "butt"}
      strokeDasharray={mark.dash === "" ? undefined : mark.dash}
      d={pathOf(layout.rows, key, x, y)}
    />
  );
}

/** Between a curve and zero, or the lower end of an axis that does not reach it. */
function areaPath({ rows, yDomain }: LineLayout, { key }: CurveKey, x: PlotAxis, y: PlotAxis): string {
  const places = placesOf(rows, key, x, y);
  const base = px(y.at(Math.max(y.scale === "log" ? yDomain[0] : 0, yDomain[0])));
  const xs = rows.flatMap((row) => (typeof row[key] === "number" ? [px(x.at(row["x"] as number))] : []));
  return `M${xs[0] ?? 0} ${base}L${places.join("L")}L${xs.at(-1) ?? 0} ${base}Z`;
}

function pathOf(rows: readonly Row[], key: string, x: PlotAxis, y: PlotAxis): string {
  return `M${placesOf(rows, key, x, y).join("L")}`;
}

function strength({ pale }: MeasuredSeries, faded: boolean): number {
  return faded ? FADED : pale === true ? PALE : 1;
}

/** "x y" in pixels, of every row that has the key. */
function placesOf(rows: readonly Row[], key: string, x: PlotAxis, y: PlotAxis): readonly string[] {
  return rows.flatMap((row) => {
    const value = row[key];
    return typeof value === "number" ? [`${px(x.at(row["x"] as number))} ${px(y.at(value))}`] : [];
  });
}

function errorBars(rows: readonly Row[], key: string, x: PlotAxis, y: PlotAxis): string {
  return rows
    .map((row) => {
      const value = row[key];
      const error = row[`${key}:error`];
      if (typeof value !== "number" || !Array.isArray(error)) return "";
      const [below = 0, above = 0] = error as readonly number[];
      const at = px(x.at(row["x"] as number));
      const [foot, head] = [px(y.at(value - below)), px(y.at(value + above))];
      return `M${at - CAP} ${foot}h${2 * CAP}M${at - CAP} ${head}h${2 * CAP}M${at} ${foot}V${head}`;
    })
    .join("");
}

function measuredPoints(
  key: string,
  series: MeasuredSeries,
  rows: readonly Row[],
  { x, y }: PlotSeriesProps,
  faded: boolean,
  onPick: ((x: number) => void) | undefined,
): ReactNode {
  const marker = MARKERS[series.hue];
  const shape = markerPath(marker, 4);
  // Open markers are all stroke.
  const open = marker === "plus" || marker === "cross";
  return (
    <g
      key={key}
      fill={hueColour(series.hue)}
      stroke={open ? hueColour(series.hue) : "var(--surface)"}
      strokeWidth={open ? 1.75 : 1}
      opacity={strength(series, faded)}
    >
      {rows.map((row) => {
        const value = row[key];
        const at = row["x"];
        if (typeof value !== "number" || typeof at !== "number" || !isInside(value, y)) return null;
        return (
          <g
            key={at}
            transform={`translate(${px(x.at(at))} ${px(y.at(value))})`}
            className={onPick ? "point point-pick" : "point"}
            onClick={onPick ? () => onPick(at) : undefined}
          >
            {onPick && <circle r={12} fill="transparent" stroke="none" className="export-hide" />}
            <path d={shape} />
          </g>
        );
      })}
    </g>
  );
}

function isInside(value: number, { domain: [lo, hi] }: PlotAxis): boolean {
  return value >= lo && value <= hi;
}

/** Hundredths of a pixel do. */
function px(value: number): number {
  return Math.round(100 * value) / 100;
}
