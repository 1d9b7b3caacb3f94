/**
 * The border between experiments and the training of models, of points or of images: plain data in, plain data out. It runs in a worker in the
 * page and in the process on the command line.
 */
import type { GaussianMixture } from "../diffusion/gaussian-mixture.ts";
import type { ScalarSums, VectorSums } from "../measure/estimate.ts";
import type { RewardProgram } from "../rewards/program.ts";
import type { AdapterSpec, AlgorithmSpec, NetworkSpec, TrainingSection } from "../spec/training/types.ts";
import type { ProcessSpec } from "../spec/types.ts";
import type { ImageRewardRequest } from "./image-engine.ts";

/** What is trained, and on which rewards. */
export type TrainingProblem = PointProblem | GlyphProblem;

/** All that training needs to know of a law, a process, a network and rewards. */
export interface PointProblem {
  readonly kind?: "points";
  readonly law: GaussianMixture;
  readonly process: ProcessSpec;
  readonly network: NetworkSpec;
  readonly rewards: readonly { readonly program: RewardProgram; readonly weight: number }[];
}

/** Low-rank parts of the glyph model; parameters are those parts, and untrained ones leave the model as it is. */
export interface GlyphProblem {
  readonly kind: "glyphs";
  readonly weights: "student" | "teacher";
  /** Token numbers of the six slots of each prompt. */
  readonly prompts: readonly (readonly number[])[];
  readonly process: ProcessSpec;
  readonly adapter: AdapterSpec;
  readonly rewards: readonly { readonly program: ImageRewardRequest; readonly weight: number }[];
}

/** A reward of points, or of images in a glyph problem. */
export type MeasuredReward = RewardProgram | ImageRewardRequest;

export interface TrainingEngineInfo {
  /** "WebAssembly, 1 thread", "SwiftShader (software)". */
  readonly adapter: string;
  readonly kind: "cpu" | "wasm" | "webgpu";
  readonly precision: "f64" | "f32";
  /** Why this one, a sentence; nothing where there was no choice. */
  readonly reason?: string;
}

export interface TrainingControl {
  readonly signal?: AbortSignal;
}

/** Weights of a network with where they come from. */
export interface NetworkWeights {
  /** Flat, in the order of the parts of the network. */
  readonly parameters: Float64Array;
  /** Steps of pretraining. */
  readonly steps: number;
}

export interface PretrainProgress {
  readonly step: number;
  readonly steps: number;
  /** Denoising loss, mean over the last report, weighed as trained. */
  readonly loss: number;
}

/** Where pretraining stands; going on from it gives the weights of a pretraining that was never stopped, bit for bit. */
export interface PretrainCheckpoint {
  /** Steps done. */
  readonly step: number;
  /** As trained; the weights that pretraining ends with are their running mean. */
  readonly parameters: Float64Array;
  readonly average: Float64Array;
  /** The optimiser's memory, by name. */
  readonly memory: Readonly<Record<string, Float64Array>>;
}

export interface PretrainControl extends TrainingControl {
  /** Goes on from here; null starts at step 0. */
  readonly from?: PretrainCheckpoint | null;
  readonly onProgress?: (progress: PretrainProgress) => void;
  /** Told before the progress of the same step. */
  readonly onCheckpoint?: (checkpoint: PretrainCheckpoint) => void;
}

/** Error of a learned score against the exact one at some times, E |s_theta - s|^2 under p_t, relative to E |s|^2. */
export interface ScoreError {
  readonly t: number;
  readonly logSnr: number;
  readonly error: ScalarSums;
  readonly relative: number;
}

/** Everything that going on with a run needs; plain data, safe to store. */
export interface TrainingCheckpoint {
  readonly iteration: number;
  readonly update: number;
  readonly networkCalls: number;
  readonly parameters: Float64Array;
  /** The optimiser's and the algorithm's own memory, by name. */
  readonly memory: Readonly<Record<string, Float64Array>>;
}

/** One iteration of training, as it went. */
export interface IterationReport {
  readonly iteration: number;
  readonly updates: number;
  /** Network evaluations so far, counted per sample and step, forward or with gradient. */
  readonly networkCalls: number;
  /** Reward of the rollout, weighted sum, and each one of its own. */
  readonly reward: ScalarSums;
  readonly each: readonly ScalarSums[];
  readonly loss: number;
  readonly gradientNorm: number;
  /** Share of ratios outside 1 +- clip, 0..1; null for algorithms without a ratio. */
  readonly clipFraction: number | null;
  /** Largest |ratio - 1| before the first update of the iteration: the self-test; null without a ratio. */
  readonly firstRatioError: number | null;
  /** Stochastic steps [start, end), or null if all are. */
  readonly window: readonly [number, number] | null;
  /** What a user should know: "all rewards are equal, so every advantage is 0". */
  readonly notes: readonly string[];
}

