/**
 * The general bound for reading B: the model is the controlled network, the target the tilted law, and the difference of
 * their scores is the score error, known in closed form because both are affine [Uehara24, own derivation].
 */
import {
  diagonalOf,
  identity,
  inverseSpd,
  matmul,
  matvec,
  symmetricEigen,
  trace,
  transpose,
} from "../math/linear-algebra.ts";
import type { BoundProblem } from "./bound.ts";
import { controlledModel, type AffinePrediction, type ControlProblem } from "./control-model.ts";
import { intoAxes, type GaussianLaw } from "./principal-axes.ts";
import { tiltedLaw } from "./tilt.ts";
import { gaussianLaw } from "../diffusion/mixture.ts";

/** Largest dimension for which a reward that does not commute with Sigma is decomposed at every noise level. */
const MOST_DENSE = 16;

/**
 * What w2Bound needs for the controlled model; its score error is 0 at etaTrain = 1. null where it would take seconds: more
 * than 16 dimensions and a reward that does not commute with Sigma.
 */
export function controlledBoundProblem(problem: ControlProblem): BoundProblem | null {
  const { mean, cov, reward, klWeight, process } = problem;
  const d = mean.length;
  const model = controlledModel(problem);
  if (!model.diagonal && d > MOST_DENSE) return null;
  const law = tiltedLaw(gaussianLaw(mean, cov), reward, klWeight).law;
  // Norms and eigenvalues do not depend on the coordinates; in the axes of Sigma a commuting reward is diagonal.
  const turned: GaussianLaw = {
    mean: matvec(transpose(model.basis, d), law.means, d),
    cov: intoAxes(model.basis, law.covs, d),
  };
  return {
    law,
    process,
    reward,
    slope: {
      method: "controlled model: its score is affine, L is its largest eigenvalue",
      finite: true,
      at: (rho) => {
        const { M } = model.denoiserInAxes(1, Math.sqrt(rho), process.timeAtLogSnr(-Math.log(rho)));
        const values = model.diagonal ? diagonalOf(M, d) : symmetricEigen(M, d).values;
        return (values.reduce((a, b) => Math.max(a, b), -Infinity) - 1) / rho;
      },
    },
    scoreError: (t) => {
      const [alpha, sigma] = [process.alpha(t), process.sigma(t)];
      const prediction = model.denoiserInAxes(alpha, sigma, t);
      const square = model.diagonal
        ? sumOver(d, (i) => squaredError(entryOf(prediction, d, i), axisOf(turned, d, i), alpha, sigma))
        : squaredError(prediction, turned, alpha, sigma);
      return (alpha / sigma ** 2) * Math.sqrt(square);
    },
  };
}

function sumOver(count: number, f: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += f(i);
  return sum;
}

/** Axis i of a diagonal prediction, as one of dimension 1. */
function entryOf({ M, m }: AffinePrediction, d: number, i: number): AffinePrediction {
  return { M: Float64Array.of(M[i * d + i] ?? 0), m: Float64Array.of(m[i] ?? 0) };
}

function axisOf({ mean, cov }: GaussianLaw, d: number, i: number): GaussianLaw {
  return { mean: Float64Array.of(mean[i] ?? 0), cov: Float64Array.of(cov[i * d + i] ?? 0) };
}

/** Mean square over p*_t of the difference between a prediction and the exact one. */
function squaredError(
  prediction: AffinePrediction,
  target: GaussianLaw,
  alpha: number,
  sigma: number,
): number {
  const exact = gaussianPrediction(target, alpha, sigma);
  const C = noisedCov(target.cov, alpha, sigma);
  return meanSquareDifference(
    prediction,
    exact,
    target.mean.map((m) => alpha * m),
    C,
  );
}

function noisedCov(cov: Float64Array, alpha: number, sigma: number): Float64Array {
  const d = Math.sqrt(cov.length);
  const unit = identity(d);
  return cov.map((v, i) => alpha * alpha * v + sigma * sigma * (unit[i] ?? 0));
}

/** x0Hat = mean + alpha cov V^-1 (x - alpha mean) of a Gaussian. */
function gaussianPrediction(law: GaussianLaw, alpha: number, sigma: number): AffinePrediction {
  const d = law.mean.length;
  const gain = matmul(law.cov, inverseSpd(noisedCov(law.cov, alpha, sigma), d), d).map((v) => alpha * v);
  const moved = matvec(gain, law.mean, d);
  return { M: gain, m: law.mean.map((v, i) => v - alpha * (moved[i] ?? 0)) };
}

/** E |(M_a - M_b) X + m_a - m_b|^2 for X ~ N(mean, cov). */
function meanSquareDifference(
  a: AffinePrediction,
  b: AffinePrediction,
  mean: Float64Array,
  cov: Float64Array,
): number {
  const d = mean.length;
  const M = a.M.map((v, i) => v - (b.M[i] ?? 0));
  const shift = matvec(M, mean, d).map((v, i) => v + (a.m[i] ?? 0) - (b.m[i] ?? 0));
  const spread = trace(matmul(matmul(M, cov, d), transpose(M, d), d), d);
  return Math.max(
    0,
    shift.reduce((sum, v) => sum + v * v, spread),
  );
}
