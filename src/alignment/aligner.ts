/**
 * Training of a policy, one iteration after another. It owns the optimiser, the counts and the checkpoints; an algorithm says
 * what an iteration does. All random numbers are functions of (seed, iteration): a run that goes on from a checkpoint is the
 * run that was never stopped, bit for bit.
 */
import { createGrid } from "../diffusion/grid.ts";
import type { Process } from "../diffusion/process.ts";
import {
  type IterationReport,
  type TrainingCheckpoint,
  TrainingDivergedError,
  type TrainingProblem,
} from "../engine/training-engine.ts";
import type { AlgorithmSpec, TrainingSection } from "../spec/training/types.ts";
import { adamW, type AdamWState, initialAdamW, packAdamW, unpackAdamW } from "./adamw.ts";
import type { Algorithm, AlignmentSetup, Bench, IterationOutcome } from "./algorithm.ts";
import { createAlgorithm } from "./algorithms/index.ts";
import { type Judge, pointJudge } from "./judge.ts";
import { NotFiniteError } from "./not-finite.ts";
import type { PolicyNetwork } from "./policy-network.ts";
import { rewardSamples, sumsOf } from "./sample-rewards.ts";

export interface AlignerOptions {
  readonly problem: TrainingProblem;
  readonly process: Process;
  /** The policy; its parameters are the start of training. A checkpoint's are written to it. */
  readonly network: PolicyNetwork;
  /** The pretrained model, a network of its own that nobody changes. */
  readonly reference: PolicyNetwork;
  readonly algorithm: AlgorithmSpec;
  readonly training: TrainingSection;
  /** To go on from; null starts at iteration 0. */
  readonly from: TrainingCheckpoint | null;
  /** Of a glyph problem: what judges the images, and how many prompts the network knows. */
  readonly images?: { readonly judge: Judge; readonly prompts: number };
}

export interface Aligner {
  /**
   * One rollout and the updates on it. Rejects with TrainingDivergedError where a number is not finite, with the network
   * back at the last good state; with AbortError, with the network back at the start of the iteration.
   */
  iterate(signal?: AbortSignal): Promise<IterationReport>;
  /** The state after the iterations so far. */
  checkpoint(): Promise<TrainingCheckpoint>;
}

/** The aligner, ready for its first iteration. Throws RangeError where the settings leave nothing to train. */
export async function createAligner(options: AlignerOptions): Promise<Aligner> {
  const { problem, process, network, reference, algorithm, training, from } = options;
  const times = createGrid(training.grid, process, training.steps);
  const judging = options.images ?? { judge: judgeOf(problem, network.shape.dim), prompts: null };
  const setup = { ...judging, process, network, reference, training, times };
  const start = from ?? {
    iteration: 0,
    update: 0,
    networkCalls: 0,
    parameters: await network.read(),
    memory: {},
  };
  const run = new Run(setup, algorithm, start);
  return { iterate: (signal) => run.iterate(signal), checkpoint: () => Promise.resolve(run.checkpoint()) };
}

function judgeOf(problem: TrainingProblem, dim: number): Judge {
  if (problem.kind === "glyphs") throw new Error("aligner: internal: images must come with their judge");
  return pointJudge(problem.rewards, dim);
}

class Run {
  private readonly setup: AlignmentSetup;
  private readonly spec: AlgorithmSpec;
  /** Last state whose samples and rewards were finite. */
  private good: TrainingCheckpoint;
  private algorithm: Algorithm;
  private iteration = 0;
  private updates = 0;
  private networkCalls = 0;
  private parameters: Float64Array = new Float64Array(0);
  private optimiser: AdamWState = initialAdamW(0);

  constructor(setup: AlignmentSetup, spec: AlgorithmSpec, start: TrainingCheckpoint) {
    this.setup = setup;
    this.spec = spec;
    this.good = start;
    this.algorithm = this.restore(start);
  }

  checkpoint(): TrainingCheckpoint {
    const { iteration, updates: update, networkCalls } = this;
    return {
      iteration,
      update,
      networkCalls,
      parameters: this.parameters.slice(),
      memory: { ...packAdamW("adamw", this.optimiser), ...this.algorithm.memory() },
    };
  }

  async iterate(signal?: AbortSignal): Promise<IterationReport> {
    signal?.throwIfAborted();
    const start = this.checkpoint();
    try {
      const outcome = await this.algorithm.iterate(this.bench(start, signal));
      if (!Number.isFinite(outcome.loss))
        throw new NotFiniteError("the loss is not a number", "choose a smaller learning rate or clip");
      this.iteration++;
      return this.report(outcome);
    } catch (error) {
      await this.setup.network.takeGradient();
      const diverged = error instanceof NotFiniteError;
      this.algorithm = this.restore(diverged ? this.good : start);
      if (!diverged) throw error;
      const message = `training, iteration ${start.iteration + 1}: ${error.message}`;
      throw new TrainingDivergedError(message, start.iteration, this.good);
    }
  }

  private bench(start: TrainingCheckpoint, signal: AbortSignal | undefined): Bench {
    const { network, judge } = this.setup;
    return {
      ...this.setup,
      iteration: start.iteration,
      signal,
      count: (calls) => {
        this.networkCalls += calls;
      },
      rewards: async (x, prompt) => {
        const rewards = await rewardSamples(judge, x, prompt);
        this.good = start;
        return rewards;
      },
      accumulate: (x, t, pull, asked) => {
        signal?.throwIfAborted();
        this.networkCalls += t.length;
        return network.accumulate(x, t, pull, asked);
      },
      update: () => this.update(),
    };
  }

  private async update(): Promise<number> {
    const { network, training } = this.setup;
    const gradient = await network.takeGradient();
    const next = adamW(this.parameters, gradient, this.optimiser, training);
    if (!Number.isFinite(next.gradientNorm))
      throw new NotFiniteError(
        `update ${this.updates + 1}: the gradient is not a number`,
        "the loss or a ratio overflowed: choose a smaller learning rate, clip or klWeight, or more noise",
      );
    this.parameters = next.parameters;
    this.optimiser = next.state;
    this.updates++;
    network.write(next.parameters);
    return next.gradientNorm;
  }

  private restore(from: TrainingCheckpoint): Algorithm {
    const { network } = this.setup;
    network.write(from.parameters);
    this.parameters = from.parameters.slice();
    this.optimiser = unpackAdamW("adamw", from.memory, from.parameters.length);
    this.iteration = from.iteration;
    this.updates = from.update;
    this.networkCalls = from.networkCalls;
    return createAlgorithm(this.spec, this.setup, from.memory);
  }

  private report({ rewards, ...outcome }: IterationOutcome): IterationReport {
    return {
      ...outcome,
      iteration: this.iteration,
      updates: this.updates,
      networkCalls: this.networkCalls,
      reward: sumsOf(rewards.total),
      each: rewards.each.map(sumsOf),
    };
  }
}