export interface AlignJob {
  readonly problem: TrainingProblem;
  readonly algorithm: AlgorithmSpec;
  readonly training: TrainingSection;
  /** The pretrained weights: the reference of the KL and, without a checkpoint, the start. */
  readonly reference: Float64Array;
  readonly from: TrainingCheckpoint | null;
  /** Iterations between checkpoints; there is one at iteration 0 and one at the end too. */
  readonly every: number;
}

export interface AlignControl extends TrainingControl {
  readonly onIteration?: (report: IterationReport) => void;
  readonly onCheckpoint?: (checkpoint: TrainingCheckpoint) => void;
}

export interface LoadControl extends TrainingControl {
  /** Bytes so far and in all; `cached` if they come from this device. */
  readonly onBytes?: (bytes: number, total: number, cached: boolean) => void;
}

/** Samplers to measure a network under, all on the same noise. */
export interface MeasurePolicyJob {
  readonly problem: TrainingProblem;
  readonly parameters: Float64Array;
  /** Of the pretrained model, for the KL; null leaves it out. */
  readonly reference: Float64Array | null;
  readonly arms: readonly PolicyArm[];
  readonly particles: number;
  readonly seed: number;
  /** Measured beside the trained ones. */
  readonly heldOut: MeasuredReward | null;
}

export interface PolicyArm {
  readonly noise: TrainingSection["noise"] | { readonly kind: "ode" };
  readonly steps: number;
  readonly grid: TrainingSection["grid"];
  /** Index of an arm whose rewards are subtracted sample by sample, or null. */
  readonly baseline: number | null;
}

export interface PolicyArmResult {
  readonly reward: ScalarSums;
  readonly each: readonly ScalarSums[];
  readonly heldOut: ScalarSums | null;
  readonly difference: ScalarSums | null;
  /** Weighted reward of the first 2,048 samples at most, for differences between measurements on one noise. */
  readonly values: Float64Array;
  /** null for images, whose covariance nobody asks for. */
  readonly x: VectorSums | null;
  /** KL of this arm's trajectories from the reference's, exact per step and summed over steps, nats; null for ODE arms. */
  readonly kl: ScalarSums | null;
  /** Mean distance of sample pairs; of one prompt where there are prompts. */
  readonly diversity: ScalarSums;
  /** Samples [n, d] for the views: the first 2,048 points at most, or the first 64 images. */
  readonly samples: Float32Array;
  /** [n] number of each of those images' prompt; null for points. */
  readonly prompts: Int32Array | null;
}

export interface TrainingEngine {
  /** As far as it is known by now. */
  readonly info: TrainingEngineInfo;
  /** Calls `listener` with each later `info`: what the glyph model runs on shows when it is loaded. Missing where nothing is open. */
  readonly watchInfo?: (listener: (info: TrainingEngineInfo) => void) => void;
  /**
   * Brings the model of a glyph problem and resolves with untrained low-rank parts: the start of training and the reference of
   * measurements. At once where the model is there. Rejects with an error that names the file and what is wrong.
   */
  load(problem: GlyphProblem, control?: LoadControl): Promise<NetworkWeights>;
  /** Of points only: the glyph model is pretrained. */
  pretrain(problem: TrainingProblem, control?: PretrainControl): Promise<NetworkWeights>;
  scoreError(
    problem: TrainingProblem,
    parameters: Float64Array,
    control?: TrainingControl,
  ): Promise<readonly ScoreError[]>;
  /** Trains; resolves with the last checkpoint. Rejects with AbortError when cancelled, TrainingDivergedError on NaN. */
  align(job: AlignJob, control?: AlignControl): Promise<TrainingCheckpoint>;
  measure(job: MeasurePolicyJob, control?: TrainingControl): Promise<readonly PolicyArmResult[]>;
  dispose(): void;
}

/** A loss, reward or gradient was not a number. `checkpoint` is the last good state. */
export class TrainingDivergedError extends Error {
  override readonly name = "TrainingDivergedError";
  readonly iteration: number;
  readonly checkpoint: TrainingCheckpoint;

  constructor(message: string, iteration: number, checkpoint: TrainingCheckpoint) {
    super(message);
    this.iteration = iteration;
    this.checkpoint = checkpoint;
  }
}
