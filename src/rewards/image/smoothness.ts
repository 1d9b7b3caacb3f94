/** Smoothness: minus the total variation [Rudin92]. */
import { PIXELS, SIDE } from "./pixels.ts";
import type { PixelReward } from "./reward.ts";

/** Softens the corner of the root at 0, so that there is a slope everywhere. */
export const VARIATION_SOFTENING = 1e-3;

/**
 * - (1 / 1024) sum over pixels of sqrt(sum over colours of (right - p)^2 + (below - p)^2 + s^2) - s, s = 10^-3: minus the
 * isotropic total variation of the colour image per pixel; 0 for one colour, never above. Nothing changes beyond the frame.
 */
export const smoothness: PixelReward = {
  value(pixels) {
    let total = 0;
    for (let i = 0; i < PIXELS; i++) total += rootAt(pixels, i) - VARIATION_SOFTENING;
    return -total / PIXELS;
  },
  gradient(pixels, out) {
    const add = (j: number, slope: number): void => {
      out[j] = (out[j] ?? 0) + slope;
    };
    for (let i = 0; i < PIXELS; i++) {
      const scale = -1 / (PIXELS * rootAt(pixels, i));
      for (let j = i; j < 3 * PIXELS; j += PIXELS) {
        const right = scale * rightStep(pixels, j);
        const down = scale * downStep(pixels, j);
        add(j, -right - down);
        if (right !== 0) add(j + 1, right);
        if (down !== 0) add(j + SIDE, down);
      }
    }
  },
};

function rootAt(pixels: Float64Array, i: number): number {
  let square = VARIATION_SOFTENING ** 2;
  for (let j = i; j < 3 * PIXELS; j += PIXELS) square += rightStep(pixels, j) ** 2 + downStep(pixels, j) ** 2;
  return Math.sqrt(square);
}

function rightStep(pixels: Float64Array, j: number): number {
  return j % SIDE === SIDE - 1 ? 0 : (pixels[j + 1] ?? 0) - (pixels[j] ?? 0);
}

function downStep(pixels: Float64Array, j: number): number {
  return j % PIXELS >= PIXELS - SIDE ? 0 : (pixels[j + SIDE] ?? 0) - (pixels[j] ?? 0);
}
