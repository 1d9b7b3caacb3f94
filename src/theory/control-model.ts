/**
 * Reading B: the network that realises the KL-optimal control of the etaTrain sampler [Uehara24, own derivation].
 *
 * Under the etaTrain reference SDE with Gaussian data N(mu, Sigma), X_0 | X_t = x ~ N(m(x), V), m(x) = mu + R (x - alpha mu),
 * with, along the axes of Sigma, R = alpha^(a^2) (lambda/V_t)^((1 + a^2)/2), a = etaTrain, and V = lambda - R^2 V_t. For
 * r = -(x - c)' A (x - c) and K = A / klWeight, h(t, x) = E[exp(r(X_0)/klWeight) | X_t = x] has
 *
 *     grad log h = -2 R' K (I + 2 V K)^-1 (m(x) - c)               K need not commute with Sigma
 *     grad log h = R' w / klWeight                                  for r = w' x
 *
 * and the network is score_ref + 2 a^2/(1 + a^2) grad log h. Its prediction is affine: x0Hat = M x + b. At a = 1 it is the
 * exact score of the tilted law, for any reference law (there use tiltedLaw instead).
 */
import type { Process } from "../diffusion/process.ts";
import {
  inverseSpd,
  isDiagonal,
  matmul,
  matvec,
  sqrtPsd,
  symmetricEigen,
  transpose,
} from "../math/linear-algebra.ts";
import type { RewardProgram } from "../rewards/program.ts";
import { intoAxes, principalAxes, type GaussianLaw, type PrincipalAxes } from "./principal-axes.ts";

export interface ControlProblem extends GaussianLaw {
  readonly reward: RewardProgram;
  readonly klWeight: number;
  readonly etaTrain: number;
  readonly process: Process;
}

/** x0Hat = M x + m at one noise level; M [d, d], m [d]. */
export interface AffinePrediction {
  readonly M: Float64Array;
  readonly m: Float64Array;
}

export interface ControlledModel {
  readonly dim: number;
  /** Prediction at (alpha, sigma) of time t. */
  denoiser(alpha: number, sigma: number, t: number): AffinePrediction;
  /** Columns are the axes of Sigma, [d, d] orthonormal. */
  readonly basis: Float64Array;
  /** The same prediction of basis' x_0 from basis' x_t. */
  denoiserInAxes(alpha: number, sigma: number, t: number): AffinePrediction;
  /** True where the reward commutes with Sigma: M is then diagonal in the axes, at every noise level. */
  readonly diagonal: boolean;
}

/** Why there is no closed-form control, in one line, or null if there is one. */
export function controlRefusal(reward: RewardProgram, process: Process, etaTrain: number): string | null {
  if (reward.kind !== "quadratic" && reward.kind !== "linear")
    return `the optimal control has a closed form for quadratic and linear rewards only, got ${reward.kind}; use etaTrain = 1 or a tilted target`;
  if (reward.kind === "quadratic" && !isConcave(reward.matrix, reward.dim))
    return "the optimal control needs a positive semi-definite reward matrix; remove its negative directions";
  if (process.alpha(process.T) === 0 && etaTrain > 0 && etaTrain < 1)
    return `the optimal control is unbounded at t = T, where the signal of process ${process.kind} is 0 and etaTrain = ${etaTrain} < 1; use etaTrain >= 1 or a smaller T`;
  return null;
}

/** True if the matrix [d, d] is positive semi-definite up to rounding. */
function isConcave(matrix: Float64Array, d: number): boolean {
  const { values } = symmetricEigen(matrix, d);
  const scale = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return values.every((value) => value >= -1e-12 * scale);
}

/** The controlled model. Throws RangeError where controlRefusal names a reason or h is infinite. */
export function controlledModel(problem: ControlProblem): ControlledModel {
  const axes = principalAxes(problem);
  const pull = controlInAxes(problem, axes);
  const { dim, basis } = axes;
  const denoiserInAxes = (alpha: number, sigma: number) =>
    predictionInAxes(problem, axes, pull, alpha, sigma);
  return {
    dim,
    basis,
    denoiserInAxes,
    diagonal: pull.diagonal,
    denoiser: (alpha, sigma) => {
      const { M, m } = denoiserInAxes(alpha, sigma);
      return {
        M: matmul(matmul(basis, M, dim), transpose(basis, dim), dim),
        m: matvec(basis, m, dim),
      };
    },
  };
}

/** The reward over klWeight in the axes of Sigma: quadratic K and centre, or a constant slope. */
export interface Pull {
  readonly K: Float64Array | null;
  readonly root: Float64Array;
  readonly center: Float64Array;
  readonly slope: Float64Array;
  /** True if K is diagonal, or there is none. */
  readonly diagonal: boolean;
}

