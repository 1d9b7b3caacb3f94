/**
 * SDPO, stepwise diffusion policy optimisation [Zhang24]: every prediction x0Hat^k is what a sampler of k steps would give,
 * so every one is rewarded, and every step is an update of its own; rewards then rise for all step counts together.
 *
 * Published: pairs of trajectories from one starting noise, DDIM at eta = 1, N = 50; dense rewards from 3 queries; returns with
 * discount 0.99; advantages per step (population deviation, + 1e-6), clamped to +- 5; difference loss with weights 0.99^k and
 * log-probabilities held within +- 1e-4 of the mean; steps in random order per pair, an update per step slot and minibatch.
 */
import type { AlgorithmSpec } from "../../spec/training/types.ts";
import {
  type Advantages,
  advantageNotes,
  advantages,
  advantagesByPrompt,
  clampTo,
  requireGroups,
  standardDeviation,
} from "../advantages.ts";
import type { AlgorithmCard, AlgorithmFactory, Bench, IterationOutcome } from "../algorithm.ts";
import { denseRewards, returnsOf } from "../dense-rewards.ts";
import { differenceLoss } from "../difference-loss.ts";
import { iterationRandom, iterationSeed, shuffledOrder } from "../iteration-random.ts";
import { klOfLaterSteps, rowsPerCall, split } from "../policy-gradient.ts";
import { promptOrder } from "../prompts.ts";
import { type Rollout, rollOut } from "../rollout.ts";
import { isTrained, trainedStepCount, trainingSteps } from "../trained-steps.ts";
import { klPerSquare } from "../transition.ts";
import { gatherRows, type RowValues, type TransitionIndex } from "../transition-rows.ts";
import { createUpdateLog, type UpdateLog } from "../update-log.ts";

type Spec = Extract<AlgorithmSpec, { kind: "sdpo" }>;

export const SDPO_CARD: AlgorithmCard = {
  title: "SDPO",
  summary:
    "Rewards the prediction at every step, compares pairs from one starting noise, and updates step by step.",
  paper: "Zhang24",
  defaults: [
    "pairs from one starting noise, eta = 1, N = 50",
    "dense rewards from 3 queries per trajectory",
    "discount 0.99, step weights 0.99^k",
    "50 to 100 updates per rollout, steps in random order",
    "clip 1e-4 of the mean log-probability, advantages clamped to ±5",
  ],
  deviations: [
    "Likeness of predictions is (1 + cosine)/2: in two dims cosines may be negative and their sum vanish.",
    "Statistics of a prompt are those of its samples in the batch at each step (all of them without prompts), without a buffer.",
    "The step to t = 0 has no noise and is not trained on; its prediction is rewarded.",
    "Without pairs, each trajectory's log-ratio is regressed on its own advantage; without dense rewards the final one counts for every step; without stepwise advantages one mean and deviation serve all steps; without stepwise updates gradients add up over steps.",
    "klWeight > 0 adds the exact KL of each step, scaled like the advantages; the publication has none.",
    "Log-probabilities are summed over dims and clipped at 0.2 unless set otherwise.",
  ],
};

/** Throws RangeError without noise, and for an odd batch of pairs. */
export const sdpo: AlgorithmFactory<Spec> = (spec, setup) => {
  trainedStepCount(setup);
  requireGroups(setup.training.batch, spec.pairs ? 2 : setup.training.batch);
  return { iterate: (bench) => iterate(spec, bench), memory: () => ({}) };
};

/** Published, added to the deviation of advantages. */
const EPSILON = 1e-6;

async function iterate(spec: Spec, bench: Bench): Promise<IterationOutcome> {
  const { training } = bench;
  const rollout = await pairedRollout(spec, bench);
  bench.count(rollout.networkCalls);
  const rewards = await bench.rewards(rollout.samples, rollout.prompts);
  const { values, notes } = stepValues(
    spec,
    bench,
    rollout,
    await stepReturns(spec, bench, rollout, rewards.total),
  );
  const log = createUpdateLog();
  const random = iterationRandom(training.seed, bench.iteration, "order");
  const members = spec.pairs ? 2 : 1;
  const units = rollout.particles / members;
  const slots = slotOrders(spec.shuffleSteps, units, rollout.kept.length, random);
  for (const round of updateRounds(spec, rollout.kept.length))
    for (const part of split(shuffledOrder(random, units), spec.minibatches)) {
      const chosen = Array.from(part).flatMap((unit) =>
        round.flatMap((j) =>
          Array.from({ length: members }, (_, m) => ({
            slot: slots[unit]?.[j] ?? 0,
            particle: unit * members + m,
          })),
        ),
      );
      await accumulate(spec, bench, rollout, chosen, values, log);
      log.end(await bench.update());
    }
  return { ...log.result(), rewards, window: null, notes };
}

