/** Small problems and jobs for the training engine. */
import { gaussianLaw } from "../../src/diffusion/mixture.ts";
import type {
  AlignJob,
  MeasurePolicyJob,
  PointProblem,
  PolicyArmResult,
} from "../../src/engine/training-engine.ts";
import type { VectorSums } from "../../src/measure/estimate.ts";
import { ALGORITHM_DEFAULTS } from "../../src/spec/training/algorithm-defaults.ts";
import { TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import type { AlgorithmSpec } from "../../src/spec/training/types.ts";

/** N(1, 0.5) on a line, VP, a quadratic reward, a small network. */
export const PROBLEM: PointProblem = {
  law: gaussianLaw([1], Float64Array.of(0.5)),
  process: { kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 }, T: 1 },
  network: { width: 8, depth: 1, prediction: "v", pretrainSteps: 30, seed: 1 },
  rewards: [
    {
      program: { kind: "quadratic", dim: 1, center: Float64Array.of(2), matrix: Float64Array.of(1) },
      weight: 0.5,
    },
    { program: { kind: "linear", dim: 1, weights: Float64Array.of(1), offset: 0 }, weight: 2 },
  ],
};

export function alignJob(
  reference: Float64Array,
  changes: Partial<AlignJob["training"]> = {},
  algorithm: AlgorithmSpec = ALGORITHM_DEFAULTS["ddpo-is"],
): AlignJob {
  return {
    problem: PROBLEM,
    algorithm,
    training: {
      ...TRAINING_DEFAULTS.training,
      steps: 5,
      batch: 16,
      iterations: 6,
      learningRate: 1e-3,
      ...changes,
    },
    reference,
    from: null,
    every: 2,
  };
}

export function measureJob(
  parameters: Float64Array,
  reference: Float64Array | null,
  changes: Partial<MeasurePolicyJob> = {},
): MeasurePolicyJob {
  const grid = { kind: "uniform" } as const;
  return {
    problem: PROBLEM,
    parameters,
    reference,
    arms: [
      { noise: { kind: "ode" }, steps: 10, grid, baseline: null },
      { noise: { kind: "gddim", eta: 1 }, steps: 10, grid, baseline: 0 },
    ],
    particles: 3000,
    seed: 4,
    heldOut: null,
    ...changes,
  };
}

/** The moments of an arm of points. */
export function momentsOf({ x }: PolicyArmResult): VectorSums {
  if (x === null) throw new Error("moments expected of points");
  return x;
}
