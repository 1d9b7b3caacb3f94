/** Squares of one colour and opacity laid over each other, as pixels: what thousands of fillRect calls would draw. */
import type { Rgb } from "./scene.ts";

export interface PointLook {
  readonly rgb: Rgb;
  /** Opacity of one point, 0..1. */
  readonly opacity: number;
  /** Side of a point's square, device pixels; drawn as the nearest whole number, at least 1. */
  readonly side: number;
}

/** Layers that an 8-bit picture can tell apart; more are drawn as this many. */
const MOST_LAYERS = 255;

/**
 * Draws points at xy [n, 2] (device pixels, y down; NaN or outside: not drawn) onto `pixels`, straight RGBA of
 * width x height, all of which is overwritten. n layers of opacity a cover 1 - (1 - a)^n ("over" of equal colours).
 */
export function drawPointPixels(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  xy: ArrayLike<number>,
  { rgb, opacity, side }: PointLook,
): void {
  const layers = new Uint8Array(width * height);
  const whole = Math.max(1, Math.round(side));
  for (let i = 0; i + 1 < xy.length; i += 2) {
    const left = Math.round((xy[i] ?? NaN) - whole / 2);
    const top = Math.round((xy[i + 1] ?? NaN) - whole / 2);
    const right = Math.min(width, left + whole);
    const bottom = Math.min(height, top + whole);
    for (let y = Math.max(0, top); y < bottom; y++) {
      for (let at = y * width + Math.max(0, left), end = y * width + right; at < end; at++) {
        const count = layers[at] ?? 0;
        if (count < MOST_LAYERS) layers[at] = count + 1;
      }
    }
  }
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  const colours = layerColours(rgb, opacity);
  for (let at = 0; at < words.length; at++) words[at] = colours[layers[at] ?? 0] ?? 0;
}

/** RGBA words, in memory order, of 0 .. 255 layers. */
function layerColours([red, green, blue]: Rgb, opacity: number): Uint32Array {
  const bytes = new Uint8ClampedArray(4 * (MOST_LAYERS + 1));
  for (let n = 1; n <= MOST_LAYERS; n++)
    bytes.set([red, green, blue, 255 * (1 - Math.pow(1 - opacity, n))], 4 * n);
  return new Uint32Array(bytes.buffer);
}
