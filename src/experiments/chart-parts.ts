/** Pieces of charts that experiments share: series, numbers in words, agreement of theory and measurement. */
import type { Estimate } from "../measure/estimate.ts";
import { formatCount, formatInterval } from "../measure/number-words.ts";
import type {
  Axis,
  Hue,
  MeasuredPoint,
  MeasuredSeries,
  TheoryKind,
  TheoryPoint,
  TheorySeries,
} from "../measure/series.ts";
import { normalQuantile } from "../math/special.ts";
import type { FormulaId } from "../theory/formulas.ts";

export const ETA_AXIS: Axis = { label: "Stochasticity", symbol: "η", scale: "linear" };
export const STEPS_AXIS: Axis = { label: "Steps", symbol: "N", scale: "log" };
export const GAP_AXIS: Axis = { label: "Reward gap", symbol: "J(η) − J(0)", scale: "linear" };

interface TheoryParts {
  readonly id: string;
  readonly label: string;
  readonly kind: TheoryKind;
  readonly formula: FormulaId;
  readonly hue: Hue;
  readonly points: readonly TheoryPoint[];
}

/** A theory curve, sorted by x; an empty list if no point has a value, so that it can be spread into a chart. */
export function theorySeries(parts: TheoryParts): readonly TheorySeries[] {
  if (parts.points.every((p) => p.y === null)) return [];
  return [{ role: "theory", ...parts, points: [...parts.points].sort((a, b) => a.x - b.x) }];
}

/** Measured points, sorted by x; an empty list if there are none. */
export function measuredSeries(parts: {
  readonly id: string;
  readonly label: string;
  readonly hue: Hue;
  readonly points: readonly MeasuredPoint[];
}): readonly MeasuredSeries[] {
  if (parts.points.length === 0) return [];
  return [{ role: "measured", ...parts, points: [...parts.points].sort((a, b) => a.x - b.x) }];
}

/** A theory point with its numerical error where that could be seen. */
export function theoryPoint(x: number, y: number | null, error = 0): TheoryPoint {
  return error > 0 && y !== null && Number.isFinite(error) ? { x, y, error } : { x, y };
}

/** A number for a sentence: 3 significant digits, a true minus sign. */
export function say(value: number): string {
  if (value === 0) return "0";
  const text = Number(value.toPrecision(3));
  const shown = Math.abs(text) >= 1e5 || Math.abs(text) < 1e-4 ? text.toExponential() : String(text);
  return shown.replace(/-/g, "−");
}

/** "−0.4020 ± 0.0041 (n = 2,048)": value, half width of the 95 % interval and the number of samples behind it. */
export function sayCounted(estimate: Estimate): string {
  return `${formatInterval(estimate)} (${formatCount(estimate.n)})`;
}

/** Standard errors between a measurement and an exact value. */
export function zScore(estimate: Estimate, expected: number, error = 0): number {
  const spread = Math.hypot(estimate.se, error);
  const difference = estimate.value - expected;
  if (spread > 0) return difference / spread;
  return Math.abs(difference) <= 1e-12 * Math.max(1, Math.abs(expected)) ? 0 : Number.POSITIVE_INFINITY;
}

/** How measured points sit against the exact values they carry. */
export interface Agreement {
  /** Points that have an exact value. */
  readonly count: number;
  /** Largest |z|, and where. */
  readonly worst: { readonly x: number; readonly z: number } | null;
}

/** Agreement over the points of measured series; points without noise (the eta = 0 cell of a gap) do not count. */
export function agreementOf(
  points: readonly MeasuredPoint[],
  errors: (x: number) => number = () => 0,
): Agreement {
  const scored = points.flatMap((p) =>
    p.expected === undefined || p.estimate.se === 0
      ? []
      : [{ x: p.x, z: zScore(p.estimate, p.expected, errors(p.x)) }],
  );
  const worst = scored.reduce<{ x: number; z: number } | null>(
    (most, s) => (most === null || Math.abs(s.z) > Math.abs(most.z) ? s : most),
    null,
  );
  return { count: scored.length, worst };
}

/**
 * The largest |z| of `count` points that chance alone stays below in 95 % of charts: each point at level 0.95^(1/count).
 * Points on common random numbers are correlated, which only makes large deviations rarer (Šidák's inequality).
 */
export function chanceLimit(count: number): number {
  return normalQuantile((1 + 0.95 ** (1 / count)) / 2);
}

/**
 * "largest deviation from exact theory over 8 points: 1.9 standard errors (chance alone stays below 2.7 in 95 % of such
 * charts)", or an empty text.
 */
export function sayAgreement({ count, worst }: Agreement): string {
  if (worst === null) return "";
  const points = count === 1 ? "the one point" : `${count} points`;
  const limit = chanceLimit(count).toFixed(1);
  return `largest deviation from exact theory over ${points}: ${say(Math.abs(worst.z))} standard errors (chance alone stays below ${limit} in 95 % of such charts)`;
}

/** Beyond this many standard errors chance is no explanation, even over the few hundred points a session shows. */
export const DISAGREEMENT = 4.5;

/** A note where measurement and exact theory cannot both be right, else nothing. */
export function disagreementNotes({ worst }: Agreement, symbol: string): readonly string[] {
  if (worst === null || Math.abs(worst.z) <= DISAGREEMENT) return [];
  return [
    `Measurement and exact theory disagree at ${symbol} = ${say(worst.x)} by ${say(Math.abs(worst.z))} standard errors, more than chance allows. On a single-precision engine rounding may be the reason; compare with the CPU engine.`,
  ];
}

/** Exact lines that are not curves: a point of theory costs too much to fill the space between the measured places. */
export function joinedNote(symbol: string): string {
  return `Exact lines are computed at the measured ${symbol} and joined by straight lines.`;
}

/** "1 point", "7 points". */
export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** Reasons as notes, each once. */
export function uniqueNotes(notes: readonly string[]): readonly string[] {
  return [...new Set(notes)];
}
