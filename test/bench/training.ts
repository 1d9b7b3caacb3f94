/** One DDPO iteration of a small policy on the CPU: TensorFlow.js on WebAssembly against PyTorch eager on the same cores. */
import { availableParallelism, cpus } from "node:os";
import { createAligner } from "../../src/alignment/aligner.ts";
import { initialParameters } from "../../src/alignment/network-shape.ts";
import type { NetworkShape } from "../../src/alignment/policy-network.ts";
import { tensorNetworks } from "../../src/alignment/tensorflow/network.ts";
import { gaussianLaw } from "../../src/diffusion/mixture.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { startNodeWasm } from "../../src/engine/tensorflow/node-wasm.ts";
import type { PointProblem } from "../../src/engine/training-engine.ts";
import { ALGORITHM_DEFAULTS } from "../../src/spec/training/algorithm-defaults.ts";
import { TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import { pytorchTraining } from "./peers/pytorch-training.ts";
import type { Figure, Section } from "./report.ts";
import { leastMs } from "./timing.ts";

const TRAJECTORIES = 1024;
const STEPS = 20;
const SHAPE: NetworkShape = { dim: 2, width: 128, depth: 3, prediction: "v" };
const ROUNDS = 3;

const PROBLEM: PointProblem = {
  law: gaussianLaw([0, 0], Float64Array.of(1, 0, 0, 1)),
  process: { kind: "flow", T: 0.99 },
  network: { ...TRAINING_DEFAULTS.network, width: SHAPE.width, depth: SHAPE.depth },
  rewards: [{ program: { kind: "linear", dim: 2, weights: Float64Array.of(1, 0), offset: 0 }, weight: 1 }],
};

/** DDPO-SF: a rollout of all trajectories, one gradient pass over all steps with a density, one update. */
export async function benchTraining(): Promise<Section> {
  const [own = NaN] = await leastMs([await iteration()], ROUNDS);
  const torch = pytorchTraining(TRAJECTORIES, STEPS, SHAPE.width, SHAPE.depth, ROUNDS);
  return {
    title: `DDPO iteration, ${TRAJECTORIES.toLocaleString("en")} trajectories x ${STEPS} steps, ${SHAPE.depth} x ${SHAPE.width}, one update`,
    device: `${cpus()[0]?.model.trim() ?? "CPU"}, ${availableParallelism()} cores`,
    figures: [
      { what: "TensorFlow.js on WebAssembly, one thread", value: own, unit: "ms" },
      ...(torch ? againstTorch(torch, own) : []),
    ],
  };
}

function againstTorch(torch: NonNullable<ReturnType<typeof pytorchTraining>>, own: number): Figure[] {
  const best = Math.min(...torch.runs.map(({ ms }) => ms));
  return [
    ...torch.runs.map(({ threads, ms }) => ({
      what: `PyTorch ${torch.version} eager, ${threads} thread${threads === 1 ? "" : "s"}`,
      value: ms,
      unit: "ms",
    })),
    {
      what: "WebAssembly, share of PyTorch's best speed",
      value: best / own,
      unit: "x",
      goal: { least: 0.5 },
      note: "limit: matrix products, which WebAssembly has 128-bit vectors and one thread for",
    },
  ];
}

async function iteration(): Promise<() => Promise<void>> {
  await startNodeWasm("bench training");
  const process = createProcess(PROBLEM.process);
  const make = tensorNetworks(process);
  const start = initialParameters(SHAPE, 1);
  const aligner = await createAligner({
    problem: PROBLEM,
    process,
    network: make(SHAPE, start),
    reference: make(SHAPE, start),
    algorithm: ALGORITHM_DEFAULTS["ddpo-sf"],
    training: { ...TRAINING_DEFAULTS.training, steps: STEPS, batch: TRAJECTORIES },
    from: null,
  });
  return async () => void (await aligner.iterate());
}
