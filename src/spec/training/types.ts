/**
 * The training specification: what one run of alignment (RLHF) of a learned model is, as plain JSON: of a small network on a
 * law of points in one or two dimensions, or of low-rank parts in the glyph model of images. It alone decides every number of
 * a training run; the link and the command line carry the same.
 *
 * Conventions: t runs from T (noise) to 0 (data); N is the number of steps; one "update" is one step of the optimiser; one
 * "iteration" is one rollout and the updates on it.
 */
import type { GlyphWeights, ImageRewardSpec } from "../images/types.ts";
import type { GridSpec, ModelSpec, ProcessSpec, RewardSpec } from "../types.ts";

/** Version of the format. */
export const TRAINING_SPEC_VERSION = 1;

/** Told apart by the model: the glyph model is trained on images, every other on points. */
export type TrainingSpec = PointTrainingSpec | ImageTrainingSpec;

/** What both kinds have in common. */
interface AnyTraining {
  readonly version: 1;
  readonly kind: "training";
  readonly algorithm: AlgorithmSpec;
  readonly training: TrainingSection;
  readonly evaluation: TrainingEvaluation;
}

export interface PointTrainingSpec extends AnyTraining {
  /** Data law the model is pretrained on, in 1 or 2 dimensions. */
  readonly model: ModelSpec;
  readonly process: ProcessSpec;
  readonly network: NetworkSpec;
  /** What training raises: the weighted sum of these. */
  readonly rewards: readonly WeightedReward[];
  /** Never trained on; shows when the trained reward is being gamed. Null for none. */
  readonly heldOut: RewardSpec | null;
}

export interface WeightedReward {
  readonly reward: RewardSpec;
  /** > 0. */
  readonly weight: number;
}

/** Training of the glyph model; its process is the rectified flow, t from 1 to 0. */
export interface ImageTrainingSpec extends AnyTraining {
  readonly model: GlyphPolicySpec;
  readonly adapter: AdapterSpec;
  /** What training raises: the weighted sum of these. */
  readonly rewards: readonly WeightedImageReward[];
  /** Never trained on; judged by the evaluation classifiers where it needs any. Null for none. */
  readonly heldOut: ImageRewardSpec | null;
}

export interface WeightedImageReward {
  readonly reward: ImageRewardSpec;
  /** > 0. */
  readonly weight: number;
}

/** The pretrained network and what is asked of it. */
export interface GlyphPolicySpec {
  readonly kind: "glyphs";
  readonly weights: GlyphWeights;
  /** 1..16 prompts in free text, shared out evenly over the trajectories of an iteration. */
  readonly prompts: readonly string[];
}

/** The low-rank parts that are trained; the network itself stays as it is [Hu21]. */
export interface AdapterSpec {
  /** Rank of each part, 1..16. */
  readonly rank: number;
  /** Layers that get one. */
  readonly layers: "attention" | "all";
  /** Seed of the starting values. */
  readonly seed: number;
}

/** True for training of the glyph model. */
export function isImageTraining(spec: TrainingSpec): spec is ImageTrainingSpec {
  return spec.model.kind === "glyphs";
}

export interface NetworkSpec {
  /** Units of each hidden layer, 8..256. */
  readonly width: number;
  /** Hidden layers, 1..4. */
  readonly depth: number;
  /** What the network puts out; x0Hat follows from it. */
  readonly prediction: "eps" | "x0" | "v";
  /** Steps of denoising score matching before alignment; batch 512. */
  readonly pretrainSteps: number;
  /** Seed of the starting weights and of pretraining. */
  readonly seed: number;
}

/** The law of the noise of a training step. Levels of other conventions are converted at this border. */
export type NoiseSpec =
  /** gDDIM at eta > 0. */
  | { readonly kind: "gddim"; readonly eta: number }
  /** Euler-Maruyama on the flow SDE with level a = sqrt(2) eta [Liu25, eq. 9]; the flow process only. */
  | { readonly kind: "flow-grpo"; readonly level: number }
  /** Euler-Maruyama with std epsilon sqrt(|dt|) [Xue25]; the flow process only. */
  | { readonly kind: "dance-grpo"; readonly level: number };

/** Proximal surrogate that several algorithms share (algorithms of policy gradients with a clipped ratio). */
export interface SurrogateSpec {
  /** The ratio is clipped to 1 +- clip. In units of the summed log-probability if logProb is "sum". */
  readonly clip: number;
  /** Advantages are clamped to +- this. */
  readonly advantageClip: number;
  /** Log-probability of a step: over its dims, the sum (a density) or the mean (as the image codes do). */
  readonly logProb: "sum" | "mean";
  /** Standard deviation of advantages: population (n) or sample (n - 1). */
  readonly std: "population" | "sample";
  /** Updates per iteration: the rollout is split into so many minibatches per inner epoch. */
  readonly minibatches: number;
  /** Passes over one rollout. */
  readonly innerEpochs: number;
  /** Share of the steps of each trajectory that is trained on, chosen at random, 0 < f <= 1. */
  readonly timestepFraction: number;
}

