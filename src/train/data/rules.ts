/** rules.json as data: what is drawn, kept, and held out. */
import { readFileSync } from "node:fs";

export interface Rules {
  readonly licences: readonly string[];
  /** Category of the metadata to value of the prompt's typeface slot. */
  readonly typefaces: Readonly<Record<string, string>>;
  /** Value of the weight slot to CSS weights, best example first. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
  /** Pixels: side of the image, height of a capital H, y of the baseline, largest width and height. */
  readonly render: {
    readonly size: number;
    readonly capHeight: number;
    readonly baseline: number;
    readonly room: number;
  };
  readonly filters: {
    /** Mean coverage, 0 to 1: [least, most]. */
    readonly ink: readonly [number, number];
    /** Least height of the drawn rows, pixels. */
    readonly height: number;
    /** Least correlation with the mean image of the same character. */
    readonly likeClassMean: number;
    /** A style whose small letters correlate this much with its capitals, at equal size, has no small letters. */
    readonly unicase: number;
  };
  readonly split: { readonly validation: number; readonly heldOut: number };
  /** Families of one design, which are never on both sides of a split. */
  readonly siblings: readonly (readonly string[])[];
  readonly heldOutCombinations: {
    readonly glyphs: readonly {
      readonly typeface: string;
      readonly slant: string;
      readonly characters: string;
    }[];
    readonly colours: readonly (readonly [ink: string, background: string])[];
  };
}

export const RULES = JSON.parse(readFileSync(new URL("./rules.json", import.meta.url), "utf8")) as Rules;

interface Vocabulary {
  readonly slots: readonly { readonly name: string; readonly values: readonly string[] }[];
}

const vocabulary = JSON.parse(
  readFileSync(new URL("../../prompt/vocabulary.json", import.meta.url), "utf8"),
) as Vocabulary;

/** Values of a prompt slot, in the order of their numbers. */
export function slotValues(name: string): readonly string[] {
  const slot = vocabulary.slots.find((s) => s.name === name);
  if (slot === undefined) throw new Error(`vocabulary.json: must have a slot ${name}, got none`);
  return slot.values;
}
