/** Colourfulness by Hasler and Suesstrunk's third metric [Hasler03]. */
import { PIXELS } from "./pixels.ts";
import type { PixelReward } from "./reward.ts";

/** Below this spread or mean, on the scale 0 .. 1, the slope counts as 0. */
const FLAT = 1e-9;

/**
 * sqrt(var rg + var yb) + 0.3 sqrt(mean rg^2 + mean yb^2), rg = R - G and yb = (R + G) / 2 - B on the paper's scale 0 .. 255:
 * 0 for grey, 15 slightly, 45 averagely, 82 highly, 109 extremely colourful. Variances divide by the number of pixels.
 */
export const colourfulness: PixelReward = {
  value(pixels) {
    const { spread, centre } = moments(pixels);
    return 255 * (spread + 0.3 * centre);
  },
  gradient(pixels, out) {
    const { meanRg, meanYb, spread, centre } = moments(pixels);
    const bySpread = spread > FLAT ? 255 / (spread * PIXELS) : 0;
    const byCentre = centre > FLAT ? (0.3 * 255) / (centre * PIXELS) : 0;
    for (let i = 0; i < PIXELS; i++) {
      const { rg, yb } = opponent(pixels, i);
      const toRg = bySpread * (rg - meanRg) + byCentre * meanRg;
      const toYb = bySpread * (yb - meanYb) + byCentre * meanYb;
      out[i] = (out[i] ?? 0) + toRg + toYb / 2;
      out[PIXELS + i] = (out[PIXELS + i] ?? 0) - toRg + toYb / 2;
      out[2 * PIXELS + i] = (out[2 * PIXELS + i] ?? 0) - toYb;
    }
  },
};

function opponent(pixels: Float64Array, i: number): { readonly rg: number; readonly yb: number } {
  const red = pixels[i] ?? 0;
  const green = pixels[PIXELS + i] ?? 0;
  return { rg: red - green, yb: (red + green) / 2 - (pixels[2 * PIXELS + i] ?? 0) };
}

/** On the scale 0 .. 1: means, root of summed variances, length of the mean. */
function moments(pixels: Float64Array): {
  readonly meanRg: number;
  readonly meanYb: number;
  readonly spread: number;
  readonly centre: number;
} {
  let [meanRg, meanYb] = [0, 0];
  for (let i = 0; i < PIXELS; i++) {
    const { rg, yb } = opponent(pixels, i);
    meanRg += rg / PIXELS;
    meanYb += yb / PIXELS;
  }
  let variance = 0;
  for (let i = 0; i < PIXELS; i++) {
    const { rg, yb } = opponent(pixels, i);
    variance += ((rg - meanRg) ** 2 + (yb - meanYb) ** 2) / PIXELS;
  }
  return { meanRg, meanYb, spread: Math.sqrt(variance), centre: Math.sqrt(meanRg ** 2 + meanYb ** 2) };
}
