import { useMemo, useRef, useState, type PointerEvent } from "react";
import { formatNumber } from "../../charts/format.ts";
import { hueColour, markerPath, MARKERS } from "../../charts/marks.ts";
import { useWidth } from "../../charts/use-size.ts";
import type { Box, RewardView } from "../../lab/views.ts";
import type { FrameLook, ParticleCloud } from "../../render/scene.ts";
import { armName } from "./arm-style.ts";
import { ContourLines } from "./ContourLines.tsx";
import { along, shapeOf } from "./particle-values.ts";
import { BottomAxis, SideAxis, type Margins } from "./PlotAxes.tsx";
import { linePath, plotScale, type PlotScale } from "./plot-scale.ts";
import { RewardField } from "./RewardField.tsx";
import { rewardInPlane } from "./reward-lookup.ts";
import { useParticleCanvas } from "./use-particle-canvas.ts";
import type { ThemeColours } from "./use-theme-colours.ts";
import type { Shown } from "./use-views.ts";
import { pointOpacity, type ViewOptions } from "./view-options.ts";

interface Props {
  readonly shown: Shown;
  readonly arm: number;
  readonly frame: number;
  readonly window: Box;
  readonly options: ViewOptions;
  readonly colours: ThemeColours;
  /** Marked particle (hovered or picked), the same noise in both panels. */
  readonly marked: number | null;
  readonly onHover: (particle: number | null) => void;
  readonly onPick: (particle: number) => void;
}

const MARGINS: Margins = { left: 40, right: 4, top: 6, bottom: 34 };
const DENSITY_BINS = 48;
const TRAILS = 24;

/** One sampler in the plane: reward, density, particles, trails, exact contours, axes. */
export function ParticlePanel(props: Props) {
  const { shown, arm, frame, window, options, colours, marked } = props;
  const { data } = shown;
  const choice = data.arms[arm];
  const at = data.frames[frame];
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const size = Math.max(0, Math.min(560, width - MARGINS.left - MARGINS.right));
  const x = plotScale(window.lo[0] ?? 0, window.hi[0] ?? 1, 0, size);
  const y = plotScale(window.lo[1] ?? 0, window.hi[1] ?? 1, size, 0);
  const [cursor, setCursor] = useState<readonly [number, number] | null>(null);
  if (choice === undefined || at === undefined) return null;
  const move = (event: PointerEvent<SVGRectElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    const spot = [event.clientX - bounds.left, event.clientY - bounds.top] as const;
    setCursor(spot);
    props.onHover(nearestParticle(shown, arm, frame, x, y, spot));
  };
  const outer = { width: size + MARGINS.left + MARGINS.right, height: size + MARGINS.top + MARGINS.bottom };
  return (
    <figure className="views-figure">
      <figcaption>
        <svg width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">
          <path d={markerPath(MARKERS[choice.id], 4)} fill={hueColour(choice.id)} />
        </svg>
        {armName(choice)}
      </figcaption>
      <div ref={holder} className="views-stack" style={{ height: outer.height }}>
        <div
          className="views-area"
          style={{ left: MARGINS.left, top: MARGINS.top, width: size, height: size }}
        >
          {options.reward && <RewardField reward={data.reward} window={window} size={size} />}
          <PanelCanvas key={shown.stage.id} {...props} size={size} rgb={colours[choice.id]} peak={at.peak} />
        </div>
        {size > 0 && (
          <svg
            {...outer}
            className="views-overlay"
            role="img"
            aria-label={panelWords(props, armName(choice), at.step)}
          >
            <svg x={MARGINS.left} y={MARGINS.top} width={size} height={size}>
              {options.contours && <PanelContours shown={shown} arm={arm} frame={frame} x={x} y={y} />}
              {marked !== null && <MarkedPath {...props} particle={marked} x={x} y={y} />}
              <rect
                width={size}
                height={size}
                fill="transparent"
                onPointerMove={move}
                onPointerLeave={() => {
                  setCursor(null);
                  props.onHover(null);
                }}
                onClick={(event) => {
                  const bounds = event.currentTarget.getBoundingClientRect();
                  const spot = [event.clientX - bounds.left, event.clientY - bounds.top] as const;
                  const found = nearestParticle(shown, arm, frame, x, y, spot);
                  if (found !== null) props.onPick(found);
                }}
              />
            </svg>
            <BottomAxis
              scale={shifted(x, MARGINS.left)}
              label={data.axes[0]?.label ?? "x"}
              {...outer}
              margins={MARGINS}
              ticks={5}
            />
            <SideAxis
              scale={shifted(y, MARGINS.top)}
              label={data.axes[1]?.label ?? "y"}
              {...outer}
              margins={MARGINS}
              ticks={5}
            />
          </svg>
        )}
        {cursor !== null && (
          <output className="views-coordinates">
            {placeText(data.reward, x.value(cursor[0]), y.value(cursor[1]))}
          </output>
        )}
      </div>
    </figure>
  );
}

