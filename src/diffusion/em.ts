/**
 * Turns points into a mixture of Gaussians, so that the score of the user's own data is exact: maximum likelihood by
 * expectation-maximisation [Dempster77], component count by the Bayesian information criterion [Schwarz78].
 */
import { FIT_STREAM, type Random, createRandom } from "../math/philox.ts";
import { type Fit, type Sample, fitCount, fitParameterCount } from "./em-fit.ts";
import { type GaussianMixture } from "./gaussian-mixture.ts";

/** Component counts that are tried, up to the largest allowed, which is tried as well. */
const CANDIDATES = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
/** Most points a fit uses; more are thinned to a random subset of this size, drawn by the seed. */
export const MOST_FITTED_POINTS = 4000;
/** The search ends when BIC has risen this many candidates in a row; once is enough where its curve is smooth. */
const patience = (count: number): number => (count < 16 ? 2 : 1);

export interface FitOptions {
  /** 1..64 */
  readonly maxComponents: number;
  /** Unsigned 32-bit; the same points, options and seed give the same mixture. */
  readonly seed: number;
  /** [n] >= 0, relative; default all 1. BIC then counts (sum w)^2 / sum w^2 points. */
  readonly weights?: ArrayLike<number>;
  /** Called after each count tried, with the number of counts tried and the most that may be. */
  readonly onTried?: (done: number, most: number) => void;
}

export interface FitResult {
  readonly mixture: GaussianMixture;
  /** Every count tried, in order: BIC = -2 logLikelihood + parameters log n, smaller is better; nats over all fitted points. */
  readonly tried: readonly { readonly count: number; readonly bic: number; readonly logLikelihood: number }[];
  /** Points given, and points used: fewer when thinned to MOST_FITTED_POINTS. */
  readonly points: number;
  readonly fitted: number;
}

/**
 * Fits a mixture to points [n, d] (n >= 1, all finite) with the count that BIC prefers among 1, 2, 3, 4, 6, 8, 12 ..
 * maxComponents. Variances do not fall below 1e-6 of the data's variance per axis, nor below the
 * variance of the data's rounding, so repeated, collinear or rounded points are fine.
 */
export function fitMixture(points: Float64Array, dim: number, options: FitOptions): FitResult {
  const given = Math.floor(points.length / dim);
  requirePoints(points, dim, given);
  const random = createRandom(options.seed, FIT_STREAM);
  const rows = chooseRows(given, options.weights, random);
  const { sample, scale, shift } = standardise(points, dim, rows, options.weights);
  const logScale = scale.reduce((sum, value) => sum + Math.log(value), 0);
  const tried: { count: number; bic: number; logLikelihood: number }[] = [];
  let best: { fit: Fit; bic: number } | null = null;
  let worse = 0;
  const counts = candidates(options.maxComponents, sample);
  for (const count of counts) {
    const fit = fitCount(sample, count, random);
    const logLikelihood = sample.effective * (fit.meanLogLikelihood - logScale);
    const bic =
      -2 * logLikelihood +
      fitParameterCount(fit.weights.length, dim) * Math.log(Math.max(2, sample.effective));
    tried.push({ count: fit.weights.length, bic, logLikelihood });
    options.onTried?.(tried.length, counts.length);
    if (best === null || bic < best.bic) {
      best = { fit, bic };
      worse = 0;
    } else if (++worse >= patience(count)) break;
  }
  if (!best) throw new Error("fitMixture: internal: no candidate was tried");
  return { mixture: toMixture(best.fit, dim, scale, shift), tried, points: given, fitted: rows.length };
}

function requirePoints(points: Float64Array, dim: number, given: number): void {
  if (given < 1 || points.length !== given * dim)
    throw new RangeError(
      `fitMixture: points must be [n, ${dim}] with n >= 1, got ${points.length} numbers; give at least one point`,
    );
  const bad = points.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new RangeError(
      `fitMixture: points must be finite, got ${points[bad]} in row ${Math.floor(bad / dim) + 1}; remove that row`,
    );
}

/** Rows with positive weight, thinned to MOST_FITTED_POINTS by a partial Fisher-Yates shuffle. */
function chooseRows(n: number, weights: ArrayLike<number> | undefined, random: Random): Int32Array {
  const rows = Int32Array.from({ length: n }, (_, i) => i).filter((i) => !weights || (weights[i] ?? 0) > 0);
  if (rows.length === 0)
    throw new RangeError("fitMixture: some weight must be positive, got none; check the weights");
  if (rows.length <= MOST_FITTED_POINTS) return rows;
  for (let i = 0; i < MOST_FITTED_POINTS; i++) {
    const j = i + random.integer(rows.length - i);
    const kept = rows[j] ?? 0;
    rows[j] = rows[i] ?? 0;
    rows[i] = kept;
  }
  return rows.slice(0, MOST_FITTED_POINTS).sort();
}

