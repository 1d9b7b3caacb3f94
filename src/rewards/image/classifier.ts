/** Rewards of attribute classifiers: does the image show what the prompt asks for, and can it be read? */
import {
  NOTHING_SAID,
  type PromptTokens,
  saidSlots,
  SLOT_VALUES,
  type SlotName,
} from "../../prompt/slots.ts";
import type { ImageArray } from "./pixels.ts";

/** Log-probabilities, nats, of each slot's values: [n, values] per slot, in the order of SLOT_VALUES. */
export type SlotLogProbs = Readonly<Record<SlotName, Float32Array | Float64Array>>;

/** A network that tells the attributes of images; weights and device are its own affair. */
export interface ImageClassifier {
  readonly name: string;
  /** "reward" ones may be optimised; "evaluation" ones judge what came out and must never be a reward. */
  readonly role: "reward" | "evaluation";
  /** images [n, 3, 32, 32] in [-1, 1]. */
  logProbabilities(images: ImageArray): Promise<SlotLogProbs>;
  /** Slope [n, 3, 32, 32] of the sum of `weights` times the log-probabilities; absent where none can be had. */
  pull?(images: ImageArray, weights: SlotLogProbs): Promise<Float32Array>;
}

/** Scores of n images against a prompt each. */
export interface Alignment {
  /** Sum over the prompted slots of log p, nats, [n]; 0 for the empty prompt. */
  readonly sum: Float64Array;
  /** The same per prompted slot, [n]; 0 for the empty prompt. */
  readonly mean: Float64Array;
  /** log p of the asked value per slot, [n]; NaN where the prompt says nothing. */
  readonly bySlot: Readonly<Record<SlotName, Float64Array>>;
}

/** Smallest log-probability that counts: a classifier that says "impossible" does not decide alone. */
export const LEAST_LOG_PROB = -20;

/** The mean of the members' probabilities, as log-probabilities. Throws RangeError on no members or different sizes. */
export function ensembleLogProbs(members: readonly SlotLogProbs[]): SlotLogProbs {
  const first = members[0];
  if (!first) throw new RangeError("ensemble: must have at least one classifier, got none");
  const mix = (slot: SlotName): Float64Array => {
    const all = members.map((member) => member[slot]);
    if (all.some((values) => values.length !== first[slot].length))
      throw new RangeError(
        `ensemble.${slot}: members must have equal sizes, got ${all.map(({ length }) => length).join(", ")}`,
      );
    return Float64Array.from(first[slot], (_, i) => logMeanExp(all.map((values) => values[i] ?? -Infinity)));
  };
  return bySlot(mix);
}

/** Prompt alignment of images [n] with their prompts [n]. Throws RangeError where numbers of images differ. */
export function alignment(logProbs: SlotLogProbs, prompts: readonly PromptTokens[]): Alignment {
  const scores = bySlot((slot) => {
    checkRows(slot, logProbs[slot], prompts.length);
    return Float64Array.from(prompts, (prompt, i) => scoreOf(slot, logProbs[slot], i, prompt[slot]));
  });
  const sum = Float64Array.from(prompts, (prompt, i) =>
    saidSlots(prompt).reduce((total, slot) => total + (scores[slot][i] ?? NaN), 0),
  );
  const mean = sum.map((total, i) => total / Math.max(1, saidSlots(prompts[i] ?? NOTHING_SAID).length));
  return { sum, mean, bySlot: scores };
}

/**
 * Legibility [n]: log p of the asked character, nats, by a classifier trained on typefaces of its own; where the prompt asks
 * for none, that of the likeliest character, so that any clear one counts.
 */
export function legibility(logProbs: SlotLogProbs, prompts: readonly PromptTokens[]): Float64Array {
  const values = logProbs.character;
  const size = SLOT_VALUES.character.length;
  checkRows("character", values, prompts.length);
  return Float64Array.from(prompts, ({ character }, i) =>
    character === null
      ? Math.max(LEAST_LOG_PROB, ...values.subarray(i * size, (i + 1) * size))
      : scoreOf("character", values, i, character),
  );
}

function scoreOf(slot: SlotName, values: ArrayLike<number>, i: number, asked: string | null): number {
  if (asked === null) return NaN;
  const token = SLOT_VALUES[slot].indexOf(asked);
  if (token < 0) throw new RangeError(`alignment.${slot}: must be a value of the vocabulary, got "${asked}"`);
  return Math.max(LEAST_LOG_PROB, values[i * SLOT_VALUES[slot].length + token] ?? NaN);
}

function checkRows(slot: SlotName, values: ArrayLike<number>, n: number): void {
  const expected = n * SLOT_VALUES[slot].length;
  if (values.length !== expected)
    throw new RangeError(
      `logProbs.${slot}: must be ${n} x ${SLOT_VALUES[slot].length} numbers, got ${values.length}; give one prompt per image`,
    );
}

function logMeanExp(values: readonly number[]): number {
  const top = Math.max(...values);
  if (top === -Infinity) return -Infinity;
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0) / values.length);
}

function bySlot(make: (slot: SlotName) => Float64Array): Readonly<Record<SlotName, Float64Array>> {
  return {
    character: make("character"),
    weight: make("weight"),
    slant: make("slant"),
    typeface: make("typeface"),
    ink: make("ink"),
    background: make("background"),
  };
}
