/** What an algorithm is to the aligner: one iteration after another on a bench that counts, evaluates and updates. */
import type { Process } from "../diffusion/process.ts";
import type { TrainingSection } from "../spec/training/types.ts";
import type { Judge } from "./judge.ts";
import type { PolicyNetwork, RowContext } from "./policy-network.ts";
import type { SampleRewards } from "./sample-rewards.ts";

/** What stays the same over a run. */
export interface AlignmentSetup {
  readonly judge: Judge;
  /** Number of prompts of the network; null for one without. */
  readonly prompts: number | null;
  readonly process: Process;
  readonly network: PolicyNetwork;
  /** The pretrained model, never changed. */
  readonly reference: PolicyNetwork;
  readonly training: TrainingSection;
  /** Grid t[0..N]. */
  readonly times: Float64Array;
}

/** One iteration's tools. */
export interface Bench extends AlignmentSetup {
  /** From 0. */
  readonly iteration: number;
  readonly signal: AbortSignal | undefined;
  /** Adds evaluations of networks, per sample, to the run's count. */
  count(networkCalls: number): void;
  /** Rewards of samples [P, d] with prompts [P], null without prompts. Rejects with NotFiniteError. */
  rewards(x: Float64Array, prompt: Int32Array | null): Promise<SampleRewards>;
  /** Adds the gradient of a loss of x0Hat at rows x [n, d], t [n]; counts n calls. */
  accumulate(
    x: Float64Array,
    t: Float64Array,
    pull: (x0Hat: Float64Array) => Float64Array,
    asked?: RowContext,
  ): Promise<void>;
  /** One step of the optimiser down the accumulated gradient; returns its norm before clipping. Throws NotFiniteError. */
  update(): Promise<number>;
}

/** How an iteration went, but for what the aligner knows itself. */
export interface IterationOutcome {
  readonly rewards: SampleRewards;
  /** Mean over the updates. */
  readonly loss: number;
  readonly gradientNorm: number;
  readonly clipFraction: number | null;
  readonly firstRatioError: number | null;
  readonly window: readonly [number, number] | null;
  readonly notes: readonly string[];
}

export interface Algorithm {
  iterate(bench: Bench): Promise<IterationOutcome>;
  /** What the next iteration needs of the past ones, by name; empty for most. */
  memory(): Readonly<Record<string, Float64Array>>;
}

/** Makes an algorithm for a run; `memory` is that of the checkpoint it goes on from, or empty. Throws RangeError. */
export type AlgorithmFactory<Spec> = (
  spec: Spec,
  setup: AlignmentSetup,
  memory: Readonly<Record<string, Float64Array>>,
) => Algorithm;

/** An algorithm as a reader meets it. */
export interface AlgorithmCard {
  readonly title: string;
  /** One or two sentences: what it does. */
  readonly summary: string;
  /** Key of the bibliography; null where there is no one publication. */
  readonly paper: string | null;
  /** Settings of the publication, one per line. */
  readonly defaults: readonly string[];
  /** What is different here and why, one per line. */
  readonly deviations: readonly string[];
}
