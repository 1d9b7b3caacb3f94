/** Where the bytes of one image lie in a row of the grid. */
import type { ImageRow, ImageSamples } from "../../../lab/images/state.ts";
import type { PlayerFrame } from "../../views/PlayerBar.tsx";

/** Side of an image, pixels. */
export const SIDE = 32;
/** RGBA bytes of an image. */
export const IMAGE_BYTES = 4 * SIDE * SIDE;

/** x_t, or x0Hat: what the network took the image to be at that time. */
export type Shown = "state" | "prediction";

/** RGBA bytes [32, 32, 4] of image `tile` in `frame`, a view. The last frame has no prediction of its own and shows the one before it. */
export function pixelsAt(
  row: ImageRow,
  tiles: number,
  shown: Shown,
  frame: number,
  tile: number,
): Uint8ClampedArray {
  const bytes = shown === "state" ? row.states : row.predictions;
  const frames = bytes.length / (tiles * IMAGE_BYTES);
  const start = (Math.min(frame, frames - 1) * tiles + tile) * IMAGE_BYTES;
  return bytes.subarray(start, start + IMAGE_BYTES);
}

/** Columns of a grid of so many images: as square as can be. */
export function columnsOf(tiles: number): number {
  return Math.max(1, Math.ceil(Math.sqrt(tiles)));
}

/** Steps taken before each frame, and its time: evenly spread where there are fewer frames than steps. */
export function framesOf({
  times,
  specKey,
}: Pick<ImageSamples, "times" | "specKey">): readonly PlayerFrame[] {
  const last = Math.max(1, times.length - 1);
  const steps = stepsOf(specKey) ?? last;
  return times.map((t, i) => ({ step: Math.round((i * steps) / last), t }));
}

/** N of the spec behind samples, or null. */
function stepsOf(specKey: string): number | null {
  try {
    const spec = JSON.parse(specKey) as { readonly sampler?: { readonly steps?: unknown } };
    const steps = spec.sampler?.steps;
    return typeof steps === "number" ? steps : null;
  } catch {
    return null;
  }
}
