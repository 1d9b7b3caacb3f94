/** Which images of a grid are there: the first ones are shown while the rest is on its way. */
import type { ImageRow } from "./state.ts";

/** True if the row's image is there: one without any reward is still to come. */
export function isRowDrawn({ rewards }: Pick<ImageRow, "rewards">, tile: number): boolean {
  const known = Object.values(rewards).filter((values) => values !== null);
  return known.length === 0 || known.some((values) => !Number.isNaN(values[tile]));
}
