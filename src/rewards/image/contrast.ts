/** Contrast of ink to background by the Web Content Accessibility Guidelines [WCAG22]. */
import { estimateInk } from "./ink.ts";
import type { Rgb } from "./pixels.ts";
import type { PixelReward } from "./reward.ts";

const WEIGHTS: Rgb = [0.2126, 0.7152, 0.0722];

/** Relative luminance of a gamma-encoded sRGB colour, 0 .. 1 [WCAG22]. */
export function relativeLuminance(colour: Rgb): number {
  return WEIGHTS.reduce((sum, weight, c) => sum + weight * linear(colour[c] ?? 0), 0);
}

/** (lighter + 0.05) / (darker + 0.05) of two luminances, 1 .. 21 [WCAG22]. */
export function contrastRatio(a: Rgb, b: Rgb): number {
  const [first, second] = [relativeLuminance(a) + 0.05, relativeLuminance(b) + 0.05];
  return Math.max(first, second) / Math.min(first, second);
}

/** Contrast ratio of the image's estimated ink to its estimated background, 1 .. 21; see ink.ts. */
export const contrast: PixelReward = {
  value(pixels) {
    const { ink, background } = estimateInk(pixels);
    return contrastRatio(ink, background);
  },
  gradient(pixels, out) {
    const estimate = estimateInk(pixels);
    const ofInk = relativeLuminance(estimate.ink) + 0.05;
    const ofGround = relativeLuminance(estimate.background) + 0.05;
    const [toInk, toGround] =
      ofInk > ofGround ? [1 / ofGround, -ofInk / ofGround ** 2] : [-ofGround / ofInk ** 2, 1 / ofInk];
    estimate.pullBack(
      {
        ink: luminanceSlopes(estimate.ink, toInk),
        background: luminanceSlopes(estimate.background, toGround),
      },
      out,
    );
  },
};

function luminanceSlopes(colour: Rgb, scale: number): Rgb {
  const slope = (c: 0 | 1 | 2): number => scale * WEIGHTS[c] * linearSlope(colour[c]);
  return [slope(0), slope(1), slope(2)];
}

/** sRGB's transfer function, to linear light. */
function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function linearSlope(value: number): number {
  return value <= 0.04045 ? 1 / 12.92 : (2.4 / 1.055) * ((value + 0.055) / 1.055) ** 1.4;
}
