/**
 * W2 between the prior N(0, v I) and the exact noised law p_T. Gaussian laws: closed form. One dimension: by quantiles.
 * Products: axis by axis. Otherwise an upper bound, the least of
 *
 *     sum_k w_k W2^2(prior, k-th component)                               a coupling through the components
 *     (2 v log(1 + chi^2(p_T | prior)))^(1/2)                             Talagrand's inequality, KL <= log(1 + chi^2)
 *     W2(prior, G) + (2 |cov G| log(1 + chi^2(p_T | G)))^(1/2)            the same about G, the Gaussian of p_T's moments
 *
 * [Talagrand96] [Gelbrich90]. chi^2 between a mixture and a Gaussian is a closed form.
 */
import { mixtureMoments, type GaussianMixture } from "../diffusion/mixture.ts";
import {
  cholesky,
  identity,
  logDetSpd,
  matmul,
  solveSpd,
  sqrtPsd,
  symmetricEigen,
  trace,
} from "../math/linear-algebra.ts";
import { mixtureQuantiles } from "./mixture-quantiles.ts";
import { factorise } from "./product-mixture.ts";

/** A distance, and whether it is the distance itself or only an upper (or lower) bound on it. */
export interface Distance {
  readonly value: number;
  readonly exact: boolean;
}

/** W2(N(0, priorStd^2 I), law of alpha x_0 + sigma eps): exact where it can be, else an upper bound. */
export function priorDistance(
  law: GaussianMixture,
  alpha: number,
  sigma: number,
  priorStd: number,
): Distance {
  if (alpha === 0) return { value: Math.abs(priorStd - sigma) * Math.sqrt(law.dim), exact: true };
  const noised = noisedLaw(law, alpha, sigma);
  const known = exactDistance(noised, priorStd);
  if (known !== null) return { value: known, exact: true };
  return { value: Math.min(...upperBounds(noised, priorStd)), exact: false };
}

/** W2(N(0, priorStd^2 I), law): exact where it can be, else the lower bound of the two laws' moments [Gelbrich90]. */
export function distanceFromPrior(law: GaussianMixture, priorStd: number): Distance {
  const known = exactDistance(law, priorStd);
  if (known !== null) return { value: known, exact: true };
  const { mean, cov } = mixtureMoments(law);
  return { value: isotropicToGaussian(priorStd, mean, cov), exact: false };
}

function noisedLaw(law: GaussianMixture, alpha: number, sigma: number): GaussianMixture {
  const d = law.dim;
  return {
    ...law,
    means: law.means.map((m) => alpha * m),
    covs: law.covs.map((v, i) => {
      const within = i % (d * d);
      return alpha * alpha * v + (Math.floor(within / d) === within % d ? sigma * sigma : 0);
    }),
  };
}

function exactDistance(law: GaussianMixture, priorStd: number): number | null {
  if (law.count === 1) return isotropicToGaussian(priorStd, law.means, law.covs);
  if (law.dim === 1) return lineDistance(law, priorStd);
  const product = factorise(law);
  if (product === null) return null;
  return Math.hypot(...product.factors.map((factor) => exactDistance(factor, priorStd) ?? NaN));
}

/** W2(N(0, s^2 I), N(mean, cov))^2 = |mean|^2 + sum_i (s - lambda_i^(1/2))^2. */
function isotropicToGaussian(std: number, mean: Float64Array, cov: Float64Array): number {
  const { values } = symmetricEigen(cov, mean.length);
  const shift = mean.reduce((sum, v) => sum + v * v, 0);
  return Math.sqrt(values.reduce((sum, v) => sum + (std - Math.sqrt(Math.max(0, v))) ** 2, shift));
}

const LABEL_REACH = 8;
const LABELS = 400;

/** In one dimension quantiles are coupled: W2^2 = int (Q(Phi(z)) - s z)^2 phi(z) dz, by the trapezoid rule. */
function lineDistance(law: GaussianMixture, std: number): number {
  const z = Float64Array.from({ length: LABELS + 1 }, (_, i) => LABEL_REACH * ((2 * i) / LABELS - 1));
  const x = mixtureQuantiles(law, z);
  let sum = 0;
  let total = 0;
  z.forEach((v, i) => {
    const weight = Math.exp(-0.5 * v * v);
    sum += weight * ((x[i] ?? 0) - std * v) ** 2;
    total += weight;
  });
  return Math.sqrt(sum / total);
}

