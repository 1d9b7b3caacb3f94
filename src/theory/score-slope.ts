/**
 * The one-sided Lipschitz constant of a mixture's score: an upper bound L(rho) on the largest eigenvalue of the Hessian of
 * log p_rho, p_rho the law of x_0 + sqrt(rho) eps. With posterior weights r_k, component scores s_k and precisions P_k,
 *
 *     Hessian = -sum_k r_k P_k + Cov_r(s)
 *
 * - one Gaussian: L = -1/(lambda_max + rho), exact
 * - one dimension: the supremum of the score's slope, found numerically
 * - common covariance: Cov_r(s) <= P^(1/2) (D^2/4) P^(1/2), D the diameter of the means in units of V^(1/2); for
 *   covariance lambda I this is -1/V + D^2/(4 V^2), V = lambda + rho
 * - a product of two 1-D mixtures: the larger of the two
 * - otherwise Cov_r(s) <= sum_{j<k} r_j r_k |s_j - s_k|^2 with r_j r_k <= 1/(4 cosh^2(Delta/2)), Delta the log ratio of the
 *   two weighted densities: conservative, and finite only if every two covariances are equal or ordered. Where they are not,
 *   two components tie along a line to infinity, where their scores differ without limit: L = Infinity, rightly.
 */
import type { GaussianMixture } from "../diffusion/mixture.ts";
import { inverseSpd, matvec, symmetricEigen } from "../math/linear-algebra.ts";
import { factorise } from "./product-mixture.ts";

export interface ScoreSlope {
  /** How the bound was had, in words. */
  readonly method: string;
  /** False where no finite constant exists or none could be proved. */
  readonly finite: boolean;
  /** L in the coordinates x/alpha, per data unit squared, at rho = (sigma/alpha)^2 > 0. */
  at(rho: number): number;
}

/** The bound for a law; work that does not depend on rho is done here. */
export function scoreSlope(law: GaussianMixture): ScoreSlope {
  if (law.count === 1) return gaussianSlope(law);
  if (law.dim === 1) return lineSlope(law);
  const product = factorise(law);
  if (product !== null) {
    const [a, b] = product.factors.map(scoreSlope);
    if (a !== undefined && b !== undefined)
      return {
        method: "product of two 1-D mixtures: the steeper of the two, slopes found numerically",
        finite: true,
        at: (rho) => Math.max(a.at(rho), b.at(rho)),
      };
  }
  return hasCommonCovariance(law) ? commonSlope(law) : pairwiseSlope(law);
}

function gaussianSlope(law: GaussianMixture): ScoreSlope {
  const largest = maximum(symmetricEigen(law.covs, law.dim).values);
  return {
    method: "Gaussian law: strongly log-concave, L = -1/V of its widest direction",
    finite: true,
    at: (rho) => -1 / (Math.max(0, largest) + rho),
  };
}

const LEAST_POINTS = 200;
const MOST_POINTS = 3000;
const REACH = 5;

function lineSlope(law: GaussianMixture): ScoreSlope {
  return {
    method: "1-D mixture: largest slope of the score, found numerically",
    finite: true,
    at: (rho) => {
      const slope = slopeFunction(law, rho);
      let low = Infinity;
      let high = -Infinity;
      let narrow = Infinity;
      law.means.forEach((m, k) => {
        const std = Math.sqrt((law.covs[k] ?? 0) + rho);
        low = Math.min(low, m - REACH * std);
        high = Math.max(high, m + REACH * std);
        narrow = Math.min(narrow, std);
      });
      const spread = maximum(law.means) + maximum(law.means.map((m) => -m)) + narrow;
      // Two components hand over within about V/D; a dozen points there find the peak, refined below.
      const wanted = (12 * (high - low) * spread) / (narrow * narrow);
      const n = Math.round(Math.min(MOST_POINTS, Math.max(LEAST_POINTS, wanted)));
      const h = (high - low) / n;
      let best = -Infinity;
      let where = low;
      for (let i = 0; i <= n; i++) {
        const value = slope(low + i * h);
        if (value > best) [best, where] = [value, low + i * h];
      }
      return Math.max(best, peak(slope, where - h, where + h));
    },
  };
}

