/**
 * The iteration that DDPO, Flow-GRPO, DanceGRPO and MixGRPO share: roll out, turn rewards into advantages, then several
 * updates of a surrogate on minibatches of trajectories, each accumulated over steps.
 *
 * With klWeight > 0 the objective is E[r] - klWeight E[sum_k KL_k], KL_k the exact KL of step k to the pretrained model's. Its
 * gradient has two parts: that of KL_k itself (the anchor of the surrogate) and the effect of step k on later steps, for
 * which their KL is taken off the reward of step k. Both are scaled like the advantages, so that klWeight is in units of
 * reward and its optimum is the KL-optimal control (reading B). The publications leave the second part out and weigh the KL
 * against normalised advantages.
 */
import type { Algorithm, AlignmentSetup, Bench, IterationOutcome } from "./algorithm.ts";
import {
  type Advantages,
  type AdvantageRule,
  advantageNotes,
  advantages,
  advantagesByPrompt,
  allEqual,
  clampTo,
  meanOf,
  requireGroups,
  standardDeviation,
} from "./advantages.ts";
import { iterationRandom, iterationSeed, shuffledOrder } from "./iteration-random.ts";
import { noiseSteps } from "./noise-steps.ts";
import type { PolicyNetwork } from "./policy-network.ts";
import { promptOrder } from "./prompts.ts";
import { type KeptStep, type Rollout, rollOut } from "./rollout.ts";
import type { SampleRewards } from "./sample-rewards.ts";
import { surrogate, type SurrogateRule } from "./surrogate.ts";
import { flashTimes } from "./flash-times.ts";
import { isTrained, trainedStepCount, trainingSteps } from "./trained-steps.ts";
import { klPerSquare } from "./transition.ts";
import { gatherRows, type RowValues, type TransitionIndex } from "./transition-rows.ts";
import { createUpdateLog } from "./update-log.ts";

export interface PolicyGradientPlan {
  readonly rule: SurrogateRule;
  readonly advantage: AdvantageRule;
  /** Statistics are those of each prompt, where there are prompts, in place of the rule's groups. */
  readonly perPrompt: boolean;
  readonly advantageClip: number;
  /** Consecutive trajectories from one starting noise; 1 where all differ. */
  readonly shared: number;
  readonly minibatches: number;
  readonly innerEpochs: number;
  readonly timestepFraction: number;
  /** Stochastic steps [start, end) of an iteration; null for all steps. */
  readonly window: ((iteration: number) => readonly [number, number]) | null;
  /** Share of the steps after the window that DPM-Solver++ takes; 1 for no solver. */
  readonly flashRatio: number;
  /** Several rewards: normalise their sum, or add what each gives when normalised alone. */
  readonly aggregate: "rewards" | "advantages";
}

/** Numbers of the rows of one call of the network, which bound its memory. */
const NUMBERS_PER_CALL = 32_768;

/** Rows of one call of a network: as it likes, else 16,384 of points, 10 of images. Even, so that pairs stay together. */
export function rowsPerCall({
  shape: { dim },
  rowsAtOnce,
}: Pick<PolicyNetwork, "shape" | "rowsAtOnce">): number {
  return rowsAtOnce ?? 2 * Math.min(8192, Math.max(1, Math.floor(NUMBERS_PER_CALL / dim / 2)));
}

/** One iteration of the plan. */
async function policyGradientIteration(plan: PolicyGradientPlan, bench: Bench): Promise<IterationOutcome> {
  const window = plan.window?.(bench.iteration) ?? null;
  const rollout = await rollOut(bench.network, rolloutPlan(plan, bench, window), bench.signal);
  bench.count(rollout.networkCalls);
  const rewards = await bench.rewards(rollout.samples, rollout.prompts);
  const base = aggregated(plan, bench.judge.rewards, rewards, rollout.prompts);
  const values = rowValues(plan, bench, rollout.kept, rewards.total, base.values);
  const log = createUpdateLog();
  const order = iterationRandom(bench.training.seed, bench.iteration, "order");
  for (let epoch = 0; epoch < plan.innerEpochs; epoch++) {
    const particles = shuffledOrder(order, rollout.particles);
    for (const part of split(particles, plan.minibatches)) {
      const chosen = chooseTransitions(part, rollout.kept.length, plan.timestepFraction, order);
      await accumulateRows(plan.rule, bench, rollout, chosen, values, log.add);
      log.end(await bench.update());
    }
  }
  const result = log.result();
  const isScore = plan.rule.kind === "score";
  return {
    ...result,
    rewards,
    clipFraction: isScore ? null : result.clipFraction,
    firstRatioError: isScore ? null : result.firstRatioError,
    window,
    notes: advantageNotes(base),
  };
}

function rolloutPlan(plan: PolicyGradientPlan, bench: Bench, window: readonly [number, number] | null) {
  const { training, process, times } = bench;
  const inWindow = (k: number): boolean => window === null || (k >= window[0] && k < window[1]);
  const steps = trainingSteps(bench, inWindow);
  const isKept = isTrained(steps, training.lastStep);
  const after = window ? flashTimes(times, window[1], plan.flashRatio) : null;
  return {
    steps: after && window ? steps.slice(0, window[1]) : steps,
    priorStd: process.priorStd,
    particles: training.batch,
    shared: plan.shared,
    seed: iterationSeed(training.seed, bench.iteration, "rollout"),
    keep: (k: number): boolean => inWindow(k) && isKept(k),
    predictions: false,
    reference: training.klWeight > 0 ? bench.reference : null,
    tail: after && noiseSteps({ kind: "ode" }, process, after),
    prompts: promptOrder(bench, plan.perPrompt ? 1 : plan.advantage.group, bench.iteration),
  };
}

