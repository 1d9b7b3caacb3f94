import { useEffect, useMemo, useRef, useState, type PointerEvent } from "react";
import { formatNumber } from "../../charts/format.ts";
import { hueColour, markerPath, MARKERS } from "../../charts/marks.ts";
import { useWidth } from "../../charts/use-size.ts";
import { DENSITY_GRID, type ViewData } from "../../lab/views.ts";
import { sequentialRamp } from "../../render/colour-ramp.ts";
import { paintField } from "../../render/field-image.ts";
import { ARM_DASH } from "./arm-style.ts";
import { along, shapeOf } from "./particle-values.ts";
import { BottomAxis, SideAxis, type Margins } from "./PlotAxes.tsx";
import { linePath, plotScale } from "./plot-scale.ts";
import type { ThemeColours } from "./use-theme-colours.ts";
import type { Shown } from "./use-views.ts";

interface Props {
  readonly shown: Shown;
  readonly frame: number;
  readonly zoom: "whole" | "samples";
  readonly picked: number | null;
  readonly onPick: (particle: number | null) => void;
  readonly colours: ThemeColours;
}

/** Pairs of paths that are drawn. */
const PATHS = 20;
const HEIGHT = 250;
const MARGINS: Margins = { left: 46, right: 10, top: 8, bottom: 38 };

/** Paths of a few particles, x against time from noise to data, over the exact law of x_t; 1-D. */
export function SpaceTimePlot({ shown, frame, zoom, picked, onPick, colours }: Props) {
  const { data, values } = shown;
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const [hovered, setHovered] = useState<number | null>(null);
  const box = zoom === "whole" ? data.whole : samplesBox(data);
  const x = plotScale(0, data.steps, MARGINS.left, Math.max(MARGINS.left + 1, width - MARGINS.right));
  const y = plotScale(box.lo[0] ?? 0, box.hi[0] ?? 1, HEIGHT - MARGINS.bottom, MARGINS.top);
  const paths = useMemo(() => {
    const [axis] = data.axes;
    if (axis === undefined || width === 0) return [];
    const count = Math.min(PATHS, data.job.particles);
    return data.arms.map((arm, a) => ({
      arm,
      lines: Array.from({ length: count }, (_, i) =>
        linePath(data.frames.length, (f) => [
          x.at(data.frames[f]?.step ?? 0),
          y.at(along(values[a] ?? new Float32Array(0), shapeOf(data), axis, f, i)),
        ]),
      ),
    }));
    // x and y follow from width and zoom.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [data, values, width, zoom]);
  const shownPair = hovered ?? picked;
  const nearest = (event: PointerEvent<SVGSVGElement>) => nearestPath(event, shown, x.value, y.at);
  return (
    <div ref={holder} className="views-plot" style={{ height: HEIGHT }}>
      <SpaceTimeShade data={data} width={width} y={y.at} colours={colours} />
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`Paths of ${Math.min(PATHS, data.job.particles)} particles from noise to data, for both samplers on the same noise`}
          onPointerMove={(event) => setHovered(nearest(event))}
          onPointerLeave={() => setHovered(null)}
          onClick={() => onPick(hovered === picked ? null : hovered)}
        >
          <clipPath id="views-space-time">
            <rect
              x={MARGINS.left}
              y={MARGINS.top}
              width={width - MARGINS.left - MARGINS.right}
              height={HEIGHT - MARGINS.top - MARGINS.bottom}
            />
          </clipPath>
          <g clipPath="url(#views-space-time)" fill="none">
            {paths.map(({ arm, lines }) =>
              lines.map((d, i) => (
                <path
                  key={`${arm.id}${i}`}
                  d={d}
                  stroke={hueColour(arm.id)}
                  strokeDasharray={ARM_DASH[arm.id]}
                  strokeWidth={i === shownPair ? 2.75 : 1.1}
                  opacity={shownPair === null ? 0.75 : i === shownPair ? 1 : 0.22}
                />
              )),
            )}
            <Heads shown={shown} frame={frame} particle={shownPair} x={x.at} y={y.at} />
          </g>
          <path
            className="views-cursor"
            d={`M${x.at(data.frames[frame]?.step ?? 0)} ${MARGINS.top}V${HEIGHT - MARGINS.bottom}`}
          />
          <BottomAxis
            scale={x}
            label={`step k: noise (t = ${formatNumber(data.frames[0]?.t ?? 0, 3)}) to data (t = 0)`}
            width={width}
            height={HEIGHT}
            margins={MARGINS}
          />
          <SideAxis scale={y} label="x" width={width} height={HEIGHT} margins={MARGINS} />
        </svg>
      )}
    </div>
  );
}

