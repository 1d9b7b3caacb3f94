/** The 2-D histogram of one frame of particles, as a density. */
import type { GridField } from "./marching-squares.ts";
import type { ParticleCloud, Viewport } from "./scene.ts";

/**
 * Share of particles per cell divided by the cell's area, on bins x bins cells over the viewport, first coordinate
 * fastest; particles outside are counted in the total only. Needs the values of the cloud (else all zero).
 */
export function cloudHistogram(
  cloud: ParticleCloud,
  frame: number,
  { lo, hi }: Viewport,
  bins: number,
): GridField {
  const { dim, particles, projection, values } = cloud;
  const density = new Float32Array(bins * bins);
  const area = ((hi[0] - lo[0]) * (hi[1] - lo[1])) / (bins * bins);
  for (let i = 0; i < particles; i += 1) {
    const at = (frame * particles + i) * dim;
    let u = 0;
    let v = 0;
    for (let j = 0; j < dim; j += 1) {
      const x = values?.[at + j] ?? NaN;
      u += (projection[j] ?? 0) * x;
      v += (projection[dim + j] ?? 0) * x;
    }
    const column = Math.floor(((u - lo[0]) / (hi[0] - lo[0])) * bins);
    const row = Math.floor(((v - lo[1]) / (hi[1] - lo[1])) * bins);
    if (column >= 0 && column < bins && row >= 0 && row < bins) {
      const cell = row * bins + column;
      density[cell] = (density[cell] ?? 0) + 1 / (particles * area);
    }
  }
  return { nx: bins, ny: bins, lo, hi, values: density };
}
