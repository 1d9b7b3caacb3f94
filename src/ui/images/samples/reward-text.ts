/** Rewards of single images and their partners, in words. */
import { formatAlike, formatNumber } from "../../../charts/format.ts";
import type { ImageSamples } from "../../../lab/images/state.ts";
import { IMAGE_REWARDS, type ImageRewardKind } from "../../../spec/images/types.ts";
import { IMAGE_REWARD_WORDS } from "../reward-words.ts";
import { drawnTiles, isDrawn } from "./drawn.ts";

/** Rewards of one pair, or their means over all. */
export interface RewardLine {
  readonly kind: ImageRewardKind;
  readonly name: string;
  readonly ode: string;
  readonly sde: string;
  /** SDE less ODE. */
  readonly gain: string;
  /** Why there are no values, or null. */
  readonly missing: string | null;
}

/** One line per reward, for the pair at `tile`, or for the means if null. */
export function rewardLines(samples: ImageSamples, tile: number | null): readonly RewardLine[] {
  return IMAGE_REWARDS.map((kind) => rewardLine(samples, kind, tile));
}

/** The line of one reward. */
export function rewardLine(samples: ImageSamples, kind: ImageRewardKind, tile: number | null): RewardLine {
  const [ode, sde] = samples.rows.map(({ rewards }) => {
    const values = rewards[kind];
    if (values === null) return null;
    return tile === null ? mean(values) : (values[tile] ?? NaN);
  });
  const name = kind === "colour" ? `Closeness to ${samples.colour}` : IMAGE_REWARD_WORDS[kind];
  const without = (missing: string) => ({ kind, name, ode: "–", sde: "–", gain: "–", missing });
  if (ode == null || sde == null) return without(samples.missing[kind] ?? "no value here");
  if (Number.isNaN(sde - ode)) return without("not drawn yet");
  const [a, b, gain] = formatAlike([ode, sde, sde - ode], 3);
  return { kind, name, ode: a ?? "–", sde: b ?? "–", gain: gain ?? "–", missing: null };
}

/** Mean of the values that there are; NaN if there are none. */
function mean(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** What a screen reader says of an image: its place, its row, its reward and its partner's. */
export function tileLabel(
  samples: ImageSamples,
  row: 0 | 1,
  place: number,
  tile: number,
  kind: ImageRewardKind,
): string {
  const line = rewardLine(samples, kind, tile);
  const [own, other] = row === 0 ? [line.ode, line.sde] : [line.sde, line.ode];
  const head = `${row === 0 ? "ODE" : "SDE"} image ${place + 1} of ${samples.tiles}`;
  if (!isDrawn(samples, tile)) return `${head}, not drawn yet`;
  return line.missing === null ? `${head}, ${line.name.toLowerCase()} ${own}, partner ${other}` : head;
}

/** One sentence on the whole grid, for the live region. */
export function samplesSentence(samples: ImageSamples, kind: ImageRewardKind): string {
  const line = rewardLine(samples, kind, null);
  const drawn = drawnTiles(samples);
  const what = `${drawn < samples.tiles ? `${drawn} of ` : ""}${samples.tiles} pairs of images`;
  if (line.missing !== null) return `${what}. ${line.name} has no value: ${line.missing}.`;
  const gap =
    samples.gap === null
      ? ""
      : `, gap ${formatNumber(samples.gap.value, 3)}, standard error ${formatNumber(samples.gap.se, 2)}`;
  return `${what}. Mean ${line.name.toLowerCase()}: ODE ${line.ode}, SDE ${line.sde}${gap}.`;
}
