import { useEffect, useMemo, useRef } from "react";
import { divergingRamp, sequentialRamp, type Ramp } from "../../render/colour-ramp.ts";
import { paintField } from "../../render/field-image.ts";
import type { RewardGrid, RewardView } from "../../lab/views.ts";
import type { Box } from "../../lab/views.ts";
import { useRewardColours } from "./use-theme-colours.ts";

/** Opacity of the strongest shade: particles must stand out before it. */
const TOP = 0.55;

/** The reward as shading behind the particles, on the same window. */
export function RewardField({ reward, window, size }: { reward: RewardView; window: Box; size: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const ramp = useRewardRamp(reward.centred);
  const layers = useMemo(
    () => [reward.whole, reward.near].map((grid) => ({ grid, image: gridImage(grid, reward.range, ramp) })),
    [reward, ramp],
  );
  useEffect(() => {
    const context = canvas.current?.getContext("2d", { willReadFrequently: true }) ?? null;
    if (canvas.current === null || context === null || size <= 0) return;
    canvas.current.width = size;
    canvas.current.height = size;
    for (const { grid, image } of layers) drawLayer(context, grid, image, window, size);
  }, [layers, window, size]);
  return <canvas ref={canvas} className="views-layer" aria-hidden="true" />;
}

/** The colour scale of the reward, recomputed with the theme. */
function useRewardRamp(centred: boolean): Ramp {
  const { high, low } = useRewardColours();
  return useMemo(
    () => (centred ? divergingRamp(low, high, TOP) : sequentialRamp(high, TOP, 1)),
    [centred, high, low],
  );
}

function gridImage(grid: RewardGrid, range: readonly [number, number], ramp: Ramp): HTMLCanvasElement {
  const image = document.createElement("canvas");
  const { lo, hi } = grid.box;
  const field = {
    nx: grid.n,
    ny: grid.n,
    lo: [lo[0] ?? 0, lo[1] ?? 0],
    hi: [hi[0] ?? 1, hi[1] ?? 1],
    values: grid.values,
  } as const;
  paintField(image, field, range, ramp);
  return image;
}

function drawLayer(
  context: CanvasRenderingContext2D,
  { box }: RewardGrid,
  image: HTMLCanvasElement,
  window: Box,
  size: number,
): void {
  const px = (axis: 0 | 1, value: number) => {
    const lo = window.lo[axis] ?? 0;
    const share = (value - lo) / ((window.hi[axis] ?? 1) - lo);
    return size * (axis === 0 ? share : 1 - share);
  };
  const left = px(0, box.lo[0] ?? 0);
  const top = px(1, box.hi[1] ?? 1);
  const width = px(0, box.hi[0] ?? 1) - left;
  const height = px(1, box.lo[1] ?? 0) - top;
  context.clearRect(left, top, width, height);
  context.drawImage(image, left, top, width, height);
}
