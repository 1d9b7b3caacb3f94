/**
 * Direct reward gradients [Clark24]: the gradient of a differentiable reward, backwards through the last K steps of the
 * sampler. With the noise held fixed and a_N = -grad r(x_N)/P, for k = N-1 .. N-K
 *
 *     dLoss/dx0Hat_k = c0 a_(k+1) + klWeight/P (c0/cz)^2 (x0Hat_k - x0Hat_ref,k)
 *     a_k = cx a_(k+1) + J_k' dLoss/dx0Hat_k - J_ref,k' klWeight/P (c0/cz)^2 (x0Hat_k - x0Hat_ref,k)
 *
 * with J the slope of a prediction in x. For K = N it is the exact gradient of E[r] - klWeight E[sum KL]. With klWeight > 0, steps
 * without noise are not trained, only passed: a change of theirs has no KL, so all of the reward would be sought there.
 *
 * Published (DRaFT-K): DDIM at eta = 1 with 50 steps, K = 1 best, rewards of images, LoRA.
 */
import type { AlgorithmSpec } from "../../spec/training/types.ts";
import type { AlgorithmCard, AlgorithmFactory, Bench, IterationOutcome } from "../algorithm.ts";
import { iterationSeed } from "../iteration-random.ts";
import { NotFiniteError } from "../not-finite.ts";
import { promptOrder } from "../prompts.ts";
import { type KeptStep, type Rollout, rollOut } from "../rollout.ts";
import { timesOf } from "../sample.ts";
import { trainingSteps } from "../trained-steps.ts";
import { hasDensity, klPerSquare } from "../transition.ts";

export const DIRECT_CARD: AlgorithmCard = {
  title: "Reward gradients",
  summary: "Backpropagates a differentiable reward through the last K steps of the sampler.",
  paper: "Clark24",
  defaults: [
    "DDIM at eta = 1, N = 50",
    "gradient through the last K steps; K = 1 was the most efficient",
    "one update per rollout",
  ],
  deviations: [
    "klWeight > 0 adds the exact KL of the steps that the gradient passes; steps without noise then only pass the gradient on, since their changes would cost nothing.",
    "A prediction at the same x is kept from the rollout, not recomputed with checkpoints, since the models are small.",
  ],
};

/** Throws RangeError for a KL without noise, which would be infinite, and where no trained step is passed. */
export const direct: AlgorithmFactory<Extract<AlgorithmSpec, { kind: "direct" }>> = ({ through }, setup) => {
  const { noise, klWeight } = setup.training;
  if (klWeight > 0 && (noise.kind === "gddim" ? noise.eta : noise.level) === 0)
    throw new RangeError(
      "training.klWeight: must be 0 without noise, got " +
        `${klWeight}; the KL between two deterministic samplers is infinite: choose noise above 0 or klWeight 0`,
    );
  const passed = trainingSteps(setup).slice(-through);
  if (klWeight > 0 && !passed.some(hasDensity))
    throw new RangeError(
      `algorithm.through: must reach a step with noise when klWeight is above 0, got ${through}; choose at least 2`,
    );
  return { iterate: (bench) => iterate(through, bench), memory: () => ({}) };
};

async function iterate(through: number, bench: Bench): Promise<IterationOutcome> {
  const { training } = bench;
  const steps = trainingSteps(bench);
  const first = Math.max(0, steps.length - through);
  const rollout = await rollOut(
    bench.network,
    {
      steps,
      priorStd: bench.process.priorStd,
      particles: training.batch,
      shared: 1,
      seed: iterationSeed(training.seed, bench.iteration, "rollout"),
      keep: (k) => k >= first,
      predictions: false,
      reference: training.klWeight > 0 ? bench.reference : null,
      tail: null,
      prompts: promptOrder(bench, 1, bench.iteration),
    },
    bench.signal,
  );
  bench.count(rollout.networkCalls);
  const rewards = await bench.rewards(rollout.samples, rollout.prompts);
  const kl = await pullThrough(bench, rollout);
  const gradientNorm = await bench.update();
  const reward = rewards.total.reduce((sum, value) => sum + value, 0) / rollout.particles;
  return {
    rewards,
    loss: training.klWeight * kl - reward,
    gradientNorm,
    clipFraction: null,
    firstRatioError: null,
    window: null,
    notes: [],
  };
}

/** Accumulates the gradient from the last step back; returns the mean KL of the steps passed, nats. */
async function pullThrough(bench: Bench, { kept, samples, particles, prompts }: Rollout): Promise<number> {
  const { network, reference, signal } = bench;
  let adjoint = (await rewardPull(bench, samples, prompts)).map((value) => -value / particles);
  let kl = 0;
  for (const step of [...kept].reverse()) {
    signal?.throwIfAborted();
    const t = timesOf(step.step.t, particles);
    const { cx, c0 } = step.step;
    const anchor = anchorStrength(bench, step) / particles;
    // Filled by the call of accumulate, which alone knows x0Hat.
    const pull = { all: adjoint.map((a) => c0 * a), toReference: adjoint };
    if (bench.training.klWeight === 0 || hasDensity(step.step))
      await bench.accumulate(
        step.x,
        t,
        (x0Hat) => {
          const away = x0Hat.map((v, j) => (anchor > 0 ? 2 * anchor * (v - (step.reference?.[j] ?? 0)) : 0));
          pull.toReference = away;
          pull.all = pull.all.map((a, j) => a + (away[j] as number));
          return pull.all;
        },
        step.asked,
      );
    kl += step.kl ? step.kl.reduce((sum, value) => sum + value, 0) / particles : 0;
    if (step === kept[0]) break;
    const through = await network.pullToInput(step.x, t, pull.all, step.asked);
    const back = anchor > 0 ? await reference.pullToInput(step.x, t, pull.toReference, step.asked) : null;
    bench.count(back ? 2 * particles : particles);
    adjoint = adjoint.map((a, j) => cx * a + (through[j] as number) - (back?.[j] ?? 0));
  }
  return kl;
}

/** grad r [P, d] of the weighted sum. */
async function rewardPull(
  { judge }: Bench,
  x: Float64Array,
  prompts: Int32Array | null,
): Promise<Float64Array> {
  const sum = await judge.gradient(x, prompts);
  if (!sum.every(Number.isFinite))
    throw new NotFiniteError(
      "the gradient of the reward is not a number at some samples",
      "the reward has no slope there: choose a smooth reward",
    );
  return sum;
}

/** klWeight/2 (c0/cz)^2; 0 on steps without a density, where both samplers make the same jump of x0Hat. */
function anchorStrength({ training }: Bench, { step }: KeptStep): number {
  return hasDensity(step) ? training.klWeight * klPerSquare(step) : 0;
}
