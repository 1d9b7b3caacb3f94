/** Pairs of a grid that are there. */
import { isRowDrawn } from "../../../lab/images/drawn.ts";
import type { ImageSamples } from "../../../lab/images/state.ts";

type Rows = Pick<ImageSamples, "tiles" | "rows">;

/** True if both partners are there. */
export function isDrawn({ rows }: Rows, tile: number): boolean {
  return rows.every((row) => isRowDrawn(row, tile));
}

/** Pairs that are there. */
export function drawnTiles(samples: Rows): number {
  return Array.from({ length: samples.tiles }, (_, tile) => tile).filter((tile) => isDrawn(samples, tile))
    .length;
}
