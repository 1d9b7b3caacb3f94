/** The iteration that trainings are measured by: DDPO-SF, all trajectories rolled out, one gradient pass over all steps, one update. */
import { createAligner } from "../../src/alignment/aligner.ts";
import { initialParameters } from "../../src/alignment/network-shape.ts";
import type { NetworkFactory, NetworkShape } from "../../src/alignment/policy-network.ts";
import type { Process } from "../../src/diffusion/process.ts";
import { gaussianLaw } from "../../src/diffusion/mixture.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import type { PointProblem } from "../../src/engine/training-engine.ts";
import { ALGORITHM_DEFAULTS } from "../../src/spec/training/algorithm-defaults.ts";
import { TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";

export const SHAPE: NetworkShape = { dim: 2, width: 128, depth: 3, prediction: "v" };

const PROBLEM: PointProblem = {
  law: gaussianLaw([0, 0], Float64Array.of(1, 0, 0, 1)),
  process: { kind: "flow", T: 0.99 },
  network: { ...TRAINING_DEFAULTS.network, width: SHAPE.width, depth: SHAPE.depth },
  rewards: [{ program: { kind: "linear", dim: 2, weights: Float64Array.of(1, 0), offset: 0 }, weight: 1 }],
};

/** Runs one iteration of a training on networks of `networks` at each call. */
export async function ddpoIteration(
  networks: (process: Process) => NetworkFactory,
  batch: number,
  steps: number,
): Promise<() => Promise<void>> {
  const process = createProcess(PROBLEM.process);
  const make = networks(process);
  const start = initialParameters(SHAPE, 1);
  const aligner = await createAligner({
    problem: PROBLEM,
    process,
    network: make(SHAPE, start),
    reference: make(SHAPE, start),
    algorithm: ALGORITHM_DEFAULTS["ddpo-sf"],
    training: { ...TRAINING_DEFAULTS.training, steps, batch },
    from: null,
  });
  return async () => void (await aligner.iterate());
}

/** "DDPO iteration, 1,024 trajectories x 20 steps, 3 x 128, one update" */
export function iterationTitle(trajectories: number, steps: number): string {
  return `DDPO iteration, ${trajectories.toLocaleString("en")} trajectories x ${steps} steps, ${SHAPE.depth} x ${SHAPE.width}, one update`;
}
