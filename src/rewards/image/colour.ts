/** Closeness of the whole image to one colour. */
import { PIXELS, type Rgb } from "./pixels.ts";
import type { PixelReward } from "./reward.ts";

/** 1 - mean over pixels of |p - colour| / sqrt(3): 1 where every pixel has the colour, 0 for black if the colour is white. */
export function colourCloseness(colour: Rgb): PixelReward {
  const distanceAt = (pixels: Float64Array, i: number): number => {
    let square = 0;
    for (let c = 0; c < 3; c++) square += ((pixels[c * PIXELS + i] ?? 0) - (colour[c] ?? 0)) ** 2;
    return Math.sqrt(square);
  };
  return {
    value(pixels) {
      let sum = 0;
      for (let i = 0; i < PIXELS; i++) sum += distanceAt(pixels, i);
      return 1 - sum / (PIXELS * Math.sqrt(3));
    },
    gradient(pixels, out) {
      for (let i = 0; i < PIXELS; i++) {
        const distance = distanceAt(pixels, i);
        if (distance === 0) continue;
        for (let c = 0; c < 3; c++) {
          const j = c * PIXELS + i;
          out[j] = (out[j] ?? 0) - ((pixels[j] ?? 0) - (colour[c] ?? 0)) / (distance * PIXELS * Math.sqrt(3));
        }
      }
    },
  };
}
