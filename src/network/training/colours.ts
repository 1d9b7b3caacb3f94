/** Colours of the training images, by the rules that src/train/dataset.py follows. */
import vocabulary from "../../prompt/vocabulary.json" with { type: "json" };
import rules from "../../train/data/rules.json" with { type: "json" };

const LUMINANCE = [0.3, 0.59, 0.11] as const;

const NAMES = Object.keys(vocabulary.colours);
const COLOURS: readonly (readonly number[])[] = Object.values(vocabulary.colours);

/** Standard deviation of each channel of a drawn colour. */
export const COLOUR_JITTER: number = rules.colours.jitter;

/** Token numbers of two colours that an image may have. */
export interface ColourPair {
  readonly ink: number;
  readonly background: number;
}

/** Pairs that trainings see: far enough apart in colour and in brightness, and not held out for evaluation. */
export function seenColours(): readonly ColourPair[] {
  const held = new Set(rules.heldOutCombinations.colours.map((pair) => pair.join()));
  return NAMES.flatMap((inkName, ink) =>
    NAMES.flatMap((backgroundName, background) =>
      areApart(colourOf(ink), colourOf(background)) && !held.has(`${inkName},${backgroundName}`)
        ? [{ ink, background }]
        : [],
    ),
  );
}

/** Red, green, blue in [0, 1] of a colour's token. */
export function colourOf(token: number): readonly number[] {
  const colour = COLOURS[token];
  if (!colour) throw new RangeError(`colour: must be 0 to ${COLOURS.length - 1}, got ${token}`);
  return colour;
}

/**
 * Writes coverage [D / 3] of bytes in two colours to out[at ..] as an image [3, side, side] in [-1, 1]. Colours may be jittered;
 * they are clamped to [0, 1].
 */
export function composite(
  coverage: Uint8Array,
  ink: readonly number[],
  background: readonly number[],
  out: Float32Array,
  at: number,
): void {
  for (let channel = 0; channel < 3; channel++) {
    const front = clamped(ink[channel]);
    const back = clamped(background[channel]);
    const first = at + channel * coverage.length;
    for (let i = 0; i < coverage.length; i++)
      out[first + i] = (back + (front - back) * ((coverage[i] ?? 0) / 255)) * 2 - 1;
  }
}

function clamped(value = NaN): number {
  return Math.min(1, Math.max(0, value));
}

function areApart(a: readonly number[], b: readonly number[]): boolean {
  const { minDistance, minLuminanceDifference } = rules.colours;
  const distance = Math.hypot(...a.map((value, i) => value - (b[i] ?? NaN)));
  return distance >= minDistance && Math.abs(luminance(a) - luminance(b)) >= minLuminanceDifference;
}

function luminance(colour: readonly number[]): number {
  return LUMINANCE.reduce((sum, weight, i) => sum + weight * (colour[i] ?? NaN), 0);
}