/** Advantages of the weighted sum, or the weighted mean of each reward's own. */
function aggregated(
  plan: PolicyGradientPlan,
  weights: readonly { readonly weight: number }[],
  { total, each }: SampleRewards,
  prompts: Int32Array | null,
): Advantages {
  const relative = (row: Float64Array): Advantages =>
    plan.perPrompt && prompts
      ? advantagesByPrompt(row, prompts, plan.advantage)
      : advantages(row, plan.advantage);
  if (plan.aggregate === "rewards" || each.length === 1) return relative(total);
  const sum = weights.reduce((all, { weight }) => all + weight, 0);
  const parts = each.map(relative);
  const values = new Float64Array(total.length);
  parts.forEach((part, r) => {
    const share = (weights[r]?.weight ?? 0) / sum;
    part.values.forEach((value, i) => (values[i] = (values[i] as number) + share * value));
  });
  const flat = Math.min(...parts.map((part) => part.flatGroups));
  return { values, flatGroups: flat, groups: parts[0]?.groups ?? 1 };
}

/** Advantage of each transition with the KL of later steps taken off, and the strength of the pull to the reference. */
function rowValues(
  { rule, advantage, advantageClip }: PolicyGradientPlan,
  bench: Bench,
  kept: readonly KeptStep[],
  total: Float64Array,
  base: Float64Array,
): RowValues {
  const { klWeight } = bench.training;
  if (klWeight === 0) {
    const clamped = clampTo(base, advantageClip);
    return { advantage: (_, particle) => clamped[particle] as number, anchor: null };
  }
  const weight = allEqual(total)
    ? klWeight
    : klWeight / (standardDeviation(total, advantage.std) + advantage.epsilon);
  const bySlot = klOfLaterSteps(kept).map((later) => {
    const mean = meanOf(later);
    return clampTo(
      base.map((value, i) => value - weight * ((later[i] as number) - mean)),
      advantageClip,
    );
  });
  const perDim = rule.logProb === "mean" ? 1 / bench.network.shape.dim : 1;
  const strengths = kept.map(({ step }) => perDim * weight * klPerSquare(step));
  return {
    advantage: (slot, particle) => bySlot[slot]?.[particle] as number,
    anchor: (slot) => strengths[slot] as number,
  };
}

/** For each kept step, the KL of the kept steps after it, [P] nats. */
export function klOfLaterSteps(kept: readonly Pick<KeptStep, "kl" | "logProb">[]): Float64Array[] {
  const later: Float64Array[] = [];
  let sum = new Float64Array(kept[0]?.logProb.length ?? 0);
  for (const { kl } of [...kept].reverse()) {
    later.unshift(sum);
    sum = sum.map((value, i) => value + (kl?.[i] ?? 0));
  }
  return later;
}

/** The order cut into parts of nearly equal length; fewer where there are not enough. */
export function split(order: Uint32Array, parts: number): Uint32Array[] {
  const count = Math.min(parts, order.length);
  const edge = (i: number): number => Math.floor((i * order.length) / count);
  return Array.from({ length: count }, (_, i) => order.subarray(edge(i), edge(i + 1)));
}

/** All slots of each particle, or a random share of them (at least one) drawn for each particle anew. */
function chooseTransitions(
  particles: Uint32Array,
  slots: number,
  fraction: number,
  random: ReturnType<typeof iterationRandom>,
): TransitionIndex[] {
  const count = Math.max(1, Math.floor(slots * fraction));
  const inOrder = Uint32Array.from({ length: slots }, (_, slot) => slot);
  const chosen: TransitionIndex[] = [];
  for (const particle of particles) {
    const all = count < slots ? shuffledOrder(random, slots) : inOrder;
    for (let i = 0; i < count; i++) chosen.push({ slot: all[i] as number, particle });
  }
  return chosen;
}

/** Accumulates the gradient of the surrogate on the chosen transitions, in calls of bounded size. */
async function accumulateRows(
  rule: SurrogateRule,
  bench: Bench,
  rollout: Rollout,
  chosen: readonly TransitionIndex[],
  values: RowValues,
  log: (value: ReturnType<typeof surrogate>) => void,
): Promise<void> {
  const size = rowsPerCall(bench.network);
  for (let first = 0; first < chosen.length; first += size) {
    const part = chosen.slice(first, first + size);
    const rows = gatherRows(rollout.kept, part, rollout.dim, values);
    const pull = (x0Hat: Float64Array): Float64Array => {
      const value = surrogate(rows, x0Hat, rule, chosen.length);
      log(value);
      return value.gradient;
    };
    await bench.accumulate(rows.x, rows.t, pull, rows.asked);
  }
}

/** The algorithm of a plan. Throws RangeError where it has nothing to train on or its groups do not fit the batch. */
export function policyGradient(plan: PolicyGradientPlan, setup: AlignmentSetup): Algorithm {
  trainedStepCount(setup);
  requireGroups(setup.training.batch, plan.advantage.group);
  return { iterate: (bench) => policyGradientIteration(plan, bench), memory: () => ({}) };
}
