/**
 * gDDIM [Zhang22] with a network as its model, in f64 between f32 states, on the random numbers of the engine contract:
 * image i takes normals 0 .. D-1 of PRIOR_STREAM for its first state and k D + j of STEP_STREAM for step k. Knows no device.
 */
import type { StepCoefficients } from "../diffusion/program.ts";
import { fillNormals, PRIOR_STREAM, STEP_STREAM } from "../math/philox.ts";
import type { NetworkModel } from "./model.ts";

/** Classifier-free guidance [Ho22]: x0Hat = x0Hat(negative) + scale (x0Hat(prompt) - x0Hat(negative)). */
export interface Guidance {
  /** [count, slots]; the empty prompt, or what the images should lead away from. */
  readonly negative: Int32Array;
  /** 1 means none; the negative prompts are then not asked. */
  readonly scale: number;
}

export interface SampleRun {
  /** Numbers per image, D. */
  readonly dim: number;
  /** Images first .. first + count - 1 of the endless row of this seed. */
  readonly first: number;
  readonly count: number;
  readonly seed: number;
  /** Standard deviation of the first state. */
  readonly priorStd: number;
  /** One-stage steps, of samplerCoefficients; the flow process with T < 1 keeps the first step continuous in eta. */
  readonly coefficients: readonly StepCoefficients[];
  /** [count, slots] token numbers. */
  readonly prompts: Int32Array;
  readonly guidance?: Guidance | null;
  /** Step indices whose states are kept, ascending, from 0 (noise) to N (image). */
  readonly frames?: readonly number[];
}

export interface SampleResult {
  /** [count, D] */
  readonly images: Float32Array;
  /** x_t of each frame, [count, D]. */
  readonly states: readonly Float32Array[];
  /** x0Hat that the step from each frame used, [count, D]; null for the frame N, which no step leaves. */
  readonly predictions: readonly (Float32Array | null)[];
}

export interface SampleControl {
  readonly signal?: AbortSignal;
  /** Called with the number of steps done, 1 .. N. */
  readonly onStep?: (done: number) => void;
  /**
   * Awaited after each step of a network that computes in this thread, so that messages come through and what must stop is heard;
   * rejects where it must. A device gives way anyway.
   */
  readonly rest?: () => Promise<void>;
}

/**
 * The time s' that a flow-map student is asked to jump to. The mean of a step is alpha_s x0Hat + c sigma_s epsHat, with
 * c = 1 at eta = 0 and 0 at large eta; scaled to the flow's line (1 - s') x0 + s' eps it lies at
 * s' = c sigma_s / (alpha_s + c sigma_s): s itself for the ODE, 0 for the multistep consistency sampler [Song23].
 */
export function jumpTarget({ cx, alphaS, sigmaT }: StepCoefficients): number {
  const noise = cx * sigmaT; // c sigma_s, since cx = c sigma_s / sigma_t
  return noise === 0 ? 0 : noise / (alphaS + noise);
}

/** Samples images; rejects with AbortError when cancelled, with RangeError for what has no meaning. */
export async function sampleImages(
  model: NetworkModel,
  run: SampleRun,
  control: SampleControl = {},
): Promise<SampleResult> {
  checkRun(run);
  const { dim, count, coefficients, frames = [] } = run;
  const states: Float32Array[] = [];
  const predictions: (Float32Array | null)[] = [];
  let x = firstStates(run);
  const noise = new Float64Array(dim);
  for (const [k, step] of coefficients.entries()) {
    control.signal?.throwIfAborted();
    const x0Hat = await guidedPrediction(model, run, x, step, control.signal);
    if (frames.includes(k)) {
      states.push(x);
      predictions.push(x0Hat);
    }
    const next = new Float32Array(count * dim);
    for (let i = 0; i < count; i++) {
      if (step.cz > 0)
        fillNormals(noise, 0, { seed: run.seed, stream: STEP_STREAM }, run.first + i, k * dim, dim);
      moveImage(step, x, x0Hat, noise, i * dim, next);
    }
    x = next;
    control.onStep?.(k + 1);
    await control.rest?.();
  }
  if (frames.includes(coefficients.length)) {
    states.push(x);
    predictions.push(null);
  }
  return { images: x, states, predictions };
}

/** First states [count, D]: priorStd times the images' normals. */
export function firstStates({
  dim,
  first,
  count,
  seed,
  priorStd,
}: Pick<SampleRun, "dim" | "first" | "count" | "seed" | "priorStd">): Float32Array {
  const x = new Float32Array(count * dim);
  const noise = new Float64Array(dim);
  for (let i = 0; i < count; i++) {
    fillNormals(noise, 0, { seed, stream: PRIOR_STREAM }, first + i, 0, dim);
    for (let j = 0; j < dim; j++) x[i * dim + j] = priorStd * (noise[j] ?? NaN);
  }
  return x;
}

/** True if the run asks the negative prompts too. */
export function isGuided({ guidance }: Pick<SampleRun, "guidance">): boolean {
  return guidance !== undefined && guidance !== null && guidance.scale !== 1;
}

async function guidedPrediction(
  model: NetworkModel,
  run: SampleRun,
  x: Float32Array,
  step: StepCoefficients,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const target = jumpTarget(step);
  const asked = await model.predict(x, step.t, target, run.prompts, signal);
  if (!run.guidance || !isGuided(run)) return asked;
  const { negative, scale } = run.guidance;
  const away = await model.predict(x, step.t, target, negative, signal);
  return asked.map((value, i) => (away[i] ?? NaN) + scale * (value - (away[i] ?? NaN)));
}

/** next = cx x + c0 x0Hat + cz z for the D numbers from `at`. */
function moveImage(
  { cx, c0, cz }: StepCoefficients,
  x: Float32Array,
  x0Hat: Float32Array,
  noise: Float64Array,
  at: number,
  next: Float32Array,
): void {
  for (let j = 0; j < noise.length; j++) {
    const mean = cx * (x[at + j] ?? NaN) + c0 * (x0Hat[at + j] ?? NaN);
    next[at + j] = cz > 0 ? mean + cz * (noise[j] ?? NaN) : mean;
  }
}

/** Throws RangeError for what has no meaning. */
export function checkRun({ count, coefficients, frames = [], prompts, guidance }: SampleRun): void {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`sample.count: must be a whole number of at least 1, got ${count}`);
  const corrected = coefficients.findIndex(({ corrector }) => corrector);
  if (corrected >= 0)
    throw new RangeError(
      `sample.coefficients[${corrected}]: must be a one-stage step, got one with a corrector; use gddim or ddim`,
    );
  if (frames.some((frame, i) => !(frame > (frames[i - 1] ?? -1) && frame <= coefficients.length)))
    throw new RangeError(
      `sample.frames: must be ascending steps 0 to ${coefficients.length}, got ${frames.join(", ")}`,
    );
  if (guidance && (guidance.negative.length !== prompts.length || !Number.isFinite(guidance.scale)))
    throw new RangeError(
      `sample.guidance: must have a finite scale and as many negative prompts as prompts, ` +
        `got ${guidance.scale} and ${guidance.negative.length} tokens for ${prompts.length}`,
    );
}
