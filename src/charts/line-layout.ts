/**
 * What a line chart draws, worked out without drawing: rows for the chart library, domains, ticks, and notes about what
 * the axes had to leave out.
 */
import type { LineChartData, MeasuredSeries, Series, TheoryPoint, TheorySeries } from "../measure/series.ts";
import { interval } from "../measure/verdict.ts";
import { axisTicks, linearDomain, logDomain, type Domain } from "./axis.ts";
import { decimate } from "./decimate.ts";

/** One row: x, and under the key of each curve or series its y; "key:error" holds [below, above] of an error bar. */
export type Row = Readonly<Record<string, number | readonly [number, number] | null>>;

/** An unbroken piece of a theory curve. */
export interface CurveKey {
  readonly key: string;
  readonly series: TheorySeries;
}

export interface LineLayout {
  readonly rows: readonly Row[];
  readonly curves: readonly CurveKey[];
  readonly measured: readonly { readonly key: string; readonly series: MeasuredSeries }[];
  readonly xDomain: Domain;
  readonly yDomain: Domain;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  /** True if the chart shows sizes because a logarithmic axis cannot show signs. */
  readonly absolute: boolean;
  /** Sentences about points that the axes leave out. */
  readonly notes: readonly string[];
}

/** Bounds beyond this many times the span of everything else do not stretch the axis. */
const BOUND_REACH = 3;

/** Lays out the chart; series whose id is in `hidden` are left out. */
export function layOutLineChart(chart: LineChartData, hidden: ReadonlySet<string> = new Set()): LineLayout {
  const shown = chart.series.filter((series) => !hidden.has(series.id));
  const log = chart.y.scale === "log";
  const absolute = log && chart.series.some((series) => yValues(series).some((y) => y < 0));
  const fold = (y: number) => (absolute ? Math.abs(y) : y);
  const xDomain = xDomainOf(chart);
  const yDomain = yDomainOf(shown, log, fold);
  const drawable = (y: number | null) =>
    y === null || !Number.isFinite(y) || (log && fold(y) <= 0) ? null : fold(y);
  const inX = (x: number) => Number.isFinite(x) && (chart.x.scale === "linear" || x > 0);

  const rows = new Map<number, Record<string, number | readonly [number, number] | null>>();
  const put = (x: number, key: string, value: number | readonly [number, number]) => {
    const row = rows.get(x) ?? { x };
    row[key] = value;
    rows.set(x, row);
  };

  const curves: CurveKey[] = [];
  for (const series of shown) {
    if (series.role !== "theory") continue;
    const points = decimate(series.points.filter((p) => inX(p.x)));
    for (const [i, piece] of pieces(points, drawable).entries()) {
      const key = `${series.id}/${i}`;
      curves.push({ key, series });
      for (const [x, y] of piece) put(x, key, y);
    }
  }

  const measured = shown
    .filter((series) => series.role === "measured")
    .map((series) => ({ key: series.id, series }));
  for (const { key, series } of measured) {
    for (const { x, estimate } of series.points) {
      const y = drawable(estimate.value);
      if (y === null || !inX(x)) continue;
      put(x, key, y);
      put(x, `${key}:error`, errorBar(estimate, y, log, yDomain));
    }
  }

  return {
    rows: [...rows.values()].sort((a, b) => (a["x"] as number) - (b["x"] as number)),
    curves,
    measured,
    xDomain,
    yDomain,
    xTicks: axisTicks(xDomain, chart.x.scale),
    yTicks: axisTicks(yDomain, chart.y.scale),
    absolute,
    notes: notesOf(shown, yDomain, log, absolute, fold),
  };
}

function yValues(series: Series): number[] {
  return series.role === "theory"
    ? series.points.flatMap((p) => (p.y === null ? [] : [p.y]))
    : series.points.map((p) => p.estimate.value);
}

/** The unbroken runs of drawable points, as [x, y]. */
function pieces(
  points: readonly TheoryPoint[],
  drawable: (y: number | null) => number | null,
): (readonly [number, number])[][] {
  const runs: (readonly [number, number])[][] = [];
  let open: (readonly [number, number])[] | null = null;
  for (const point of points) {
    const y = drawable(point.y);
    if (y === null) open = null;
    else {
      if (open === null) runs.push((open = []));
      open.push([point.x, y]);
    }
  }
  return runs;
}

/** Lengths of the 95 % bar below and above the point. On a log axis the lower end stops at the edge of the chart. */
function errorBar(
  estimate: { readonly value: number; readonly se: number; readonly n: number },
  y: number,
  log: boolean,
  [floor]: Domain,
): readonly [number, number] {
  const [lo, hi] = interval(estimate);
  const half = (hi - lo) / 2;
  return log ? [Math.min(half, Math.max(0, y - floor)), half] : [half, half];
}