function pairedRollout({ pairs }: Spec, bench: Bench): Promise<Rollout> {
  const { training } = bench;
  const steps = trainingSteps(bench);
  return rollOut(
    bench.network,
    {
      steps,
      priorStd: bench.process.priorStd,
      particles: training.batch,
      shared: pairs ? 2 : 1,
      seed: iterationSeed(training.seed, bench.iteration, "rollout"),
      keep: isTrained(steps, training.lastStep),
      predictions: true,
      reference: training.klWeight > 0 ? bench.reference : null,
      tail: null,
      prompts: promptOrder(bench, pairs ? 2 : 1, bench.iteration),
    },
    bench.signal,
  );
}

/** Return of each kept step, rows [P]: of dense rewards, or the final reward for all. KL of later steps is taken off. */
async function stepReturns(
  { denseRewards: dense, discount }: Spec,
  bench: Bench,
  { kept, predictions, dim, prompts }: Rollout,
  final: Float64Array,
): Promise<Float64Array[]> {
  const all = dense
    ? returnsOf(
        await denseRewards(predictions, dim, async (x) => (await bench.rewards(x, prompts)).total),
        discount,
      )
    : predictions.map(() => final);
  const { klWeight } = bench.training;
  const later = klOfLaterSteps(kept);
  return kept.map(({ k }, slot) =>
    (all[k] ?? final).map((value, i) => value - klWeight * (later[slot]?.[i] ?? 0)),
  );
}

/** Advantages and pulls of the kept steps. */
function stepValues(
  spec: Spec,
  { training, network }: Bench,
  { kept, prompts }: Rollout,
  returns: readonly Float64Array[],
): { readonly values: RowValues; readonly notes: readonly string[] } {
  const parts = spec.stepwiseAdvantages
    ? returns.map((row) => normalised(row, prompts))
    : normalisedTogether(returns, prompts);
  const clamped = parts.map((part) => clampTo(part.values, spec.advantageClip));
  const perDim = spec.logProb === "mean" ? 1 / network.shape.dim : 1;
  const strengths = kept.map(({ k, step }, slot) => {
    const deviation = standardDeviation(returns[slot] ?? new Float64Array(1), "population") + EPSILON;
    return (2 * perDim * spec.temporalDecay ** k * training.klWeight * klPerSquare(step)) / deviation;
  });
  return {
    values: {
      advantage: (slot, particle) => clamped[slot]?.[particle] as number,
      anchor: training.klWeight > 0 ? (slot) => strengths[slot] as number : null,
    },
    notes: parts.every(({ flatGroups }) => flatGroups > 0) && parts[0] ? advantageNotes(parts[0]) : [],
  };
}

function normalised(returns: Float64Array, prompts: Int32Array | null): Advantages {
  const rule = { std: "population", epsilon: EPSILON } as const;
  if (prompts) return advantagesByPrompt(returns, prompts, rule);
  return advantages(returns, { ...rule, group: returns.length, deviationOver: "batch" });
}

/** One mean and deviation for all steps. */
function normalisedTogether(returns: readonly Float64Array[], prompts: Int32Array | null): Advantages[] {
  const size = returns[0]?.length ?? 0;
  const joined = new Float64Array(size * returns.length);
  returns.forEach((row, slot) => joined.set(row, slot * size));
  const repeated = prompts && Int32Array.from(joined, (_, i) => prompts[i % size] as number);
  const all = normalised(joined, repeated);
  return returns.map((_, slot) => ({ ...all, values: all.values.subarray(slot * size, (slot + 1) * size) }));
}

/** For each unit the order in which it goes through the slots. */
function slotOrders(
  shuffle: boolean,
  units: number,
  slots: number,
  random: ReturnType<typeof iterationRandom>,
): Uint32Array[] {
  const inOrder = Uint32Array.from({ length: slots }, (_, j) => j);
  return Array.from({ length: units }, () => (shuffle ? shuffledOrder(random, slots) : inOrder));
}

/** Places of the slots' orders that one round of updates takes: one at a time, or all. */
function updateRounds({ stepwiseUpdates }: Spec, slots: number): readonly (readonly number[])[] {
  const all = Array.from({ length: slots }, (_, j) => j);
  return stepwiseUpdates ? all.map((j) => [j]) : [all];
}

async function accumulate(
  spec: Spec,
  bench: Bench,
  { kept, dim }: Rollout,
  chosen: readonly TransitionIndex[],
  values: RowValues,
  log: UpdateLog,
): Promise<void> {
  const total = chosen.length / (spec.pairs ? 2 : 1);
  const size = rowsPerCall(bench.network);
  for (let first = 0; first < chosen.length; first += size) {
    const part = chosen.slice(first, first + size);
    const rows = gatherRows(kept, part, dim, values);
    const weight = Float64Array.from(part, ({ slot }) => spec.temporalDecay ** (kept[slot]?.k ?? 0));
    const pull = (x0Hat: Float64Array): Float64Array => {
      const value = differenceLoss(rows, x0Hat, weight, spec, total);
      log.add(value);
      return value.gradient;
    };
    await bench.accumulate(rows.x, rows.t, pull, rows.asked);
  }
}
