/** Densities of laws on a regular grid, fast enough for every frame of a view. */
import { mixtureMoments, type GaussianMixture } from "../../diffusion/mixture.ts";

/** A box in plot coordinates, [1] or [2] entries each. */
export interface Box {
  readonly lo: readonly number[];
  readonly hi: readonly number[];
}

/** Box of `reach` standard deviations about the mean, axis by axis; at least `least` wide. */
export function lawBox(law: GaussianMixture, reach: number, least = 1e-3): Box {
  const { mean, cov } = mixtureMoments(law);
  const half = Array.from(mean, (_, i) =>
    Math.max(least / 2, reach * Math.sqrt(Math.max(0, cov[i * law.dim + i] ?? 0))),
  );
  return {
    lo: Array.from(mean, (value, i) => value - (half[i] ?? 0)),
    hi: Array.from(mean, (value, i) => value + (half[i] ?? 0)),
  };
}

/** Smallest box that holds all. */
export function unionBox(boxes: readonly Box[]): Box {
  const dim = boxes[0]?.lo.length ?? 0;
  const axis = Array.from({ length: dim }, (_, i) => i);
  return {
    lo: axis.map((i) => Math.min(...boxes.map((box) => box.lo[i] ?? Infinity))),
    hi: axis.map((i) => Math.max(...boxes.map((box) => box.hi[i] ?? -Infinity))),
  };
}

/** The box made square, so that both axes have one scale. */
export function squareBox(box: Box): Box {
  const half = Math.max(...box.lo.map((lo, i) => (box.hi[i] ?? lo) - lo)) / 2;
  const centre = box.lo.map((lo, i) => (lo + (box.hi[i] ?? lo)) / 2);
  return { lo: centre.map((c) => c - half), hi: centre.map((c) => c + half) };
}

/**
 * Density at the n or n x n nodes of the box (first coordinate fastest), for a law in 1 or 2 dimensions. Standard
 * deviations below half a cell are widened to that, so that a point mass is seen as wide as the picture can show it.
 */
export function lawGrid(law: GaussianMixture, box: Box, n: number): Float32Array {
  const values = new Float32Array(law.dim === 1 ? n : n * n);
  const cell = box.lo.map((lo, i) => ((box.hi[i] ?? lo) - lo) / (n - 1));
  for (let k = 0; k < law.count; k += 1) {
    if (law.dim === 1) addComponent1(values, law, k, box, cell[0] ?? 1);
    else addComponent2(values, law, k, box, cell, n);
  }
  return values;
}

function addComponent1(values: Float32Array, law: GaussianMixture, k: number, box: Box, cell: number): void {
  const variance = Math.max(law.covs[k] ?? 0, (cell / 2) ** 2);
  const scale = (law.weights[k] ?? 0) / Math.sqrt(2 * Math.PI * variance);
  const first = (box.lo[0] ?? 0) - (law.means[k] ?? 0);
  for (let i = 0; i < values.length; i += 1)
    values[i] = (values[i] ?? 0) + scale * Math.exp(-((first + i * cell) ** 2) / (2 * variance));
}

function addComponent2(
  values: Float32Array,
  law: GaussianMixture,
  k: number,
  box: Box,
  cell: readonly number[],
  n: number,
): void {
  const [dx = 1, dy = 1] = cell;
  const a = law.covs[k * 4] ?? 0;
  const c = law.covs[k * 4 + 3] ?? 0;
  const b = law.covs[k * 4 + 1] ?? 0;
  // Along the thin direction det = a c - b^2 is small: widen both axes until the thin one is half a cell wide.
  const thin = (a + c) / 2 - Math.hypot((a - c) / 2, b);
  const widen = Math.max(0, (Math.min(dx, dy) / 2) ** 2 - thin);
  const [A, C] = [a + widen, c + widen];
  const det = A * C - b * b;
  const scale = (law.weights[k] ?? 0) / (2 * Math.PI * Math.sqrt(det));
  const [px, pxy, py] = [C / (2 * det), b / det, A / (2 * det)];
  const x0 = (box.lo[0] ?? 0) - (law.means[k * 2] ?? 0);
  const y0 = (box.lo[1] ?? 0) - (law.means[k * 2 + 1] ?? 0);
  for (let j = 0; j < n; j += 1) {
    const y = y0 + j * dy;
    for (let i = 0; i < n; i += 1) {
      const x = x0 + i * dx;
      const at = j * n + i;
      values[at] = (values[at] ?? 0) + scale * Math.exp(-(px * x * x - pxy * x * y + py * y * y));
    }
  }
}

/** Levels whose regions {density >= level} hold the given shares of the mass on the grid. */
export function massLevels(values: Float32Array, shares: readonly number[]): number[] {
  const sorted = Float32Array.from(values).sort().reverse();
  const total = sorted.reduce((sum, value) => sum + value, 0);
  return shares.map((share) => {
    let held = 0;
    for (const value of sorted) {
      held += value;
      if (held >= share * total) return value;
    }
    return 0;
  });
}
