/** Rewards between the nodes of the grids, for reading under the pointer. */
import type { RewardGrid, RewardView } from "../../lab/views.ts";

/** Reward at a place of the plane, bilinear, from the closer grid where it reaches; NaN outside both. */
export function rewardInPlane({ near, whole }: RewardView, x: number, y: number): number {
  const close = bilinear(near, x, y);
  return Number.isFinite(close) ? close : bilinear(whole, x, y);
}

function bilinear({ box, n, values }: RewardGrid, x: number, y: number): number {
  const place = (at: number, axis: 0 | 1) => {
    const lo = box.lo[axis] ?? 0;
    return ((at - lo) / ((box.hi[axis] ?? 1) - lo)) * (n - 1);
  };
  const [u, v] = [place(x, 0), place(y, 1)];
  if (!(u >= 0 && v >= 0 && u <= n - 1 && v <= n - 1)) return NaN;
  const [i, j] = [Math.min(n - 2, Math.floor(u)), Math.min(n - 2, Math.floor(v))];
  const at = (di: number, dj: number) => values[(j + dj) * n + i + di] ?? NaN;
  const row = (dj: number) => at(0, dj) + (u - i) * (at(1, dj) - at(0, dj));
  return row(0) + (v - j) * (row(1) - row(0));
}
