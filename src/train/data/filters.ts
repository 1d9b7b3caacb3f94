/** Which drawn glyphs are fit for training: no blanks, no symbols in the place of letters, no capitals as small letters. */
import type { Rules } from "./rules.ts";

/** Rows with something drawn, [first, last], or null for a blank image. */
function drawnRows(image: Uint8Array, size: number): readonly [number, number] | null {
  const drawn = (y: number): boolean => image.subarray(y * size, (y + 1) * size).some((v) => v > 64);
  const rows = Array.from({ length: size }, (_, y) => y).filter(drawn);
  const first = rows[0];
  const last = rows.at(-1);
  return first === undefined || last === undefined ? null : [first, last];
}

/** Whether an image has a sensible amount of ink and height. */
export function isDrawn(image: Uint8Array, { render, filters }: Rules): boolean {
  const ink = image.reduce((a, b) => a + b, 0) / (255 * image.length);
  const rows = drawnRows(image, render.size);
  return (
    rows !== null && ink >= filters.ink[0] && ink <= filters.ink[1] && rows[1] - rows[0] + 1 >= filters.height
  );
}

/** Pearson correlation of two images, -1 to 1; 0 where one is flat. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sumA = 0;
  let sumB = 0;
  for (let i = 0; i < a.length; i++) {
    sumA += a[i] ?? 0;
    sumB += b[i] ?? 0;
  }
  const [meanA, meanB] = [sumA / a.length, sumB / a.length];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [(a[i] ?? 0) - meanA, (b[i] ?? 0) - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

/** Mean image of each character over all styles that have it. */
export function meanImages(
  drawn: readonly (readonly (Uint8Array | null)[])[],
  characters: number,
  pixels: number,
): readonly Float64Array[] {
  return Array.from({ length: characters }, (_, c) => {
    const images = drawn.map((style) => style[c]).filter((image) => image != null);
    const mean = new Float64Array(pixels);
    for (const image of images) for (let i = 0; i < pixels; i++) mean[i] = (mean[i] ?? 0) + (image[i] ?? 0);
    return mean.map((v) => v / Math.max(1, images.length));
  });
}

/** Letters whose small form is not the capital made smaller. */
const UNLIKE = ["a", "b", "d", "e", "g", "h", "n", "q", "r"];
const BOX = 16;

/** Whether the small letters of a style are its capitals made smaller (or the same). */
export function isUnicase(
  images: readonly (Uint8Array | null)[],
  characters: readonly string[],
  { render, filters }: Rules,
): boolean {
  const likeness = UNLIKE.flatMap((letter) => {
    const small = images[characters.indexOf(letter)];
    const capital = images[characters.indexOf(letter.toUpperCase())];
    if (small == null || capital == null) return [];
    return [correlation(boxed(small, render.size), boxed(capital, render.size))];
  });
  const mean = likeness.reduce((a, b) => a + b, 0) / Math.max(1, likeness.length);
  return likeness.length > 0 && mean > filters.unicase;
}

/** The drawn part of an image, stretched to BOX x BOX (nearest pixel). */
function boxed(image: Uint8Array, size: number): Float64Array {
  const columns = new Uint8Array(size * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) columns[x * size + y] = image[y * size + x] ?? 0;
  const [top, bottom] = drawnRows(image, size) ?? [0, size - 1];
  const [left, right] = drawnRows(columns, size) ?? [0, size - 1];
  return Float64Array.from({ length: BOX * BOX }, (_, i) => {
    const y = top + Math.floor(((Math.floor(i / BOX) + 0.5) / BOX) * (bottom - top + 1));
    const x = left + Math.floor((((i % BOX) + 0.5) / BOX) * (right - left + 1));
    return image[y * size + x] ?? 0;
  });
}
