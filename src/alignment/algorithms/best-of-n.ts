/**
 * Best of n: no training; of every n samples the one with the highest reward. The measure of what any training must beat at
 * equal network calls: the batch is the number of samples drawn, so `batch / n` samples are kept.
 */
import type { AlgorithmSpec } from "../../spec/training/types.ts";
import type { AlgorithmCard, AlgorithmFactory, Bench, IterationOutcome } from "../algorithm.ts";
import { iterationSeed } from "../iteration-random.ts";
import { promptOrder } from "../prompts.ts";
import { rollOut } from "../rollout.ts";
import type { SampleRewards } from "../sample-rewards.ts";
import { trainingSteps } from "../trained-steps.ts";

export const BEST_OF_N_CARD: AlgorithmCard = {
  title: "Best of n",
  summary: "No training: of every n samples the one with the highest reward is kept.",
  paper: null,
  defaults: ["n network calls per sample kept, in place of 1"],
  deviations: ["The reported reward is that of the kept samples; the network stays as it is."],
};

/** Throws RangeError unless the batch divides into sets of n. */
export const bestOfN: AlgorithmFactory<Extract<AlgorithmSpec, { kind: "best-of-n" }>> = (
  { n },
  { training },
) => {
  if (training.batch % n !== 0)
    throw new RangeError(
      `batch: must be a multiple of n, got ${training.batch} samples and n = ${n}; choose ${Math.max(1, Math.round(training.batch / n)) * n}`,
    );
  return { iterate: (bench) => iterate(n, bench), memory: () => ({}) };
};

async function iterate(n: number, bench: Bench): Promise<IterationOutcome> {
  const { training, network } = bench;
  const rollout = await rollOut(
    network,
    {
      steps: trainingSteps(bench),
      priorStd: bench.process.priorStd,
      particles: training.batch,
      shared: 1,
      seed: iterationSeed(training.seed, bench.iteration, "rollout"),
      keep: () => false,
      predictions: false,
      reference: null,
      tail: null,
      prompts: promptOrder(bench, n, bench.iteration),
    },
    bench.signal,
  );
  bench.count(rollout.networkCalls);
  const kept = bestOfEach(await bench.rewards(rollout.samples, rollout.prompts), n);
  return {
    rewards: kept,
    loss: 0,
    gradientNorm: 0,
    clipFraction: null,
    firstRatioError: null,
    window: null,
    notes: [`kept ${kept.total.length} of ${training.batch} samples; the network is not trained`],
  };
}

/** Of every n consecutive samples the rewards of the best one by total; the first of equals. */
export function bestOfEach({ total, each }: SampleRewards, n: number): SampleRewards {
  const best = Array.from({ length: Math.floor(total.length / n) }, (_, set) => {
    let at = set * n;
    for (let i = at + 1; i < (set + 1) * n; i++) if ((total[i] as number) > (total[at] as number)) at = i;
    return at;
  });
  const pick = (row: Float64Array): Float64Array => Float64Array.from(best, (i) => row[i] as number);
  return { total: pick(total), each: each.map(pick) };
}
