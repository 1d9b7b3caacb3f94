import katex from "katex";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formulaCard, FORMULAS } from "../../src/theory/formulas.ts";
import { REFERENCES } from "../../src/theory/references.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Keys cited in a text: [Name24], [Name24-PART], alone or followed by ", eq. n" and the like; several may share brackets. */
function citations(text: string): string[] {
  return [...text.matchAll(/\[([A-Z][A-Za-z]+\d{2}(?:-[A-Z]+)?)(?=[\],; ])/g)].map((match) => match[1]!);
}

function citedKeys(): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of ["src", "shaders"])
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(tsx?|wgsl)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      for (const key of citations(readFileSync(path, "utf8"))) found.set(key, path.slice(ROOT.length + 1));
    }
  for (const [id, card] of Object.entries(FORMULAS)) found.set(card.reference, `formula card ${id}`);
  return found;
}

describe("the bibliography", () => {
  const cited = citedKeys();

  test("has every key that is cited", () => {
    const missing = [...cited].filter(([key]) => !Object.hasOwn(REFERENCES, key));
    expect(missing).toEqual([]);
  });

  test("has nothing that is not cited", () => {
    expect(Object.keys(REFERENCES).filter((key) => !cited.has(key))).toEqual([]);
  });

  test("control: the pattern finds keys with and without a remark, and leaves array shapes alone", () => {
    expect(citations("see [Nobody99] and [Nobody98-DDIM, eq. 3], shapes [N, d], [K]")).toEqual([
      "Nobody99",
      "Nobody98-DDIM",
    ]);
  });

  test.each(Object.entries(REFERENCES))(
    "%s has authors, a title, a year and a link by a secure protocol",
    (_, r) => {
      expect(r.authors.length).toBeGreaterThan(3);
      expect(r.title.length).toBeGreaterThan(8);
      expect(r.year).toBeGreaterThan(1900);
      expect(r.link).toMatch(/^https:\/\//);
    },
  );
});

describe("formula cards", () => {
  test.each(Object.entries(FORMULAS))("%s is typeset without error and says what it means", (id, card) => {
    expect(() =>
      katex.renderToString(card.tex, { displayMode: true, throwOnError: true, strict: "error" }),
    ).not.toThrow();
    expect(card.words).toMatch(/^[A-Z].*\.$/);
    expect(formulaCard(id)).toBe(card);
  });

  test("control: broken TeX and unknown ids are noticed", () => {
    expect(() => katex.renderToString("\\frac{1}{", { throwOnError: true })).toThrow();
    expect(formulaCard("toString")).toBeNull();
  });
});
