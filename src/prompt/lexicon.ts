/**
 * Every word that prompts may hold, with its meaning. What stands neither here nor in the vocabulary is an unknown word, and
 * is named to the reader. Phrases are written with single spaces; hyphens in a prompt count as spaces.
 */
import { COLOURS, SLOT_VALUES } from "./slots.ts";

/** What a word or phrase does. */
export type Meaning =
  /** Gives the value of a slot. */
  | { readonly kind: "value"; readonly slot: "weight" | "slant" | "typeface"; readonly value: string }
  /** A colour; which of ink and background it is depends on the words around it. */
  | { readonly kind: "colour"; readonly value: string }
  /** "black" is the ink or, where an ink is said too, the heaviest weight. */
  | { readonly kind: "black" }
  /** The next colour is the background: "on". */
  | { readonly kind: "on" }
  /** The colour before, else the next, belongs to this slot: "background", "ink". */
  | { readonly kind: "ground"; readonly slot: "ink" | "background" }
  /** "black weight": the black before, else after, is the weight. */
  | { readonly kind: "weight noun" }
  /** Announces a character: "letter", "digit", "glyph". */
  | { readonly kind: "noun"; readonly of: "letter" | "digit" | "any" }
  /** Announces a character and its case. */
  | { readonly kind: "case"; readonly upper: boolean }
  | { readonly kind: "character"; readonly value: string }
  | { readonly kind: "filler" }
  /** Understood, but beyond the model: named with a reason. */
  | { readonly kind: "refused"; readonly reason: string };

const WEIGHTS: Readonly<Record<string, string>> = {
  light:
    "light thin hairline fine slim skinny delicate faint ultralight extralight ultrathin, ultra light, extra light, ultra thin, " +
    "extra thin, very light, very thin, semi light, semilight",
  regular: "regular normal medium plain book, medium weight",
  bold: "bold strong thick semibold demibold demi bolded emboldened, semi bold, demi bold",
  black:
    "heavy fat chunky superbold extrabold ultrabold extrablack ultrablack, extra bold, ultra bold, super bold, very bold, " +
    "very thick, very heavy, extra heavy, ultra heavy, extra black, ultra black",
};

const SLANTS: Readonly<Record<string, string>> = {
  upright: "upright roman straight vertical unslanted, non italic",
  italic:
    "italic italics italicized italicised oblique slanted slanting sloped sloping slant leaning tilted kursiv",
};

const TYPEFACES: Readonly<Record<string, string>> = {
  sans: "sans sansserif grotesque grotesk linear, sans serif, without serifs, without serif, no serifs, no serif",
  serif: "serif serifs serifed slab antiqua didone, slab serif, with serifs",
  mono:
    "mono monospace monospaced typewriter typewritten fixed code coding terminal teletype, fixed width, fixed pitch, " +
    "fixed space, fixed spaced, mono space, mono spaced, mono width, type writer",
  display: "display decorative decorated fancy ornamental ornate poster headline novelty",
  handwriting:
    "handwriting handwritten hand script cursive calligraphic calligraphy brush handlettered scribbled, hand written, " +
    "hand writing, hand lettered",
};

const COLOUR_WORDS: Readonly<Record<string, string>> = {
  red: "red crimson scarlet ruby maroon vermilion cherry burgundy cardinal",
  orange: "orange amber tangerine apricot pumpkin",
  yellow: "yellow gold golden lemon canary mustard saffron",
  green: "green lime emerald olive forest jade mint",
  cyan: "cyan turquoise teal aqua aquamarine",
  blue: "blue navy azure cobalt sapphire ultramarine, navy blue, sky blue, royal blue",
  purple: "purple violet lilac lavender mauve plum indigo",
  pink: "pink magenta fuchsia rose salmon, hot pink",
  white: "white snow ivory",
  black: "ebony jet onyx, jet black, pitch black",
};

const DIGITS = "zero one two three four five six seven eight nine";

const FILLERS =
  "the of in with and style styled type typeface font lettering face image picture icon sign symbol please draw make show " +
  "render write give create me us my us some coloured colored colour color tone looking look written set printed drawn " +
  "painted typed that this is it for to as has having an want would like, i want, i would like, i'd like, we want";

