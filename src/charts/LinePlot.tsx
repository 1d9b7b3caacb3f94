/** The drawing of a line chart: axes, pointer and keys by Recharts. In a chunk of its own: nothing on the first view waits for it. */
import { memo, useMemo, type ReactNode } from "react";
import { ComposedChart, Line, Tooltip, XAxis, YAxis, type BaseTickContentProps } from "recharts";
import type { LineChartData } from "../measure/series.ts";
import { axisText, formatTick } from "./format.ts";
import { layOutLineChart, type Row } from "./line-layout.ts";
import { PLOT_MARGIN, plotAxis, plotPlace, roomyTicks, X_AXIS_HEIGHT, yAxisWidth } from "./plot-place.ts";
import { PlotSeries } from "./PlotSeries.tsx";
import { PlotTooltip } from "./PlotTooltip.tsx";
import { useParts } from "./use-turn.ts";

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

/** The tooltip stands beside the plot, so that it covers neither the points nor what the pointer is on. */
const ESCAPES = { x: false, y: true } as const;
const TOOLTIP_GAP = 4;
/** Above the legend. */
const TOOLTIP_LAYER = { zIndex: 4 } as const;
const CURSOR = { stroke: "var(--axis)", strokeDasharray: "2 3" } as const;

/** Curves, two axes, pointer and keys: each comes in a turn of its own, because Recharts takes long over its first chart. */
const PARTS = 4;

/** The plot at the given size in CSS px. */
export default memo(LinePlot);

function LinePlot({ chart, width, height, hidden, highlighted, tooltipAbove, onPick }: LinePlotProps) {
  const layout = useMemo(() => layOutLineChart(chart, hidden), [chart, hidden]);
  const { xDomain, yDomain, yTicks } = layout;
  const { place, x, y, xTicks, axisWidth } = useMemo(() => {
    const axisWidth = yAxisWidth(layout.yTicks.map(formatTick));
    const place = plotPlace(width, height, axisWidth);
    const x = plotAxis(layout.xDomain, chart.x.scale, place.left, place.left + place.width);
    const y = plotAxis(layout.yDomain, chart.y.scale, place.top + place.height, place.top);
    return { place, x, y, axisWidth, xTicks: roomyTicks(layout.xTicks, x, formatTick) };
  }, [layout, chart, width, height]);
  const parts = useParts(PARTS);
  return (
    <ComposedChart
      width={width}
      height={height}
      data={layout.rows as Row[]}
      margin={PLOT_MARGIN}
      desc={chart.summary}
      className="plot"
    >
      <PlotSeries {...{ layout, place, x, y, xTicks, yTicks, highlighted, onPick }} mark={chart.mark} />
      {parts > 1 && (
        <XAxis
          dataKey="x"
          type="number"
          scale={chart.x.scale}
          domain={[xDomain[0], xDomain[1]]}
          ticks={xTicks}
          tickFormatter={formatTick}
          allowDataOverflow
          height={X_AXIS_HEIGHT}
          {...AXIS}
          label={{ value: axisText(chart.x), position: "insideBottom", offset: 2, ...LABEL }}
        />
      )}
      {parts > 2 && (
        <YAxis
          type="number"
          scale={chart.y.scale}
          domain={[yDomain[0], yDomain[1]]}
          ticks={yTicks as number[]}
          tickFormatter={formatTick}
          allowDataOverflow
          width={axisWidth}
          {...AXIS}
          label={{
            value: layout.absolute ? `|${axisText(chart.y)}|` : axisText(chart.y),
            angle: -90,
            position: "insideLeft",
            style: { textAnchor: "middle" },
            offset: 8,
            ...LABEL,
          }}
        />
      )}
      {/* The tooltip wants a series of Recharts' own; this one only says which x there are. */}
      {parts > 3 && <Line dataKey="x" hide isAnimationActive={false} />}
      {parts > 3 && (
        <Tooltip
          includeHidden
          isAnimationActive={false}
          position={{ y: tooltipAbove ? -TOOLTIP_GAP : height }}
          allowEscapeViewBox={ESCAPES}
          wrapperStyle={TOOLTIP_LAYER}
          cursor={CURSOR}
          content={({ active, label }): ReactNode =>
            active && label !== undefined ? (
              <PlotTooltip chart={chart} hidden={hidden} x={Number(label)} above={tooltipAbove} />
            ) : null
          }
        />
      )}
    </ComposedChart>
  );
}

const LABEL = { fill: "var(--text-muted)", fontSize: 12 } as const;

/** Every tick is drawn, and as plain text: Recharts measures both otherwise, and measuring lays out the page. */
const AXIS = { stroke: "var(--axis)", interval: 0, tick: tickText } as const;

function tickText({ x, y, payload, textAnchor, verticalAnchor }: BaseTickContentProps): ReactNode {
  return (
    <text
      x={x}
      y={y}
      dy={verticalAnchor === "start" ? "0.75em" : "0.35em"}
      textAnchor={textAnchor}
      fill="var(--text-muted)"
      fontSize={12}
    >
      {formatTick(Number(payload.value))}
    </text>
  );
}
