/** AdamW on flat rows: moments of the gradient, decoupled weight decay, scaling of long gradients. */

export interface AdamWOptions {
  readonly learningRate: number;
  /** Share of the parameters that learningRate times this takes away per step [Loshchilov19]. */
  readonly weightDecay: number;
  /** Norm to which a gradient is scaled down; Infinity leaves it. */
  readonly gradientClip: number;
  /** Decay of the mean and of the mean square, default 0.9 and 0.999. */
  readonly beta1?: number;
  readonly beta2?: number;
  /** Added to the root of the mean square, default 1e-8. */
  readonly epsilon?: number;
}

/** The optimiser's memory, plain data for checkpoints; both rows [parameters]. */
export interface AdamWState {
  /** Steps taken. */
  readonly step: number;
  readonly mean: Float64Array;
  readonly meanSq: Float64Array;
}

/** Memory before the first step. */
export function initialAdamW(parameters: number): AdamWState {
  return { step: 0, mean: new Float64Array(parameters), meanSq: new Float64Array(parameters) };
}

/** Euclidean norm of a flat gradient. */
export function gradientNorm(gradient: Float64Array): number {
  let sumSq = 0;
  for (const value of gradient) sumSq += value * value;
  return Math.sqrt(sumSq);
}

export interface AdamWResult {
  readonly parameters: Float64Array;
  readonly state: AdamWState;
  /** Norm of the gradient as given, before scaling. */
  readonly gradientNorm: number;
}

/**
 * One step down the gradient: new rows, the given ones stay as they are. A gradient that is not finite leaves NaN in the
 * norm's place and in the parameters, so that callers must look at `gradientNorm` before they go on.
 */
export function adamW(
  parameters: Float64Array,
  gradient: Float64Array,
  state: AdamWState,
  options: AdamWOptions,
): AdamWResult {
  const { learningRate, weightDecay, gradientClip, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  if (gradient.length !== parameters.length || state.mean.length !== parameters.length)
    throw new RangeError(
      `AdamW: gradient and memory must be ${parameters.length} numbers long, got ${gradient.length} and ${state.mean.length}; use those of this network`,
    );
  const norm = gradientNorm(gradient);
  const scale = norm > gradientClip ? gradientClip / norm : 1;
  const step = state.step + 1;
  const rate = learningRate / (1 - beta1 ** step);
  const rootOf = 1 / Math.sqrt(1 - beta2 ** step);
  const keep = 1 - learningRate * weightDecay;
  const next = new Float64Array(parameters.length);
  const mean = new Float64Array(parameters.length);
  const meanSq = new Float64Array(parameters.length);
  for (let i = 0; i < parameters.length; i++) {
    const g = scale * (gradient[i] as number);
    const m = beta1 * (state.mean[i] as number) + (1 - beta1) * g;
    const v = beta2 * (state.meanSq[i] as number) + (1 - beta2) * g * g;
    mean[i] = m;
    meanSq[i] = v;
    next[i] = keep * (parameters[i] as number) - (rate * m) / (Math.sqrt(v) * rootOf + epsilon);
  }
  return { parameters: next, state: { step, mean, meanSq }, gradientNorm: norm };
}

/** The memory as named rows of a checkpoint, `prefix` first. */
export function packAdamW(prefix: string, { step, mean, meanSq }: AdamWState): Record<string, Float64Array> {
  return {
    [`${prefix}.step`]: Float64Array.of(step),
    [`${prefix}.mean`]: mean,
    [`${prefix}.meanSq`]: meanSq,
  };
}

/** The memory back from a checkpoint's rows; a fresh one where they are missing. */
export function unpackAdamW(
  prefix: string,
  memory: Readonly<Record<string, Float64Array>>,
  parameters: number,
): AdamWState {
  const [step, mean, meanSq] = ["step", "mean", "meanSq"].map((name) => memory[`${prefix}.${name}`]);
  if (!step || !mean || !meanSq) return initialAdamW(parameters);
  return { step: step[0] ?? 0, mean: mean.slice(), meanSq: meanSq.slice() };
}
