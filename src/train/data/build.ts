/**
 * The data stage: draws every glyph and writes `glyphs.bin` [n, 32, 32] (one byte of coverage per pixel) and `glyphs.json`
 * (labels per image) into a folder, bit for bit the same on every machine.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { drawFont, type FontReader } from "./draw.ts";
import { correlation, isDrawn, isUnicase, meanImages } from "./filters.ts";
import { readFamilies, type Family, type Style } from "./fontsource.ts";
import { slotValues, type Rules } from "./rules.ts";
import { splitFamilies, type Split } from "./split.ts";

/** What is known of one style in glyphs.json: slot values as numbers, -1 where the metadata does not say. */
interface StyleRecord {
  readonly family: string;
  readonly split: Split;
  readonly cssWeight: number;
  readonly weight: number;
  readonly slant: number;
  readonly typeface: number;
}

/** What is committed of the data: enough to credit the designers and to recognise the same data again. */
export interface DataSummary {
  readonly sha256: string;
  readonly images: Readonly<Record<Split, number>>;
  readonly heldOutCombinations: number;
  readonly families: readonly {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly category: string;
    readonly licence: string;
    readonly split: Split;
    readonly styles: number;
    readonly images: number;
  }[];
}

export interface BuildOptions {
  /** A node_modules folder with opentype.js and @fontsource/* packages. */
  readonly packages: string;
  readonly out: string;
  readonly rules: Rules;
  /** Only these families (all if null). */
  readonly only: readonly string[] | null;
  readonly report: (line: string) => void;
}

/** Draws, filters and writes the data; returns what is known of it. */
export async function buildData(options: BuildOptions): Promise<DataSummary> {
  const { packages, out, rules, report } = options;
  const { families, refused } = readFamilies(packages, rules, options.only);
  if (refused.length > 0) report(`left out for their licence: ${refused.join(", ")}`);
  const characters = slotValues("character");
  const reader = await fontReader(packages);
  const drawn = drawAll(reader, join(packages, "@fontsource"), families, characters, rules, report);
  const kept = keepFit(drawn, characters, rules);
  const split = splitFamilies(families, rules);
  const records = drawn.map(({ style }) => recordOf(style, split.get(style.family) ?? "train"));
  const held = kept.map(({ style, character }) => isHeldOut(drawn, style, characters[character], rules));
  const pixels = Buffer.concat(kept.map(({ image }) => image));
  const labels = JSON.stringify({
    version: 1,
    size: rules.render.size,
    styles: records,
    style: kept.map((k) => k.style),
    character: kept.map((k) => k.character),
    heldOutCombination: held.map(Number),
  });
  const sha256 = createHash("sha256").update(pixels).update(labels).digest("hex");
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "glyphs.bin"), pixels);
  writeFileSync(join(out, "glyphs.json"), labels);
  writeFileSync(join(out, "sha256"), `${sha256}\n`);
  return summarise(sha256, families, split, drawn, kept, held);
}

interface Drawn {
  readonly style: Style;
  readonly images: readonly (Uint8Array | null)[];
}

interface Kept {
  /** Number of the style among the drawn ones. */
  readonly style: number;
  readonly character: number;
  readonly image: Uint8Array;
}

async function fontReader(packages: string): Promise<FontReader> {
  const file = pathToFileURL(join(packages, "opentype.js/dist/opentype.mjs")).href;
  const module = (await import(file)) as FontReader & { readonly default?: FontReader };
  return module.default ?? module;
}

function drawAll(
  reader: FontReader,
  root: string,
  families: readonly Family[],
  characters: readonly string[],
  rules: Rules,
  report: (line: string) => void,
): readonly Drawn[] {
  const drawn: Drawn[] = [];
  const seen = new Set<string>();
  for (const [i, family] of families.entries()) {
    for (const style of family.styles) {
      const images = drawFont(reader, join(root, style.file), characters, rules.render);
      const key = createHash("sha256");
      for (const image of images) key.update(image ?? "none");
      const digest = key.digest("hex");
      if (!seen.has(digest)) drawn.push({ style, images });
      seen.add(digest);
    }
    if ((i + 1) % 20 === 0) report(`${i + 1} of ${families.length} families drawn`);
  }
  return drawn;
}

function keepFit(drawn: readonly Drawn[], characters: readonly string[], rules: Rules): readonly Kept[] {
  const fit = drawn.map(({ images }) => {
    const unicase = isUnicase(images, characters, rules);
    return images.map((image, c) =>
      image !== null && isDrawn(image, rules) && !(unicase && isSmall(characters[c])) ? image : null,
    );
  });
  const means = meanImages(fit, characters.length, rules.render.size ** 2);
  return fit.flatMap((images, style) =>
    images.flatMap((image, character) => {
      const mean = means[character];
      if (image === null || mean === undefined) return [];
      return correlation(image, mean) < rules.filters.likeClassMean ? [] : [{ style, character, image }];
    }),
  );
}

function isSmall(character: string | undefined): boolean {
  return character !== undefined && /[a-z]/.test(character);
}

function recordOf(style: Style, split: Split): StyleRecord {
  const number = (slot: string, value: string | null): number =>
    value === null ? -1 : slotValues(slot).indexOf(value);
  return {
    family: style.family,
    split,
    cssWeight: style.cssWeight,
    weight: number("weight", style.weight),
    slant: number("slant", style.slant),
    typeface: number("typeface", style.typeface),
  };
}

function isHeldOut(
  drawn: readonly Drawn[],
  style: number,
  character: string | undefined,
  { heldOutCombinations }: Rules,
): boolean {
  const of = drawn[style]?.style;
  if (of === undefined || character === undefined) return false;
  return heldOutCombinations.glyphs.some(
    ({ typeface, slant, characters }) =>
      typeface === of.typeface && slant === of.slant && characters.includes(character),
  );
}

function summarise(
  sha256: string,
  families: readonly Family[],
  split: ReadonlyMap<string, Split>,
  drawn: readonly Drawn[],
  kept: readonly Kept[],
  held: readonly boolean[],
): DataSummary {
  const imagesOf = new Map<string, number>();
  for (const { style } of kept) {
    const family = drawn[style]?.style.family ?? "";
    imagesOf.set(family, (imagesOf.get(family) ?? 0) + 1);
  }
  const images = { train: 0, validation: 0, heldOut: 0 };
  for (const [id, n] of imagesOf) images[split.get(id) ?? "train"] += n;
  return {
    sha256,
    images,
    heldOutCombinations: held.filter(Boolean).length,
    families: families.map(({ id, name, version, category, licence }) => ({
      id,
      name,
      version,
      category,
      licence,
      split: split.get(id) ?? "train",
      styles: drawn.filter(({ style }) => style.family === id).length,
      images: imagesOf.get(id) ?? 0,
    })),
  };
}