/** Moves the chosen rows to weighted mean 0 and variance 1 per axis, so that one covariance floor suits every unit. */
function standardise(points: Float64Array, dim: number, rows: Int32Array, given?: ArrayLike<number>) {
  const n = rows.length;
  const raw = Float64Array.from(rows, (row) => (given ? (given[row] ?? 0) : 1));
  const total = raw.reduce((sum, w) => sum + w, 0);
  const weights = raw.map((w) => w / total);
  const shift = new Float64Array(dim);
  const spread = new Float64Array(dim);
  const value = (i: number, j: number): number => points[(rows[i] ?? 0) * dim + j] ?? 0;
  for (let j = 0; j < dim; j++) {
    for (let i = 0; i < n; i++) shift[j] = (shift[j] ?? 0) + (weights[i] ?? 0) * value(i, j);
    for (let i = 0; i < n; i++)
      spread[j] = (spread[j] ?? 0) + (weights[i] ?? 0) * (value(i, j) - (shift[j] ?? 0)) ** 2;
  }
  const largest = Math.sqrt(Math.max(...spread)) || 1;
  // An axis without spread takes the unit of the other, or 1.
  const scale = spread.map((variance) => (variance > (1e-12 * largest) ** 2 ? Math.sqrt(variance) : largest));
  const x = new Float64Array(n * dim);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < dim; j++) x[i * dim + j] = (value(i, j) - (shift[j] ?? 0)) / (scale[j] ?? 1);
  const effective = 1 / weights.reduce((sum, w) => sum + w * w, 0);
  const floor = Float64Array.from({ length: dim }, (_, j) => roundingVariance(x, dim, j));
  return { sample: { n, dim, x, weights, effective, floor } satisfies Sample, scale, shift };
}

/** An axis with fewer distinct values than this is taken for places that truly repeat, not for rounded numbers. */
const FEWEST_ROUNDED_VALUES = 10;

/**
 * Variance gap^2 / 12 of the rounding of an axis, with `gap` the least distance of distinct values: without this floor,
 * data on a grid (whole numbers, one decimal) would be fitted by a spike at each value. Negligible for unrounded data.
 */
function roundingVariance(x: Float64Array, dim: number, axis: number): number {
  const sorted = x.filter((_, i) => i % dim === axis).sort();
  const same = 1e-9 * ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0));
  const gaps = sorted.map((value, i) => value - (sorted[i - 1] ?? value)).filter((gap) => gap > same);
  if (gaps.length + 1 < FEWEST_ROUNDED_VALUES) return 0;
  return gaps.reduce((least, gap) => Math.min(least, gap), Infinity) ** 2 / 12;
}

/** Counts worth trying: a component needs d + 1 points of its own. */
function candidates(maxComponents: number, sample: Sample): number[] {
  const most = Math.max(1, Math.min(maxComponents, Math.floor(sample.effective / (sample.dim + 1))));
  return [...new Set([...CANDIDATES.filter((count) => count < most), most])];
}

/** Undoes the standardisation; components go from heavy to light. */
function toMixture(fit: Fit, dim: number, scale: Float64Array, shift: Float64Array): GaussianMixture {
  const order = Array.from(fit.weights, (_, k) => k).sort(
    (a, b) => (fit.weights[b] ?? 0) - (fit.weights[a] ?? 0),
  );
  const axis = (i: number): number => scale[i % dim] ?? 1;
  return {
    dim,
    count: order.length,
    weights: Float64Array.from(order, (k) => fit.weights[k] ?? 0),
    means: Float64Array.from(
      order.flatMap((k) =>
        Array.from({ length: dim }, (_, i) => (fit.means[k * dim + i] ?? 0) * axis(i) + (shift[i] ?? 0)),
      ),
    ),
    covs: Float64Array.from(
      order.flatMap((k) =>
        Array.from(
          { length: dim * dim },
          (_, ij) => (fit.covs[k * dim * dim + ij] ?? 0) * axis(Math.floor(ij / dim)) * axis(ij),
        ),
      ),
    ),
  };
}
