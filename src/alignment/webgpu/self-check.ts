/** Asks a device for what the f64 network knows, before anybody relies on it. */
import { createProcess } from "../../diffusion/processes/index.ts";
import { differenceOf, type NamedAnswers } from "../answers-check.ts";
import { cpuNetworks } from "../cpu/network.ts";
import { initialParameters } from "../network-shape.ts";
import { noiseSteps } from "../noise-steps.ts";
import type { NetworkFactory, NetworkShape } from "../policy-network.ts";
import { samplePolicy } from "../sample.ts";
import type { PolicyDevice } from "./device.ts";
import { webGpuNetworks } from "./network.ts";

const SHAPE: NetworkShape = { dim: 2, width: 20, depth: 2, prediction: "v" };
const ROWS = 50;
/** Difference relative to the norm that f32 sums in another order may make, with room: 30 times what was seen. */
const SAME = 1e-4;

/** What is wrong with the networks of a device, in a few words; null if nothing is. */
export async function policyDeviceFault(device: PolicyDevice): Promise<string | null> {
  const process = createProcess({ kind: "flow", T: 0.99 });
  try {
    const expected = await answers(cpuNetworks(process));
    const got = await answers(webGpuNetworks(device, process));
    return differenceOf(got, expected, SAME);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }

  /** Prediction, gradient and samples of one network on given numbers. */
  async function answers(make: NetworkFactory): Promise<NamedAnswers> {
    const start = initialParameters(SHAPE, 1);
    const network = make(
      SHAPE,
      start.map((value, i) => value + 0.2 * Math.sin(i)),
    );
    const x = Float64Array.from({ length: 2 * ROWS }, (_, i) => Math.sin(0.7 * i));
    const t = Float64Array.from({ length: ROWS }, (_, i) => (0.9 * (i + 0.5)) / ROWS);
    const steps = noiseSteps({ kind: "gddim", eta: 1 }, process, Float64Array.of(0.9, 0.6, 0.3));
    try {
      const prediction = await network.predict(x, t);
      await network.accumulate(x, t, (x0Hat) => x0Hat.map(Math.sin));
      const gradient = await network.takeGradient();
      const samples = await samplePolicy(network, steps, 1, ROWS, { seed: 1 });
      return new Map(Object.entries({ prediction, gradient, samples }));
    } finally {
      network.dispose();
    }
  }
}
