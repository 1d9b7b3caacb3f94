import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, inject, it } from "vitest";
import { LAB_FOLDER } from "../../src/cli/launch/paths.mjs";
import type { BuiltChunk } from "../support/built-lab.ts";

/** 200 KB of gzipped script before the first view, as the project promises. */
const BUDGET_BYTES = 200_000;
/** Large libraries that the first view must not wait for. */
const LAZY_PACKAGES = [
  "recharts",
  "katex",
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs",
  "papaparse",
  "d3-scale",
];

/** Files that `entries` load before they run, themselves included. */
function staticClosure(entries: readonly string[], chunks: readonly BuiltChunk[]): readonly string[] {
  const seen = new Set(entries);
  for (const file of seen)
    chunks.find((chunk) => chunk.file === file)?.imports.forEach((next) => seen.add(next));
  return [...seen];
}

/** Scripts that index.html names, as module scripts or preloads. */
function scriptsOf(html: string): readonly string[] {
  const tags = [...html.matchAll(/<(?:script|link)\b[^>]*>/g)].map(([tag]) => tag);
  return tags.flatMap((tag) => /(?:src|href)="(?:\.\/)?([^"]+\.js)"/.exec(tag)?.[1] ?? []);
}

describe("The built lab", () => {
  const chunks = inject("builtChunks");
  const entries = scriptsOf(readFileSync(join(LAB_FOLDER, "index.html"), "utf8"));
  const files = staticClosure(entries, chunks);

  it(`loads at most ${BUDGET_BYTES / 1000} KB of gzipped script for its first view`, () => {
    expect(entries.length).toBeGreaterThan(0);
    const sizes = files.map((file) => ({
      file,
      bytes: gzipSync(readFileSync(join(LAB_FOLDER, file))).length,
    }));
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    console.info(`first load: ${(total / 1000).toFixed(1)} KB gzip in ${sizes.length} files`);
    expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(BUDGET_BYTES);
  });

  it("keeps charts, formulas and tensors out of the first load", () => {
    const early = chunks.filter(({ file }) => files.includes(file)).flatMap(({ packages }) => packages);
    expect(early).toContain("react-dom");
    expect(early.filter((name) => LAZY_PACKAGES.includes(name))).toEqual([]);
  });

  it("names every file by a relative address and nothing on another host", () => {
    const html = readFileSync(join(LAB_FOLDER, "index.html"), "utf8");
    const addresses = [...html.matchAll(/\b(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? "");
    expect(
      addresses.filter((address) => /^(?:\/|[a-z]+:)/i.test(address) && !address.startsWith("data:")),
    ).toEqual([]);
  });
});

describe("The budget's own arithmetic", () => {
  const planted: readonly BuiltChunk[] = [
    { file: "a.js", isEntry: true, imports: ["b.js"], packages: [] },
    { file: "b.js", isEntry: false, imports: ["c.js", "a.js"], packages: [] },
    { file: "c.js", isEntry: false, imports: [], packages: ["recharts"] },
    { file: "lazy.js", isEntry: false, imports: [], packages: ["katex"] },
  ];

  it("follows static imports to the end and leaves lazy chunks out", () => {
    expect(staticClosure(["a.js"], planted)).toEqual(["a.js", "b.js", "c.js"]);
  });

  it("reads scripts and preloads from the page", () => {
    const html = `<link rel="icon" href="icon.svg"><script type="module" src="./x/a.js"></script><link rel="modulepreload" href="./b.js">`;
    expect(scriptsOf(html)).toEqual(["x/a.js", "b.js"]);
  });
});