/** d score/dx of the 1-D mixture under noise of variance rho. */
function slopeFunction(law: GaussianMixture, rho: number): (x: number) => number {
  const precisions = law.covs.map((v) => 1 / (v + rho));
  const logScale = law.weights.map((w, k) => Math.log(w) + 0.5 * Math.log(precisions[k] ?? 1));
  const logs = new Float64Array(law.count);
  return (x) => {
    let largest = -Infinity;
    for (let k = 0; k < law.count; k++) {
      const e = x - (law.means[k] ?? 0);
      const log = (logScale[k] ?? 0) - 0.5 * (precisions[k] ?? 0) * e * e;
      logs[k] = log;
      if (log > largest) largest = log;
    }
    let total = 0;
    let bend = 0;
    let mean = 0;
    let square = 0;
    for (let k = 0; k < law.count; k++) {
      const share = Math.exp((logs[k] ?? 0) - largest);
      const s = -(precisions[k] ?? 0) * (x - (law.means[k] ?? 0));
      total += share;
      bend += share * (precisions[k] ?? 0);
      mean += share * s;
      square += share * s * s;
    }
    return (square - (mean * mean) / total - bend) / total;
  };
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Largest value of f on [a, b], where it has one peak. */
function peak(f: (x: number) => number, a: number, b: number): number {
  let best = -Infinity;
  for (let i = 0; i < 30; i++) {
    const left = b - GOLDEN * (b - a);
    const right = a + GOLDEN * (b - a);
    const [fl, fr] = [f(left), f(right)];
    best = Math.max(best, fl, fr);
    if (fl > fr) b = right;
    else a = left;
  }
  return best;
}

const SAME = 1e-9;

function hasCommonCovariance(law: GaussianMixture): boolean {
  const size = law.dim * law.dim;
  const first = law.covs.subarray(0, size);
  const scale = maximum(first.map(Math.abs));
  return law.covs.every((v, i) => Math.abs(v - (first[i % size] ?? 0)) <= SAME * scale);
}

function commonSlope(law: GaussianMixture): ScoreSlope {
  const d = law.dim;
  const { values, vectors } = symmetricEigen(law.covs.slice(0, d * d), d);
  const axes = Array.from({ length: law.count }, (_, k) =>
    Float64Array.from({ length: d }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += (vectors[i * d + j] ?? 0) * (law.means[k * d + i] ?? 0);
      return sum;
    }),
  );
  return {
    method: "mixture with a common covariance: L from the diameter of its means",
    finite: true,
    at: (rho) => {
      let diameterSq = 0;
      for (let j = 0; j < axes.length; j++)
        for (let k = 0; k < j; k++) {
          let sum = 0;
          for (let i = 0; i < d; i++)
            sum += ((axes[j]?.[i] ?? 0) - (axes[k]?.[i] ?? 0)) ** 2 / ((values[i] ?? 0) + rho);
          diameterSq = Math.max(diameterSq, sum);
        }
      const excess = diameterSq / 4 - 1;
      const extreme = excess > 0 ? -maximum(values.map((v) => -v)) : maximum(values);
      return excess / (extreme + rho);
    },
  };
}

/** Order of two covariances: the difference of precisions has eigenvalues of one sign, or is zero. */
function pairwiseSlope(law: GaussianMixture): ScoreSlope {
  const method = "mixture with different covariances: L from its pairs, conservative";
  if (!isOrdered(law))
    return {
      method: "two components tie along a line to infinity, where the score's slope has no upper bound",
      finite: false,
      at: () => Infinity,
    };
  return { method, finite: true, at: (rho) => pairSum(law, rho) };
}

