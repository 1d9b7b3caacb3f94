/** Grids of images as the page keeps and shows them. */
import { type GridRow, type ImageGrid, judgedColour, pairedGap } from "../../experiments/images/grid.ts";
import { drawnPrompts } from "../../experiments/images/plan.ts";
import type { ImageRewardSpec, ImageSpec } from "../../spec/images/types.ts";
import { toPixels } from "./pixels.ts";
import type { ImageRow, ImageSamples } from "./state.ts";
import { imageSpecKey } from "./store.ts";

/** A grid as the page keeps it, with bytes for its canvases. */
export function samplesOf(grid: ImageGrid, spec: ImageSpec, wallMs: number): ImageSamples {
  const [ode, sde] = grid.rows;
  return {
    specKey: imageSpecKey(spec),
    stage: "live",
    tiles: grid.tiles,
    times: grid.times,
    rows: [rowOf("ode", ode), rowOf("sde", sde)],
    gap: grid.gap,
    diversity: { ode: ode.diversity, sde: sde.diversity },
    colour: judgedColour(spec.reward),
    missing: grid.missing,
    prompts: drawnPrompts(spec, grid.tiles),
    wallMs,
  };
}

function rowOf(id: ImageRow["id"], row: GridRow): ImageRow {
  return {
    id,
    eta: row.eta,
    states: toPixels(row.states),
    predictions: toPixels(row.predictions),
    rewards: row.rewards,
  };
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
