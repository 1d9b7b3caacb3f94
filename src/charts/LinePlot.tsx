/** The drawing of a line chart, on Recharts. In a chunk of its own: nothing on the first view waits for it. */
import { memo, useMemo, type ReactNode } from "react";
import {
  Area,
  CartesianGrid,
  ComposedChart,
  ErrorBar,
  Line,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
  type DotItemDotProps,
} from "recharts";
import type { LineChartData, MeasuredSeries } from "../measure/series.ts";
import { axisText, formatTick } from "./format.ts";
import { layOutLineChart, type CurveKey, type LineLayout, type Row } from "./line-layout.ts";
import { hueColour, markerPath, MARKERS, THEORY_MARKS } from "./marks.ts";
import { PlotTooltip } from "./PlotTooltip.tsx";

export interface LinePlotProps {
  readonly chart: LineChartData;
  readonly width: number;
  readonly height: number;
  readonly hidden: ReadonlySet<string>;
  /** Id of the series to bring forward, or null. */
  readonly highlighted: string | null;
  /** The numbers under the pointer stand above the plot, not below it. */
  readonly tooltipAbove: boolean;
  /** Called with the x of a clicked measured point. */
  readonly onPick?: ((x: number) => void) | undefined;
}

const MARGIN = { top: 10, right: 14, bottom: 4, left: 4 };
/** The tooltip stands beside the plot, so that it covers neither the points nor what the pointer is on. */
const ESCAPES = { x: false, y: true } as const;
const TOOLTIP_GAP = 4;
const STILL = { isAnimationActive: false } as const;

/** The plot at the given size in CSS px. */
export default memo(LinePlot);

function LinePlot({ chart, width, height, hidden, highlighted, tooltipAbove, onPick }: LinePlotProps) {
  const layout = useMemo(() => layOutLineChart(chart, hidden), [chart, hidden]);
  const faded = (id: string) => highlighted !== null && highlighted !== id;
  const { xDomain, yDomain } = layout;
  const zeroInside = chart.y.scale === "linear" && yDomain[0] < 0 && yDomain[1] > 0;
  return (
    <ComposedChart
      width={width}
      height={height}
      data={layout.rows as Row[]}
      margin={MARGIN}
      desc={chart.summary}
      className="plot"
    >
      <CartesianGrid className="plot-grid" stroke="var(--grid)" />
      {shadedAreas(layout, faded)}
      <XAxis
        dataKey="x"
        type="number"
        scale={chart.x.scale}
        domain={[xDomain[0], xDomain[1]]}
        ticks={layout.xTicks as number[]}
        tickFormatter={formatTick}
        allowDataOverflow
        height={42}
        minTickGap={6}
        stroke="var(--axis)"
        tick={TICK}
        label={{ value: axisText(chart.x), position: "insideBottom", offset: 2, ...LABEL }}
      />
      <YAxis
        type="number"
        scale={chart.y.scale}
        domain={[yDomain[0], yDomain[1]]}
        ticks={layout.yTicks as number[]}
        tickFormatter={formatTick}
        allowDataOverflow
        width={64}
        stroke="var(--axis)"
        tick={TICK}
        label={{
          value: layout.absolute ? `|${axisText(chart.y)}|` : axisText(chart.y),
          angle: -90,
          position: "insideLeft",
          style: { textAnchor: "middle" },
          offset: 8,
          ...LABEL,
        }}
      />
      {zeroInside && <ReferenceLine y={0} stroke="var(--axis)" strokeWidth={1} />}
      {layout.curves.map((curve) =>
        curveLine(curve, faded(curve.series.id), highlighted === curve.series.id),
      )}
      {layout.measured.map(({ key, series }) => measuredPoints(key, series, faded(series.id), onPick))}
      <Tooltip
        {...STILL}
        position={{ y: tooltipAbove ? -TOOLTIP_GAP : height }}
        allowEscapeViewBox={ESCAPES}
        wrapperClassName="tooltip-place"
        cursor={{ stroke: "var(--axis)", strokeDasharray: "2 3" }}
        content={({ active, label }): ReactNode =>
          active && label !== undefined ? (
            <PlotTooltip chart={chart} hidden={hidden} x={Number(label)} above={tooltipAbove} />
          ) : null
        }
      />
    </ComposedChart>
  );
}

const TICK = { fill: "var(--text-muted)", fontSize: 12 } as const;
const LABEL = { fill: "var(--text-muted)", fontSize: 12 } as const;

function shadedAreas(layout: LineLayout, faded: (id: string) => boolean): ReactNode[] {
  return layout.curves
    .filter(({ series }) => THEORY_MARKS[series.kind].shaded)
    .map(({ key, series }) => (
      <Area
        {...STILL}
        key={`area ${key}`}
        type="linear"
        dataKey={(row: Row) => row[key] ?? null}
        name={series.label}
        connectNulls
        baseValue={Math.max(0, layout.yDomain[0])}
        stroke="none"
        fill={hueColour(series.hue)}
        fillOpacity={faded(series.id) ? 0.03 : 0.1}
        activeDot={false}
        dot={false}
        tooltipType="none"
      />
    ));
}

function curveLine({ key, series }: CurveKey, faded: boolean, forward: boolean): ReactNode {
  const mark = THEORY_MARKS[series.kind];
  return (
    <Line
      {...STILL}
      key={`curve ${key}`}
      type="linear"
      dataKey={(row: Row) => row[key] ?? null}
      name={series.label}
      connectNulls
      stroke={hueColour(series.hue)}
      strokeWidth={forward ? mark.width + 1 : mark.width}
      strokeOpacity={faded ? 0.25 : 1}
      strokeLinecap={series.kind === "asymptotic" ? "round" : "butt"}
      {...(mark.dash === "" ? {} : { strokeDasharray: mark.dash })}
      dot={false}
      activeDot={false}
    />
  );
}

function measuredPoints(
  key: string,
  series: MeasuredSeries,
  faded: boolean,
  onPick: ((x: number) => void) | undefined,
): ReactNode {
  return (
    <Line
      {...STILL}
      key={`measured ${key}`}
      dataKey={(row: Row) => row[key] ?? null}
      name={series.label}
      stroke="none"
      dot={(dot: DotItemDotProps) => measuredDot(dot, key, series, faded, onPick)}
      activeDot={false}
    >
      <ErrorBar
        {...STILL}
        dataKey={(row: Row) => (row[`${key}:error`] as [number, number] | undefined) ?? 0}
        width={4}
        strokeWidth={1.5}
        stroke={hueColour(series.hue)}
        opacity={faded ? 0.25 : 1}
      />
    </Line>
  );
}

function measuredDot(
  { cx, cy, index, payload }: DotItemDotProps,
  key: string,
  series: MeasuredSeries,
  faded: boolean,
  onPick: ((x: number) => void) | undefined,
): ReactNode {
  const row = payload as Row;
  const x = row["x"];
  if (typeof row[key] !== "number" || typeof x !== "number" || cx === undefined || cy === undefined) {
    return <g key={index} />;
  }
  const marker = MARKERS[series.hue];
  return (
    <g
      key={index}
      transform={`translate(${cx} ${cy})`}
      opacity={faded ? 0.25 : 1}
      className={onPick ? "point point-pick" : "point"}
      onClick={onPick ? () => onPick(x) : undefined}
    >
      {onPick && <circle r={12} fill="transparent" className="export-hide" />}
      <path d={markerPath(marker, 4)} fill={hueColour(series.hue)} stroke="var(--surface)" strokeWidth={1} />
    </g>
  );
}
