/**
 * The general bound for reading B: the model is the controlled network, the target the tilted law, and the difference of
 * their scores is the score error, known in closed form because both are affine [Uehara24, own derivation].
 */
import {
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
import type { GaussianLaw } from "./principal-axes.ts";
import { tiltedLaw } from "./tilt.ts";
import { gaussianLaw } from "../diffusion/mixture.ts";

/** What w2Bound needs for the controlled model; its score error is 0 at etaTrain = 1. */
export function controlledBoundProblem(problem: ControlProblem): BoundProblem {
  const { mean, cov, reward, klWeight, process } = problem;
  const d = mean.length;
  const law = tiltedLaw(gaussianLaw(mean, cov), reward, klWeight).law;
  const target: GaussianLaw = { mean: law.means, cov: law.covs };
  const model = controlledModel(problem);
  return {
    law,
    process,
    reward,
    slope: {
      method: "controlled model: its score is affine, L is its largest eigenvalue",
      finite: true,
      at: (rho) => {
        const { M } = model.denoiser(1, Math.sqrt(rho), process.timeAtLogSnr(-Math.log(rho)));
        const { values } = symmetricEigen(M, d);
        return (values.reduce((a, b) => Math.max(a, b), -Infinity) - 1) / rho;
      },
    },
    scoreError: (t) => {
      const alpha = process.alpha(t);
      const sigma = process.sigma(t);
      const exact = gaussianPrediction(target, alpha, sigma);
      const C = noisedCov(target.cov, alpha, sigma);
      const error = rmsDifference(
        model.denoiser(alpha, sigma, t),
        exact,
        target.mean.map((m) => alpha * m),
        C,
      );
      return (alpha / sigma ** 2) * error;
    },
  };
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

/** (E |(M_a - M_b) X + m_a - m_b|^2)^(1/2) for X ~ N(mean, cov). */
function rmsDifference(
  a: AffinePrediction,
  b: AffinePrediction,
  mean: Float64Array,
  cov: Float64Array,
): number {
  const d = mean.length;
  const M = a.M.map((v, i) => v - (b.M[i] ?? 0));
  const shift = matvec(M, mean, d).map((v, i) => v + (a.m[i] ?? 0) - (b.m[i] ?? 0));
  const spread = trace(matmul(matmul(M, cov, d), transpose(M, d), d), d);
  return Math.sqrt(
    Math.max(
      0,
      shift.reduce((sum, v) => sum + v * v, spread),
    ),
  );
}
