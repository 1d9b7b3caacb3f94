/** One maximum-likelihood fit of a mixture with a given number of components, on standardised data. */
import { cholesky, symmetricEigen, symmetricFunction } from "../math/linear-algebra.ts";
import type { Random } from "../math/philox.ts";

/**
 * x [n, d] with mean 0 and variance 1 per axis; weights [n] sum to 1; effective = 1 / sum w^2 points; floor [d], the least
 * variance that a component may have along each axis, as the data are rounded.
 */
export interface Sample {
  readonly n: number;
  readonly dim: number;
  readonly x: Float64Array;
  readonly weights: Float64Array;
  readonly effective: number;
  readonly floor: Float64Array;
}

/** weights [K], means [K, d], covs [K, d, d], and the weighted mean over the points of log p, nats. */
export interface Fit {
  readonly weights: Float64Array;
  readonly means: Float64Array;
  readonly covs: Float64Array;
  readonly meanLogLikelihood: number;
}

/** Smallest eigenvalue of a covariance, in units of the data's variance. */
const COVARIANCE_FLOOR = 1e-6;
/** Seedings compared after a few steps; the best is run to the end. */
const RESTARTS = 3;
const LLOYD_SWEEPS = 2;
const TRIAL_STEPS = 8;
const MOST_STEPS = 150;
/** Gain of the mean log-likelihood per step, nats, below which EM has converged. */
const TOLERANCE = 1e-5;
/** Shares below e to this power of the largest count as 0. */
const NEGLIGIBLE = -30;

/** Free parameters of a mixture: weights, means, covariances. */
export function fitParameterCount(count: number, dim: number): number {
  return count * (1 + dim + (dim * (dim + 1)) / 2) - 1;
}

/** Best of several seeded EM runs with `count` components; a component that starves is dropped. */
export function fitCount(sample: Sample, count: number, random: Random): Fit {
  const trials = count === 1 ? 1 : RESTARTS;
  let best: Fit | null = null;
  for (let trial = 0; trial < trials; trial++) {
    const fit = expectationMaximisation(sample, seedFit(sample, count, random), TRIAL_STEPS);
    if (!best || fit.meanLogLikelihood > best.meanLogLikelihood) best = fit;
  }
  if (!best) throw new Error("fitCount: internal: no trial was run");
  return count === 1 ? best : expectationMaximisation(sample, best, MOST_STEPS);
}

/** Starts from hard clusters: k-means++ centres [Arthur07] and a few Lloyd sweeps. */
function seedFit(sample: Sample, count: number, random: Random): Fit {
  const { n, dim, x, weights } = sample;
  const centers = seedCenters(sample, count, random);
  for (let sweep = 0; ; sweep++) {
    const sums = emptySums(count, dim);
    for (let i = 0; i < n; i++)
      addPoint(sums, nearest(sample, i, centers, count), weights[i] ?? 0, x, i * dim, dim);
    if (sweep === LLOYD_SWEEPS) return maximise(sums, sample);
    for (let k = 0; k < count; k++) {
      const mass = sums.mass[k] ?? 0;
      if (mass > 0)
        for (let j = 0; j < dim; j++) centers[k * dim + j] = (sums.first[k * dim + j] ?? 0) / mass;
    }
  }
}

/** Centres drawn one by one with probability proportional to weight times squared distance to the nearest so far. */
function seedCenters(sample: Sample, count: number, random: Random): Float64Array {
  const { n, dim, x, weights } = sample;
  const centers = new Float64Array(count * dim);
  const distanceSq = new Float64Array(n).fill(1);
  for (let k = 0; k < count; k++) {
    const chosen = draw(weights, distanceSq, random.uniform());
    centers.set(x.subarray(chosen * dim, (chosen + 1) * dim), k * dim);
    for (let i = 0; i < n; i++) {
      const d = squaredDistance(x, i, centers, k, dim);
      distanceSq[i] = k === 0 ? d : Math.min(distanceSq[i] ?? 0, d);
    }
  }
  return centers;
}

/** Index drawn with probability proportional to weights * factors; by weights alone where that is 0 everywhere. */
function draw(weights: Float64Array, factors: Float64Array, u: number): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += (weights[i] ?? 0) * (factors[i] ?? 0);
  if (!(total > 0)) return Math.min(weights.length - 1, Math.floor(u * weights.length));
  let left = u * total;
  for (let i = 0; i < weights.length; i++) {
    left -= (weights[i] ?? 0) * (factors[i] ?? 0);
    if (left < 0) return i;
  }
  return weights.length - 1;
}

function nearest(sample: Sample, i: number, centers: Float64Array, count: number): number {
  let best = 0;
  let least = Infinity;
  for (let k = 0; k < count; k++) {
    const d = squaredDistance(sample.x, i, centers, k, sample.dim);
    if (d < least) {
      least = d;
      best = k;
    }
  }
  return best;
}

function squaredDistance(x: Float64Array, i: number, centers: Float64Array, k: number, dim: number): number {
  let sum = 0;
  for (let j = 0; j < dim; j++) {
    const difference = (x[i * dim + j] ?? 0) - (centers[k * dim + j] ?? 0);
    sum += difference * difference;
  }
  return sum;
}

/** Alternates the two steps until the likelihood stands still. */
function expectationMaximisation(sample: Sample, start: Fit, steps: number): Fit {
  let fit = start;
  let last = -Infinity;
  for (let step = 0; ; step++) {
    const sums = emptySums(fit.weights.length, sample.dim);
    const meanLogLikelihood = expect(sample, fit, sums);
    if (step === steps || meanLogLikelihood - last < TOLERANCE) return { ...fit, meanLogLikelihood };
    last = meanLogLikelihood;
    fit = maximise(sums, sample);
  }
}

