/**
 * Images as rewards see them. A model's image is [3, 32, 32] in [-1, 1], red, green and blue planes, and may lie outside as
 * a sampler left it; rewards judge what a screen shows, p = clamp((x + 1) / 2, 0, 1), so that nothing is won beyond the range.
 */

export const SIDE = 32;
/** Pixels of an image. */
export const PIXELS = SIDE * SIDE;
/** Numbers of an image. */
export const IMAGE_SIZE = 3 * PIXELS;

export type ImageArray = Float32Array | Float64Array;

/** Red, green and blue, each 0 .. 1, gamma-encoded sRGB. */
export type Rgb = readonly [number, number, number];

/** Number of images in an array [n, 3, 32, 32]. Throws RangeError where it holds no whole number of them. */
export function imageCount(images: ImageArray): number {
  const n = images.length / IMAGE_SIZE;
  if (!Number.isInteger(n))
    throw new RangeError(
      `images: length must be a multiple of ${IMAGE_SIZE} (3 x 32 x 32), got ${images.length}; give whole images`,
    );
  return n;
}

/** A number of an image as it is shown, 0 .. 1. */
export function shownPixel(value: number): number {
  return Math.min(1, Math.max(0, (value + 1) / 2));
}

/** Writes image i of images [n, 3, 32, 32] as shown pixels [3, 32, 32], 0 .. 1. False where a number is NaN or infinite. */
export function shownPixels(images: ImageArray, i: number, out: Float64Array): boolean {
  let finite = true;
  for (let j = 0; j < IMAGE_SIZE; j++) {
    const x = images[i * IMAGE_SIZE + j] ?? NaN;
    finite &&= Number.isFinite(x);
    out[j] = shownPixel(x);
  }
  return finite;
}
