/**
 * Denoising score matching: the network learns x0 from x_t for data of a mixture [Ho20]. Times are uniform in log-SNR and
 * evenly spread within a batch [Kingma21]; the loss is the plain square of the error in what the network puts out:
 *
 *     eps   |epsHat - eps|^2          weighs |x0Hat - x_0|^2 by alpha^2 / sigma^2
 *     v     |vHat - v|^2 / V          weighs it by V / sigma^2, V = alpha^2 + sigma^2 [Salimans22]
 *     x0    weighed as v, but by no more than 100, since a few nearly clean samples would drown the others
 */
import type { GaussianMixture } from "../diffusion/gaussian-mixture.ts";
import type { Process } from "../diffusion/process.ts";
import { mixtureDraws } from "../diffusion/sample-mixture.ts";
import type { PretrainCheckpoint } from "../engine/training-engine.ts";
import { createRandom, philox4x32, type Random, WORDS_OF } from "../math/philox.ts";
import { adamW, initialAdamW, packAdamW, unpackAdamW } from "./adamw.ts";
import type { NetworkShape, PolicyNetwork } from "./policy-network.ts";
import { LOG_SNR_RANGE } from "./preconditioning.ts";

/** Stream of the noise and the times of pretraining. */
const PRETRAIN_STREAM = 9;
/** Samples per step. */
const BATCH = 512;
/** Batches of data from one seed. */
const BATCHES_PER_SEED = 64;
const LEARNING_RATE = 3e-3;
/** Steps over which the rate rises; then it falls to 0 along half a cosine. */
const WARM_UP = 100;
/** Decay of the running mean of the weights, once there are many. */
const AVERAGE_DECAY = 0.999;
const LARGEST_X0_WEIGHT = 100;

export interface PretrainPlan {
  readonly law: GaussianMixture;
  readonly process: Process;
  /** Holds the starting weights; afterwards the averaged ones. */
  readonly network: PolicyNetwork;
  readonly steps: number;
  readonly seed: number;
  /** To go on from, at a step that was reported; null or nothing starts at step 0. */
  readonly from?: PretrainCheckpoint | null;
}

export interface PretrainReport {
  readonly step: number;
  readonly steps: number;
  /** Mean loss per dimension since the last report. */
  readonly loss: number;
}

export interface PretrainControl {
  readonly signal?: AbortSignal;
  /** Steps between reports, default 50. */
  readonly every?: number;
  readonly onReport?: (report: PretrainReport) => void;
  /** At the same steps, before the report. */
  readonly onCheckpoint?: (checkpoint: PretrainCheckpoint) => void;
}

/**
 * Trains and resolves with the running mean of the weights, flat, which the network then holds. Rejects with a RangeError
 * when the loss is no longer a number.
 */
export async function pretrain(plan: PretrainPlan, control: PretrainControl = {}): Promise<Float64Array> {
  const { network, steps, from = null } = plan;
  const batches = batchSource(plan, from?.step ?? 0);
  const { mean, ...start } = await startOf(network, from);
  let { parameters, state } = start;
  let [sum, count] = [0, 0];
  for (let step = (from?.step ?? 0) + 1; step <= steps; step++) {
    control.signal?.throwIfAborted();
    sum += await lossAndGradient(network, batches());
    count++;
    const result = adamW(parameters, await network.takeGradient(), state, {
      learningRate: rateAt(step, steps),
      weightDecay: 0,
      gradientClip: 1,
      beta2: 0.99,
    });
    if (!Number.isFinite(sum) || !Number.isFinite(result.gradientNorm))
      throw new RangeError(
        `pretraining, step ${step}: loss and gradient must be finite, got a loss of ${sum / count} and a gradient of norm ${result.gradientNorm}; bring the data nearer to unit size`,
      );
    ({ parameters, state } = result);
    network.write(parameters);
    average(mean, parameters, step);
    if (step % (control.every ?? 50) === 0 || step === steps) {
      const memory = packAdamW("adamw", state);
      control.onCheckpoint?.({ step, parameters, average: mean.slice(), memory });
      control.onReport?.({ step, steps, loss: sum / count });
      [sum, count] = [0, 0];
    }
  }
  network.write(mean);
  return mean;
}

/** What training changes: from a checkpoint, or as the network is. */
async function startOf(network: PolicyNetwork, from: PretrainCheckpoint | null) {
  if (from === null) {
    const parameters = await network.read();
    return { parameters, mean: parameters.slice(), state: initialAdamW(parameters.length) };
  }
  const { parameters, average: mean, memory } = from;
  network.write(parameters);
  return { parameters, mean: mean.slice(), state: unpackAdamW("adamw", memory, parameters.length) };
}

