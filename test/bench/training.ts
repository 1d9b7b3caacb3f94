/**
 * One DDPO iteration of a small policy on the CPU: the lab's own WebAssembly and TensorFlow.js' against PyTorch eager on the same
 * cores, one thread each. The goal is told in time on the CPU, since machines are shared.
 */
import { availableParallelism, cpus } from "node:os";
import { tensorNetworks } from "../../src/alignment/tensorflow/network.ts";
import { wasmNetworks } from "../../src/alignment/wasm/network.ts";
import type { Crew } from "../../src/alignment/wasm/crew.ts";
import { startNodeWasm } from "../../src/engine/tensorflow/node-wasm.ts";
import { startCrew } from "../../src/engine/training/helpers.ts";
import { ddpoIteration, iterationTitle, SHAPE } from "./ddpo-iteration.ts";
import { pytorchTraining } from "./peers/pytorch-training.ts";
import type { Figure, Section } from "./report.ts";
import { type LeastTimes, leastTimes } from "./timing.ts";

const TRAJECTORIES = 1024;
const STEPS = 20;
const ROUNDS = 8;

export async function benchTraining(): Promise<Section> {
  await startNodeWasm("bench training");
  const crew = await readyCrew(availableParallelism());
  const iterations = await Promise.all([
    ddpoIteration((process) => wasmNetworks(process), TRAJECTORIES, STEPS),
    ddpoIteration((process) => tensorNetworks(process), TRAJECTORIES, STEPS),
    ddpoIteration((process) => wasmNetworks(process, undefined, crew), TRAJECTORIES, STEPS),
  ]);
  const [own, tensor, shared] = await leastTimes(iterations, ROUNDS);
  for (const helper of crew.helpers) helper.end();
  const torch = pytorchTraining(TRAJECTORIES, STEPS, SHAPE.width, SHAPE.depth, ROUNDS);
  return {
    title: iterationTitle(TRAJECTORIES, STEPS),
    device: `${cpus()[0]?.model.trim() ?? "CPU"}, ${availableParallelism()} cores`,
    figures: [
      ...timesOf("own WebAssembly, 1 thread", own),
      ...(crew.helpers.length > 0
        ? timesOf(`own WebAssembly, ${crew.helpers.length + 1} threads`, shared)
        : []),
      ...timesOf("TensorFlow.js on WebAssembly, 1 thread", tensor),
      ...(torch?.runs ?? []).flatMap((run) =>
        timesOf(`PyTorch ${torch?.version} eager, ${run.threads} thread${run.threads === 1 ? "" : "s"}`, run),
      ),
      ...againstTorch(
        torch?.runs.find(({ threads }) => threads === 1),
        own,
      ),
    ],
  };
}

/** As many threads as there are cores, all of them started. */
async function readyCrew(threads: number): Promise<Crew> {
  const crew = await startCrew(threads);
  while (!crew.helpers.every(({ isReady }) => isReady)) await crew.pause();
  return crew;
}

function timesOf(what: string, times: LeastTimes | undefined): Figure[] {
  if (!times) return [];
  return [
    { what, value: times.ms, unit: "ms" },
    { what: "… on the CPU", value: times.cpuMs, unit: "ms" },
  ];
}

function againstTorch(torch: LeastTimes | undefined, own: LeastTimes | undefined): Figure[] {
  if (!torch || !own) return [];
  return [
    {
      what: "own WebAssembly, share of PyTorch's speed, one thread each, by time on the CPU",
      value: torch.cpuMs / own.cpuMs,
      unit: "x",
      goal: { least: 0.5 },
      note: "limit: matrix products in 128-bit vectors without fused multiply-add: at most half of AVX2's peak",
    },
  ];
}