function isOrdered(law: GaussianMixture): boolean {
  const size = law.dim * law.dim;
  for (let j = 0; j < law.count; j++)
    for (let k = 0; k < j; k++) {
      const difference = law.covs
        .slice(j * size, (j + 1) * size)
        .map((v, i) => v - (law.covs[k * size + i] ?? 0));
      const { values } = symmetricEigen(difference, law.dim);
      const scale = maximum(law.covs.map(Math.abs));
      const low = -maximum(values.map((v) => -v));
      const high = maximum(values);
      const equal = Math.max(Math.abs(low), Math.abs(high)) <= SAME * scale;
      if (!equal && !(low > SAME * scale || high < -SAME * scale)) return false;
    }
  return true;
}

interface NoisedComponent {
  readonly logScale: number;
  readonly mean: Float64Array;
  readonly precision: Float64Array;
}

function pairSum(law: GaussianMixture, rho: number): number {
  const d = law.dim;
  let widest = 0;
  const parts: NoisedComponent[] = Array.from(law.weights, (weight, k) => {
    const V = law.covs.slice(k * d * d, (k + 1) * d * d);
    for (let i = 0; i < d; i++) V[i * d + i] = (V[i * d + i] ?? 0) + rho;
    const { values } = symmetricEigen(V, d);
    widest = Math.max(widest, maximum(values));
    return {
      logScale: Math.log(weight) - 0.5 * values.reduce((sum, v) => sum + Math.log(v), 0),
      mean: law.means.slice(k * d, (k + 1) * d),
      precision: inverseSpd(V, d),
    };
  });
  let sum = -1 / widest;
  for (const [j, a] of parts.entries()) for (const b of parts.slice(0, j)) sum += pairBound(a, b, d);
  return sum;
}

/** sup over x of |s_a - s_b|^2 / (4 cosh^2(Delta/2)). */
function pairBound(a: NoisedComponent, b: NoisedComponent, d: number): number {
  const A = a.precision.map((v, ij) => v - (b.precision[ij] ?? 0));
  const { values } = symmetricEigen(A, d);
  const high = maximum(values);
  const low = -maximum(values.map((v) => -v));
  const slopeA = matvec(a.precision, a.mean, d);
  const slopeB = matvec(b.precision, b.mean, d);
  const g = slopeA.map((v, i) => v - (slopeB[i] ?? 0));
  const size = maximum(a.precision.map(Math.abs));
  // Equal covariances: the scores differ by a constant.
  if (Math.max(Math.abs(low), Math.abs(high)) <= SAME * size) return g.reduce((s, v) => s + v * v, 0) / 4;
  // log(weighted a / weighted b) = C - (x - c)' A (x - c)/2, so |s_a - s_b|^2 = |A (x - c)|^2 <= 2 |A| |Delta - C|.
  const sign = low > 0 ? 1 : -1;
  const center = matvec(
    inverseSpd(
      A.map((v) => sign * v),
      d,
    ),
    g,
    d,
  ).map((v) => sign * v);
  const C = logWeighted(a, center, d) - logWeighted(b, center, d);
  const norm = Math.max(Math.abs(low), Math.abs(high));
  // Delta = C - sign u, u >= 0: maximise u / (2 cosh^2(Delta/2)), log-concave in u, with its peak just past the tie.
  const f = (u: number): number => u / (2 * Math.cosh(Math.min(300, Math.abs(C - sign * u) / 2)) ** 2);
  const tie = Math.max(0, sign * C);
  return norm * peak(f, tie, tie + 4);
}

function logWeighted(c: NoisedComponent, x: Float64Array, d: number): number {
  const e = x.map((v, i) => v - (c.mean[i] ?? 0));
  const pulled = matvec(c.precision, e, d);
  return c.logScale - 0.5 * e.reduce((s, v, i) => s + v * (pulled[i] ?? 0), 0);
}

function maximum(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}