function PanelCanvas(props: Props & { size: number; rgb: FrameLook["rgb"]; peak: number }) {
  const { shown, arm, frame, window, options, size, rgb, peak } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const cloud = useMemo(() => cloudOf(shown, arm), [shown, arm]);
  useParticleCanvas(
    canvas,
    shown.stage,
    cloud,
    {
      frame,
      viewport: {
        lo: [window.lo[0] ?? 0, window.lo[1] ?? 0],
        hi: [window.hi[0] ?? 1, window.hi[1] ?? 1],
      },
      rgb,
      points: options.points,
      opacity: pointOpacity(cloud.particles, options),
      pointSize: 2.5,
      trails: options.trails ? TRAILS : 0,
      density: options.density ? { bins: DENSITY_BINS, peak } : null,
    },
    size,
  );
  return <canvas ref={canvas} className="views-layer" aria-hidden="true" />;
}

function cloudOf({ data, recording, values }: Shown, arm: number): ParticleCloud {
  const { particles, dim } = shapeOf(data);
  const projection = new Float32Array(2 * dim);
  data.axes.forEach((axis, i) => projection.set(axis.vector, i * dim));
  return {
    dim,
    particles,
    frames: data.frames.length,
    projection,
    values: values[arm] ?? null,
    view: recording.arms[arm]?.view ?? null,
  };
}

/** Exact laws at the frame: data, target, and the sampler's own where it is Gaussian. */
function PanelContours(props: { shown: Shown; arm: number; frame: number; x: PlotScale; y: PlotScale }) {
  const { shown, arm, frame, x, y } = props;
  const at = shown.data.frames[frame];
  if (at === undefined) return null;
  const own = at.arms[arm] ?? null;
  const id = shown.data.arms[arm]?.id ?? "ode";
  return (
    <>
      <ContourLines law={at.data} box={at.window} x={x} y={y} colour={hueColour("data")} dash="2 3" />
      {at.target !== null && (
        <ContourLines
          law={at.target}
          box={at.window}
          x={x}
          y={y}
          colour={hueColour("target")}
          dash="9 4 2 4"
        />
      )}
      {own !== null && (
        <ContourLines law={own} box={at.window} x={x} y={y} colour={hueColour(id)} dash="5 3" />
      )}
    </>
  );
}

/** The path of one particle up to now, and where it is. */
function MarkedPath(props: Props & { particle: number; x: PlotScale; y: PlotScale }) {
  const { shown, arm, frame, particle, x, y } = props;
  const [a, b] = shown.data.axes;
  const values = shown.values[arm];
  const id = shown.data.arms[arm]?.id ?? "ode";
  if (a === undefined || b === undefined || values === undefined) return null;
  const spot = (f: number) =>
    [
      x.at(along(values, shapeOf(shown.data), a, f, particle)),
      y.at(along(values, shapeOf(shown.data), b, f, particle)),
    ] as const;
  const [px, py] = spot(frame);
  return (
    <>
      <path className="views-halo" d={linePath(frame + 1, spot)} />
      <path d={linePath(frame + 1, spot)} fill="none" stroke={hueColour(id)} strokeWidth={1.75} />
      <path
        d={markerPath(MARKERS[id], 5.5)}
        transform={`translate(${px} ${py})`}
        fill={hueColour(id)}
        stroke="var(--text)"
        strokeWidth={1.5}
      />
    </>
  );
}

/** The particle nearest to a spot, within 14 px; null if there is none. */
function nearestParticle(
  shown: Shown,
  arm: number,
  frame: number,
  x: PlotScale,
  y: PlotScale,
  [px, py]: readonly [number, number],
): number | null {
  const [a, b] = shown.data.axes;
  const values = shown.values[arm];
  if (a === undefined || b === undefined || values === undefined) return null;
  let found: number | null = null;
  let least = 14 ** 2;
  for (let i = 0; i < shown.data.job.particles; i += 1) {
    const dx = x.at(along(values, shapeOf(shown.data), a, frame, i)) - px;
    const dy = y.at(along(values, shapeOf(shown.data), b, frame, i)) - py;
    const away = dx * dx + dy * dy;
    if (away < least) [found, least] = [i, away];
  }
  return found;
}

function placeText(reward: RewardView, x: number, y: number): string {
  const r = rewardInPlane(reward, x, y);
  const place = `(${formatNumber(x, 3)}, ${formatNumber(y, 3)})`;
  return Number.isFinite(r) ? `${place}  r ≈ ${formatNumber(r, 3)}` : place;
}

function shifted(scale: PlotScale, by: number): PlotScale {
  return { ...scale, at: (value) => scale.at(value) + by };
}

function panelWords({ shown, options }: Props, name: string, step: number): string {
  const parts = [
    options.points && `${shown.data.job.particles.toLocaleString("en")} particles`,
    options.density && "their density",
    options.trails && "trails",
    options.contours && "exact contours at 50 and 90 per cent of the mass",
    options.reward && "reward shading",
  ].filter((part) => part !== false);
  return `${name} at step ${step}: ${parts.join(", ")}`;
}
