/** Rewards of single images and their partners, in words. */
import { formatAlike, formatCount, formatInterval } from "../../../charts/format.ts";
import type { ImageSamples } from "../../../lab/images/state.ts";
import type { Estimate } from "../../../measure/estimate.ts";
import { IMAGE_REWARDS, type ImageRewardKind } from "../../../spec/images/types.ts";
import { IMAGE_REWARD_WORDS } from "../reward-words.ts";
import { drawnTiles, isDrawn } from "./drawn.ts";
import { rowEstimates } from "./row-estimates.ts";

/** Digits that values of a pair get at most: f32 rewards have seven. */
const MOST_DIGITS = 7;

/** Rewards of one pair, or their means over all. */
export interface RewardLine {
  readonly kind: ImageRewardKind;
  readonly name: string;
  /** Of a pair its value, of all pairs "mean ± half width of the 95 % interval"; the next two too. */
  readonly ode: string;
  readonly sde: string;
  /** SDE less ODE. */
  readonly gain: string;
  /** Pairs behind a mean; null for one pair, and where there are no values. */
  readonly n: number | null;
  /** Why there are no values, or null. */
  readonly missing: string | null;
}

/** One line per reward, for the pair at `tile`, or for the means if null. */
export function rewardLines(samples: ImageSamples, tile: number | null): readonly RewardLine[] {
  return IMAGE_REWARDS.map((kind) => rewardLine(samples, kind, tile));
}

/** The line of one reward. */
export function rewardLine(samples: ImageSamples, kind: ImageRewardKind, tile: number | null): RewardLine {
  const head = { kind, name: rewardName(samples, kind) };
  const without = (missing: string) => ({ ...head, ode: "–", sde: "–", gain: "–", n: null, missing });
  const estimates = rowEstimates(samples, kind);
  if (estimates === null) return without(samples.missing[kind] ?? "no value here");
  if (tile === null) {
    const { ode, sde, gap } = estimates;
    if (gap.n === 0) return without("not drawn yet");
    if (gap.n === 1) return without("one pair so far, a mean needs two");
    const texts = { ode: formatInterval(ode), sde: formatInterval(sde), gain: formatInterval(gap) };
    return { ...head, ...texts, n: gap.n, missing: null };
  }
  const [ode = NaN, sde = NaN] = samples.rows.map(({ rewards }) => rewards[kind]?.[tile]);
  if (Number.isNaN(sde - ode)) return without("not drawn yet");
  const [a, b, gain] = pairTexts(ode, sde);
  return { ...head, ode: a ?? "–", sde: b ?? "–", gain: gain ?? "–", n: null, missing: null };
}

/** A reward as these images were judged by it: closeness names its colour. */
export function rewardName({ colour }: Pick<ImageSamples, "colour">, kind: ImageRewardKind): string {
  return kind === "colour" ? `Closeness to ${colour}` : IMAGE_REWARD_WORDS[kind];
}

/** "0.0123 ± 0.0088 (95 %, n = 16)"; "…" for so few values that they have no interval. */
export function estimateText(estimate: Estimate): string {
  if (!Number.isFinite(estimate.se)) return "…";
  return `${formatInterval(estimate)} (95 %, ${formatCount(estimate.n)})`;
}

/**
 * Both values of a pair and their difference, with the same decimals: enough for two digits of the difference, and for its text
 * to be the difference of the other two. With no digits left it is that of the shown values.
 */
function pairTexts(ode: number, sde: number): readonly (string | null)[] {
  const values = [ode, sde, sde - ode];
  const place = (value: number) => Math.floor(Math.log10(Math.abs(value)));
  const largest = Math.max(...values.map(Math.abs));
  const forGain = sde === ode ? 0 : place(largest) - place(sde - ode) + 2;
  for (let digits = Math.max(3, forGain); digits < MOST_DIGITS; digits++) {
    const texts = formatAlike(values, digits);
    const [a, b, gain] = texts.map(numberOf);
    // Decimal texts differ by a unit of their last place or only by rounding in doubles.
    if (Math.abs((b ?? NaN) - (a ?? NaN) - (gain ?? NaN)) <= 1e-12 * largest) return texts;
  }
  const [a, b] = formatAlike(values, MOST_DIGITS);
  return [a ?? null, b ?? null, formatAlike([ode, sde, numberOf(b) - numberOf(a)], MOST_DIGITS)[2] ?? null];
}

/** The number that a text shows. */
function numberOf(text: string | null | undefined): number {
  return Number((text ?? "").replaceAll("−", "-").replaceAll(",", ""));
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

/** The line under the grids: a pair's values, or the means with their errors. */
export function lineText(line: RewardLine, place: number | null): string {
  const { ode, sde, gain, n, missing } = line;
  const head = `${place === null ? "Mean" : `Pair ${place + 1},`} ${line.name.toLowerCase()}: `;
  if (missing !== null) return head + missing;
  return `${head}ODE ${ode}, SDE ${sde}, difference ${gain}${n === null ? "" : ` (95 %, ${formatCount(n)})`}`;
}

/** What a pair was drawn from, or how to see it. */
export function drawnFrom(prompts: readonly string[], tile: number | null): string {
  return tile === null
    ? "Every pair has its own full prompt: point at an image, or open it, to read it."
    : `Drawn from “${prompts[tile] ?? ""}”`;
}

/** One sentence on the whole grid, for the live region. */
export function samplesSentence(samples: ImageSamples, kind: ImageRewardKind): string {
  const line = rewardLine(samples, kind, null);
  const drawn = drawnTiles(samples);
  const what = `${drawn < samples.tiles ? `${drawn} of ` : ""}${samples.tiles} pairs of images`;
  if (line.missing !== null) return `${what}. ${line.name} has no value: ${line.missing}.`;
  return `${what}. ${lineText(line, null)}.`;
}
