/**
 * DPOK [Fan23]: policy gradient with a KL gradient to the pretrained model, a value baseline and replay.
 *
 *     loss = -A clip(pi / pi_old, 1 - c, 1 + c) + klWeight D,     A = r - V(x_k, k)
 *
 * without the minimum of the clipped surrogate: outside the band the policy gradient is 0 in both directions. D is the mean
 * squared difference of the noise predictions ("eps-mse", the published code) or the step's KL ("exact").
 *
 * Published: DDIM at eta = 1, N = 50; replay of the newest 1000 transitions; V fitted to the final reward on 5 minibatches of
 * 256; 5 policy steps of 12 minibatches of 4 transitions; clip 1e-4 of the mean log-probability; advantages as they are; weights
 * 10 to 1000 of the reward and 0.01 to 0.1 of D; rate 1e-5, gradients clipped at 0.1.
 */
import type { AlgorithmSpec } from "../../spec/training/types.ts";
import type {
  AlgorithmCard,
  AlgorithmFactory,
  AlignmentSetup,
  Bench,
  IterationOutcome,
} from "../algorithm.ts";
import { iterationRandom, iterationSeed } from "../iteration-random.ts";
import type { RowContext } from "../policy-network.ts";
import { promptOrder } from "../prompts.ts";
import { jumpTarget } from "../../network/sampler.ts";
import { extendReplay, type Replay, replayFrom, replayMemory } from "../replay.ts";
import { rollOut } from "../rollout.ts";
import { surrogate, type TransitionRows } from "../surrogate.ts";
import { isTrained, trainedStepCount, trainingSteps } from "../trained-steps.ts";
import { klPerSquare } from "../transition.ts";
import { createUpdateLog } from "../update-log.ts";
import { createValueNetwork, type ValueNetwork } from "../value-network.ts";

type Spec = Extract<AlgorithmSpec, { kind: "dpok" }>;

export const DPOK_CARD: AlgorithmCard = {
  title: "DPOK",
  summary:
    "Policy gradient with a KL gradient to the pretrained model, a learned value baseline and replay of past transitions.",
  paper: "Fan23",
  defaults: [
    "eta = 1, N = 50",
    "the newest 1000 transitions are replayed",
    "5 policy steps and 5 value minibatches per rollout",
    "clamped ratio without a minimum, clip 1e-4 of the mean log-probability",
    "KL weight 0.01 against a reward weight of 10 to 1000",
  ],
  deviations: [
    "The replay and the minibatch (1,024 transitions of points, 40 of images) are larger, since a rollout of points holds far more short trajectories.",
    "The value network is 2 layers of 32 with waves of log-SNR, and each of its minibatches is a step; published are 3 layers of 256 with an embedding per step, and one step for all.",
    "The reward's weight is 1; klWeight is relative to it.",
    "Log-probabilities are summed over dims and clipped at 0.2 unless set otherwise.",
  ],
};

/** Transitions of a policy update and of a value step; far fewer of images, whose rollouts are small and slow. */
const POINT_ROWS = { policy: 1024, value: 256 };
const IMAGE_ROWS = { policy: 40, value: 80 };
const rowsOf = ({ prompts }: Pick<AlignmentSetup, "prompts">) => (prompts === null ? POINT_ROWS : IMAGE_ROWS);

/** Throws RangeError without noise. */
export const dpok: AlgorithmFactory<Spec> = (spec, setup, memory) => {
  trainedStepCount(setup);
  const { process, network, training } = setup;
  const start = iterationRandom(training.seed, 0, "value");
  const { dim } = network.shape;
  const several = setup.prompts !== null && setup.prompts > 1 ? setup.prompts : 0;
  const value = createValueNetwork(process, dim, start, memory, several);
  let replay = replayFrom(memory);
  return {
    async iterate(bench) {
      const rollout = await rollOut(network, rolloutPlan(bench), bench.signal);
      bench.count(rollout.networkCalls);
      const rewards = await bench.rewards(rollout.samples, rollout.prompts);
      replay = extendReplay(replay, rollout, rewards.total, bench.iteration, spec.buffer);
      const random = iterationRandom(training.seed, bench.iteration, "replay");
      const draw = (count: number): Uint32Array =>
        Uint32Array.from({ length: count }, () => random.integer(replay.count));
      for (let i = 0; i < spec.valueSteps; i++) fitValue(value, bench, replay, draw(rowsOf(setup).value));
      return { ...(await improve(spec, bench, replay, value, draw)), rewards };
    },
    memory: () => ({ ...replayMemory(replay), ...value.memory() }),
  };
};

