/** Grids of images as the page keeps and shows them. */
import { type GridRow, type ImageGrid, judgedColour, pairedGap } from "../../experiments/images/grid.ts";
import { drawnPrompts } from "../../experiments/images/plan.ts";
import type { ImageRewardSpec, ImageSpec } from "../../spec/images/types.ts";
import { isRowDrawn } from "./drawn.ts";
import { IMAGE_BYTES, toPixels } from "./pixels.ts";
import type { ImageRow, ImageSamples } from "./state.ts";
import { imageSpecKey } from "./store.ts";

/** A grid as the page keeps it, with bytes for its canvases; images that are still to come are held by those of `before`. */
export function samplesOf(
  grid: ImageGrid,
  spec: ImageSpec,
  wallMs: number,
  before: ImageSamples | null = null,
): ImageSamples {
  const [ode, sde] = grid.rows;
  return {
    specKey: imageSpecKey(spec),
    stage: "live",
    tiles: grid.tiles,
    times: grid.times,
    rows: [
      rowOf("ode", ode, before && lastImages(before, 0)),
      rowOf("sde", sde, before && lastImages(before, 1)),
    ],
    gap: grid.gap,
    diversity: { ode: ode.diversity, sde: sde.diversity },
    colour: judgedColour(spec.reward),
    missing: grid.missing,
    prompts: drawnPrompts(spec, grid.tiles),
    wallMs,
  };
}

function rowOf(id: ImageRow["id"], row: GridRow, older: ImageRow["older"]): ImageRow {
  return {
    id,
    eta: row.eta,
    states: toPixels(row.states),
    predictions: toPixels(row.predictions),
    older,
    rewards: row.rewards,
  };
}

/** The final images of a row; of one that is still being drawn, those that it shows in their place. */
function lastImages({ tiles, rows }: ImageSamples, place: 0 | 1): ImageRow["older"] {
  const row = rows[place];
  const last = row.states.slice(row.states.length - tiles * IMAGE_BYTES);
  for (let tile = 0; tile < tiles; tile++) {
    const [from, to] = [tile * IMAGE_BYTES, (tile + 1) * IMAGE_BYTES];
    if (!isRowDrawn(row, tile) && row.older !== null && row.older.states.length >= to)
      last.set(row.older.states.subarray(from, to), from);
  }
  return { states: last, predictions: new Uint8ClampedArray(0) };
}

/** A grid that is kept, with what it takes to judge it by another colour. */
export interface KnownGrid {
  readonly samples: ImageSamples;
  readonly colours: readonly [ode: GridRow["colours"], sde: GridRow["colours"]];
}

/** The same images under another reward. */
export function rejudged({ samples, colours }: KnownGrid, reward: ImageRewardSpec): ImageSamples {
  const colour = judgedColour(reward);
  const [ode, sde] = samples.rows;
  const byColour = (row: ImageRow, own: GridRow["colours"]): ImageRow => ({
    ...row,
    rewards: { ...row.rewards, colour: own[colour] },
  });
  const rows = [byColour(ode, colours[0]), byColour(sde, colours[1])] as const;
  return { ...samples, rows, colour, gap: pairedGap(rows, reward.kind) };
}
