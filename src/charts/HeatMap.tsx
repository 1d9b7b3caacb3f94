/** A heat map: one cell per pair, numbers inside, a keyboard cursor, and a line of text for the cell under it. */
import { useRef, useState, type KeyboardEvent } from "react";
import type { Estimate } from "../measure/estimate.ts";
import type { HeatMapData } from "../measure/series.ts";
import { axisText, formatAlike, formatCount, formatInterval, formatNumber } from "./format.ts";
import { heatColour, heatEnds, heatScale, type HeatScale } from "./heat-scale.ts";
import { useWidth } from "./use-size.ts";

type Layer = "measured" | "theory" | "difference";

export interface HeatMapProps {
  readonly chart: HeatMapData;
  readonly height: number;
  /** Called with the x and y of a clicked cell. */
  readonly onPick?: ((x: number, y: number) => void) | undefined;
}

const LEFT = 64;
const BOTTOM = 44;
const TOP = 6;
const RIGHT = 6;

/** Values of one layer, [row][column]. */
export function layerValues(chart: HeatMapData, layer: Layer): (number | null)[][] {
  return chart.ys.map((_, row) =>
    chart.xs.map((_, column) => {
      const theory = chart.theory?.values[row]?.[column] ?? null;
      const measured = chart.measured?.[row]?.[column]?.value ?? null;
      if (layer === "theory") return theory;
      if (layer === "measured") return measured;
      return theory === null || measured === null ? null : measured - theory;
    }),
  );
}

/** What a person hears or reads about one cell. */
export function cellText(chart: HeatMapData, row: number, column: number): string {
  const theory = chart.theory?.values[row]?.[column] ?? null;
  const measured: Estimate | null = chart.measured?.[row]?.[column] ?? null;
  const y = `${axisText(chart.y)} = ${formatNumber(chart.ys[row] ?? NaN)}`;
  const x = `${axisText(chart.x)} = ${formatNumber(chart.xs[column] ?? NaN)}`;
  const place = `${y}, ${x.charAt(0).toLowerCase()}${x.slice(1)}`;
  const parts = [
    theory === null ? "" : `theory ${formatNumber(theory)} (${chart.theory?.kind})`,
    measured === null
      ? ""
      : `measured ${formatInterval(measured)} (95 % interval, ${formatCount(measured.n)})`,
  ].filter((part) => part !== "");
  return `${place}: ${parts.length === 0 ? "no value" : parts.join(", ")}`;
}

/** The map, its layer switch, its scale and the reading of the present cell. */
export function HeatMap({ chart, height, onPick }: HeatMapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const layers = availableLayers(chart);
  const [wanted, setLayer] = useState<Layer>("measured");
  const layer = layers.includes(wanted) ? wanted : (layers[0] ?? "theory");
  const [cursor, setCursor] = useState<readonly [number, number]>([0, 0]);
  const values = layerValues(chart, layer);
  const scale = heatScale(values, layer === "difference" || isDifference(chart));
  const row = Math.min(cursor[0], chart.ys.length - 1);
  const column = Math.min(cursor[1], chart.xs.length - 1);
  return (
    <>
      <div className="row heat-layers" role="group" aria-label="Values shown">
        {layers.map((name) => (
          <button
            key={name}
            type="button"
            className="chip"
            aria-pressed={name === layer}
            onClick={() => setLayer(name)}
          >
            {LAYER_WORDS[name]}
          </button>
        ))}
      </div>
      <div ref={frame} className="plot-frame" style={{ height }}>
        {width > 0 && (
          <HeatGrid {...{ chart, values, scale, width, height, row, column, setCursor, onPick }} />
        )}
      </div>
      <HeatKey scale={scale} symbol={keyWords(chart, layer)} />
      <p className="heat-reading number">{cellText(chart, row, column)}</p>
    </>
  );
}

const LAYER_WORDS: Readonly<Record<Layer, string>> = {
  measured: "Measured",
  theory: "Theory",
  difference: "Measured − theory",
};

function availableLayers(chart: HeatMapData): Layer[] {
  const layers: Layer[] = [];
  if (chart.measured !== null) layers.push("measured");
  if (chart.theory !== null) layers.push("theory");
  if (layers.length === 2) layers.push("difference");
  return layers;
}

interface HeatGridProps extends HeatMapProps {
  readonly values: readonly (readonly (number | null)[])[];
  readonly scale: HeatScale;
  readonly width: number;
  readonly row: number;
  readonly column: number;
  readonly setCursor: (cell: readonly [number, number]) => void;
}