/** Learning rate of step 1 .. steps. */
function rateAt(step: number, steps: number): number {
  const rise = Math.min(1, step / WARM_UP);
  return LEARNING_RATE * rise * 0.5 * (1 + Math.cos((Math.PI * (step - 1)) / steps));
}

/** mean <- running mean; early weights are forgotten faster. */
function average(mean: Float64Array, parameters: Float64Array, step: number): void {
  const decay = Math.min(AVERAGE_DECAY, step / (step + 9));
  for (let i = 0; i < mean.length; i++)
    mean[i] = decay * (mean[i] as number) + (1 - decay) * (parameters[i] as number);
}

/** One batch: noisy states x [n, d] at t [n], the data x0 [n, d] and the weight [n] of each squared error. */
interface Batch {
  readonly x: Float64Array;
  readonly t: Float64Array;
  readonly x0: Float64Array;
  readonly weight: Float64Array;
}

/** Mean weighed squared error per dimension; leaves its gradient in the network. */
async function lossAndGradient(network: PolicyNetwork, { x, t, x0, weight }: Batch): Promise<number> {
  const { dim } = network.shape;
  let loss = 0;
  await network.accumulate(x, t, (x0Hat) =>
    x0Hat.map((value, j) => {
      const miss = value - (x0[j] as number);
      const w = (weight[Math.floor(j / dim)] as number) / x0Hat.length;
      loss += w * miss * miss;
      return 2 * w * miss;
    }),
  );
  return loss;
}

/** Batches in their order, the first `done` left out. */
function batchSource({ law, process, network, seed }: PretrainPlan, done: number): () => Batch {
  const { dim, prediction } = network.shape;
  // One uniform for the times of a batch, and the noise of its samples.
  const words = WORDS_OF.uniform + WORDS_OF.normal * BATCH * dim;
  const random = createRandom(seed, PRETRAIN_STREAM, done * words);
  const [low, high] = trainedLogSnrs(process);
  let drawn = done;
  let data: ((n: number) => Float64Array) | null = null;
  return () => {
    const place = drawn % BATCHES_PER_SEED;
    if (place === 0 || data === null) {
      data = mixtureDraws(law, drawSeed(seed, drawn - place));
      // Going on amid the batches of one seed: those before are drawn again.
      data(BATCH * place);
    }
    drawn++;
    const x0 = data(BATCH);
    const t = spreadTimes(process, low, high, random);
    return {
      x: noisy(process, dim, x0, t, random),
      t,
      x0,
      weight: t.map((time) => lossWeight(process, prediction, time)),
    };
  };
}

/** log-SNR from the noisy end of the process (clamped where its signal vanishes) to the clean end. */
export function trainedLogSnrs(process: Process): readonly [low: number, high: number] {
  const [low, high] = LOG_SNR_RANGE;
  return [Math.min(high - 1, Math.max(low, process.logSnr(process.T))), high];
}

/** One time in each of n equal strata of log-SNR, all at one random place in theirs. */
function spreadTimes(process: Process, low: number, high: number, random: Random): Float64Array {
  const place = random.uniform();
  return Float64Array.from({ length: BATCH }, (_, i) =>
    Math.min(process.T, process.timeAtLogSnr(low + ((high - low) * (i + place)) / BATCH)),
  );
}

function noisy(
  process: Process,
  dim: number,
  x0: Float64Array,
  t: Float64Array,
  random: Random,
): Float64Array {
  return x0.map((value, j) => {
    const time = t[Math.floor(j / dim)] as number;
    return process.alpha(time) * value + process.sigma(time) * random.normal();
  });
}

/** Weight of |x0Hat - x_0|^2 in the denoising loss at time t, see above. */
export function lossWeight(process: Process, prediction: NetworkShape["prediction"], t: number): number {
  const snr = Math.exp(process.logSnr(t));
  if (prediction === "eps") return snr;
  const asV = process.alpha(t) ** 2 + process.sigma(t) ** 2;
  const weight = asV / process.sigma(t) ** 2;
  return prediction === "v" ? weight : Math.min(LARGEST_X0_WEIGHT, weight);
}

/** A seed of its own for every draw of data. */
function drawSeed(seed: number, draw: number): number {
  const words = new Uint32Array(4);
  philox4x32(draw, 0, 0, 3, seed, PRETRAIN_STREAM, words);
  return words[0] ?? 0;
}
