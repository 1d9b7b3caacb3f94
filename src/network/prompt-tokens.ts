/** Prompts as token numbers: [P, slots], one of 0 .. size per slot, where `size` means "not said". */
import type { Architecture } from "./architecture.ts";
import { type NetworkWeights, parameterOf } from "./weights.ts";

/** The empty prompt for `count` images. */
export function emptyPrompts({ slots }: Architecture, count: number): Int32Array {
  return Int32Array.from({ length: count * slots.length }, (_, i) => slots[i % slots.length] ?? 0);
}

/** Throws RangeError where there are not `count` prompts or a token is not of its slot. */
export function checkPrompts({ slots }: Architecture, prompts: Int32Array, count: number): void {
  if (prompts.length !== count * slots.length)
    throw new RangeError(
      `prompts: must be ${count} x ${slots.length} token numbers, got ${prompts.length}; give one prompt per image`,
    );
  const bad = prompts.findIndex((token, i) => token < 0 || token > (slots[i % slots.length] ?? 0));
  if (bad >= 0)
    throw new RangeError(
      `prompts: slot ${bad % slots.length} must be 0 to ${slots[bad % slots.length]}, got ${prompts[bad]}`,
    );
}

/** Rows of ones at the tokens, [P, sum of (size + 1)]. */
export function oneHotPrompts(slots: readonly number[], prompts: Int32Array): Float32Array {
  const starts = slots.map((_, slot) => slots.slice(0, slot).reduce((sum, size) => sum + size + 1, 0));
  const width = slots.reduce((sum, size) => sum + size + 1, 0);
  const rows = new Float32Array((width * prompts.length) / slots.length);
  prompts.forEach((token, i) => {
    rows[width * Math.floor(i / slots.length) + (starts[i % slots.length] ?? 0) + token] = 1;
  });
  return rows;
}

/** Sum of the token embeddings of each prompt, [P, embedding]. */
export function promptSums(weights: NetworkWeights, prompts: Int32Array): Float32Array {
  const { slots, embedding } = weights.architecture;
  const tables = slots.map((_, slot) => parameterOf(weights, `tokens.${slot}.weight`).data);
  const sums = new Float32Array((embedding * prompts.length) / slots.length);
  prompts.forEach((token, i) => {
    const row = embedding * Math.floor(i / slots.length);
    const table = tables[i % slots.length];
    for (let j = 0; j < embedding; j++)
      sums[row + j] = (sums[row + j] ?? 0) + (table?.[token * embedding + j] ?? NaN);
  });
  return sums;
}
