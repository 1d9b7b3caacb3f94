/** Fields (rewards, exact densities) as images behind the particles, by Canvas2D: they change rarely. */
import { rampIndex, type Ramp } from "./colour-ramp.ts";
import type { GridField } from "./marching-squares.ts";

/**
 * Pixels [ny, nx, 4] of a field on the scale [lo, hi], top row = largest second coordinate; values that are not finite
 * are left transparent.
 */
export function fieldPixels(
  field: GridField,
  range: readonly [number, number],
  ramp: Ramp,
): Uint8ClampedArray<ArrayBuffer> {
  const { nx, ny, values } = field;
  const pixels = new Uint8ClampedArray(nx * ny * 4);
  for (let row = 0; row < ny; row += 1) {
    for (let i = 0; i < nx; i += 1) {
      const entry = rampIndex(values[(ny - 1 - row) * nx + i] ?? NaN, range[0], range[1]);
      if (entry >= 0) pixels.set(ramp.subarray(entry * 4, entry * 4 + 4), (row * nx + i) * 4);
    }
  }
  return pixels;
}

/** Fills the canvas with the field, one pixel per node, smoothed by the browser when stretched. */
export function paintField(
  canvas: HTMLCanvasElement,
  field: GridField,
  range: readonly [number, number],
  ramp: Ramp,
): void {
  canvas.width = field.nx;
  canvas.height = field.ny;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.putImageData(new ImageData(fieldPixels(field, range, ramp), field.nx, field.ny), 0, 0);
}

/** Empties the canvas. */
export function clearField(canvas: HTMLCanvasElement): void {
  canvas.width = 1;
  canvas.height = 1;
}
