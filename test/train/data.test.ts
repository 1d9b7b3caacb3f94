import { describe, expect, it } from "vitest";
import families from "../../src/train/data/families.json" with { type: "json" };
import { correlation, isDrawn, isUnicase } from "../../src/train/data/filters.ts";
import type { Family } from "../../src/train/data/fontsource.ts";
import { RULES, slotValues } from "../../src/train/data/rules.ts";
import { splitFamilies } from "../../src/train/data/split.ts";

const PIXELS = RULES.render.size ** 2;

function family(id: string, category = "serif"): Family {
  return { id, name: id, version: "1.0.0", category, licence: "OFL-1.1", styles: [] };
}

describe("the split by families", () => {
  const all = Array.from({ length: 50 }, (_, i) => family(`family-${i}`));

  it("gives the stated shares, whatever the order", () => {
    const split = splitFamilies(all, RULES);
    const count = (of: string): number => [...split.values()].filter((s) => s === of).length;
    expect([count("heldOut"), count("validation"), count("train")]).toEqual([6, 4, 40]);
    const reversed = splitFamilies([...all].reverse(), RULES);
    for (const { id } of all) expect(reversed.get(id)).toBe(split.get(id));
  });

  it("keeps all siblings in training", () => {
    const siblings = new Set(RULES.siblings.flat());
    const present = families.families.filter(({ id }) => siblings.has(id));
    expect(present.length).toBe(siblings.size);
    for (const { id, split } of present) expect(`${id} ${split}`).toBe(`${id} train`);
  });
});

describe("the committed data", () => {
  it("has 150 to 250 families, each with an open licence that the rules list, and every split in every class", () => {
    expect(families.families.length).toBeGreaterThanOrEqual(150);
    expect(families.families.length).toBeLessThanOrEqual(250);
    for (const { id, licence } of families.families)
      expect(RULES.licences, `licence of ${id}`).toContain(licence);
    for (const category of Object.keys(RULES.typefaces)) {
      const splits = new Set(families.families.filter((f) => f.category === category).map((f) => f.split));
      expect([...splits].sort(), category).toEqual(["heldOut", "train", "validation"]);
    }
  });

  it("holds out only combinations that the vocabulary has", () => {
    for (const { typeface, slant, characters } of RULES.heldOutCombinations.glyphs) {
      expect(slotValues("typeface")).toContain(typeface);
      expect(slotValues("slant")).toContain(slant);
      for (const c of characters) expect(slotValues("character")).toContain(c);
    }
    for (const pair of RULES.heldOutCombinations.colours)
      for (const colour of pair) expect(slotValues("ink")).toContain(colour);
  });
});

describe("filters", () => {
  it("refuses blanks, solid squares and dots, and keeps a stroke", () => {
    const blank = new Uint8Array(PIXELS);
    const solid = new Uint8Array(PIXELS).fill(255);
    const rows = (from: number, to: number): Uint8Array =>
      blank.map((_, i) => (i % 32 > 12 && i % 32 < 17 && i / 32 >= from && i / 32 < to ? 255 : 0));
    expect([blank, solid, rows(10, 14), rows(6, 26)].map((image) => isDrawn(image, RULES))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it("correlates an image with itself at 1, with its negative at -1, with a flat one at 0", () => {
    const image = Uint8Array.from({ length: PIXELS }, (_, i) => (i * 37) % 251);
    expect(correlation(image, image)).toBeCloseTo(1, 12);
    expect(
      correlation(
        image,
        image.map((v) => 255 - v),
      ),
    ).toBeCloseTo(-1, 12);
    expect(correlation(image, new Uint8Array(PIXELS))).toBe(0);
  });

  it("calls a style unicase whose small letters are its capitals", () => {
    const characters = slotValues("character");
    const picture = (seed: number): Uint8Array =>
      Uint8Array.from({ length: PIXELS }, (_, i) =>
        Math.imul(i + seed * 7919, 2654435761) >>> 24 > 128 ? 255 : 0,
      );
    const own = characters.map((c) => picture(c.charCodeAt(0)));
    const capitals = characters.map((c) => picture(c.toUpperCase().charCodeAt(0)));
    expect(isUnicase(capitals, characters, RULES)).toBe(true);
    expect(isUnicase(own, characters, RULES)).toBe(false);
  });
});
