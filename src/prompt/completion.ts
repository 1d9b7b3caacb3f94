/**
 * Completing prompts: what one leaves open is drawn for each image, by how often attributes come together among the glyphs that the
 * networks were trained on, given what the prompt says. Text-to-image systems let a language model do so [Betker23]: a network
 * that was trained under guidance draws short prompts too much alike.
 */
import shares from "./shares.json" with { type: "json" };
import { SLOT_NAMES, SLOT_VALUES, type SlotName } from "./slots.ts";

/** Attributes that are drawn together, with rows [token of each slot .., share]. */
interface Group {
  readonly slots: readonly SlotName[];
  readonly rows: readonly (readonly number[])[];
}

const GROUPS: readonly Group[] = [
  { slots: ["character"], rows: shares.character },
  { slots: ["weight", "slant", "typeface"], rows: shares.style },
  { slots: ["ink", "background"], rows: shares.colours },
];

/** Random numbers that one prompt takes, whatever it says: more words leave the other draws as they are. */
export const COMPLETION_NUMBERS = GROUPS.length;

/**
 * Token numbers [6] of a prompt, with what it leaves open drawn by the numbers in (0, 1). Combinations that training never saw
 * stay open, and so does what the metadata of a drawn typeface do not say.
 */
export function completedTokens(tokens: ArrayLike<number>, numbers: ArrayLike<number>): number[] {
  const out = Array.from(tokens);
  GROUPS.forEach(({ slots, rows }, g) => {
    const places = slots.map((slot) => SLOT_NAMES.indexOf(slot));
    const isOpen = (slot: number) =>
      out[places[slot] ?? -1] === SLOT_VALUES[slots[slot] ?? "character"].length;
    const fitting = rows.filter((row) => slots.every((_, i) => isOpen(i) || row[i] === out[places[i] ?? -1]));
    const drawn = rowAt(fitting, slots.length, numbers[g] ?? NaN);
    if (drawn === undefined) return;
    const open = slots.map((_, i) => isOpen(i));
    places.forEach((place, i) => {
      if (open[i]) out[place] = drawn[i] ?? NaN;
    });
  });
  return out;
}

/** The row in whose share of all shares the number falls. */
function rowAt(rows: Group["rows"], column: number, number: number): readonly number[] | undefined {
  let left = number * rows.reduce((sum, row) => sum + (row[column] ?? NaN), 0);
  return rows.find((row) => (left -= row[column] ?? NaN) < 0) ?? rows.at(-1);
}