/** The control problem's reward in the axes of Sigma. Throws RangeError where controlRefusal names a reason. */
export function controlInAxes(problem: ControlProblem, axes: PrincipalAxes): Pull {
  const { reward, klWeight, etaTrain, process } = problem;
  const { dim, basis } = axes;
  if (!(klWeight > 0))
    throw new RangeError(
      `target.klWeight: must be positive, got ${klWeight}; use the reference target for no tilt`,
    );
  const reason = controlRefusal(reward, process, etaTrain);
  if (reason !== null) throw new RangeError(`target: ${reason}`);
  const none = new Float64Array(dim);
  if (reward.kind === "linear") {
    const slope = matvec(transpose(basis, dim), reward.weights, dim).map((w) => w / klWeight);
    return { K: null, root: new Float64Array(dim * dim), center: none, slope, diagonal: true };
  }
  if (reward.kind !== "quadratic")
    throw new RangeError(`target: ${reward.kind} reward has no closed-form control`);
  const K = tidy(
    intoAxes(basis, reward.matrix, dim).map((a) => a / klWeight),
    dim,
  );
  const diagonal = isDiagonal(K, dim);
  return {
    K,
    root: diagonal ? K.map((v) => Math.sqrt(Math.max(0, v))) : sqrtPsd(K, dim),
    diagonal,
    center: matvec(transpose(basis, dim), reward.center, dim),
    slope: none,
  };
}

/** K with off-diagonal rounding noise removed, so that commuting matrices are recognised. */
function tidy(K: Float64Array, d: number): Float64Array {
  const scale = K.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return K.map((v, ij) => (Math.floor(ij / d) !== ij % d && Math.abs(v) < 1e-13 * scale ? 0 : v));
}

/**
 * Prediction in the axes of Sigma: x0Hat = (x + sigma^2 score)/alpha with the controlled score. G = R sigma^2/alpha is formed
 * as one power of alpha, because alpha may be 0 at T.
 */
function predictionInAxes(
  problem: ControlProblem,
  axes: PrincipalAxes,
  pull: Pull,
  alpha: number,
  sigma: number,
): AffinePrediction {
  const d = axes.dim;
  const aSq = problem.etaTrain ** 2;
  const weight = (2 * aSq) / (1 + aSq);
  const M = new Float64Array(d * d);
  const m = new Float64Array(d);
  const R = new Float64Array(d);
  const G = new Float64Array(d);
  const V = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    const lambda = axes.variances[i] ?? 0;
    const mu = axes.mean[i] ?? 0;
    const Vt = alpha * alpha * lambda + sigma * sigma;
    const gain = Vt > 0 ? (alpha * lambda) / Vt : 0;
    const survival = Vt > 0 ? (lambda / Vt) ** ((1 + aSq) / 2) : 0;
    M[i * d + i] = gain;
    m[i] = Vt > 0 ? (mu * sigma * sigma) / Vt : mu;
    R[i] = alpha ** aSq * survival;
    G[i] = weight === 0 ? 0 : alpha ** (aSq - 1) * survival * sigma * sigma * weight;
    V[i] = Math.max(0, lambda - (R[i] ?? 0) ** 2 * Vt);
  }
  if (pull.K === null) m.forEach((v, i) => (m[i] = v + (G[i] ?? 0) * (pull.slope[i] ?? 0)));
  else addQuadraticPull(pull, pullMatrix(pull, V, d), { M, m, R, G }, axes, alpha);
  return { M, m };
}

/** 2 K (I + 2 V K)^-1 = 2 S (I + 2 S V S)^-1 S with S = K^(1/2): symmetric, and no inverse of K or V. */
export function pullMatrix(pull: Pull, V: Float64Array, d: number): Float64Array {
  const S = pull.root;
  if (pull.diagonal)
    return S.map((s, ij) => (s === 0 ? 0 : (2 * s * s) / (1 + 2 * s * s * (V[ij % d] ?? 0))));
  const SV = S.map((v, ij) => v * (V[ij % d] ?? 0));
  const inner = matmul(SV, S, d).map((v, ij) => 2 * v + (Math.floor(ij / d) === ij % d ? 1 : 0));
  return matmul(matmul(S, inverseSpd(inner, d), d), S, d).map((v) => 2 * v);
}

/** x0Hat <- x0Hat - G Q (mu + R (x - alpha mu) - c). */
function addQuadraticPull(
  pull: Pull,
  Q: Float64Array,
  into: { M: Float64Array; m: Float64Array; R: Float64Array; G: Float64Array },
  axes: PrincipalAxes,
  alpha: number,
): void {
  const d = axes.dim;
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) {
      if (pull.diagonal && j !== i) continue;
      const entry = (into.G[i] ?? 0) * (Q[i * d + j] ?? 0);
      const Rj = into.R[j] ?? 0;
      const mu = axes.mean[j] ?? 0;
      into.M[i * d + j] = (into.M[i * d + j] ?? 0) - entry * Rj;
      into.m[i] = (into.m[i] ?? 0) - entry * (mu - Rj * alpha * mu - (pull.center[j] ?? 0));
    }
}
