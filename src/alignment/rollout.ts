/** Trajectories under a policy, with what its updates need of them. Memory grows with the kept transitions only. */
import type { StepCoefficients } from "../diffusion/program.ts";
import type { PolicyNetwork, RowContext } from "./policy-network.ts";
import { type PromptOrder, promptsOf } from "./prompts.ts";
import { type SampledStep, samplePolicy, timesOf } from "./sample.ts";
import { multistepSolve, type SolverState } from "./solver.ts";
import { hasDensity, transitionKl, transitionLogProb } from "./transition.ts";

export interface RolloutPlan {
  readonly steps: readonly StepCoefficients[];
  readonly priorStd: number;
  readonly particles: number;
  /** Consecutive particles that start from one noise; 1 where all differ. */
  readonly shared: number;
  readonly seed: number;
  /** Steps whose transitions are kept. */
  readonly keep: (k: number) => boolean;
  /** x0Hat of every step is kept too. */
  readonly predictions: boolean;
  /** Evaluated on the kept transitions, for the KL; null without one. */
  readonly reference: PolicyNetwork | null;
  /** Steps that DPM-Solver++ takes after `steps`, from the last time of `steps` on; null for none. */
  readonly tail: readonly StepCoefficients[] | null;
  /** For networks with prompts. */
  readonly prompts?: PromptOrder | null;
}

/** All particles' transitions at one step. */
export interface KeptStep {
  readonly k: number;
  readonly step: StepCoefficients;
  /** [P, d] before and after the step. */
  readonly x: Float64Array;
  readonly next: Float64Array;
  /** [P] under the policy that drew them, summed over dims, nats; 0 for a step without a density. */
  readonly logProb: Float64Array;
  /** [P, d] x0Hat of the reference and [P] KL to it, nats (0 without a density); null without a reference. */
  readonly reference: Float64Array | null;
  readonly kl: Float64Array | null;
  /** What the rows asked, for networks with prompts. */
  readonly asked?: RowContext | undefined;
}

export interface Rollout {
  readonly dim: number;
  readonly particles: number;
  /** [P, d] */
  readonly samples: Float64Array;
  readonly kept: readonly KeptStep[];
  /** [P] number of each trajectory's prompt; null without prompts. */
  readonly prompts: Int32Array | null;
  /** x0Hat [P, d] of each step, or empty. */
  readonly predictions: readonly Float64Array[];
  /** Evaluations of networks, per sample. */
  readonly networkCalls: number;
}

/** Runs the trajectories. Noise is that of the engines' contract, except that a group may share its start. */
export async function rollOut(
  network: PolicyNetwork,
  plan: RolloutPlan,
  signal?: AbortSignal,
): Promise<Rollout> {
  const { particles: n, steps, tail, seed, shared, prompts: order = null } = plan;
  const { dim } = network.shape;
  const kept: KeptStep[] = [];
  const predictions: Float64Array[] = [];
  let networkCalls = n * (steps.length + (tail?.length ?? 0));
  const watched = {
    last: null as SolverState | null,
    onStep: async ({ k, step, x, x0Hat, next, asked }: SampledStep): Promise<void> => {
      watched.last = { step, x0Hat };
      if (plan.predictions) predictions.push(x0Hat);
      if (!plan.keep(k)) return;
      const reference = plan.reference ? await plan.reference.predict(x, timesOf(step.t, n), asked) : null;
      if (reference) networkCalls += n;
      kept.push({ ...keptStep(k, step, { dim, x, next, x0Hat, reference }), asked });
    },
  };
  const options = signal ? { signal, onStep: watched.onStep } : { onStep: watched.onStep };
  const prompts = order && promptsOf(order, 0, n);
  const end = await samplePolicy(network, steps, plan.priorStd, n, { seed, shared, prompts: order }, options);
  const samples = tail ? await multistepSolve(network, tail, end, watched.last, signal, prompts) : end;
  return { dim, particles: n, samples, kept, prompts, predictions, networkCalls };
}

function keptStep(
  k: number,
  step: StepCoefficients,
  rows: {
    readonly dim: number;
    readonly x: Float64Array;
    readonly next: Float64Array;
    readonly x0Hat: Float64Array;
    readonly reference: Float64Array | null;
  },
): KeptStep {
  const { dim, x, next, x0Hat, reference } = rows;
  const dense = hasDensity(step);
  const each = (value: (i: number) => number): Float64Array =>
    Float64Array.from({ length: x.length / dim }, (_, i) => (dense ? value(i) : 0));
  return {
    k,
    step,
    x,
    next,
    logProb: each((i) => transitionLogProb(step, dim, i, x, next, x0Hat)),
    reference,
    kl: reference && each((i) => transitionKl(step, dim, i, x0Hat, reference)),
  };
}
