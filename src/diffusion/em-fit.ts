/** One maximum-likelihood fit of a mixture with a given number of components, on standardised data. */
import { cholesky, symmetricEigen } from "../math/linear-algebra.ts";
import type { Random } from "../math/philox.ts";

/** x [n, d] with mean 0 and variance 1 per axis; weights [n] sum to 1; effective = 1 / sum w^2 points. */
export interface Sample {
  readonly n: number;
  readonly dim: number;
  readonly x: Float64Array;
  readonly weights: Float64Array;
  readonly effective: number;
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
const RESTARTS = 4;
const TRIAL_STEPS = 12;
const MOST_STEPS = 200;
/** Gain of the mean log-likelihood per step, nats, below which EM has converged. */
const TOLERANCE = 1e-6;

/** Free parameters of a mixture: weights, means, covariances. */
export function fitParameterCount(count: number, dim: number): number {
  return count * (1 + dim + (dim * (dim + 1)) / 2) - 1;
}

/** Best of several seeded EM runs with `count` components; a component that starves is dropped. */
export function fitCount(sample: Sample, count: number, random: Random): Fit {
  const trials = count === 1 ? 1 : RESTARTS;
  let best: Fit | null = null;
  for (let trial = 0; trial < trials; trial++) {
    const fit = expectationMaximisation(sample, seedShares(sample, count, random), TRIAL_STEPS);
    if (!best || fit.meanLogLikelihood > best.meanLogLikelihood) best = fit;
  }
  if (!best) throw new Error("fitCount: internal: no trial was run");
  return count === 1 ? best : expectationMaximisation(sample, best, MOST_STEPS);
}

/** Starts from hard clusters: k-means++ centres [Arthur07] and three Lloyd sweeps. */
function seedShares(sample: Sample, count: number, random: Random): Fit {
  const { n, dim, x, weights } = sample;
  const centers = seedCenters(sample, count, random);
  const owner = new Int32Array(n);
  for (let sweep = 0; sweep < 4; sweep++) {
    for (let i = 0; i < n; i++) owner[i] = nearest(sample, i, centers, count);
    const mass = new Float64Array(count);
    const sums = new Float64Array(count * dim);
    for (let i = 0; i < n; i++) {
      const k = owner[i] ?? 0;
      mass[k] = (mass[k] ?? 0) + (weights[i] ?? 0);
      for (let j = 0; j < dim; j++)
        sums[k * dim + j] = (sums[k * dim + j] ?? 0) + (weights[i] ?? 0) * (x[i * dim + j] ?? 0);
    }
    for (let k = 0; k < count; k++)
      if ((mass[k] ?? 0) > 0)
        for (let j = 0; j < dim; j++) centers[k * dim + j] = (sums[k * dim + j] ?? 0) / (mass[k] ?? 1);
  }
  const shares = new Float64Array(n * count);
  for (let i = 0; i < n; i++) shares[i * count + (owner[i] ?? 0)] = 1;
  return maximise(sample, shares, count);
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
  for (let step = 0; step < steps; step++) {
    const count = fit.weights.length;
    const shares = new Float64Array(sample.n * count);
    const meanLogLikelihood = expect(sample, fit, shares);
    if (meanLogLikelihood - last < TOLERANCE) return { ...fit, meanLogLikelihood };
    last = meanLogLikelihood;
    fit = maximise(sample, shares, count);
  }
  return { ...fit, meanLogLikelihood: expect(sample, fit, new Float64Array(sample.n * fit.weights.length)) };
}

/** Fills shares [n, K] with the posterior of each component and returns the mean log-likelihood. */
function expect(sample: Sample, fit: Fit, shares: Float64Array): number {
  const { n, dim: d, x, weights } = sample;
  const count = fit.weights.length;
  const { whiten, offset } = precisions(fit, d);
  const { means } = fit;
  let mean = 0;
  for (let i = 0; i < n; i++) {
    let largest = -Infinity;
    for (let k = 0; k < count; k++) {
      let quadratic = 0;
      for (let a = 0; a < d; a++) {
        let y = 0;
        for (let b = 0; b <= a; b++)
          y += (whiten[(k * d + a) * d + b] ?? 0) * ((x[i * d + b] ?? 0) - (means[k * d + b] ?? 0));
        quadratic += y * y;
      }
      const term = (offset[k] ?? 0) - 0.5 * quadratic;
      shares[i * count + k] = term;
      if (term > largest) largest = term;
    }
    let total = 0;
    for (let k = 0; k < count; k++) {
      const below = (shares[i * count + k] ?? 0) - largest;
      const part = below > -40 ? Math.exp(below) : 0;
      shares[i * count + k] = part;
      total += part;
    }
    for (let k = 0; k < count; k++) shares[i * count + k] = (shares[i * count + k] ?? 0) / total;
    mean += (weights[i] ?? 0) * (largest + Math.log(total));
  }
  return mean;
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

/** Weighted moments under the shares; components with less than one point's worth of data are dropped. */
function maximise(sample: Sample, shares: Float64Array, count: number): Fit {
  const { n, dim: d, x, weights } = sample;
  const mass = new Float64Array(count);
  const means = new Float64Array(count * d);
  const covs = new Float64Array(count * d * d);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < count; k++) {
      const share = (weights[i] ?? 0) * (shares[i * count + k] ?? 0);
      if (share === 0) continue;
      mass[k] = (mass[k] ?? 0) + share;
      for (let a = 0; a < d; a++) means[k * d + a] = (means[k * d + a] ?? 0) + share * (x[i * d + a] ?? 0);
    }
  for (let k = 0; k < count; k++)
    for (let a = 0; a < d; a++) means[k * d + a] = (means[k * d + a] ?? 0) / ((mass[k] ?? 0) || 1);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < count; k++) {
      const share = (weights[i] ?? 0) * (shares[i * count + k] ?? 0);
      if (share === 0) continue;
      for (let a = 0; a < d; a++)
        for (let b = 0; b <= a; b++) {
          const at = (k * d + a) * d + b;
          const product =
            ((x[i * d + a] ?? 0) - (means[k * d + a] ?? 0)) * ((x[i * d + b] ?? 0) - (means[k * d + b] ?? 0));
          covs[at] = (covs[at] ?? 0) + share * product;
        }
    }
  const alive = Array.from(mass, (_, k) => k).filter((k) => (mass[k] ?? 0) * sample.effective >= 1 - 1e-9);
  const total = alive.reduce((sum, k) => sum + (mass[k] ?? 0), 0);
  return {
    weights: Float64Array.from(alive, (k) => (mass[k] ?? 0) / total),
    means: Float64Array.from(alive.flatMap((k) => Array.from(means.subarray(k * d, (k + 1) * d)))),
    covs: Float64Array.from(
      alive.flatMap((k) => Array.from(floored(covs.subarray(k * d * d, (k + 1) * d * d), mass[k] ?? 1, d))),
    ),
    meanLogLikelihood: -Infinity,
  };
}

/** Covariance from the lower half of its weighted sum, its eigenvalues raised to the floor where they lie below. */
function floored(sum: Float64Array, mass: number, d: number): Float64Array {
  const cov = new Float64Array(d * d);
  for (let a = 0; a < d; a++)
    for (let b = 0; b <= a; b++) cov[a * d + b] = cov[b * d + a] = (sum[a * d + b] ?? 0) / mass;
  const { values, vectors } = symmetricEigen(cov, d);
  if (values.every((value) => value >= COVARIANCE_FLOOR)) return cov;
  const out = new Float64Array(d * d);
  for (let a = 0; a < d; a++)
    for (let b = 0; b < d; b++)
      for (let k = 0; k < d; k++)
        out[a * d + b] =
          (out[a * d + b] ?? 0) +
          Math.max(values[k] ?? 0, COVARIANCE_FLOOR) * (vectors[a * d + k] ?? 0) * (vectors[b * d + k] ?? 0);
  return out;
}