function HeatGrid(props: HeatGridProps) {
  const { chart, values, scale, width, height, row, column, setCursor, onPick } = props;
  const grid = useRef<SVGSVGElement>(null);
  const rows = chart.ys.length;
  const columns = chart.xs.length;
  const cellWidth = (width - LEFT - RIGHT) / columns;
  const cellHeight = (height - TOP - BOTTOM) / rows;
  const xAt = (c: number) => LEFT + c * cellWidth;
  const yAt = (r: number) => TOP + (rows - 1 - r) * cellHeight;
  const texts = formatAlike(values.flat(), cellWidth >= 46 ? 3 : 2);
  const roomForText = cellWidth >= 34 && cellHeight >= 18;

  const move = (event: KeyboardEvent) => {
    const step = KEY_STEPS[event.key];
    if (step === undefined) {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        onPick?.(chart.xs[column] ?? 0, chart.ys[row] ?? 0);
      }
      return;
    }
    event.preventDefault();
    const next = [clamp(row + step[0], rows), clamp(column + step[1], columns)] as const;
    setCursor(next);
    grid.current?.querySelector<SVGElement>(`[data-cell="${next[0]},${next[1]}"]`)?.focus();
  };

  return (
    <svg
      ref={grid}
      width={width}
      height={height}
      className="plot heat"
      role="grid"
      aria-label={chart.title}
      onKeyDown={move}
    >
      {chart.ys.map((y, r) => (
        <g key={r} role="row">
          <text
            className="tick"
            x={LEFT - 8}
            y={yAt(r) + cellHeight / 2}
            textAnchor="end"
            dominantBaseline="central"
            role="rowheader"
          >
            {formatNumber(y, 3)}
          </text>
          {chart.xs.map((x, c) => {
            const value = values[r]?.[c] ?? null;
            return (
              <g
                key={c}
                role="gridcell"
                tabIndex={r === row && c === column ? 0 : -1}
                data-cell={`${r},${c}`}
                aria-label={cellText(chart, r, c)}
                className={onPick ? "heat-cell point-pick" : "heat-cell"}
                onPointerEnter={() => setCursor([r, c])}
                onFocus={() => setCursor([r, c])}
                onClick={onPick ? () => onPick(x, y) : undefined}
              >
                <rect
                  x={xAt(c) + 1}
                  y={yAt(r) + 1}
                  width={Math.max(1, cellWidth - 2)}
                  height={Math.max(1, cellHeight - 2)}
                  rx={2}
                  fill={value === null ? "var(--surface-sunk)" : heatColour(value, scale)}
                  stroke={r === row && c === column ? "var(--text)" : "none"}
                  strokeWidth={1.5}
                />
              </g>
            );
          })}
        </g>
      ))}
      {roomForText && (
        <g aria-hidden="true">
          {values.flatMap((line, r) =>
            line.map((_, c) => (
              <text
                key={`${r},${c}`}
                x={xAt(c) + cellWidth / 2}
                y={yAt(r) + cellHeight / 2}
                textAnchor="middle"
                dominantBaseline="central"
                className="heat-text"
              >
                {texts[r * columns + c] ?? "–"}
              </text>
            )),
          )}
        </g>
      )}
      <g role="presentation">
        {chart.xs.map((x, c) => (
          <text
            key={c}
            className="tick"
            x={xAt(c) + cellWidth / 2}
            y={height - BOTTOM + 16}
            textAnchor="middle"
          >
            {formatNumber(x, 3)}
          </text>
        ))}
        <text className="tick" x={LEFT + (width - LEFT - RIGHT) / 2} y={height - 8} textAnchor="middle">
          {axisText(chart.x)}
        </text>
        <text
          className="tick"
          transform={`translate(14 ${TOP + (height - TOP - BOTTOM) / 2}) rotate(-90)`}
          textAnchor="middle"
        >
          {axisText(chart.y)}
        </text>
      </g>
    </svg>
  );
}

/** Rows grow upwards, as the axis does. */
const KEY_STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [1, 0],
  ArrowDown: [-1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -1000],
  End: [0, 1000],
  PageUp: [1000, 0],
  PageDown: [-1000, 0],
};

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}

/** The chart's own values are differences, such as J − J*. */
function isDifference({ value }: HeatMapData): boolean {
  return /^Δ|\S − \S/.test(value.symbol || value.label);
}

function keyWords(chart: HeatMapData, layer: Layer): string {
  const symbol = chart.value.symbol || chart.value.label;
  return layer === "difference" ? `${symbol}, measured − theory` : symbol;
}

function HeatKey({ scale, symbol }: { readonly scale: HeatScale; readonly symbol: string }) {
  const [lo, hi] = heatEnds(scale);
  return (
    <div className="heat-key" aria-hidden="true">
      <span className="number">{formatNumber(lo, 3)}</span>
      <span className={scale.kind === "sequential" ? "heat-ramp heat-sequential" : "heat-ramp"} />
      <span className="number">{formatNumber(hi, 3)}</span>
      <span className="muted">{symbol}</span>
    </div>
  );
}
