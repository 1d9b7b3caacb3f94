/** Series that every gap chart draws from its cells: exact curves, the bound with its verdict, measured points. */
import type { MeasureResult } from "../engine/engine.ts";
import type { Estimate } from "../measure/estimate.ts";
import type { MeasuredPoint, Series, TheoryPoint, Verdict } from "../measure/series.ts";
import { verdict } from "../measure/verdict.ts";
import { measurementOf, type ArmPlace } from "./arms.ts";
import { boundSpeaks } from "./bound-numbers.ts";
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

/** The bound on |gap| as two curves, left out where it says nothing. */
export function boundSeries(cells: readonly PlacedCell[]): readonly Series[] {
  const usable = cells.map(({ x, cell }) => ({
    x,
    y: boundSpeaks(cell.bound) && cell.eta > 0 ? cell.bound.gap : null,
  }));
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

/** Sentences on bounds that are vacuous or rest on assumptions that fail, each once. */
export function boundNotes(cells: readonly PlacedCell[]): string[] {
  const bounds = cells.flatMap(({ cell }) => (cell.bound === null || cell.eta === 0 ? [] : [cell.bound]));
  const exceeded = cells.filter(({ cell }) => {
    const limit = cell.bound?.gap ?? null;
    const exact = cell.nStep?.gap ?? null;
    return limit !== null && exact !== null && Math.abs(exact) > limit;
  });
  const failed = bounds.flatMap((b) => b.assumptions.filter((a) => !a.holds).map((a) => a.text));
  const unsplit = cells.some(
    ({ cell }) =>
      cell.eta > 0 &&
      cell.place.ok &&
      cell.bound !== null &&
      cell.bound.gap !== null &&
      (cell.nStep === null || cell.continuous === null),
  );
  const vacuous = bounds.filter((b) => b.vacuous).length;
  return [
    ...(vacuous > 0
      ? [
          `The general bound is vacuous (weaker than the trivial bound) at ${vacuous} of ${counted(bounds.length, "point")} and is not drawn there.`,
        ]
      : []),
    ...(exceeded.length > 0
      ? [
          `At ${counted(exceeded.length, "point")} the exact gap of N steps exceeds the bound: it is a bound in continuous time and does not cover the discretisation part. Verdicts leave that part out.`,
        ]
      : []),
    ...(unsplit
      ? [
          "The bound holds in continuous time, but here the discretisation part is not known, so a larger measured gap does not violate it.",
        ]
      : []),
    ...failed.map((text) => `An assumption of the bound fails here, so it is not drawn. ${text}`),
  ];
}

/** Why cells have no measurement: the first reason, and how many there are. */
export function refusalNotes(cells: readonly { readonly place: ArmPlace }[]): string[] {
  const reasons = cells.flatMap(({ place }) => (place.ok ? [] : [place.reason]));
  const [first] = reasons;
  if (first === undefined) return [];
  return [
    reasons.length === 1
      ? `One point is missing. ${first}.`
      : `${reasons.length} points are missing. First: ${first}.`,
  ];
}

/** Measured gaps as a series. */
export function gapSeries(points: readonly MeasuredPoint[]): readonly Series[] {
  return measuredSeries({ id: "measured", label: "Measured gap", hue: "gap", points });
}
