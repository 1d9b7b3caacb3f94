/** Batches of the teacher's training, drawn as src/train does: coloured images, prompts with slots left out, times and noise. */
import { createRandom, fillNormals, type Random } from "../../math/philox.ts";
import type { Architecture } from "../architecture.ts";
import { COLOUR_JITTER, colourOf, type ColourPair, composite, seenColours } from "./colours.ts";
import type { GlyphSet } from "./glyph-set.ts";

/** What one step of the training reads; D = 3072. */
export interface TrainingBatch {
  /** Images [n, D] in [-1, 1]. */
  readonly x0: Float32Array;
  /** Normal noise [n, D]. */
  readonly eps: Float32Array;
  /** Times [n] in (0, 1). */
  readonly t: Float64Array;
  /** Token numbers [n, slots]. */
  readonly prompts: Int32Array;
}

const STREAM = 22;
const NOISE_STREAM = 23;
/** Random words set apart for a step; an image takes about 60. The stream has 2^34. */
const WORDS_PER_STEP = 2 ** 15;
/** Shares of prompts that lose all slots, that lose each slot at a rate drawn per prompt, and the rate of the others. */
const DROPPED = { whole: 0.1, partial: 0.4, small: 0.05 } as const;

/** Batch number `step` (from 0) of a training with this seed: the same numbers on every machine. */
export function drawBatch(
  glyphs: GlyphSet,
  { slots }: Architecture,
  { seed, step, size, full = false }: DrawOptions,
): TrainingBatch {
  // Each step has its own place in the stream, far from the next one's.
  const random = createRandom(seed, STREAM, step * WORDS_PER_STEP);
  const pairs = seenColours();
  const dim = 3 * glyphs.image(0).length;
  const x0 = new Float32Array(size * dim);
  const prompts = new Int32Array(size * slots.length);
  for (let i = 0; i < size; i++) {
    const at = drawIndex(glyphs.cumulative, random.uniform());
    const pair = pairs[random.integer(pairs.length)] ?? { ink: 0, background: 0 };
    composite(glyphs.image(at), jittered(pair.ink, random), jittered(pair.background, random), x0, i * dim);
    const prompt = promptOf(glyphs.tokens(at), pair);
    prompts.set(full ? prompt : droppedSlots(prompt, slots, random), i * slots.length);
  }
  const t = Float64Array.from({ length: size }, () => drawTime(random));
  const eps = new Float64Array(size * dim);
  fillNormals(eps, 0, { seed, stream: NOISE_STREAM }, step, 0, eps.length);
  return { x0, eps: Float32Array.from(eps), t, prompts };
}

export interface DrawOptions {
  readonly seed: number;
  readonly step: number;
  /** Images. */
  readonly size: number;
  /** Prompts that say all: for a loss that is watched. */
  readonly full?: boolean;
}

/** The first index whose cumulative chance is at least u. */
export function drawIndex(cumulative: Float64Array, u: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 1) < u) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** t = sigmoid(0.3 + 1.1 n): most of the work where shapes are decided. */
export function drawTime(random: Random): number {
  return 1 / (1 + Math.exp(-(0.3 + 1.1 * random.normal())));
}

/**
 * The prompt with slots made "not said": 10 % lose all, 40 % lose each slot at a rate drawn uniformly per prompt (so that prompts
 * of every length occur), the others 5 % of slots. The character is dropped half as often in the last two groups: it is the hardest
 * to learn.
 */
export function droppedSlots(
  prompt: readonly number[],
  slots: readonly number[],
  random: Random,
): readonly number[] {
  const kind = random.uniform();
  const whole = kind < DROPPED.whole;
  const rate = kind < DROPPED.whole + DROPPED.partial ? random.uniform() : DROPPED.small;
  return prompt.map((token, slot) => {
    const chance = whole ? 1 : slot === 0 ? 0.5 * rate : rate;
    return random.uniform() < chance ? (slots[slot] ?? token) : token;
  });
}

function promptOf(tokens: readonly number[], { ink, background }: ColourPair): readonly number[] {
  return [...tokens, ink, background];
}

function jittered(token: number, random: Random): readonly number[] {
  return colourOf(token).map((value) => value + COLOUR_JITTER * random.normal());
}
