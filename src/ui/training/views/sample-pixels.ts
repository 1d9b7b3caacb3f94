/** Drawn images of a measurement as bytes for canvases. */
import { toPixels } from "../../../lab/images/pixels.ts";

/** Pixels along each side of an image. */
export const SIDE = 32;
const BYTES = 4 * SIDE * SIDE;

/** RGBA bytes [32, 32, 4] of each of the images [n, 3, 32, 32] in [-1, 1]. */
export function samplePixels(samples: Float32Array): readonly Uint8ClampedArray<ArrayBuffer>[] {
  const bytes = toPixels(samples);
  return Array.from({ length: bytes.length / BYTES }, (_, i) => bytes.slice(i * BYTES, (i + 1) * BYTES));
}
