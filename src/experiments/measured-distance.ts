/** Wasserstein-2 distance between samples and a target, with a standard error. */
import { createRandom, FIT_STREAM } from "../math/philox.ts";
import type { Estimate, Histogram } from "../measure/estimate.ts";
import { densityQuantile, gaussianWasserstein, histogramWasserstein } from "../measure/wasserstein.ts";
import { mixtureDensity, type GaussianMixture } from "../diffusion/mixture.ts";
import type { HistogramRequest } from "../engine/engine.ts";
import type { ArmMeasurement } from "./arms.ts";
import type { Moments } from "./resolve.ts";

const BINS = 400;
/** Half width of the histogram in standard deviations of the target. */
const REACH = 7;
const REPLICATIONS = 40;

/** The histogram that the distance to a 1-D law needs. */
export function distanceHistogram(mean: number, variance: number): HistogramRequest {
  const half = REACH * Math.sqrt(Math.max(variance, 1e-12));
  return { lo: [mean - half], hi: [mean + half], bins: [BINS] };
}

/**
 * Distance of measured moments to a Gaussian target, exact where the samples are Gaussian too. The standard error is the
 * delta method's, with numerical derivatives and errors of the moments taken as independent. A few standard errors from 0
 * the estimate is biased upwards, as every distance is.
 */
export function momentDistance(measured: ArmMeasurement, target: Moments): Estimate {
  const d = measured.mean.length;
  const mean = Float64Array.from(measured.mean, (m) => m.value);
  const cov = Float64Array.from(measured.cov.flat(), (c) => c.value);
  const distance = () => gaussianWasserstein(mean, cov, target.mean, target.cov);
  const value = distance();
  let varianceSum = 0;
  const probe = (values: Float64Array, places: readonly number[], se: number) => {
    const saved = places.map((p) => values[p] ?? 0);
    const step = se > 0 ? se : 1e-9;
    places.forEach((p, i) => (values[p] = (saved[i] ?? 0) + step));
    const change = distance() - value;
    places.forEach((p, i) => (values[p] = saved[i] ?? 0));
    varianceSum += (change * (se / step)) ** 2;
  };
  measured.mean.forEach((m, i) => probe(mean, [i], m.se));
  measured.cov.forEach((row, i) =>
    row.forEach((c, j) => {
      if (j >= i) probe(cov, i === j ? [i * d + i] : [i * d + j, j * d + i], c.se);
    }),
  );
  return { value, se: Math.sqrt(varianceSum), n: measured.mean[0]?.n ?? 0 };
}

/** Distance of a histogram to a 1-D law; standard error by resampling the counts (parametric bootstrap, fixed seed). */
export function histogramDistance(histogram: Histogram, law: GaussianMixture): Estimate {
  const [lo = 0] = histogram.lo;
  const [hi = 1] = histogram.hi;
  const x = Float64Array.from({ length: 4 * BINS + 1 }, (_, i) => lo + ((hi - lo) * i) / (4 * BINS));
  const quantile = densityQuantile(
    x,
    x.map((_, i) => mixtureDensity(law, x, i)),
  );
  const value = histogramWasserstein(histogram, quantile);
  const random = createRandom(1, FIT_STREAM);
  let s1 = 0;
  let s2 = 0;
  for (let r = 0; r < REPLICATIONS; r++) {
    // Counts are nearly independent Poisson numbers, and those nearly normal.
    const counts = histogram.counts.map((c) => Math.max(0, c + Math.sqrt(c) * random.normal()));
    const w = histogramWasserstein({ ...histogram, counts }, quantile);
    s1 += w - value;
    s2 += (w - value) ** 2;
  }
  const variance = (s2 - (s1 * s1) / REPLICATIONS) / (REPLICATIONS - 1);
  const n = histogram.counts.reduce((a, b) => a + b, 0);
  return { value, se: Math.sqrt(Math.max(0, variance)), n };
}
