/** Images as bytes for a canvas. */

const SIDE = 32;
const PIXELS = SIDE * SIDE;
/** RGBA bytes of an image. */
export const IMAGE_BYTES = 4 * PIXELS;

/** RGBA bytes [n, 32, 32, 4] of images [n, 3, 32, 32] in [-1, 1]; values outside are clipped, NaN is black. */
export function toPixels(images: Float32Array): Uint8ClampedArray {
  const count = images.length / (3 * PIXELS);
  const bytes = new Uint8ClampedArray(4 * PIXELS * count);
  for (let i = 0; i < count; i++)
    for (let p = 0; p < PIXELS; p++) {
      const to = 4 * (i * PIXELS + p);
      for (let c = 0; c < 3; c++) bytes[to + c] = 127.5 * ((images[(3 * i + c) * PIXELS + p] ?? NaN) + 1);
      bytes[to + 3] = 255;
    }
  return bytes;
}
