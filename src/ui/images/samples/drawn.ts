/** Which images of a grid are there: the first ones are shown while the rest is on its way. */
import type { ImageSamples } from "../../../lab/images/state.ts";

type Rows = Pick<ImageSamples, "tiles" | "rows">;

/** True if both partners are there: an image without any reward is still to come. */
export function isDrawn({ rows }: Rows, tile: number): boolean {
  return rows.every(({ rewards }) => {
    const known = Object.values(rewards).filter((values) => values !== null);
    return known.length === 0 || known.some((values) => !Number.isNaN(values[tile]));
  });
}

/** Pairs that are there. */
export function drawnTiles(samples: Rows): number {
  return Array.from({ length: samples.tiles }, (_, tile) => tile).filter((tile) => isDrawn(samples, tile))
    .length;
}
