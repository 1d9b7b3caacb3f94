import { useMemo, useRef, useState } from "react";
import { formatCount, formatNumber, halfWidth, INTERVAL_WORDS } from "../../charts/format.ts";
import { hueColour } from "../../charts/marks.ts";
import { useWidth } from "../../charts/use-size.ts";
import type { Estimate } from "../../measure/estimate.ts";
import { armName } from "./arm-style.ts";
import { densityCurves, type DensityCurve } from "./density-curves.ts";
import { BottomAxis, SideAxis, type Margins } from "./PlotAxes.tsx";
import type { LineHistogram } from "./particle-values.ts";
import { interpolate, linePath, plotScale, type PlotScale } from "./plot-scale.ts";
import type { Shown } from "./use-views.ts";

interface Props {
  readonly shown: Shown;
  readonly frame: number;
}

const HEIGHT = 250;
const MARGINS: Margins = { left: 46, right: 46, top: 8, bottom: 38 };

/** Densities at one time: exact laws as lines, particles as histograms, and the reward on its own axis; 1-D. */
export function DensityPlot({ shown, frame }: Props) {
  const { data, values } = shown;
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const [pointer, setPointer] = useState<number | null>(null);
  const at = data.frames[frame];
  const curves = useMemo(() => densityCurves(data, values, frame), [data, values, frame]);
  if (at === undefined) return null;
  const x = plotScale(
    at.window.lo[0] ?? 0,
    at.window.hi[0] ?? 1,
    MARGINS.left,
    Math.max(MARGINS.left + 1, width - MARGINS.right),
  );
  const top = Math.max(at.peak, ...curves.histograms.map(({ peak }) => peak)) * 1.06;
  const y = plotScale(0, top, HEIGHT - MARGINS.bottom, MARGINS.top);
  const reward = rewardCurve(shown, x);
  const r = plotScale(reward.lo, reward.hi, HEIGHT - MARGINS.bottom, MARGINS.top);
  const here = pointer === null ? null : x.value(pointer);
  return (
    <div ref={holder} className="views-plot" style={{ height: HEIGHT }}>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`Densities at step ${at.step}: data, target and both samplers, with the reward`}
          onPointerMove={(event) =>
            setPointer(event.clientX - event.currentTarget.getBoundingClientRect().left)
          }
          onPointerLeave={() => setPointer(null)}
        >
          <path
            className="views-reward-line"
            d={linePath(reward.points.length, (i) => {
              const [px, value] = reward.points[i] ?? [NaN, NaN];
              return [px, r.at(value)];
            })}
          />
          {curves.histograms.map(({ arm, histogram }) => (
            <g key={arm.id}>
              <path d={stairs(histogram, x, y, true)} fill={hueColour(arm.id)} opacity={0.16} />
              <path
                d={stairs(histogram, x, y, false)}
                fill="none"
                stroke={hueColour(arm.id)}
                strokeWidth={1.25}
              />
            </g>
          ))}
          {curves.exact.map((curve) => (
            <path
              key={curve.label}
              d={curvePath(curve, x, y)}
              fill="none"
              stroke={hueColour(curve.hue)}
              strokeWidth={curve.hue === "ode" || curve.hue === "sde" ? 1.75 : 2.25}
              strokeDasharray={curve.dash}
            />
          ))}
          {here !== null && pointer !== null && here >= x.lo && here <= x.hi && (
            <path className="views-cursor" d={`M${pointer} ${MARGINS.top}V${HEIGHT - MARGINS.bottom}`} />
          )}
          <BottomAxis scale={x} label="x" width={width} height={HEIGHT} margins={MARGINS} />
          <SideAxis scale={y} label="density" width={width} height={HEIGHT} margins={MARGINS} />
          <SideAxis
            scale={r}
            label="reward r(x)"
            side="right"
            width={width}
            height={HEIGHT}
            margins={MARGINS}
          />
        </svg>
      )}
      {here !== null && here >= x.lo && here <= x.hi && (
        <div
          className="views-tooltip"
          style={
            (pointer ?? 0) > width / 2
              ? { right: width - (pointer ?? 0) + 10 }
              : { left: (pointer ?? 0) + 10 }
          }
        >
          <strong>x = {formatNumber(here, 3)}</strong>
          {curves.exact.map((curve) => (
            <span key={curve.label}>
              {curve.label}: {formatNumber(curve.at(here), 3)}
            </span>
          ))}
          {curves.histograms.map(({ arm, histogram }) => {
            const cell = Math.floor((here - histogram.lo) / histogram.width);
            return (
              <span key={arm.id}>
                {armName(arm)}: {formatNumber(histogram.density[cell] ?? 0, 3)} ±{" "}
                {formatNumber(halfWidth(cellEstimate(histogram, cell, shown.data.job.particles)), 2)}
              </span>
            );
          })}
          <span className="views-muted">
            {INTERVAL_WORDS}, {formatCount(shown.data.job.particles)}
          </span>
          <span>r(x) = {formatNumber(rewardAt(shown, here), 4)}</span>
        </div>
      )}
    </div>
  );
}

function cellEstimate(histogram: LineHistogram, cell: number, n: number): Estimate {
  return { value: histogram.density[cell] ?? 0, se: histogram.se[cell] ?? 0, n };
}

function curvePath(curve: DensityCurve, x: PlotScale, y: PlotScale): string {
  return linePath(curve.x.length, (i) => {
    const at = curve.x[i] ?? NaN;
    return at < x.lo || at > x.hi ? [NaN, NaN] : [x.at(at), y.at(Math.min(curve.y[i] ?? NaN, y.hi * 2))];
  });
}

function stairs(
  { lo, width, density }: { lo: number; width: number; density: Float64Array },
  x: PlotScale,
  y: PlotScale,
  closed: boolean,
): string {
  const base = y.at(0).toFixed(1);
  let path = `M${x.at(lo).toFixed(1)} ${base}`;
  density.forEach((value, i) => {
    path += `V${y.at(value).toFixed(1)}H${x.at(lo + (i + 1) * width).toFixed(1)}`;
  });
  return `${path}V${base}${closed ? "Z" : ""}`;
}

/** Reward at x, from the closer grid where it reaches. */
function rewardAt({ data }: Shown, at: number): number {
  const { near, whole } = data.reward;
  const close = interpolate(near.values, near.box.lo[0] ?? 0, near.box.hi[0] ?? 1, at);
  return Number.isFinite(close)
    ? close
    : interpolate(whole.values, whole.box.lo[0] ?? 0, whole.box.hi[0] ?? 1, at);
}

/** The reward across the plot: pixels and values, and the range of its axis. */
function rewardCurve(shown: Shown, x: PlotScale) {
  const points = Array.from({ length: 161 }, (_, i) => {
    const at = x.lo + ((x.hi - x.lo) * i) / 160;
    return [x.at(at), rewardAt(shown, at)] as const;
  });
  const finite = points.map(([, value]) => value).filter(Number.isFinite);
  const lo = Math.min(...finite);
  const hi = Math.max(...finite);
  const flat = !(hi > lo);
  return { points, lo: flat ? (lo || 0) - 1 : lo, hi: flat ? (hi || 0) + 1 : hi };
}
