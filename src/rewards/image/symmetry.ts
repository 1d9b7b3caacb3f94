/** Symmetry of an image about its vertical middle line, colours included. */
import { BORDER, BORDER_PIXELS, borderMean } from "./ink.ts";
import { IMAGE_SIZE, PIXELS, SIDE } from "./pixels.ts";
import type { PixelReward } from "./reward.ts";

/** Added to the denominator: a blank image is symmetric. */
export const SYMMETRY_FLOOR = 1e-3;

/**
 * 1 - sum |p - mirror(p)| / (2 sum |p - b| + 10^-3) over pixels and colours, b the mean of the border: 1 for a symmetric image
 * (and a blank one), 0 where no ink falls on the mirrored ink; never below 0, by the triangle inequality.
 */
export const symmetry: PixelReward = {
  value(pixels) {
    const { difference, size } = parts(pixels, borderMean(pixels));
    return 1 - difference / (2 * size + SYMMETRY_FLOOR);
  },
  gradient(pixels, out) {
    const b = borderMean(pixels);
    const { difference, size } = parts(pixels, b);
    const below = 2 * size + SYMMETRY_FLOOR;
    const toSize = (2 * difference) / (below * below);
    for (let c = 0; c < 3; c++) {
      let signs = 0;
      for (let i = 0; i < PIXELS; i++) {
        const j = c * PIXELS + i;
        const p = pixels[j] ?? 0;
        const sign = Math.sign(p - (b[c] ?? 0));
        signs += sign;
        // Each pair of mirrored pixels occurs twice in the sum.
        const mirrored = 2 * Math.sign(p - (pixels[mirror(j)] ?? 0));
        out[j] = (out[j] ?? 0) - mirrored / below + toSize * sign;
      }
      for (const i of BORDER_PIXELS)
        out[c * PIXELS + i] = (out[c * PIXELS + i] ?? 0) - (toSize * signs) / BORDER;
    }
  },
};

function parts(
  pixels: Float64Array,
  b: readonly number[],
): { readonly difference: number; readonly size: number } {
  let difference = 0;
  let size = 0;
  for (let j = 0; j < IMAGE_SIZE; j++) {
    difference += Math.abs((pixels[j] ?? 0) - (pixels[mirror(j)] ?? 0));
    size += Math.abs((pixels[j] ?? 0) - (b[Math.floor(j / PIXELS)] ?? 0));
  }
  return { difference, size };
}

/** The number in the same row and plane, left and right exchanged. */
function mirror(j: number): number {
  const column = j % SIDE;
  return j - column + (SIDE - 1 - column);
}