/** Steps that are stochastic (and trained on) in a trajectory that is otherwise deterministic. */
export interface WindowSpec {
  readonly strategy: "progressive" | "random" | "decay" | "exp-decay" | "frozen";
  /** Steps in the window, 1..N. */
  readonly size: number;
  /** First step of the window at the start (and always, if frozen). */
  readonly start: number;
  /** Iterations between shifts. */
  readonly interval: number;
  /** Steps it moves by. */
  readonly stride: number;
  /** At the end of the trajectory: go back to the start, or stay. */
  readonly end: "wrap" | "clip";
}

export type AlgorithmSpec =
  /** Score function, one update per iteration, no clipping [Black23]. */
  | ({ readonly kind: "ddpo-sf" } & Pick<
      SurrogateSpec,
      "advantageClip" | "logProb" | "std" | "timestepFraction"
    >)
  /** Importance sampling with a clipped ratio [Black23]. */
  | ({ readonly kind: "ddpo-is" } & SurrogateSpec)
  /** KL gradient, value baseline, replay of the newest transitions; clamped ratio without a minimum [Fan23]. */
  | {
      readonly kind: "dpok";
      readonly clip: number;
      readonly logProb: "sum" | "mean";
      /** Transitions kept for replay. */
      readonly buffer: number;
      readonly policySteps: number;
      readonly valueSteps: number;
      /** "eps-mse" is the published code's plain squared difference; "exact" the per-step KL. */
      readonly kl: "eps-mse" | "exact";
    }
  /** Groups from different starting noise, standard deviation over the whole batch [Liu25]. */
  | ({ readonly kind: "flow-grpo"; readonly group: number } & SurrogateSpec)
  /** Groups from one starting noise, standard deviation over the group [Xue25]. */
  | ({ readonly kind: "dance-grpo"; readonly group: number } & SurrogateSpec)
  /** Sliding SDE window in an ODE trajectory [Li25]. */
  | ({
      readonly kind: "mix-grpo";
      readonly group: number;
      readonly window: WindowSpec;
      /** Several rewards: normalise each, then add; or add, then normalise. */
      readonly aggregate: "advantages" | "rewards";
      /** Share of the steps after the window that DPM-Solver++ 2M takes in their stead; 1 keeps all (no Flash). */
      readonly flashRatio: number;
      /** One starting noise for a group. */
      readonly sharedNoise: boolean;
    } & SurrogateSpec)
  /** Paired trajectories, dense rewards of x0Hat at every step, stepwise updates [Zhang24]. */
  | {
      readonly kind: "sdpo";
      readonly clip: number;
      readonly logProb: "sum" | "mean";
      readonly advantageClip: number;
      /** gamma of returns, 0..1. */
      readonly discount: number;
      /** lambda^k weighs step k, 0 < lambda <= 1. */
      readonly temporalDecay: number;
      /** Updates per step slot. */
      readonly minibatches: number;
      /** Each part of the method can be left out, as in the paper's ablations. */
      readonly pairs: boolean;
      readonly denseRewards: boolean;
      readonly stepwiseAdvantages: boolean;
      readonly stepwiseUpdates: boolean;
      readonly shuffleSteps: boolean;
    }
  /** Reward-weighted regression: denoising loss on own samples weighed by exp(r / temperature) [Lee23]. */
  | { readonly kind: "rwr"; readonly temperature: number; readonly innerSteps: number }
  /** Gradient of a differentiable reward through the last `through` steps of the sampler [Clark24]. */
  | { readonly kind: "direct"; readonly through: number }
  /** No training: the best of n samples, at equal network calls. */
  | { readonly kind: "best-of-n"; readonly n: number };

export type AlgorithmKind = AlgorithmSpec["kind"];

export interface TrainingSection {
  readonly noise: NoiseSpec;
  /** N of the rollout. */
  readonly steps: number;
  readonly grid: GridSpec;
  readonly iterations: number;
  /** Trajectories per iteration. */
  readonly batch: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Norm to which a gradient is scaled down. */
  readonly gradientClip: number;
  /** >= 0: weight of the KL to the pretrained model in the objective. */
  readonly klWeight: number;
  /** The last step has no noise under gDDIM and no density; methods with noise there may train on it or not. */
  readonly lastStep: "drop" | "keep";
  readonly seed: number;
}

export interface TrainingEvaluation {
  /** Iterations between measurements and checkpoints. */
  readonly every: number;
  /** Samples per measurement, on common random numbers. */
  readonly particles: number;
  readonly seed: number;
  /** The studies' axes: etas trained with, etas and step counts deployed with, seeds. */
  readonly etasTrain: readonly number[];
  readonly etasDeploy: readonly number[];
  readonly stepsDeploy: readonly number[];
  readonly seeds: number;
}
