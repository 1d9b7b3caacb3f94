/** The drawn glyphs that `npm run train -- data` writes, checked, and split as src/train/dataset.py splits them. */
import vocabulary from "../../prompt/vocabulary.json" with { type: "json" };

/** Pixels per side of a glyph. */
const SIDE = 32;
const PIXELS = SIDE * SIDE;

/** Slots that a font's metadata says, in the order of prompts; the character comes before, the colours after them. */
const STYLE_SLOTS = ["weight", "slant", "typeface"] as const;
const SPLITS = ["train", "validation", "heldOut"] as const;

/** Which families: those trained on, those whose loss is watched, and those kept for evaluation. */
export type GlyphSplit = (typeof SPLITS)[number];

/** The files of the folder. */
export interface GlyphFiles {
  /** glyphs.bin: [n, 32, 32] bytes of coverage. */
  readonly pixels: Uint8Array;
  /** Text of glyphs.json. */
  readonly labels: string;
  /** Text of the file sha256, or null where it was not given. */
  readonly sha256: string | null;
}

/** Images of one split without the held-out combinations. */
export interface GlyphSet {
  readonly count: number;
  /** Coverage of image i, [32 * 32] bytes. */
  image(i: number): Uint8Array;
  /** Token numbers of image i: character, weight, slant, typeface; the last token of a slot where the font does not say. */
  tokens(i: number): readonly number[];
  /** Chance of image i to be drawn is cumulative[i] - cumulative[i - 1]; the last entry is 1. */
  readonly cumulative: Float64Array;
}

/** The data are damaged or are not glyphs; the message says where and what to do. */
export class GlyphDataError extends Error {
  override readonly name = "GlyphDataError";
  constructor(file: string, rule: string, got: string) {
    super(`${file}: ${rule}, got ${got}; choose the folder that \`npm run train -- data\` wrote`);
  }
}

interface Style {
  readonly split: GlyphSplit;
  readonly slots: readonly number[];
}

interface Labels {
  readonly styles: readonly Style[];
  readonly style: readonly number[];
  readonly character: readonly number[];
  readonly heldOut: readonly number[];
}

/** Checks the files and opens their splits. Throws GlyphDataError. */
export async function openGlyphs(
  files: GlyphFiles,
): Promise<{ readonly sha256: string | null; readonly split: (name: GlyphSplit) => GlyphSet }> {
  const labels = readLabels(files.labels);
  const { length } = labels.style;
  if (files.pixels.length !== PIXELS * length)
    throw new GlyphDataError(
      "glyphs.bin",
      `must have ${PIXELS * length} bytes, ${PIXELS} for each of the ${length} labels`,
      `${files.pixels.length}`,
    );
  await checkHash(files);
  return {
    sha256: files.sha256?.trim() ?? null,
    split: (name) => setOf(files.pixels, labels, name),
  };
}

/** The hash covers pixels and labels; a page served by plain http has no WebCrypto, lengths and labels are still checked there. */
async function checkHash({ pixels, labels, sha256 }: GlyphFiles): Promise<void> {
  if (sha256 === null || (crypto as Partial<Crypto>).subtle === undefined) return;
  const text = new TextEncoder().encode(labels);
  const both = new Uint8Array(pixels.length + text.length);
  both.set(pixels);
  both.set(text, pixels.length);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", both));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hash !== sha256.trim())
    throw new GlyphDataError("glyphs.bin and glyphs.json", `must have the SHA-256 ${sha256.trim()}`, hash);
}

function readLabels(text: string): Labels {
  const fields = parsed(text);
  const refuse = (rule: string, got: unknown): never => {
    throw new GlyphDataError("glyphs.json", rule, JSON.stringify(got)?.slice(0, 100) ?? "nothing");
  };
  if (fields["version"] !== 1) refuse("must be version 1", fields["version"]);
  if (fields["size"] !== SIDE) refuse(`size must be ${SIDE} pixels`, fields["size"]);
  const listed = fields["styles"];
  if (!Array.isArray(listed)) return refuse("must list styles", listed);
  const styles = listed.map(
    (style: unknown, i) => readStyle(style) ?? refuse(`style ${i} must be whole`, style),
  );
  const numbers = (name: string, limit: number): readonly number[] => {
    const list = fields[name];
    if (!Array.isArray(list)) return refuse(`must list ${name}`, list);
    const bad = list.find((value) => !Number.isInteger(value) || value < 0 || value >= limit);
    return bad === undefined ? (list as number[]) : refuse(`${name} must be 0 to ${limit - 1}`, bad);
  };
  const style = numbers("style", styles.length);
  const character = numbers("character", slotSize("character"));
  const heldOut = numbers("heldOutCombination", 2);
  if (character.length !== style.length || heldOut.length !== style.length)
    refuse("must label every image", [style.length, character.length, heldOut.length]);
  return { styles, style, character, heldOut };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below, as for any other text that is no object.
  }
  throw new GlyphDataError("glyphs.json", "must be a JSON object", `${text.slice(0, 40)} …`);
}

function readStyle(value: unknown): Style | null {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const split = SPLITS.find((name) => name === fields["split"]);
  const slots = STYLE_SLOTS.map((name) => {
    const said = fields[name];
    const size = slotSize(name);
    // -1 where the metadata does not say: the slot's last token.
    if (said === -1) return size;
    return Number.isInteger(said) && Number(said) >= 0 && Number(said) < size ? Number(said) : NaN;
  });
  return split === undefined || slots.some(Number.isNaN) ? null : { split, slots };
}

function slotSize(name: string): number {
  return vocabulary.slots.find((slot) => slot.name === name)?.values.length ?? 0;
}

function setOf(pixels: Uint8Array, labels: Labels, split: GlyphSplit): GlyphSet {
  const kept = [...labels.style.keys()].filter(
    (i) => labels.heldOut[i] === 0 && labels.styles[labels.style[i] ?? -1]?.split === split,
  );
  if (kept.length === 0)
    throw new GlyphDataError("glyphs.json", `must have images of the split ${split}`, "none");
  const number = (i: number): number => kept[i] ?? NaN;
  const tokens = (i: number): readonly number[] => [
    labels.character[number(i)] ?? NaN,
    ...(labels.styles[labels.style[number(i)] ?? -1]?.slots ?? []),
  ];
  return {
    count: kept.length,
    image: (i) => pixels.subarray(PIXELS * number(i), PIXELS * (number(i) + 1)),
    tokens,
    cumulative: cumulativeChances(kept.map((_, i) => tokens(i).at(-1) ?? NaN)),
  };
}

/**
 * Images of a typeface class are drawn as often as the root of their number says, between "as many as there are" and "all classes
 * alike": sans is 15 times as frequent as handwriting.
 */
function cumulativeChances(classes: readonly number[]): Float64Array {
  const counts = new Map<number, number>();
  for (const name of classes) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sums = new Float64Array(classes.length);
  let sum = 0;
  classes.forEach((name, i) => (sums[i] = sum += 1 / Math.sqrt(counts.get(name) ?? NaN)));
  return sums.map((value) => value / sum);
}
