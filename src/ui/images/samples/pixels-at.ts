/** Where the bytes of one image lie in a row of the grid. */
import type { ImageRow, ImageSamples } from "../../../lab/images/state.ts";
import { parseImageSpec } from "../../../spec/images/parse.ts";
import type { ImageSpec } from "../../../spec/images/types.ts";
import type { PlayerFrame } from "../../views/PlayerBar.tsx";

/** Side of an image, pixels. */
export const SIDE = 32;
/** RGBA bytes of an image. */
export const IMAGE_BYTES = 4 * SIDE * SIDE;

/** x_t, or x0Hat: what the network took the image to be at that time. */
export type Shown = "state" | "prediction";

/** Frames of a row of images. */
export type Pixels = Pick<ImageRow, "states" | "predictions">;

/** Images in a row of one frame. */
export function tilesIn({ states }: Pixels): number {
  return states.length / IMAGE_BYTES;
}

/** RGBA bytes [32, 32, 4] of image `tile` in `frame`, a view. The last frame has no prediction of its own and shows the one before it. */
export function pixelsAt(
  row: Pixels,
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

/** The spec behind samples, or null if their key is of another version. */
export function specOf({ specKey }: Pick<ImageSamples, "specKey">): ImageSpec | null {
  try {
    const parsed = parseImageSpec(JSON.parse(specKey));
    return parsed.ok ? parsed.spec : null;
  } catch {
    return null;
  }
}

/** Steps taken before each frame, and its time: evenly spread where there are fewer frames than steps. */
export function framesOf(samples: Pick<ImageSamples, "times" | "specKey">): readonly PlayerFrame[] {
  const last = Math.max(1, samples.times.length - 1);
  const steps = specOf(samples)?.sampler.steps ?? last;
  return samples.times.map((t, i) => ({ step: Math.round((i * steps) / last), t }));
}
