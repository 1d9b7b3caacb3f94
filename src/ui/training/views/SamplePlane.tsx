/** Samples of one network under one sampler in the plane: over the reward, with the data's own law. */
import { useMemo, useRef } from "react";
import { hueColour } from "../../../charts/marks.ts";
import { useWidth } from "../../../charts/use-size.ts";
import type { TrainingView } from "../../../lab/training/prepare-messages.ts";
import type { FrameLook, ParticleCloud, Rgb } from "../../../render/scene.ts";
import { canvasStage } from "../../../render/view-stage.ts";
import { ContourLines } from "../../views/ContourLines.tsx";
import { BottomAxis, SideAxis, type Margins } from "../../views/PlotAxes.tsx";
import { plotScale, type PlotScale } from "../../views/plot-scale.ts";
import { RewardField } from "../../views/RewardField.tsx";
import { useParticleCanvas } from "../../views/use-particle-canvas.ts";
import { useThemeColours } from "../../views/use-theme-colours.ts";
import { FIRST_OPTIONS, pointOpacity } from "../../views/view-options.ts";
import type { ShownArm } from "./shown-samples.ts";

const MARGINS: Margins = { left: 34, right: 4, top: 4, bottom: 22 };
const MOST_PIXELS = 420;
// Samples change a few times a minute: a plain canvas does, and needs no device.
const STAGE = canvasStage();
const PLANE = Float32Array.of(1, 0, 0, 1);

export interface SamplePlotProps {
  readonly arm: ShownArm;
  readonly view: TrainingView;
  /** Draws the reward behind the samples. */
  readonly reward: boolean;
  /** Draws where the data's law holds half and nine tenths of its mass. */
  readonly data: boolean;
}

/** The plot, square. */
export function SamplePlane({ arm, view, reward, data }: SamplePlotProps) {
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(holder);
  const size = Math.max(0, Math.min(MOST_PIXELS, width - MARGINS.left - MARGINS.right));
  const { lo, hi } = view.box;
  const x = plotScale(lo[0] ?? 0, hi[0] ?? 1, 0, size);
  const y = plotScale(lo[1] ?? 0, hi[1] ?? 1, size, 0);
  const outer = { width: size + MARGINS.left + MARGINS.right, height: size + MARGINS.top + MARGINS.bottom };
  const colours = useThemeColours();
  const { samples } = arm;
  const cloud = useMemo(() => cloudOf(samples), [samples]);
  const rgb = colours[arm.hue];
  const look = useMemo(() => lookOf(view, rgb, cloud.particles), [view, rgb, cloud.particles]);
  useParticleCanvas(canvas, STAGE, cloud, look, size);
  return (
    <div ref={holder} className="views-stack" style={{ height: outer.height }}>
      <div className="views-area" style={{ left: MARGINS.left, top: MARGINS.top, width: size, height: size }}>
        {reward && <RewardField reward={view.reward} window={view.box} size={size} />}
        <canvas ref={canvas} className="views-layer" aria-hidden="true" />
      </div>
      {size > 0 && (
        <svg {...outer} className="views-overlay" role="img" aria-label={plotWords(arm, reward, data)}>
          <svg x={MARGINS.left} y={MARGINS.top} width={size} height={size}>
            {data && (
              <ContourLines
                law={view.data}
                box={view.box}
                x={x}
                y={y}
                colour={hueColour("data")}
                dash="2 3"
              />
            )}
          </svg>
          <BottomAxis scale={shifted(x, MARGINS.left)} label="" {...outer} margins={MARGINS} ticks={5} />
          <SideAxis scale={shifted(y, MARGINS.top)} label="" {...outer} margins={MARGINS} ticks={5} />
        </svg>
      )}
    </div>
  );
}

function cloudOf(samples: Float32Array): ParticleCloud {
  const particles = samples.length / 2;
  return { dim: 2, particles, frames: 1, projection: PLANE, values: samples, view: null };
}

function lookOf({ box: { lo, hi } }: TrainingView, rgb: Rgb, particles: number): FrameLook {
  return {
    frame: 0,
    viewport: { lo: [lo[0] ?? 0, lo[1] ?? 0], hi: [hi[0] ?? 1, hi[1] ?? 1] },
    rgb,
    points: true,
    opacity: pointOpacity(particles, FIRST_OPTIONS),
    pointSize: 2.5,
    trails: 0,
    density: null,
  };
}

function shifted(scale: PlotScale, by: number): PlotScale {
  return { ...scale, at: (value) => scale.at(value) + by };
}

/** What a plot shows, for those who do not see it. */
export function plotWords({ name, samples }: ShownArm, reward: boolean, data: boolean): string {
  const parts = [
    `${(samples.length / 2).toLocaleString("en")} samples`,
    reward && "reward shading",
    data && "the data’s law",
  ].filter((part) => part !== false);
  return `${name}: ${parts.join(", ")}`;
}
