/** Fewer points for drawing, without losing peaks. */
import type { TheoryPoint } from "../measure/series.ts";

/** Largest number of points of one drawn curve. */
export const MAX_DRAWN_POINTS = 500;

/**
 * At most `limit` of the points, in order: the first, the last, and from every stretch between them the lowest and the
 * highest. Gaps (y null) survive: a stretch with a gap keeps it.
 */
export function decimate(points: readonly TheoryPoint[], limit = MAX_DRAWN_POINTS): readonly TheoryPoint[] {
  if (points.length <= limit) return points;
  const stretches = Math.max(1, Math.floor((limit - 2) / 3));
  const kept = new Set([0, points.length - 1]);
  for (let j = 0; j < stretches; j++) {
    const from = Math.floor((j * points.length) / stretches);
    const to = Math.floor(((j + 1) * points.length) / stretches);
    for (const i of extremesOf(points, from, to)) kept.add(i);
  }
  return [...kept].sort((a, b) => a - b).flatMap((i) => points[i] ?? []);
}

/** Indices of the lowest, the highest and one missing value among points from .. to - 1. */
function extremesOf(points: readonly TheoryPoint[], from: number, to: number): number[] {
  let low = -1;
  let high = -1;
  let gap = -1;
  for (let i = from; i < to; i++) {
    const y = points[i]?.y ?? null;
    if (y === null) gap = i;
    else {
      if (low < 0 || y < (points[low]?.y ?? Infinity)) low = i;
      if (high < 0 || y > (points[high]?.y ?? -Infinity)) high = i;
    }
  }
  return [low, high, gap].filter((i) => i >= 0);
}
