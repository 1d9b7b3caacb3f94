/** Trajectories under a policy, with what its updates need of them. Memory grows with the kept transitions only. */
import type { StepCoefficients } from "../diffusion/program.ts";
import { PRIOR_STREAM, STEP_STREAM, fillNormals } from "../math/philox.ts";
import type { PolicyNetwork } from "./policy-network.ts";
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
}

export interface Rollout {
  readonly dim: number;
  readonly particles: number;
  /** [P, d] */
  readonly samples: Float64Array;
  readonly kept: readonly KeptStep[];
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
  const { particles: n, steps } = plan;
  const { dim } = network.shape;
  const kept: KeptStep[] = [];
  const predictions: Float64Array[] = [];
  let networkCalls = 0;
  let x = startingNoise(plan, dim);
  let last: SolverState | null = null;
  for (const [k, step] of steps.entries()) {
    signal?.throwIfAborted();
    const t = new Float64Array(n).fill(step.t);
    const x0Hat = await network.predict(x, t);
    networkCalls += n;
    const next = drawStep(plan, k, dim, x, x0Hat);
    if (plan.keep(k)) {
      const reference = plan.reference ? await plan.reference.predict(x, t) : null;
      if (reference) networkCalls += n;
      kept.push(keptStep(k, step, { dim, x, next, x0Hat, reference }));
    }
    if (plan.predictions) predictions.push(x0Hat);
    last = { step, x0Hat };
    x = next;
  }
  if (plan.tail) {
    x = await multistepSolve(network, plan.tail, x, last, signal);
    networkCalls += n * plan.tail.length;
  }
  return { dim, particles: n, samples: x, kept, predictions, networkCalls };
}

/** x[0] = priorStd z, [P, d]. */
function startingNoise({ particles, shared, seed, priorStd }: RolloutPlan, dim: number): Float64Array {
  const x = new Float64Array(particles * dim);
  for (let i = 0; i < particles; i++)
    fillNormals(x, i * dim, { seed, stream: PRIOR_STREAM }, Math.floor(i / shared), 0, dim);
  return x.map((z) => priorStd * z);
}

function drawStep(
  { steps, seed, particles }: RolloutPlan,
  k: number,
  dim: number,
  x: Float64Array,
  x0Hat: Float64Array,
): Float64Array {
  const { cx, c0, cz } = steps[k] as StepCoefficients;
  const next = new Float64Array(x.length);
  if (cz > 0)
    for (let i = 0; i < particles; i++)
      fillNormals(next, i * dim, { seed, stream: STEP_STREAM }, i, k * dim, dim);
  for (let j = 0; j < x.length; j++)
    next[j] = cx * (x[j] as number) + c0 * (x0Hat[j] as number) + cz * (next[j] as number);
  return next;
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
