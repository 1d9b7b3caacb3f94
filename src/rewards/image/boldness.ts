/** Boldness: how much of the image is ink, and how thick its strokes are. */
import { estimateInk } from "./ink.ts";
import { PIXELS, SIDE } from "./pixels.ts";
import type { AskedColours, PixelReward } from "./reward.ts";

/** Softens the length of an edge, sqrt(g^2 + s^2) - s, so that it has a slope where there is no edge; coverage per pixel. */
export const EDGE_SOFTENING = 1e-3;
/** Pixels added to the perimeter: a blank image has stroke width 0, not 0/0. */
export const PERIMETER_FLOOR = 1e-3;

/** Mean coverage, 0 .. 1. */
export function boldness(asked?: AskedColours): PixelReward {
  return {
    value: (pixels) => sum(estimateInk(pixels, asked).coverage) / PIXELS,
    gradient: (pixels, out) =>
      estimateInk(pixels, asked).pullBack({ coverage: new Float64Array(PIXELS).fill(1 / PIXELS) }, out),
  };
}

/**
 * Stroke width, pixels: 2 area / perimeter, which is w for a long straight stroke of width w. The area is the sum of the
 * coverage; the perimeter is the sum of its gradient's length by forward differences, blank beyond the frame, so that an image
 * full of ink has width 16 and not infinity.
 */
export function stroke(asked?: AskedColours): PixelReward {
  return {
    value: (pixels) => {
      const { coverage } = estimateInk(pixels, asked);
      return (2 * sum(coverage)) / (perimeter(coverage) + PERIMETER_FLOOR);
    },
    gradient: (pixels, out) => {
      const estimate = estimateInk(pixels, asked);
      const length = perimeter(estimate.coverage) + PERIMETER_FLOOR;
      const area = sum(estimate.coverage);
      const slopes = new Float64Array(PIXELS).fill(2 / length);
      addPerimeterSlopes(estimate.coverage, (-2 * area) / (length * length), slopes);
      estimate.pullBack({ coverage: slopes }, out);
    },
  };
}

/** Length of the edges of coverage [32, 32], pixels. */
export function perimeter(coverage: Float64Array): number {
  let total = 0;
  for (let row = -1; row < SIDE; row++)
    for (let column = -1; column < SIDE; column++) {
      const here = coverageAt(coverage, row, column);
      const right = coverageAt(coverage, row, column + 1) - here;
      const down = coverageAt(coverage, row + 1, column) - here;
      total += Math.sqrt(right * right + down * down + EDGE_SOFTENING ** 2) - EDGE_SOFTENING;
    }
  return total;
}

/** Adds scale times the slopes of the perimeter. */
function addPerimeterSlopes(coverage: Float64Array, scale: number, out: Float64Array): void {
  const add = (row: number, column: number, slope: number): void => {
    if (row < 0 || column < 0 || row >= SIDE || column >= SIDE) return;
    out[row * SIDE + column] = (out[row * SIDE + column] ?? 0) + slope;
  };
  for (let row = -1; row < SIDE; row++)
    for (let column = -1; column < SIDE; column++) {
      const here = coverageAt(coverage, row, column);
      const right = coverageAt(coverage, row, column + 1) - here;
      const down = coverageAt(coverage, row + 1, column) - here;
      const each = scale / Math.sqrt(right * right + down * down + EDGE_SOFTENING ** 2);
      add(row, column + 1, each * right);
      add(row + 1, column, each * down);
      add(row, column, -each * (right + down));
    }
}

function coverageAt(coverage: Float64Array, row: number, column: number): number {
  if (row < 0 || column < 0 || row >= SIDE || column >= SIDE) return 0;
  return coverage[row * SIDE + column] ?? 0;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
