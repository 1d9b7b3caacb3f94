/**
 * The controlled model in continuous time where the reward's matrix does not commute with the covariance: mean and
 * covariance obey linear equations, integrated here by the classical Runge-Kutta rule with step halving.
 *
 * In the coordinates Y = x/alpha every process is the variance-exploding one with clock rho = r^2 = (sigma/alpha)^2:
 * dY = (1 + b^2)/2 s(Y, rho) drho + b dW_rho with rho falling to 0, s(Y) = -D (Y - mu) - w R Q (mu + R (Y - mu) - c),
 * D = (Sigma + rho)^-1, R = (Sigma D)^((1 + a^2)/2), w = 2 a^2/(1 + a^2), a = etaTrain, b = etaInfer. The step variable is
 * log(1 + rho/lambda), in which the rates stay bounded.
 */
import { matmul, matvec, transpose } from "../math/linear-algebra.ts";
import { type ControlProblem, type Pull, pullMatrix } from "./control-model.ts";
import { fromAxes, type GaussianLaw, type PrincipalAxes } from "./principal-axes.ts";

/** Mean and covariance at one time, in the axes of Sigma. */
interface State {
  readonly mean: Float64Array;
  readonly cov: Float64Array;
}

/** Where the signal at T is 0, rho starts here (in units of the largest variance) from the exact law. */
const RHO_LIMIT = 1e14;
/** Steps per unit of integrated rate; fewer in high dimension, where a step costs d^3. */
const STEPS_PER_RATE = 8;
const MOST_WORK = 3e7;
const MOST_STEPS = 20_000;

/**
 * Law of x_0 under etaInfer, with the last Richardson correction as its error; Infinity where so many steps would be needed
 * (very large etaInfer) that the rule is no longer stable.
 */
export function controlledFlow(
  problem: ControlProblem & { readonly etaInfer: number },
  axes: PrincipalAxes,
  pull: Pull,
): GaussianLaw & { readonly error: number } {
  const d = axes.dim;
  const largest = axes.variances.reduce((a, b) => Math.max(a, b), 0) || 1;
  // A direction without variance gets one far below everything else: its own law stays narrower than that.
  const lambda = axes.variances.map((v) => Math.max(v, 1e-12 * largest));
  const scale = lambda.reduce((a, b) => Math.min(a, b), Infinity);
  const { process, etaInfer } = problem;
  const alphaT = process.alpha(process.T);
  const ratioSq = (process.sigma(process.T) / alphaT) ** 2;
  const rhoT = Math.min(ratioSq, RHO_LIMIT * largest);
  const start = startLaw(axes.mean, lambda, rhoT, ratioSq === rhoT ? (process.priorStd / alphaT) ** 2 : null);
  const span = Math.log1p(rhoT / scale);
  const strength = pull.root.reduce((sum, v) => sum + v * v, 0) * scale;
  const rate = ((1 + etaInfer ** 2) / 2) * (1 + 2 * strength);
  const wanted = Math.ceil(STEPS_PER_RATE * span * (1 + rate));
  const steps = Math.max(32, Math.min(wanted, MOST_STEPS, Math.ceil(MOST_WORK / d ** 3)));
  const slope = slopeOf(problem, { mean: axes.mean, lambda, scale }, pull, d);
  const coarse = integrateLaw(slope, start, span, steps);
  const fine = integrateLaw(slope, start, span, 2 * steps);
  const mean = fine.mean.map((v, i) => v + (v - (coarse.mean[i] ?? 0)) / 15);
  const cov = fine.cov.map((v, i) => v + (v - (coarse.cov[i] ?? 0)) / 15);
  return {
    ...rotated(axes.basis, mean, cov),
    error: Math.max(distance(mean, fine.mean), distance(cov, fine.cov)),
  };
}

