/** One DDPO iteration of a small policy on the CPU: TensorFlow.js on WebAssembly against PyTorch eager on the same cores. */
import { availableParallelism, cpus } from "node:os";
import { tensorNetworks } from "../../src/alignment/tensorflow/network.ts";
import { startNodeWasm } from "../../src/engine/tensorflow/node-wasm.ts";
import { ddpoIteration, iterationTitle, SHAPE } from "./ddpo-iteration.ts";
import { pytorchTraining } from "./peers/pytorch-training.ts";
import type { Figure, Section } from "./report.ts";
import { leastMs } from "./timing.ts";

const TRAJECTORIES = 1024;
const STEPS = 20;
const ROUNDS = 3;

export async function benchTraining(): Promise<Section> {
  await startNodeWasm("bench training");
  const iteration = await ddpoIteration((process) => tensorNetworks(process), TRAJECTORIES, STEPS);
  const [own = NaN] = await leastMs([iteration], ROUNDS);
  const torch = pytorchTraining(TRAJECTORIES, STEPS, SHAPE.width, SHAPE.depth, ROUNDS);
  return {
    title: iterationTitle(TRAJECTORIES, STEPS),
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
