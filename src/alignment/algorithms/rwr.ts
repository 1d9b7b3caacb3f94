/**
 * Reward-weighted regression [Lee23]: the denoising loss on the model's own samples x_0, each weighed by exp(r / temperature).
 *
 *     min E[ w (|o(x_t, t) - target|^2) ],   x_t = alpha_t x_0 + sigma_t eps,   w = exp(r / temperature) / mean
 *
 * It has no density of steps and trains on the marginals, so it works with every sampler. Published: weights from human
 * feedback on images [Lee23]; as a baseline of policy gradients in [Black23].
 */
import type { AlgorithmSpec } from "../../spec/training/types.ts";
import type { AlgorithmCard, AlgorithmFactory, Bench, IterationOutcome } from "../algorithm.ts";
import { denoisingRows } from "../denoising-rows.ts";
import { iterationRandom, iterationSeed } from "../iteration-random.ts";
import { promptOrder } from "../prompts.ts";
import { rollOut } from "../rollout.ts";
import { trainingSteps } from "../trained-steps.ts";

export const RWR_CARD: AlgorithmCard = {
  title: "Reward-weighted regression",
  summary: "Refits the denoiser to the model's own samples, each weighed by exp(reward / temperature).",
  paper: "Lee23",
  defaults: ["weights exp(r / temperature)", "denoising loss on own samples"],
  deviations: [
    "Weights are divided by their mean over the batch, so that the learning rate keeps its meaning.",
    "The pretraining loss on data, which the publication adds, is left out; klWeight has no part, the temperature takes its place.",
  ],
};

export const rwr: AlgorithmFactory<Extract<AlgorithmSpec, { kind: "rwr" }>> = (spec) => ({
  iterate: (bench) => iterate(spec.temperature, spec.innerSteps, bench),
  memory: () => ({}),
});

async function iterate(temperature: number, innerSteps: number, bench: Bench): Promise<IterationOutcome> {
  const { training, network, process } = bench;
  const { dim, prediction } = network.shape;
  const rollout = await rollOut(
    network,
    {
      steps: trainingSteps(bench),
      priorStd: process.priorStd,
      particles: training.batch,
      shared: 1,
      seed: iterationSeed(training.seed, bench.iteration, "rollout"),
      keep: () => false,
      predictions: false,
      reference: null,
      tail: null,
      prompts: promptOrder(bench, 1, bench.iteration),
    },
    bench.signal,
  );
  bench.count(rollout.networkCalls);
  const rewards = await bench.rewards(rollout.samples, rollout.prompts);
  const weights = expWeights(rewards.total, temperature);
  const random = iterationRandom(training.seed, bench.iteration, "denoise");
  let loss = 0;
  let norm = 0;
  for (let i = 0; i < innerSteps; i++) {
    const rows = denoisingRows(process, prediction, rollout.samples, dim, random);
    const pull = (x0Hat: Float64Array): Float64Array => {
      const pulled = weightedPull(x0Hat, rollout.samples, rows.strength, weights, dim);
      loss += pulled.loss;
      return pulled.gradient;
    };
    // A distilled network is a denoiser where it is asked for a jump of no length.
    const asked = rollout.prompts ? { prompt: rollout.prompts, jump: rows.t } : undefined;
    await bench.accumulate(rows.x, rows.t, pull, asked);
    norm += await bench.update();
  }
  return {
    rewards,
    loss: loss / innerSteps,
    gradientNorm: norm / innerSteps,
    clipFraction: null,
    firstRatioError: null,
    window: null,
    notes: training.klWeight > 0 ? ["klWeight has no part here: the temperature takes its place"] : [],
  };
}

/** exp(r / temperature) over its mean, [P]; computed from the largest reward, so that it never overflows. */
export function expWeights(rewards: Float64Array, temperature: number): Float64Array {
  const top = rewards.reduce((best, value) => Math.max(best, value), -Infinity);
  const raw = rewards.map((value) => Math.exp((value - top) / temperature));
  const mean = raw.reduce((sum, value) => sum + value, 0) / raw.length;
  return raw.map((value) => value / mean);
}

/** Mean over samples of weight strength |x0Hat - x_0|^2, with its gradient in x0Hat. */
export function weightedPull(
  x0Hat: Float64Array,
  x0: Float64Array,
  strength: Float64Array,
  weights: Float64Array,
  dim: number,
): { readonly loss: number; readonly gradient: Float64Array } {
  let loss = 0;
  const gradient = x0Hat.map((value, j) => {
    const i = Math.floor(j / dim);
    const share = ((weights[i] as number) * (strength[i] as number)) / weights.length;
    const away = value - (x0[j] as number);
    loss += share * away * away;
    return 2 * share * away;
  });
  return { loss, gradient };
}