function startLaw(mu: Float64Array, lambda: Float64Array, rhoT: number, priorVar: number | null): State {
  const d = mu.length;
  const cov = new Float64Array(d * d);
  for (let i = 0; i < d; i++) cov[i * d + i] = priorVar ?? (lambda[i] ?? 0) + rhoT;
  return { mean: priorVar === null ? mu.slice() : new Float64Array(d), cov };
}

/** Rates of mean and covariance per unit of w = log(1 + rho/scale), w falling. */
function slopeOf(
  problem: ControlProblem & { readonly etaInfer: number },
  data: { readonly mean: Float64Array; readonly lambda: Float64Array; readonly scale: number },
  pull: Pull,
  d: number,
): (w: number, state: State) => State {
  const aSq = problem.etaTrain ** 2;
  const weight = (2 * aSq) / (1 + aSq);
  const speed = (1 + problem.etaInfer ** 2) / 2;
  return (w, state) => {
    const rho = data.scale * Math.expm1(w);
    const clock = data.scale * Math.exp(w);
    const V = new Float64Array(d);
    const R = data.lambda.map((l, i) => {
      const gain = (l / (l + rho)) ** ((1 + aSq) / 2);
      V[i] = Math.max(0, l - gain * gain * (l + rho));
      return gain;
    });
    const Q = pullMatrix(pull, V, d);
    const F = Q.map((q, ij) => -weight * (R[Math.floor(ij / d)] ?? 0) * q * (R[ij % d] ?? 0));
    const target = matvec(
      Q,
      data.mean.map((m, i) => (pull.center[i] ?? 0) - m),
      d,
    );
    const error = state.mean.map((m, i) => m - (data.mean[i] ?? 0));
    for (let i = 0; i < d; i++) F[i * d + i] = (F[i * d + i] ?? 0) - 1 / ((data.lambda[i] ?? 0) + rho);
    const drift = matvec(F, error, d);
    const FC = matmul(F, state.cov, d);
    const CF = transpose(FC, d);
    return {
      mean: drift.map((v, i) => clock * speed * (v + weight * (R[i] ?? 0) * (target[i] ?? 0))),
      cov: FC.map(
        (v, ij) =>
          clock * (speed * (v + (CF[ij] ?? 0)) + (Math.floor(ij / d) === ij % d ? problem.etaInfer ** 2 : 0)),
      ),
    };
  };
}

function integrateLaw(
  slope: (w: number, state: State) => State,
  start: State,
  span: number,
  steps: number,
): State {
  const h = span / steps;
  let state = start;
  for (let k = 0; k < steps; k++) {
    const w = span - k * h;
    const a = slope(w, state);
    const b = slope(w - h / 2, moved(state, a, h / 2));
    const c = slope(w - h / 2, moved(state, b, h / 2));
    const e = slope(w - h, moved(state, c, h));
    const mix = (p: Float64Array, q: Float64Array, r: Float64Array, s: Float64Array): Float64Array =>
      p.map((v, i) => (v + 2 * (q[i] ?? 0) + 2 * (r[i] ?? 0) + (s[i] ?? 0)) / 6);
    state = moved(
      state,
      { mean: mix(a.mean, b.mean, c.mean, e.mean), cov: mix(a.cov, b.cov, c.cov, e.cov) },
      h,
    );
  }
  return state;
}

function moved(state: State, slope: State, h: number): State {
  return {
    mean: state.mean.map((v, i) => v + h * (slope.mean[i] ?? 0)),
    cov: state.cov.map((v, i) => v + h * (slope.cov[i] ?? 0)),
  };
}

function distance(a: Float64Array, b: Float64Array): number {
  return a.reduce((e, v, i) => Math.max(e, Math.abs(v - (b[i] ?? 0))), 0);
}

function rotated(basis: Float64Array, mean: Float64Array, cov: Float64Array): GaussianLaw {
  const d = mean.length;
  const turned = fromAxes(basis, mean, new Float64Array(d)).mean;
  return { mean: turned, cov: matmul(matmul(basis, cov, d), transpose(basis, d), d) };
}