/** Weighted moments per component: mass [K], first [K, d], second [K, d, d] (lower half). */
interface Sums {
  readonly mass: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

function emptySums(count: number, d: number): Sums {
  return {
    mass: new Float64Array(count),
    first: new Float64Array(count * d),
    second: new Float64Array(count * d * d),
  };
}

/** Adds `share` of the point x[at .. at + d - 1] to component k. */
function addPoint(sums: Sums, k: number, share: number, x: Float64Array, at: number, d: number): void {
  const { mass, first, second } = sums;
  mass[k] = (mass[k] ?? 0) + share;
  for (let a = 0; a < d; a++) {
    const value = share * (x[at + a] ?? 0);
    const row = k * d + a;
    first[row] = (first[row] ?? 0) + value;
    for (let b = 0; b <= a; b++) second[row * d + b] = (second[row * d + b] ?? 0) + value * (x[at + b] ?? 0);
  }
}

/** Adds every point to the components by its posterior shares; returns the mean log-likelihood. */
function expect(sample: Sample, fit: Fit, sums: Sums): number {
  const { n, dim: d, x, weights } = sample;
  const count = fit.weights.length;
  const { whiten, offset } = precisions(fit, d);
  const terms = new Float64Array(count);
  let mean = 0;
  for (let i = 0; i < n; i++) {
    let largest = -Infinity;
    for (let k = 0; k < count; k++) {
      const term = (offset[k] ?? 0) - 0.5 * squaredNorm(whiten, fit.means, k, x, i * d, d);
      terms[k] = term;
      if (term > largest) largest = term;
    }
    let total = 0;
    for (let k = 0; k < count; k++) {
      const below = (terms[k] ?? 0) - largest;
      const part = below > NEGLIGIBLE ? Math.exp(below) : 0;
      terms[k] = part;
      total += part;
    }
    const weight = weights[i] ?? 0;
    for (let k = 0; k < count; k++) {
      const part = terms[k] ?? 0;
      if (part > 0) addPoint(sums, k, (weight * part) / total, x, i * d, d);
    }
    mean += weight * (largest + Math.log(total));
  }
  return mean;
}

/** |W_k (x - m_k)|^2 for the point at x[at ..]. */
function squaredNorm(
  whiten: Float64Array,
  means: Float64Array,
  k: number,
  x: Float64Array,
  at: number,
  d: number,
): number {
  let sum = 0;
  for (let a = 0; a < d; a++) {
    let y = 0;
    for (let b = 0; b <= a; b++)
      y += (whiten[(k * d + a) * d + b] ?? 0) * ((x[at + b] ?? 0) - (means[k * d + b] ?? 0));
    sum += y * y;
  }
  return sum;
}

/** Per component: lower W [K, d, d] with W C W' = I, and log weight - 1/2 log det(2 pi C). */
function precisions(fit: Fit, d: number): { whiten: Float64Array; offset: Float64Array } {
  const whiten = new Float64Array(fit.covs.length);
  const offset = fit.weights.map((weight, k) => {
    const lower = cholesky(fit.covs.subarray(k * d * d, (k + 1) * d * d), d);
    let value = Math.log(weight) - 0.5 * d * Math.log(2 * Math.PI);
    for (let a = 0; a < d; a++) {
      const pivot = lower[a * d + a] ?? 1;
      value -= Math.log(pivot);
      for (let b = 0; b <= a; b++) {
        let sum = a === b ? 1 : 0;
        for (let c = b; c < a; c++) sum -= (lower[a * d + c] ?? 0) * (whiten[(k * d + c) * d + b] ?? 0);
        whiten[(k * d + a) * d + b] = sum / pivot;
      }
    }
    return value;
  });
  return { whiten, offset };
}

/**
 * Means and covariances from the sums; components with less than one point's worth of data are dropped. On standardised
 * data the second moment about 0 loses at most about 1e-14 to the subtraction of the mean, far below the floor.
 */
function maximise(sums: Sums, { effective, floor, dim: d }: Sample): Fit {
  const alive = Array.from(sums.mass, (_, k) => k).filter((k) => (sums.mass[k] ?? 0) * effective >= 1 - 1e-9);
  const total = alive.reduce((sum, k) => sum + (sums.mass[k] ?? 0), 0);
  const means = new Float64Array(alive.length * d);
  const covs = new Float64Array(alive.length * d * d);
  alive.forEach((k, place) => {
    const mass = sums.mass[k] ?? 1;
    const mean = sums.first.subarray(k * d, (k + 1) * d).map((value) => value / mass);
    const cov = new Float64Array(d * d);
    for (let a = 0; a < d; a++)
      for (let b = 0; b <= a; b++)
        cov[a * d + b] = cov[b * d + a] =
          (sums.second[(k * d + a) * d + b] ?? 0) / mass - (mean[a] ?? 0) * (mean[b] ?? 0);
    means.set(mean, place * d);
    covs.set(floored(cov, floor, d), place * d * d);
  });
  return {
    weights: Float64Array.from(alive, (k) => (sums.mass[k] ?? 0) / total),
    means,
    covs,
    meanLogLikelihood: -Infinity,
  };
}

/** The covariance with variances raised to the axes' floors, and eigenvalues to COVARIANCE_FLOOR, where they lie below. */
function floored(cov: Float64Array, floor: Float64Array, d: number): Float64Array {
  for (let a = 0; a < d; a++) cov[a * d + a] = Math.max(cov[a * d + a] ?? 0, floor[a] ?? 0);
  const { values } = symmetricEigen(cov, d);
  if (values.every((value) => value >= COVARIANCE_FLOOR)) return cov;
  return symmetricFunction(cov, d, (value) => Math.max(value, COVARIANCE_FLOOR));
}
