/** Samples of a policy network on the counters of the engines' contract (src/engine/engine.ts). */
import type { StepCoefficients } from "../diffusion/program.ts";
import { PRIOR_STREAM, STEP_STREAM, fillNormals } from "../math/philox.ts";
import type { PolicyNetwork, RowContext } from "./policy-network.ts";
import { isStepSampler, type StepSampler } from "./step-sampler.ts";
import { type PromptOrder, promptsOf, stepContext } from "./prompts.ts";

export interface SampleKey {
  readonly seed: number;
  /** Number of the first particle, default 0: particle p has the same noise in every batch that holds it. */
  readonly first?: number;
  /** Consecutive particles that start from one noise, default 1: all differ. Their steps' noise differs all the same. */
  readonly shared?: number;
  /** For networks with prompts. */
  readonly prompts?: PromptOrder | null;
}

/** One step as it went; the arrays [n, d] may be kept and must not be changed. */
export interface SampledStep {
  readonly k: number;
  readonly step: StepCoefficients;
  /** State at t. */
  readonly x: Float64Array;
  readonly x0Hat: Float64Array;
  /** State at s. */
  readonly next: Float64Array;
  /** What the rows asked, for networks with prompts. */
  readonly asked: RowContext | undefined;
}

export interface SampleOptions {
  readonly signal?: AbortSignal;
  /** Called after each step, awaited. */
  readonly onStep?: (step: SampledStep) => void | Promise<void>;
}

/**
 * Runs the steps from x[0] = priorStd z and resolves with the samples [particles, d]. Step k takes z from numbers k d + i of
 * STEP_STREAM, deterministic steps draw none. Steps with a corrector call the network twice.
 */
export async function samplePolicy(
  network: PolicyNetwork,
  steps: readonly StepCoefficients[],
  priorStd: number,
  particles: number,
  key: SampleKey,
  options: SampleOptions = {},
): Promise<Float64Array> {
  if (isStepSampler(network) && steps.every(({ corrector }) => corrector === null))
    return stepsOfNetwork(
      network,
      steps,
      priorStates(network.shape.dim, priorStd, particles, key),
      key,
      options,
    );
  const { dim } = network.shape;
  const prompt = key.prompts ? promptsOf(key.prompts, key.first ?? 0, particles) : null;
  let x = priorStates(dim, priorStd, particles, key);
  for (const [k, step] of steps.entries()) {
    options.signal?.throwIfAborted();
    const asked = stepContext(prompt, step);
    const x0Hat = await network.predict(x, timesOf(step.t, particles), asked);
    const z = step.cz === 0 && !step.corrector?.ez ? null : stepNormals(dim, particles, key, k);
    const predicted = predictor(step, x, x0Hat, z);
    const next = step.corrector
      ? corrector(
          step.corrector,
          x,
          x0Hat,
          predicted,
          z,
          await network.predict(predicted, timesOf(step.s, particles), asked),
        )
      : predicted;
    await options.onStep?.({ k, step, x, x0Hat, next, asked });
    x = next;
  }
  return x;
}

/** The same by a network that takes steps itself; each is told once all are taken. */
async function stepsOfNetwork(
  network: StepSampler,
  steps: readonly StepCoefficients[],
  x: Float64Array,
  { seed, first = 0 }: SampleKey,
  { signal, onStep }: SampleOptions,
): Promise<Float64Array> {
  const { end, kept } = await network.runSteps({
    x,
    steps,
    seed,
    first,
    keep: onStep !== undefined,
    signal: signal ?? null,
  });
  for (const [k, step] of steps.entries()) {
    const states = kept[k];
    if (states) await onStep?.({ k, step, ...states, asked: undefined });
  }
  return end;
}

/** x[0] [particles, d]. */
export function priorStates(
  dim: number,
  priorStd: number,
  particles: number,
  { seed, first = 0, shared = 1 }: SampleKey,
): Float64Array {
  const x = new Float64Array(particles * dim);
  for (let p = 0; p < particles; p++)
    fillNormals(x, p * dim, { seed, stream: PRIOR_STREAM }, Math.floor((first + p) / shared), 0, dim);
  return x.map((z) => priorStd * z);
}

/** z of step k, [particles, d]. */
export function stepNormals(
  dim: number,
  particles: number,
  { seed, first = 0 }: SampleKey,
  k: number,
): Float64Array {
  const z = new Float64Array(particles * dim);
  for (let p = 0; p < particles; p++)
    fillNormals(z, p * dim, { seed, stream: STEP_STREAM }, first + p, k * dim, dim);
  return z;
}

/** n times t. */
export function timesOf(t: number, n: number): Float64Array {
  return new Float64Array(n).fill(t);
}

function predictor(
  { cx, c0, cz }: StepCoefficients,
  x: Float64Array,
  x0Hat: Float64Array,
  z: Float64Array | null,
): Float64Array {
  return x.map((value, j) => cx * value + c0 * (x0Hat[j] as number) + (z ? cz * (z[j] as number) : 0));
}

function corrector(
  { ex, e0, ey, e1, ez }: NonNullable<StepCoefficients["corrector"]>,
  x: Float64Array,
  x0Hat: Float64Array,
  y: Float64Array,
  z: Float64Array | null,
  second: Float64Array,
): Float64Array {
  return x.map(
    (value, j) =>
      ex * value +
      e0 * (x0Hat[j] as number) +
      ey * (y[j] as number) +
      e1 * (second[j] as number) +
      (z ? ez * (z[j] as number) : 0),
  );
}
