/** Laws of the controlled model (reading B) under any eta: exact per N steps, and in continuous time. */
import type { StepCoefficients } from "../diffusion/program.ts";
import { identity, matmul, matvec, transpose } from "../math/linear-algebra.ts";
import { integrate } from "../math/quadrature.ts";
import {
  controlInAxes,
  controlledModel,
  controlRefusal,
  type AffinePrediction,
  type ControlledModel,
  type ControlProblem,
} from "./control-model.ts";
import { controlledFlow } from "./control-flow.ts";
import { fromAxes, principalAxes, type GaussianLaw } from "./principal-axes.ts";

/** Exact mean [d] and covariance [d, d] of N steps of any linear sampler on the controlled model. */
export function controlledStepLaw(
  problem: ControlProblem & { readonly coefficients: readonly StepCoefficients[] },
): GaussianLaw {
  const model = controlledModel(problem);
  return affineStepLaw(model, problem.coefficients, problem.process.priorStd);
}

/**
 * Mean and covariance of N steps on any model whose prediction is affine in x. Carried in the model's axes, where the prior
 * N(0, priorStd^2 I) looks the same and a diagonal model acts on each axis alone.
 */
export function affineStepLaw(
  model: ControlledModel,
  coefficients: readonly StepCoefficients[],
  priorStd: number,
): GaussianLaw {
  const { dim: d, basis } = model;
  const law = model.diagonal
    ? diagonalStepLaw(model, coefficients, priorStd)
    : denseStepLaw(model.denoiserInAxes.bind(model), d, coefficients, priorStd);
  const turned = matmul(matmul(basis, law.cov, d), transpose(basis, d), d);
  return { mean: matvec(basis, law.mean, d), cov: turned };
}

/** Axis by axis, each a model of one dimension. */
function diagonalStepLaw(
  model: ControlledModel,
  coefficients: readonly StepCoefficients[],
  priorStd: number,
): GaussianLaw {
  const d = model.dim;
  const known = new Map<string, AffinePrediction>();
  const predict = (alpha: number, sigma: number, t: number): AffinePrediction => {
    const key = `${alpha} ${sigma} ${t}`;
    const found = known.get(key) ?? model.denoiserInAxes(alpha, sigma, t);
    known.set(key, found);
    return found;
  };
  const mean = new Float64Array(d);
  const cov = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    const alone: Predict = (alpha, sigma, t) => {
      const { M, m } = predict(alpha, sigma, t);
      return { M: Float64Array.of(M[i * d + i] ?? 0), m: Float64Array.of(m[i] ?? 0) };
    };
    const axis = denseStepLaw(alone, 1, coefficients, priorStd);
    mean[i] = axis.mean[0] ?? 0;
    cov[i * d + i] = axis.cov[0] ?? 0;
  }
  return { mean, cov };
}

type Predict = (alpha: number, sigma: number, t: number) => AffinePrediction;

function denseStepLaw(
  predict: Predict,
  d: number,
  coefficients: readonly StepCoefficients[],
  priorStd: number,
): GaussianLaw {
  let mean = new Float64Array(d);
  let cov = identity(d).map((v) => v * priorStd ** 2);
  for (const step of coefficients) {
    const { slope, offset, noise } = affineStep(predict, d, step);
    mean = matvec(slope, mean, d).map((v, i) => v + (offset[i] ?? 0));
    const carried = matmul(matmul(slope, cov, d), transpose(slope, d), d);
    const fresh = matmul(noise, transpose(noise, d), d);
    cov = carried.map((v, ij) => v + (fresh[ij] ?? 0));
  }
  return { mean, cov };
}

/** x_s = slope x_t + offset + noise z in the coordinates of the prediction, [d, d], [d], [d, d]. */
function affineStep(predict: Predict, d: number, step: StepCoefficients) {
  const at = predict(step.alphaT, step.sigmaT, step.t);
  const slope = plusIdentity(at.M, step.c0, step.cx, d);
  const offset = at.m.map((v) => step.c0 * v);
  const { corrector, cz } = step;
  if (corrector === null) return { slope, offset, noise: identity(d).map((v) => v * cz) };
  const next = predict(step.alphaS, step.sigmaS, step.s);
  const gain = plusIdentity(next.M, corrector.e1, corrector.ey, d);
  const through = matmul(gain, slope, d);
  const direct = plusIdentity(at.M, corrector.e0, corrector.ex, d);
  const moved = matvec(gain, offset, d);
  return {
    slope: direct.map((v, ij) => v + (through[ij] ?? 0)),
    offset: offset.map(
      (_, i) => corrector.e0 * (at.m[i] ?? 0) + corrector.e1 * (next.m[i] ?? 0) + (moved[i] ?? 0),
    ),
    noise: plusIdentity(gain, cz, corrector.ez, d),
  };
}

/** scale a + shift I. */
function plusIdentity(a: Float64Array, scale: number, shift: number, d: number): Float64Array {
  return a.map((v, ij) => scale * v + (Math.floor(ij / d) === ij % d ? shift : 0));
}

/** A Gaussian law with its numerical error: the largest of its entries. */
export interface ControlledLaw extends GaussianLaw {
  readonly error: number;
}

