/** Glyphs of a font file as 32 x 32 coverage. */
import { readFileSync } from "node:fs";
import { coverage, polygons, type PathCommand } from "./coverage.ts";
import type { Rules } from "./rules.ts";

interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

interface Path {
  readonly commands: readonly PathCommand[];
  getBoundingBox(): Box;
}

interface Font {
  readonly unitsPerEm: number;
  charToGlyphIndex(character: string): number;
  charToGlyph(character: string): { getPath(x: number, y: number, size: number): Path };
}

/** The part of opentype.js in use; the package has no types and is installed beside this file only. */
export interface FontReader {
  parse(file: ArrayBuffer): Font;
}

/**
 * Images [32 * 32], 0 to 255, of the characters of a font; null where the font has no such outline. Capital H is
 * `capHeight` pixels high and the baseline fixed, so that relative sizes are the font's own; a glyph is centred sideways,
 * shrunk if it has no room, and moved up or down only if it would leave the image.
 */
export function drawFont(
  reader: FontReader,
  path: string,
  characters: readonly string[],
  render: Rules["render"],
): readonly (Uint8Array | null)[] {
  const bytes = readFileSync(path);
  const font = reader.parse(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
  );
  const h = font.charToGlyph("H").getPath(0, 0, font.unitsPerEm).getBoundingBox();
  const capHeight = h.y2 - h.y1;
  if (!(capHeight > 0)) return characters.map(() => null);
  const fontSize = (render.capHeight / capHeight) * font.unitsPerEm;
  return characters.map((character) => {
    if (font.charToGlyphIndex(character) === 0) return null;
    const outline = font.charToGlyph(character).getPath(0, 0, fontSize);
    return drawOutline(outline, render);
  });
}

function drawOutline(outline: Path, { size, baseline, room }: Rules["render"]): Uint8Array | null {
  const box = outline.getBoundingBox();
  const width = box.x2 - box.x1;
  const height = box.y2 - box.y1;
  if (!(width > 0 && height > 0)) return null;
  const scale = Math.min(1, room / width, room / height);
  const margin = (size - room) / 2;
  const left = size / 2 - ((box.x1 + box.x2) / 2) * scale;
  const top = baseline + box.y1 * scale;
  const bottom = baseline + box.y2 * scale;
  const lift = top < margin ? margin - top : bottom > size - margin ? size - margin - bottom : 0;
  const inside = (v: number): number => Math.min(size, Math.max(0, v));
  const shapes = polygons(outline.commands).map((shape) =>
    shape.map(([x, y]) => [inside(x * scale + left), inside(y * scale + baseline + lift)] as const),
  );
  return coverage(shapes, size);
}
