/** One DDPO iteration of a small policy on WebGPU: own kernels against TensorFlow.js' operations on the same device. */
import { adamW, initialAdamW } from "../../src/alignment/adamw.ts";
import { initialParameters } from "../../src/alignment/network-shape.ts";
import type { NetworkShape } from "../../src/alignment/policy-network.ts";
import { tensorNetworks } from "../../src/alignment/tensorflow/network.ts";
import { policyDevice, type PolicyDevice } from "../../src/alignment/webgpu/device.ts";
import { webGpuNetworks } from "../../src/alignment/webgpu/network.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { startDeviceBackend } from "../../src/engine/tensorflow/device-backend.ts";
import { countBuffers } from "../support/buffer-count.ts";
import { ddpoIteration, iterationTitle } from "./ddpo-iteration.ts";
import type { BenchDevice } from "./device.ts";
import { lendNavigator } from "./peers/navigator.ts";
import type { Section } from "./report.ts";
import { leastMs } from "./timing.ts";

const TRAJECTORIES = 1024;
const STEPS = 20;
/** A software adapter takes minutes for one iteration in TensorFlow.js' operations. */
const ROUNDS = { software: 1, hardware: 3 };
const UPDATES = 1000;
const SMALL: NetworkShape = { dim: 2, width: 16, depth: 1, prediction: "v" };

export async function benchTrainingOnDevice({ gpu, context }: BenchDevice): Promise<Section> {
  const home = policyDevice(context);
  lendNavigator(gpu);
  await startDeviceBackend("bench training", context.device);
  const runs = await Promise.all([
    ddpoIteration((process) => webGpuNetworks(home, process), TRAJECTORIES, STEPS),
    ddpoIteration((process) => tensorNetworks(process), TRAJECTORIES, STEPS),
  ]);
  const [own = NaN, peer = NaN] = await leastMs(runs, ROUNDS[context.software ? "software" : "hardware"]);
  return {
    title: `${iterationTitle(TRAJECTORIES, STEPS)}, on WebGPU`,
    device: context.adapter,
    figures: [
      { what: "own kernels", value: own, unit: "ms" },
      { what: "TensorFlow.js operations", value: peer, unit: "ms" },
      { what: "own kernels, times faster", value: peer / own, unit: "x", goal: { least: 10 } },
      {
        what: `buffers left by ${UPDATES.toLocaleString("en")} updates`,
        value: await buffersLeft(home),
        unit: "",
        goal: { most: 0 },
      },
    ],
  };
}

/** Buffers that are alive after so many updates and were not after the first. */
async function buffersLeft(home: PolicyDevice): Promise<number> {
  const buffers = countBuffers(home.kernels.device);
  const network = webGpuNetworks(home, createProcess({ kind: "flow", T: 0.99 }))(
    SMALL,
    initialParameters(SMALL, 1),
  );
  const [x, t] = [Float64Array.of(1, -1, 0.5, 2), Float64Array.of(0.2, 0.7)];
  let state = initialAdamW((await network.read()).length);
  let first = NaN;
  for (let update = 0; update < UPDATES; update++) {
    await network.accumulate(x, t, (x0Hat) => x0Hat);
    const options = { learningRate: 1e-3, weightDecay: 0, gradientClip: 1 };
    const next = adamW(await network.read(), await network.takeGradient(), state, options);
    state = next.state;
    network.write(next.parameters);
    if (update === 0) first = buffers.alive();
  }
  const left = buffers.alive() - first;
  network.dispose();
  buffers.restore();
  return left;
}
