/** Series that every gap chart draws from its cells: exact curves, the bound with its verdict, measured points. */
import type { MeasureResult } from "../engine/engine.ts";
import type { Estimate } from "../measure/estimate.ts";
import type { MeasuredPoint, Series, TheoryPoint, Verdict } from "../measure/series.ts";
import { verdict } from "../measure/verdict.ts";
import { measurementOf } from "./arms.ts";
import { boundSpeaks, type BoundNumbers } from "./bound-numbers.ts";
import { counted, measuredSeries, theoryPoint, theorySeries } from "./chart-parts.ts";
import type { GapCell, GapNumbers } from "./gap-cells.ts";

/** A cell at its place on the x axis. */
export interface PlacedCell {
  readonly x: number;
  readonly cell: GapCell;
}

/** Measured gaps with their exact values and, where a bound applies and says something, its verdict. */
export function gapPoints(cells: readonly PlacedCell[], result: MeasureResult | null): MeasuredPoint[] {
  return cells.flatMap(({ x, cell }) => {
    const measured = measurementOf(result, cell.place);
    if (measured === null) return [];
    const { bound, nStep } = cell;
    const expected = nStep?.gap ?? null;
    return [
      {
        x,
        estimate: measured.gap,
        ...(expected === null ? {} : { expected }),
        ...(!boundSpeaks(bound) || bound.gap === null || cell.eta === 0
          ? {}
          : { verdict: gapVerdict(cell, bound.gap, measured.gap) }),
      },
    ];
  });
}

/**
 * Does the bound on |gap| hold? A violation counts only where the discretisation part is known and taken off; elsewhere it
 * may come from that part, so nothing is concluded.
 */
export function gapVerdict(cell: GapCell, limit: number, gap: Estimate): Verdict {
  const found = verdict(limit, inContinuousTime(cell, gap));
  return found === "violated" && !hasSplit(cell) ? "inconclusive" : found;
}

function hasSplit({ nStep, continuous }: GapCell): boolean {
  return (nStep?.gap ?? null) !== null && (continuous?.gap ?? null) !== null;
}

/**
 * The estimate a bound in continuous time is judged by: the measured gap less the exact discretisation part, where both
 * exact gaps are known; else the measured gap as it is.
 */
export function inContinuousTime({ nStep, continuous }: GapCell, gap: Estimate): Estimate {
  const [exact, limit] = [nStep?.gap ?? null, continuous?.gap ?? null];
  return exact === null || limit === null ? gap : { ...gap, value: gap.value - (exact - limit) };
}

/** Curve of gaps of one law. */
export function gapCurve(
  points: readonly { readonly x: number; readonly law: GapNumbers | null }[],
): TheoryPoint[] {
  return points.map(({ x, law }) => theoryPoint(x, law?.gap ?? null, law?.gapError ?? 0));
}

/** The formula that the laws of a curve come from. */
export function formulaOf(laws: readonly (GapNumbers | null)[]): GapNumbers["formula"] {
  return laws.find((law) => law !== null)?.formula ?? "gap";
}

/** The bound on |gap| as two curves, left out where it says nothing. At eta = 0 it is the limit of small eta. */
export function boundSeries(
  places: readonly { readonly x: number; readonly bound: BoundNumbers | null }[],
): readonly Series[] {
  const usable = places.map(({ x, bound }) => ({ x, y: boundSpeaks(bound) ? bound.gap : null }));
  const upper = { kind: "bound", formula: "gap-bound", hue: "bound" } as const;
  return [
    ...theorySeries({ ...upper, id: "bound", label: "Upper bound", points: usable }),
    ...theorySeries({
      ...upper,
      id: "bound-lower",
      label: "Lower bound",
      points: usable.map(({ x, y }) => ({ x, y: y === null ? null : -y })),
    }),
  ];
}

/**
 * Sentences on bounds that rest on assumptions that fail or are vacuous, each once. Where an assumption fails there is no
 * bound, so nothing else is said of it.
 */
export function boundNotes(cells: readonly PlacedCell[]): string[] {
  const bounded = cells.filter(({ cell }) => cell.bound !== null && cell.eta > 0);
  const failing = bounded.map(({ cell }) => cell.bound?.assumptions.filter((a) => !a.holds) ?? []);
  const failed = failing.flatMap((list) => list.map((a) => a.text));
  const stated = bounded.filter((_, i) => failing[i]?.length === 0);
  const vacuous = stated.filter(({ cell }) => cell.bound?.vacuous).length;
  const drawn = stated.filter(({ cell }) => boundSpeaks(cell.bound) && cell.bound.gap !== null);
  const exceeded = drawn.filter(
    ({ cell }) => Math.abs(cell.nStep?.gap ?? 0) > (cell.bound?.gap ?? Infinity),
  ).length;
  const unsplit = drawn.some(({ cell }) => cell.place.ok && !hasSplit(cell));
  return [
    ...(vacuous > 0
      ? [
          `The general bound is vacuous (weaker than the trivial bound) at ${vacuous} of ${counted(stated.length, "point")} and is not drawn there.`,
        ]
      : []),
    ...(exceeded > 0
      ? [
          `At ${counted(exceeded, "point")} the exact gap of N steps exceeds the bound: it is a bound in continuous time and does not cover the discretisation part. Verdicts leave that part out.`,
        ]
      : []),
    ...(unsplit
      ? [
          "The bound holds in continuous time, but here the discretisation part is not known, so a larger measured gap does not violate it.",
        ]
      : []),
    ...[...new Set(failed)].map(
      (text) => `An assumption of the bound fails here, so it is not drawn. ${text}`,
    ),
  ];
}

/** Measured gaps as a series. */
export function gapSeries(points: readonly MeasuredPoint[]): readonly Series[] {
  return measuredSeries({ id: "measured", label: "Measured gap", hue: "gap", points });
}