function upperBounds(law: GaussianMixture, std: number): number[] {
  const d = law.dim;
  let coupled = 0;
  law.weights.forEach((w, k) => {
    const mean = law.means.subarray(k * d, (k + 1) * d);
    const cov = law.covs.slice(k * d * d, (k + 1) * d * d);
    coupled += w * isotropicToGaussian(std, mean, cov) ** 2;
  });
  const zero = new Float64Array(d);
  const isotropic = identity(d).map((v) => v * std * std);
  const { mean, cov } = mixtureMoments(law);
  const widest = symmetricEigen(cov, d).values.reduce((a, b) => Math.max(a, b), 0);
  return [
    Math.sqrt(coupled),
    Math.sqrt(2 * std * std * logOnePlusChiSq(law, zero, isotropic)),
    isotropicToGaussian(std, mean, cov) + Math.sqrt(2 * widest * logOnePlusChiSq(law, mean, cov)),
  ];
}

/** Rounding in sums of K^2 terms near 1; added so that the bound stays one. */
const ROUNDING = 1e-12;

/** log int p^2 / N(center, cov) for a mixture p; Infinity where the integral diverges. */
function logOnePlusChiSq(law: GaussianMixture, center: Float64Array, cov: Float64Array): number {
  const d = law.dim;
  const parts = Array.from(law.weights, (weight, k) => {
    const mean = law.means.slice(k * d, (k + 1) * d).map((m, i) => m - (center[i] ?? 0));
    return precisionForm(Math.log(weight), mean, law.covs.slice(k * d * d, (k + 1) * d * d), d);
  });
  const base = precisionForm(0, new Float64Array(d), cov, d);
  const logs: number[] = [];
  for (const a of parts)
    for (const b of parts) {
      const P = a.precision.map((v, i) => v + (b.precision[i] ?? 0) - (base.precision[i] ?? 0));
      if (!isPositive(P, d)) return Infinity;
      const pull = a.pull.map((v, i) => v + (b.pull[i] ?? 0));
      const peak = solveSpd(P, pull, d);
      const exponent = pull.reduce((sum, v, i) => sum + v * (peak[i] ?? 0), 0);
      logs.push(a.log + b.log - base.log + 0.5 * exponent - 0.5 * logDetSpd(P, d));
    }
  const largest = Math.max(...logs);
  return Math.max(0, largest + Math.log(logs.reduce((sum, v) => sum + Math.exp(v - largest), 0))) + ROUNDING;
}

/** weight N(x; m, V) = (2 pi)^(-d/2) exp(log - x' P x / 2 + pull' x): log = log weight - log|V|/2 - m' P m / 2. */
function precisionForm(logWeight: number, mean: Float64Array, cov: Float64Array, d: number) {
  const precision = new Float64Array(d * d);
  const unit = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    unit.fill(0)[j] = 1;
    solveSpd(cov, unit, d).forEach((v, i) => (precision[i * d + j] = v));
  }
  const pull = solveSpd(cov, mean, d);
  const spread = pull.reduce((sum, v, i) => sum + v * (mean[i] ?? 0), 0);
  return { precision, pull, log: logWeight - 0.5 * logDetSpd(cov, d) - 0.5 * spread };
}

function isPositive(a: Float64Array, d: number): boolean {
  try {
    cholesky(a, d);
    return true;
  } catch {
    return false;
  }
}

/** E |B (X - c)|^2 of a law for a matrix A = B'B [d, d]. */
export function secondMomentAbout(law: GaussianMixture, A: Float64Array, center: Float64Array): number {
  const d = law.dim;
  const { mean, cov } = mixtureMoments(law);
  const shift = mean.map((m, i) => m - (center[i] ?? 0));
  let sum = trace(matmul(A, cov, d), d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) sum += (A[i * d + j] ?? 0) * (shift[i] ?? 0) * (shift[j] ?? 0);
  return Math.max(0, sum);
}

/** Largest stretch of the symmetric root of A [d, d], A positive semi-definite. */
export function rootNorm(A: Float64Array, d: number): number {
  return symmetricEigen(sqrtPsd(A, d), d).values.reduce((a, b) => Math.max(a, b), 0);
}