function rolloutPlan(bench: Bench) {
  const { training, process } = bench;
  const steps = trainingSteps(bench);
  return {
    steps,
    priorStd: process.priorStd,
    particles: training.batch,
    shared: 1,
    seed: iterationSeed(training.seed, bench.iteration, "rollout"),
    keep: isTrained(steps, training.lastStep),
    predictions: false,
    reference: training.klWeight > 0 ? bench.reference : null,
    tail: null,
    prompts: promptOrder(bench, 1, bench.iteration),
  };
}

function fitValue(value: ValueNetwork, bench: Bench, replay: Replay, chosen: Uint32Array): void {
  const dim = bench.network.shape.dim;
  const t = Float64Array.from(chosen, (i) => bench.times[replay.step[i] as number] as number);
  value.fit(
    pickRows(replay.x, chosen, dim),
    t,
    pickRows(replay.reward, chosen, 1),
    promptsAt(replay, chosen),
  );
}

async function improve(
  spec: Spec,
  bench: Bench,
  replay: Replay,
  value: ValueNetwork,
  draw: (count: number) => Uint32Array,
): Promise<Omit<IterationOutcome, "rewards">> {
  const log = createUpdateLog();
  for (let i = 0; i < spec.policySteps; i++) {
    const chosen = draw(rowsOf(bench).policy);
    const rows = replayRows(spec, bench, replay, value, chosen);
    const pull = (x0Hat: Float64Array): Float64Array => {
      const rule = { kind: "clamped", clip: spec.clip, logProb: spec.logProb } as const;
      const result = surrogate(rows, x0Hat, rule, rows.count);
      log.add(result, (row) => replay.drawn[chosen[row] as number] === bench.iteration);
      return result.gradient;
    };
    await bench.accumulate(rows.x, rows.t, pull, rows.asked);
    log.end(await bench.update());
  }
  return { ...log.result(), window: null, notes: [] };
}

function replayRows(
  spec: Spec,
  bench: Bench,
  replay: Replay,
  value: ValueNetwork,
  chosen: Uint32Array,
): TransitionRows {
  const { dim } = bench.network.shape;
  const { klWeight } = bench.training;
  const steps = trainingSteps(bench);
  const stepAt = (i: number) => steps[replay.step[i] as number] as (typeof steps)[number];
  const each = (of: (i: number) => number): Float64Array => Float64Array.from(chosen, of);
  const x = pickRows(replay.x, chosen, dim);
  const t = each((i) => stepAt(i).t);
  const baseline = value.values(x, t, promptsAt(replay, chosen));
  const perDim = spec.logProb === "mean" ? 1 / dim : 1;
  /** Of |x0Hat - x0Hat_ref|^2; the noise predictions differ by alpha / sigma of it. */
  const strength = (i: number): number => {
    const step = stepAt(i);
    return spec.kl === "exact" ? perDim * klPerSquare(step) : (step.alphaT / step.sigmaT) ** 2 / dim;
  };
  return {
    dim,
    count: chosen.length,
    x,
    next: pickRows(replay.next, chosen, dim),
    t,
    cx: each((i) => stepAt(i).cx),
    c0: each((i) => stepAt(i).c0),
    cz: each((i) => stepAt(i).cz),
    logProb: each((i) => replay.logProb[i] as number),
    advantage: Float64Array.from(
      chosen,
      (i, row) => (replay.reward[i] as number) - (baseline[row] as number),
    ),
    anchor:
      klWeight > 0
        ? { x0Hat: pickRows(replay.reference, chosen, dim), strength: each((i) => klWeight * strength(i)) }
        : null,
    asked: contextAt(replay, chosen, (i) => jumpTarget(stepAt(i))),
  };
}

/** Prompt numbers of the chosen rows; undefined without prompts. */
function promptsAt({ prompt }: Replay, chosen: Uint32Array): Float64Array | undefined {
  return prompt.length > 0 ? Float64Array.from(chosen, (i) => prompt[i] as number) : undefined;
}

function contextAt(replay: Replay, chosen: Uint32Array, jump: (i: number) => number): RowContext | undefined {
  const prompt = promptsAt(replay, chosen);
  return prompt && { prompt: Int32Array.from(prompt), jump: Float64Array.from(chosen, jump) };
}

/** Rows of width d, in the order chosen. */
function pickRows(source: Float64Array, chosen: Uint32Array, width: number): Float64Array {
  const out = new Float64Array(chosen.length * width);
  chosen.forEach((i, row) => out.set(source.subarray(i * width, (i + 1) * width), row * width));
  return out;
}