const REASONS: Readonly<Record<string, string>> = {
  "not no without non never except minus":
    "a prompt says what to show; put what to avoid into the negative prompt",
  "or either": "an image shows one choice; name one",
  "dark pale bright deep vivid pastel neon dull": `shades are not known, only ${Object.keys(COLOURS).join(", ")}`,
  "grey gray brown beige silver tan bronze copper rainbow transparent colourless colorless gradient": `this colour is not known, only ${Object.keys(COLOURS).join(", ")}`,
  "condensed narrow wide extended compressed expanded": "widths are not known to the model",
  "underlined outlined outline shadow shadowed underline strikethrough striped dotted":
    "the model draws plain letters only",
  "big large huge tiny size giant": "every image has the same size",
  "very extra ultra super slightly somewhat rather quite too more less":
    "this only goes before light, bold or heavy",
};

/** Meanings by lower-case word or phrase. */
export const LEXICON: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...values("weight", WEIGHTS),
  ...values("slant", SLANTS),
  ...values("typeface", TYPEFACES),
  ...Object.entries(COLOUR_WORDS).flatMap(([value, text]) =>
    split(text).map((word): [string, Meaning] => [word, { kind: "colour", value }]),
  ),
  ["black", { kind: "black" }],
  ...split("on upon over against atop").map((word): [string, Meaning] => [word, { kind: "on" }]),
  ...split("background backdrop ground backgrounds paper bg").map((word): [string, Meaning] => [
    word,
    { kind: "ground", slot: "background" },
  ]),
  ...split("ink foreground text stroke strokes fg").map((word): [string, Meaning] => [
    word,
    { kind: "ground", slot: "ink" },
  ]),
  ...split("weight weighted").map((word): [string, Meaning] => [word, { kind: "weight noun" }]),
  ...nouns("letter", "letter letters"),
  ...nouns("digit", "digit number numeral figure"),
  ...nouns("any", "character char glyph"),
  ...split("capital uppercase majuscule caps cap, upper case, in caps").map((word): [string, Meaning] => [
    word,
    { kind: "case", upper: true },
  ]),
  ...split("lowercase small minuscule, lower case").map((word): [string, Meaning] => [
    word,
    { kind: "case", upper: false },
  ]),
  ...DIGITS.split(" ").map((word, i): [string, Meaning] => [word, { kind: "character", value: String(i) }]),
  ...split(FILLERS).map((word): [string, Meaning] => [word, { kind: "filler" }]),
  ...Object.entries(REASONS).flatMap(([words, reason]) =>
    split(words).map((word): [string, Meaning] => [word, { kind: "refused", reason }]),
  ),
]);

/** Words of the longest phrase. */
export const PHRASE_WORDS = Math.max(...[...LEXICON.keys()].map((phrase) => phrase.split(" ").length));

/** Words worth suggesting for a mistyped one: those that say something. */
export const SUGGESTED_WORDS: readonly string[] = [...LEXICON]
  .filter(([word, { kind }]) => kind !== "filler" && kind !== "refused" && word.length > 1)
  .map(([word]) => word);

/** True if the model can draw this character. */
export function isDrawable(character: string): boolean {
  return SLOT_VALUES.character.includes(character);
}

function values(
  slot: "weight" | "slant" | "typeface",
  table: Readonly<Record<string, string>>,
): [string, Meaning][] {
  return Object.entries(table).flatMap(([value, text]) =>
    split(text).map((word): [string, Meaning] => [word, { kind: "value", slot, value }]),
  );
}

function nouns(of: "letter" | "digit" | "any", words: string): [string, Meaning][] {
  return words.split(" ").map((word) => [word, { kind: "noun", of }]);
}

/** "thin fine, very thin" gives single words before the first comma, then whole phrases. */
function split(text: string): string[] {
  const [words = "", ...phrases] = text.split(", ");
  return [...words.split(" "), ...phrases].filter((word) => word !== "");
}