/**
 * Mean [d] and covariance [d, d] of the controlled model sampled with etaInfer in continuous time, from N(0, priorStd^2 I).
 * By quadrature along the axes where K and Sigma commute (always for a scalar matrix A and for linear rewards), else by
 * integrating the linear equations of mean and covariance.
 */
export function controlledContinuousLaw(
  problem: ControlProblem & { readonly etaInfer: number },
): ControlledLaw {
  const axes = principalAxes(problem);
  const pull = controlInAxes(problem, axes);
  if (!pull.diagonal) return controlledFlow(problem, axes, pull);
  const mean = new Float64Array(axes.dim);
  const variances = new Float64Array(axes.dim);
  let error = 0;
  for (let i = 0; i < axes.dim; i++) {
    const axis = axisLaw(problem, {
      lambda: axes.variances[i] ?? 0,
      mu: axes.mean[i] ?? 0,
      kappa: pull.K?.[i * axes.dim + i] ?? 0,
      center: pull.center[i] ?? 0,
      slope: pull.slope[i] ?? 0,
    });
    mean[i] = axis.mean;
    variances[i] = axis.variance;
    error = Math.max(error, axis.error);
  }
  return { ...fromAxes(axes.basis, mean, variances), error };
}

interface Axis {
  readonly lambda: number;
  readonly mu: number;
  readonly kappa: number;
  readonly center: number;
  readonly slope: number;
}

/**
 * One axis. With y = (lambda/(lambda + r^2))^(1/2) in [y_T, 1], a = etaTrain, b = etaInfer, v(y) = lambda (1 - y^(2 a^2)),
 * D = 1 + 2 kappa v and p = (1 + b^2)/(1 + a^2), an error at y survives by y^(b^2) (y/alpha) D^-p. Substituting u = y^(a^2 + b^2)
 * for the mean and u = y^(2 b^2) for the variance leaves bounded integrands that know the process through y_T only:
 *
 *     mean - mu  = -P_T alpha_T mu + C int_{u_T}^1 D^(-p-1) du,  C = 4 p kappa a^2 lambda (c - mu)/(a^2 + b^2)
 *     variance   =  P_T^2 v_prior  + lambda int_{u_T}^1 D^(-2p) du,  P_T = y_T^(b^2) lambda^(1/2) V_T^(-1/2) D_T^-p
 *
 * and for a linear reward (kappa = 0) the first integral is u_T-free: C = 2 p a^2 lambda w/(a^2 + b^2).
 */
function axisLaw(problem: ControlProblem & { readonly etaInfer: number }, axis: Axis) {
  const { process } = problem;
  const { lambda, mu, kappa } = axis;
  const aSq = problem.etaTrain ** 2;
  const bSq = problem.etaInfer ** 2;
  if (lambda === 0) return { mean: mu, variance: 0, error: 0 };
  const alphaT = process.alpha(process.T);
  const VT = alphaT ** 2 * lambda + process.sigma(process.T) ** 2;
  const yT = alphaT * Math.sqrt(lambda / VT);
  const p = (1 + bSq) / (1 + aSq);
  const logD = (logY: number): number =>
    aSq === 0 ? 0 : Math.log1p(2 * kappa * lambda * -Math.expm1(2 * aSq * logY));
  const PT = yT ** bSq * Math.sqrt(lambda / VT) * Math.exp(-p * logD(Math.log(yT)));
  /** int over u = y^power of D^-exponent. */
  const weighed = (power: number, exponent: number) =>
    integrate((u) => Math.exp(-exponent * logD(Math.log(u) / power)), yT ** power, 1, 1e-13);
  const pullBy = weighed(aSq + bSq, p + 1);
  const strength = 4 * kappa * (axis.center - mu) + 2 * axis.slope;
  const factor = aSq === 0 ? 0 : (p * aSq * lambda * strength) / (aSq + bSq);
  const fresh = bSq === 0 ? { value: 0, error: 0 } : weighed(2 * bSq, 2 * p);
  return {
    mean: mu - PT * alphaT * mu + (factor === 0 ? 0 : factor * pullBy.value),
    variance: PT ** 2 * process.priorStd ** 2 + lambda * fresh.value,
    error: Math.max(factor === 0 ? 0 : Math.abs(factor) * pullBy.error, lambda * fresh.error),
  };
}

export interface ControlCell {
  readonly etaTrain: number;
  readonly etaInfer: number;
  readonly law: ControlledLaw;
}

/**
 * The (etaTrain, etaInfer) matrix of reading B in continuous time: rows[i][j] trains with etasTrain[i] and samples with
 * etasInfer[j]; null where the control has no closed form.
 */
export function controlMatrix(
  problem: Omit<ControlProblem, "etaTrain">,
  etasTrain: readonly number[],
  etasInfer: readonly number[],
): (ControlCell | null)[][] {
  return etasTrain.map((etaTrain) => {
    const refused = controlRefusal(problem.reward, problem.process, etaTrain) !== null;
    return etasInfer.map((etaInfer) =>
      refused
        ? null
        : { etaTrain, etaInfer, law: controlledContinuousLaw({ ...problem, etaTrain, etaInfer }) },
    );
  });
}
