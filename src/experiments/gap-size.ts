/** Gaps on a logarithmic axis: their size, and where the sign that it hides changes. */
import type { TheoryPoint } from "../measure/series.ts";
import { theoryPoint } from "./chart-parts.ts";
import type { GapNumbers } from "./gap-cells.ts";

/** A gap at a place on the axis. */
export interface GapPlace {
  readonly x: number;
  readonly law: GapNumbers | null;
}

/** Where a gap passes through 0: between two neighbouring points, at the root of the chord. */
export interface Flip {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** The sign changes of a curve of gaps, ascending. */
export function flipsOf(places: readonly GapPlace[]): Flip[] {
  const known = places
    .flatMap(({ x, law }) => (law === null || law.gap === null || law.gap === 0 ? [] : [{ x, gap: law.gap }]))
    .sort((a, b) => a.x - b.x);
  return known.slice(1).flatMap((b, i) => {
    const a = known[i];
    if (a === undefined || a.gap > 0 === b.gap > 0) return [];
    return [{ at: a.x + (b.x - a.x) * (a.gap / (a.gap - b.gap)), before: a.gap, after: b.gap }];
  });
}

/** |gap| for a logarithmic axis: null at 0, and between points of different sign, so that no line hides the passage. */
export function magnitudes(places: readonly GapPlace[]): TheoryPoint[] {
  const sizes = places.map(({ x, law }) => {
    const gap = law?.gap ?? null;
    return theoryPoint(x, gap === null || gap === 0 ? null : Math.abs(gap), law?.gapError ?? 0);
  });
  return [...sizes, ...flipsOf(places).map(({ at }) => ({ x: at, y: null }))];
}

/** "positive before, negative after" */
export function signs({ before, after }: Flip): string {
  const word = (gap: number) => (gap > 0 ? "positive" : "negative");
  return `${word(before)} before, ${word(after)} after`;
}
