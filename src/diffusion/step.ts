/** The reference, in f64: one sampler step, its log-density, and one particle's whole trajectory. */
import { matvec } from "../math/linear-algebra.ts";
import { PRIOR_STREAM, STEP_STREAM, fillNormals } from "../math/philox.ts";
import type { LinearProgram, MixtureProgram, SamplerProgram, StepCoefficients } from "./program.ts";
import { mixtureDenoise } from "./score.ts";

/**
 * x0Hat [d] from a model's output [d] at x [d], x = alpha x_0 + sigma eps.
 *
 * eps    x0Hat = (x - sigma output) / alpha
 * x0     x0Hat = output
 * v      output = alpha eps - sigma x_0, x0Hat = (alpha x - sigma output) / (alpha^2 + sigma^2)
 * score  x0Hat = (x + sigma^2 output) / alpha
 *
 * eps and score determine nothing where alpha = 0; the result is then not finite.
 */
export function x0HatFrom(
  prediction: "eps" | "x0" | "v" | "score",
  output: ArrayLike<number>,
  x: ArrayLike<number>,
  alpha: number,
  sigma: number,
): Float64Array {
  const entry = {
    eps: (o: number, v: number) => (v - sigma * o) / alpha,
    x0: (o: number) => o,
    v: (o: number, v: number) => (alpha * v - sigma * o) / (alpha * alpha + sigma * sigma),
    score: (o: number, v: number) => (v + sigma * sigma * o) / alpha,
  }[prediction];
  return Float64Array.from({ length: output.length }, (_, i) => entry(output[i] ?? NaN, x[i] ?? NaN));
}

/** Mean [d] of the step without corrector: cx x + c0 x0Hat. */
export function stepMean(
  step: StepCoefficients,
  x: ArrayLike<number>,
  x0Hat: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(
    { length: x.length },
    (_, i) => step.cx * (x[i] ?? NaN) + step.c0 * (x0Hat[i] ?? NaN),
  );
}

/** log N(next; mean, tau^2 I), nats, summed over the d dimensions; null if tau = 0, where there is no density. */
export function gaussianLogProb(
  next: ArrayLike<number>,
  mean: ArrayLike<number>,
  tau: number,
): number | null {
  if (tau === 0) return null;
  let sum = 0;
  for (let i = 0; i < next.length; i++) sum += (((next[i] ?? NaN) - (mean[i] ?? NaN)) / tau) ** 2;
  return -0.5 * sum - next.length * (Math.log(tau) + 0.5 * Math.log(2 * Math.PI));
}

/** Called with k = 0..N and the state x [d] at t[k]; the array is reused. */
export type OnStep = (k: number, x: Float64Array) => void;

/** Runs one particle's trajectory on the counters of the engine contract and writes its end to out[0..d-1]. */
export function runProgram(
  program: SamplerProgram,
  seed: number,
  particle: number,
  out: Float64Array,
  onStep?: OnStep,
): void {
  const { dim: d } = program;
  const state = new Float64Array(d);
  fillNormals(state, 0, { seed, stream: PRIOR_STREAM }, particle, 0, d);
  for (let i = 0; i < d; i++) state[i] = program.priorStd * (state[i] ?? 0);
  const z = new Float64Array(d);
  const advance = program.kind === "linear" ? linearStep(program) : mixtureStep(program);
  const basis = program.kind === "linear" ? program.basis : null;
  const show = (k: number): void => onStep?.(k, basis ? matvec(basis, state, d) : state);
  show(0);
  for (let k = 0; k < program.steps; k++) {
    fillNormals(z, 0, { seed, stream: STEP_STREAM }, particle, k * d, d);
    advance(k, state, z);
    show(k + 1);
  }
  out.set(basis ? matvec(basis, state, d) : state);
}

/** Moves the state over step k in place, with the normals z [d]. */
type Advance = (k: number, state: Float64Array, z: Float64Array) => void;

function linearStep(program: LinearProgram): Advance {
  const { dim: d, A, b, c, noise } = program;
  const apply = (source: Float64Array, k: number, v: Float64Array): Float64Array =>
    program.diagonal
      ? v.map((value, i) => value * (source[k * d + i] ?? 0))
      : matvec(source.subarray(k * d * d, (k + 1) * d * d), v, d);
  return (k, state, z) => {
    const moved = apply(A, k, state);
    const shaken = noise ? apply(noise, k, z) : z.map((value) => value * (c[k] ?? 0));
    for (let i = 0; i < d; i++) state[i] = (moved[i] ?? 0) + (b[k * d + i] ?? 0) + (shaken[i] ?? 0);
  };
}

function mixtureStep(program: MixtureProgram): Advance {
  const { dim: d, mixture } = program;
  const first = new Float64Array(d);
  const second = new Float64Array(d);
  return (k, state, z) => {
    const step = program.coefficients[k];
    if (!step) throw new RangeError(`runProgram: step must be below N = ${program.steps}, got ${k}`);
    mixtureDenoise(mixture, step.alphaT, step.sigmaT, state, 0, first);
    const y = stepMean(step, state, first).map((value, i) => value + step.cz * (z[i] ?? 0));
    if (!step.corrector) return state.set(y);
    const { ex, e0, ey, e1, ez } = step.corrector;
    mixtureDenoise(mixture, step.alphaS, step.sigmaS, y, 0, second);
    for (let i = 0; i < d; i++)
      state[i] =
        ex * (state[i] ?? 0) +
        e0 * (first[i] ?? 0) +
        ey * (y[i] ?? 0) +
        e1 * (second[i] ?? 0) +
        ez * (z[i] ?? 0);
  };
}