/** Markers of a pair at the present frame. */
function Heads(props: {
  shown: Shown;
  frame: number;
  particle: number | null;
  x: (v: number) => number;
  y: (v: number) => number;
}) {
  const { shown, frame, particle } = props;
  const { data, values } = shown;
  const [axis] = data.axes;
  if (axis === undefined) return null;
  const count = Math.min(PATHS, data.job.particles);
  const particles = particle === null ? Array.from({ length: count }, (_, i) => i) : [particle];
  return data.arms.map((arm, a) =>
    particles.map((i) => (
      <path
        key={`${arm.id}${i}`}
        d={markerPath(MARKERS[arm.id], particle === null ? 2.2 : 4.5)}
        transform={`translate(${props.x(data.frames[frame]?.step ?? 0)} ${props.y(along(values[a] ?? new Float32Array(0), shapeOf(data), axis, frame, i))})`}
        fill={hueColour(arm.id)}
        stroke="var(--surface)"
        strokeWidth={particle === null ? 0 : 1}
      />
    )),
  );
}

function SpaceTimeShade(props: {
  data: ViewData;
  width: number;
  y: (v: number) => number;
  colours: ThemeColours;
}) {
  const { data, width, y, colours } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const hue = data.frames[0]?.target === null ? colours.data : colours.target;
  useEffect(() => {
    if (canvas.current === null || data.spaceTime === null) return;
    const field = columnsToPeak(data.spaceTime, data.frames.length);
    paintField(canvas.current, field, [0, 1], sequentialRamp(hue, 0.42));
  }, [data, hue]);
  const top = y(data.whole.hi[0] ?? 1);
  const bottom = y(data.whole.lo[0] ?? 0);
  return (
    <div
      className="views-shade"
      style={{
        left: MARGINS.left,
        top: MARGINS.top,
        width: Math.max(0, width - MARGINS.left - MARGINS.right),
        height: HEIGHT - MARGINS.top - MARGINS.bottom,
      }}
    >
      <canvas
        ref={canvas}
        aria-hidden="true"
        style={{ position: "absolute", left: 0, width: "100%", top: top - MARGINS.top, height: bottom - top }}
      />
    </div>
  );
}

/** Space-time densities with frames as columns, each scaled to its own peak. */
function columnsToPeak(spaceTime: Float32Array, frames: number) {
  const n = DENSITY_GRID.line;
  const values = new Float32Array(frames * n);
  for (let f = 0; f < frames; f += 1) {
    const column = spaceTime.subarray(f * n, (f + 1) * n);
    const peak = column.reduce((a, b) => Math.max(a, b), 0) || 1;
    column.forEach((value, i) => (values[i * frames + f] = value / peak));
  }
  return { nx: frames, ny: n, lo: [0, 0], hi: [1, 1], values } as const;
}

/** Window about the samples, a little wider than their own. */
function samplesBox(data: ViewData) {
  const last = data.frames.at(-1)?.window ?? data.whole;
  const [lo = 0] = last.lo;
  const [hi = 1] = last.hi;
  const more = (hi - lo) / 3;
  return { lo: [lo - more], hi: [hi + more] };
}

/** The drawn pair whose path passes nearest to the pointer, within 40 px. */
function nearestPath(
  event: PointerEvent<SVGSVGElement>,
  { data, values }: Shown,
  stepAt: (px: number) => number,
  y: (v: number) => number,
): number | null {
  const [axis] = data.axes;
  if (axis === undefined) return null;
  const bounds = event.currentTarget.getBoundingClientRect();
  const step = stepAt(event.clientX - bounds.left);
  const frame = data.frames.reduce(
    (best, at, i) => (Math.abs(at.step - step) < Math.abs((data.frames[best]?.step ?? 0) - step) ? i : best),
    0,
  );
  let found: number | null = null;
  let least = 40;
  for (let i = 0; i < Math.min(PATHS, data.job.particles); i += 1) {
    for (const arm of values) {
      const away = Math.abs(y(along(arm, shapeOf(data), axis, frame, i)) - (event.clientY - bounds.top));
      if (away < least) [found, least] = [i, away];
    }
  }
  return found;
}
