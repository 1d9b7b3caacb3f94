/** Steps of a sampler under a training noise law: every law is linear in (x, x0Hat, z), so all share one transition. */
import { samplerCoefficients } from "../diffusion/coefficients.ts";
import type { Process } from "../diffusion/process.ts";
import type { StepCoefficients } from "../diffusion/program.ts";
import { stepFrame } from "../diffusion/samplers/sampler.ts";
import type { NoiseSpec } from "../spec/training/types.ts";

/** A noise law, or the deterministic sampler. */
export type StepNoise = NoiseSpec | { readonly kind: "ode" };

/**
 * Coefficients of the N steps of times t[0..N] (data at t[N] = 0). Steps for which `stochastic(k)` is false are steps of the
 * ODE (DDIM, which on the flow process is Euler's step); without it all steps take the noise law.
 *
 *     gddim       the exact step of eta for a point mass [Zhang22]; the step to sigma = 0 is deterministic
 *     flow-grpo   std a sqrt(t/(1 - t)) sqrt(h), h = t - s [Liu25, eq. 9]; on the first step t[1] replaces t in 1 - t,
 *                 as the published code does at t = 1, where that would be 0
 *     dance-grpo  std epsilon sqrt(h) [Xue25]
 *
 * The last two are Euler-Maruyama steps of the flow process and noisy on the step to t = 0 too. `eta` of a step is the one
 * of the reverse SDE with the same noise: a / sqrt(2), and epsilon sqrt((1 - t)/(2 t)).
 *
 * Throws RangeError for a level on another process, and for an eta or level below 0.
 */
export function noiseSteps(
  noise: StepNoise,
  process: Process,
  times: Float64Array,
  stochastic: (k: number) => boolean = () => true,
): StepCoefficients[] {
  const steps = times.length - 1;
  const noisy = (k: number): boolean => noise.kind !== "ode" && stochastic(k);
  if (noise.kind === "ode" || noise.kind === "gddim") {
    const eta = noise.kind === "ode" ? 0 : atLeastZero(noise.eta, "eta", noise.kind);
    const etas = Float64Array.from({ length: steps }, (_, k) => (noisy(k) ? eta : 0));
    return samplerCoefficients("gddim", process, times, etas);
  }
  const level = flowLevel(noise, process);
  const variance = flowVariance(noise.kind, level, times);
  const still = samplerCoefficients("gddim", process, times, new Float64Array(steps));
  return still.map((step, k) => (noisy(k) ? flowStep(process, step, variance(k)) : step));
}

/** g~^2 of step k: variance of the fresh noise per unit of t. */
function flowVariance(kind: "flow-grpo" | "dance-grpo", level: number, times: Float64Array) {
  if (kind === "dance-grpo") return () => level ** 2;
  return (k: number): number => (level ** 2 * (times[k] ?? NaN)) / (1 - (times[Math.max(k, 1)] ?? NaN));
}

/**
 * Euler-Maruyama from t to s on the flow process: with v = (x - x0Hat)/t and score -(x - (1 - t) x0Hat)/t^2,
 * x_s = x - h v + h g~^2/2 score + g~ sqrt(h) z.
 */
function flowStep(process: Process, { t, s }: StepCoefficients, variance: number): StepCoefficients {
  const h = t - s;
  const pull = (h * variance) / (2 * t * t);
  return {
    ...stepFrame(process, t, s, Math.sqrt((variance * (1 - t)) / (2 * t))),
    cx: s / t - pull,
    c0: h / t + pull * (1 - t),
    cz: Math.sqrt(variance * h),
    corrector: null,
  };
}

function flowLevel(noise: Extract<NoiseSpec, { level: number }>, process: Process): number {
  if (process.kind !== "flow")
    throw new RangeError(
      `noise ${noise.kind}: a level has a meaning on the flow process only, got process ${process.kind}; use gddim with eta, or the flow process`,
    );
  return atLeastZero(noise.level, "level", noise.kind);
}

function atLeastZero(value: number, name: string, kind: string): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new RangeError(`noise ${kind}: ${name} must be at least 0, got ${value}; choose ${name} >= 0`);
}