function xDomainOf(chart: LineChartData): Domain {
  const xs = chart.series.flatMap((series) => series.points.map((p) => p.x));
  if (chart.x.scale === "log") return logDomain(xs, 1.12);
  const finite = xs.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const lo = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const hi = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  if (lo === hi) return linearDomain([lo]);
  const pad = 0.03 * (hi - lo);
  return [lo - pad, hi + pad];
}

function isLoose(series: Series): boolean {
  return series.role === "theory" && (series.kind === "bound" || series.kind === "asymptotic");
}

function yDomainOf(shown: readonly Series[], log: boolean, fold: (y: number) => number): Domain {
  const firm = shown
    .filter((series) => !isLoose(series))
    .flatMap((series) => extentOf(series, log).map(fold));
  const loose = shown.filter(isLoose).flatMap((series) => extentOf(series, log).map(fold));
  if (log) return logDomain(firm.length === 0 ? loose : [...firm, ...withinDecades(loose, firm)]);
  return linearDomain(firm.length === 0 ? loose : [...firm, ...withinReach(loose, firm)]);
}

/** Values that the axis should reach: curve values, or the ends of intervals. */
function extentOf(series: Series, log: boolean): number[] {
  if (series.role === "theory" || log) return yValues(series);
  return series.points.flatMap((p) => [...interval(p.estimate), p.estimate.value]);
}

function withinReach(loose: readonly number[], firm: readonly number[]): number[] {
  const lo = firm.reduce((a, b) => Math.min(a, b), 0);
  const hi = firm.reduce((a, b) => Math.max(a, b), 0);
  const reach = BOUND_REACH * (hi - lo);
  return loose.filter((y) => y <= hi + reach && y >= lo - reach);
}

function withinDecades(loose: readonly number[], firm: readonly number[]): number[] {
  const positive = firm.filter((y) => y > 0);
  const lo = positive.reduce((a, b) => Math.min(a, b), Infinity);
  const hi = positive.reduce((a, b) => Math.max(a, b), 0);
  return loose.filter((y) => y >= lo / 100 && y <= hi * 100);
}

function notesOf(
  shown: readonly Series[],
  [lo, hi]: Domain,
  log: boolean,
  absolute: boolean,
  fold: (y: number) => number,
): string[] {
  const notes: string[] = [];
  if (absolute) notes.push("The axis is logarithmic, so it shows sizes: signs are in the table.");
  for (const series of shown) {
    const values = yValues(series);
    const zeros = log ? values.filter((y) => y === 0).length : 0;
    if (zeros > 0)
      notes.push(`${series.label}: ${zeros} of ${values.length} values are zero and cannot be drawn.`);
    const off = values.filter(
      (y) => fold(y) > hi || (!log && y < lo) || (log && y !== 0 && fold(y) < lo),
    ).length;
    if (off > 0) notes.push(`${series.label} leaves the drawn range; the table has all values.`);
  }
  return notes;
}

/** Value of a theory curve at x by interpolation, or null outside it and in its gaps. */
export function curveAt(points: readonly TheoryPoint[], x: number): number | null {
  const after = points.findIndex((p) => p.x >= x);
  if (after < 0) return null;
  const b = points[after];
  if (b === undefined || b.y === null) return null;
  if (b.x === x) return b.y;
  const a = points[after - 1];
  if (a === undefined || a.y === null) return null;
  return a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
}

/** The measured point nearest to x as the axis shows distances, or null if there is none. */
export function nearestPoint<P extends { readonly x: number }>(
  points: readonly P[],
  x: number,
  scale: "linear" | "log",
): P | null {
  const away = (p: P) => Math.abs(scale === "log" ? Math.log(p.x / x) : p.x - x);
  return points.reduce<P | null>((best, p) => (best === null || away(p) < away(best) ? p : best), null);
}

/** All x of measured points, ascending; without any, up to `few` x of the theory. */
export function tableXs(chart: LineChartData, few = 21): number[] {
  const of = (series: readonly Series[]) =>
    [...new Set(series.flatMap((s) => s.points.map((p) => p.x)))].sort((a, b) => a - b);
  const measured = of(chart.series.filter((series) => series.role === "measured"));
  if (measured.length > 0) return measured;
  const all = of(chart.series);
  const stride = Math.max(1, Math.ceil(all.length / few));
  return all.filter((_, i) => i % stride === 0 || i === all.length - 1);
}
