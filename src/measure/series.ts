/**
 * What experiments hand to charts: curves of theory and points of measurement, as data. A chart knows nothing of
 * diffusion, theory or engines; a theory curve is a series with role "theory".
 */
import type { Estimate } from "./estimate.ts";

/** What a theoretical number promises. */
export type TheoryKind = "exact" | "bound" | "asymptotic" | "heuristic";

/** Does a bound hold, given the interval of the measurement? "inconclusive": the interval crosses it. */
export type Verdict = "holds" | "violated" | "inconclusive";

export interface Axis {
  readonly label: string;
  /** Field symbol as plain text, for example "η" or "N". */
  readonly symbol: string;
  readonly scale: "linear" | "log";
}

export interface TheoryPoint {
  readonly x: number;
  /** null where the theory does not apply. */
  readonly y: number | null;
  /** Numerical uncertainty of y (quadrature, extrapolation), where it is not negligible. */
  readonly error?: number;
}

export interface TheorySeries {
  readonly role: "theory";
  readonly id: string;
  readonly label: string;
  readonly kind: TheoryKind;
  /** Key of the formula card (title, TeX, assumptions, source) shown on hover. */
  readonly formula: string;
  /** Colour slot, stable over all charts: "ode", "sde", "gap", "bound", "data", "target", "accent". */
  readonly hue: Hue;
  readonly points: readonly TheoryPoint[];
}

export interface MeasuredPoint {
  readonly x: number;
  readonly estimate: Estimate;
  readonly verdict?: Verdict;
  /** Exact value that the estimate should agree with, where there is one. */
  readonly expected?: number;
}

export interface MeasuredSeries {
  readonly role: "measured";
  readonly id: string;
  readonly label: string;
  readonly hue: Hue;
  /** Drawn pale and with a line: something else that the others are held against. */
  readonly pale?: boolean;
  readonly points: readonly MeasuredPoint[];
}

export type Hue = "ode" | "sde" | "gap" | "bound" | "data" | "target" | "accent";
export type Series = TheorySeries | MeasuredSeries;

/** A place on the x axis that is pointed out, with a word or two. */
export interface ChartMark {
  readonly x: number;
  readonly label: string;
}

export interface LineChartData {
  readonly chart: "line";
  readonly id: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly mark?: ChartMark;
  /** One sentence that says what the chart shows, with its numbers. */
  readonly summary: string;
  /** Caveats: assumptions that fail, regions left out, disagreement between theory and measurement. */
  readonly notes: readonly string[];
}

export interface HeatMapData {
  readonly chart: "heat-map";
  readonly id: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly value: { readonly label: string; readonly symbol: string };
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** values[row][column] = theory and measurement at (xs[column], ys[row]); null where not available. */
  readonly theory: {
    readonly kind: TheoryKind;
    readonly formula: string;
    readonly values: readonly (readonly (number | null)[])[];
  } | null;
  readonly measured: readonly (readonly (Estimate | null)[])[] | null;
  readonly summary: string;
  readonly notes: readonly string[];
}

export type ChartData = LineChartData | HeatMapData;
