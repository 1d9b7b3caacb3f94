/** The order of the images on the screen. Both rows take the same one, so that partners stay at the same place. */
import type { ImageSamples } from "../../../lab/images/state.ts";
import type { ImageRewardKind } from "../../../spec/images/types.ts";

export const ORDERS = ["noise", "ode", "sde", "gain"] as const;

/** "noise": as drawn; "ode", "sde": by the reward of that row; "gain": by the reward of the SDE image less that of its partner. */
export type SampleOrder = (typeof ORDERS)[number];

/** A permutation of 0 .. tiles - 1, highest first; images without a finite value come last, ties keep their order. */
export function orderOf(
  { tiles, rows }: Pick<ImageSamples, "tiles" | "rows">,
  order: SampleOrder,
  kind: ImageRewardKind,
): readonly number[] {
  const all = Array.from({ length: tiles }, (_, tile) => tile);
  const [ode, sde] = [rows[0].rewards[kind], rows[1].rewards[kind]];
  if (order === "noise" || ode === null || sde === null) return all;
  const value = (tile: number): number => {
    const [a, b] = [ode[tile] ?? NaN, sde[tile] ?? NaN];
    const found = order === "ode" ? a : order === "sde" ? b : b - a;
    return Number.isFinite(found) ? found : -Infinity;
  };
  return all.sort((i, j) => {
    const [a, b] = [value(i), value(j)];
    return a === b ? i - j : b > a ? 1 : -1;
  });
}
