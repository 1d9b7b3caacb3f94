import { axisTicks, tickText } from "../../render/axis-ticks.ts";
import type { PlotScale } from "./plot-scale.ts";

/** Pixels between the plot area and the edge of the figure. */
export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface AxisProps {
  readonly scale: PlotScale;
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly margins: Margins;
  readonly ticks?: number;
}

/** Axis below the plot: ticks, numbers, label. */
export function BottomAxis({
  scale,
  label,
  width,
  height,
  margins,
  ticks = Math.max(2, width / 90),
}: AxisProps) {
  const y = height - margins.bottom;
  return (
    <g className="views-axis">
      <path className="views-axis-line" d={`M${margins.left} ${y}H${width - margins.right}`} />
      {axisTicks(scale.lo, scale.hi, ticks).map((tick) => (
        <g key={tick} transform={`translate(${scale.at(tick)} ${y})`}>
          <path className="views-axis-line" d="M0 0V4" />
          <text y={15} textAnchor="middle">
            {tickText(tick)}
          </text>
        </g>
      ))}
      <text
        className="views-axis-label"
        x={(margins.left + width - margins.right) / 2}
        y={height - 3}
        textAnchor="middle"
      >
        {label}
      </text>
    </g>
  );
}

/** Axis beside the plot, left or right. */
export function SideAxis({
  scale,
  label,
  width,
  height,
  margins,
  side = "left",
  ticks = Math.max(2, height / 60),
}: AxisProps & { readonly side?: "left" | "right" }) {
  const left = side === "left";
  const x = left ? margins.left : width - margins.right;
  const out = left ? -1 : 1;
  const middle = (margins.top + height - margins.bottom) / 2;
  const labelX = left ? 11 : width - 5;
  return (
    <g className="views-axis">
      <path className="views-axis-line" d={`M${x} ${margins.top}V${height - margins.bottom}`} />
      {axisTicks(scale.lo, scale.hi, ticks).map((tick) => (
        <g key={tick} transform={`translate(${x} ${scale.at(tick)})`}>
          <path className="views-axis-line" d={`M0 0H${4 * out}`} />
          <text x={6 * out} dy="0.32em" textAnchor={left ? "end" : "start"}>
            {tickText(tick)}
          </text>
        </g>
      ))}
      <text
        className="views-axis-label"
        transform={`translate(${labelX} ${middle}) rotate(-90)`}
        textAnchor="middle"
      >
        {label}
      </text>
    </g>
  );
}
