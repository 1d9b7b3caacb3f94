/** Small trainings of an affine policy that start at the exact denoiser of a Gaussian. */
import { createAligner, type Aligner } from "../../src/alignment/aligner.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { gaussianLaw } from "../../src/diffusion/gaussian-mixture.ts";
import { createProcess, type ProcessParameters } from "../../src/diffusion/processes/index.ts";
import type { TrainingCheckpoint, PointProblem } from "../../src/engine/training-engine.ts";
import type { PolicyNetwork } from "../../src/alignment/policy-network.ts";
import type { RewardProgram } from "../../src/rewards/program.ts";
import type { AlgorithmSpec, TrainingSection } from "../../src/spec/training/types.ts";
import { affineNetwork, gaussianDenoiser } from "./affine-network.ts";

export const VP: ProcessParameters = { kind: "vp", beta: { kind: "linear", min: 0.1, max: 12 }, T: 1 };
export const FLOW: ProcessParameters = { kind: "flow", T: 1 };

export const SECTION: TrainingSection = {
  noise: { kind: "gddim", eta: 1 },
  steps: 6,
  grid: { kind: "uniform" },
  iterations: 4,
  batch: 24,
  learningRate: 1e-2,
  weightDecay: 0,
  gradientClip: 1,
  klWeight: 0,
  lastStep: "drop",
  seed: 5,
};

export const SURROGATE = {
  clip: 0.2,
  advantageClip: 5,
  logProb: "sum",
  std: "population",
  minibatches: 3,
  innerEpochs: 1,
  timestepFraction: 1,
} as const;

/** r = -(x - center)^2. */
export function towards(...center: number[]): RewardProgram {
  const d = center.length;
  const matrix = Float64Array.from({ length: d * d }, (_, ij) => (Math.floor(ij / d) === ij % d ? 1 : 0));
  return { kind: "quadratic", dim: d, center: Float64Array.from(center), matrix };
}

export interface Case {
  readonly aligner: Aligner;
  readonly network: PolicyNetwork;
  readonly reference: PolicyNetwork;
}

export interface CaseOptions {
  readonly process?: ProcessParameters;
  readonly training?: Partial<TrainingSection>;
  readonly rewards?: PointProblem["rewards"];
  readonly from?: TrainingCheckpoint | null;
  /** Of the data, N(mean, variance I). */
  readonly mean?: readonly number[];
  readonly variance?: number;
  /** Parameters to start from in place of the exact denoiser's, which the reference keeps. */
  readonly start?: (reference: Float64Array) => Float64Array;
}

/** An aligner of the algorithm on the case. */
export async function alignCase(algorithm: AlgorithmSpec, options: CaseOptions = {}): Promise<Case> {
  const { mean = [0.3, -0.2], variance = 0.5, from = null } = options;
  const parameters = options.process ?? VP;
  const process = createProcess(parameters);
  const training = { ...SECTION, ...options.training };
  const times = createGrid(training.grid, process, training.steps);
  const start = gaussianDenoiser(process, times, mean, variance);
  const dim = mean.length;
  const covariance = Float64Array.from({ length: dim * dim }, (_, ij) =>
    Math.floor(ij / dim) === ij % dim ? variance : 0,
  );
  const problem: PointProblem = {
    law: gaussianLaw(mean, covariance),
    process: parameters,
    network: { width: 8, depth: 1, prediction: "x0", pretrainSteps: 0, seed: 1 },
    rewards: options.rewards ?? [{ program: towards(...mean.map(() => 1)), weight: 1 }],
  };
  const network = affineNetwork(times, dim, options.start?.(start) ?? start);
  const reference = affineNetwork(times, dim, start);
  const aligner = await createAligner({ problem, process, network, reference, algorithm, training, from });
  return { aligner, network, reference };
}
