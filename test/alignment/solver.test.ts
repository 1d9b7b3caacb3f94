import { describe, expect, test } from "vitest";
import { noiseSteps } from "../../src/alignment/noise-steps.ts";
import { multistepSolve } from "../../src/alignment/solver.ts";
import { createProcess, type ProcessParameters } from "../../src/diffusion/processes/index.ts";
import { expectClose, slopeOf } from "../support/numbers.ts";
import { affineNetwork, gaussianDenoiser } from "./affine-network.ts";

const [MEAN, VARIANCE, X] = [0.8, 0.3, -2];
const PROCESSES: readonly (readonly [string, ProcessParameters])[] = [
  ["VP", { kind: "vp", beta: { kind: "linear", min: 0.1, max: 8 }, T: 1 }],
  ["flow", { kind: "flow", T: 0.95 }],
  ["VE", { kind: "ve", T: 3 }],
];
const COUNTS = [100, 200, 400, 800];

/** Error at t = T/10, in N equal steps of log-SNR, of the ODE from x = X at T, whose exact end is alpha m + sqrt(V_s / V_T) (X - alpha_T m). */
async function errorOf(parameters: ProcessParameters, N: number, multistep: boolean): Promise<number> {
  const process = createProcess(parameters);
  const end = process.T / 10;
  const [low, high] = [process.logSnr(process.T), process.logSnr(end)];
  const times = Float64Array.from({ length: N + 1 }, (_, k) =>
    process.timeAtLogSnr(low + (k / N) * (high - low)),
  );
  const network = affineNetwork(times, 1, gaussianDenoiser(process, times, [MEAN], VARIANCE));
  const steps = noiseSteps({ kind: "ode" }, process, times);
  const spread = (t: number): number => Math.sqrt(process.alpha(t) ** 2 * VARIANCE + process.sigma(t) ** 2);
  const exact =
    process.alpha(end) * MEAN + (spread(end) / spread(process.T)) * (X - process.alpha(process.T) * MEAN);
  let state: Float64Array = Float64Array.of(X);
  if (multistep) state = await multistepSolve(network, steps, state, null);
  else for (const step of steps) state = await multistepSolve(network, [step], state, null);
  return state[0]! - exact;
}

describe.each(PROCESSES)("DPM-Solver++ 2M on %s", (_, parameters) => {
  test("has order 2, and order 1 without its memory", async () => {
    const h = COUNTS.map((N) => 1 / N);
    const slope = async (multistep: boolean): Promise<number> =>
      slopeOf(h, await Promise.all(COUNTS.map((N) => errorOf(parameters, N, multistep))));
    expectClose(await slope(true), 2, { absolute: 0.2 }, "order");
    // Control: the DDIM step, which is what is left without the correction.
    expectClose(await slope(false), 1, { absolute: 0.2 }, "order without memory");
  });
});

describe("DPM-Solver++ 2M", () => {
  test("is the published flow formula", async () => {
    const process = createProcess({ kind: "flow", T: 0.95 });
    const times = Float64Array.of(0.9, 0.7, 0.4);
    const network = affineNetwork(times, 1, gaussianDenoiser(process, times, [MEAN], VARIANCE));
    const steps = noiseSteps({ kind: "ode" }, process, times);
    const first = (await multistepSolve(network, steps.slice(0, 1), Float64Array.of(X), null))[0]!;
    const m1 = (await network.predict(Float64Array.of(X), Float64Array.of(0.9)))[0]!;
    const m0 = (await network.predict(Float64Array.of(first), Float64Array.of(0.7)))[0]!;
    const lambda = (t: number): number => Math.log((1 - t) / t);
    const h = lambda(0.4) - lambda(0.7);
    const r0 = (lambda(0.7) - lambda(0.9)) / h;
    const D = m0 + (m0 - m1) / (2 * r0);
    const expected = (0.4 / 0.7) * first - 0.6 * (Math.exp(-h) - 1) * D;
    const got = await multistepSolve(network, steps, Float64Array.of(X), null);
    expectClose(got[0]!, expected, { absolute: 1e-14 });
  });

  test("goes to data by the prediction alone, and starts where the signal is 0", async () => {
    const process = createProcess({ kind: "flow", T: 1 });
    const times = Float64Array.of(1, 0.6, 0.3, 0);
    const network = affineNetwork(times, 1, gaussianDenoiser(process, times, [MEAN], VARIANCE));
    const steps = noiseSteps({ kind: "ode" }, process, times);
    const before = await multistepSolve(network, steps.slice(0, 2), Float64Array.of(X), null);
    const end = await multistepSolve(network, steps, Float64Array.of(X), null);
    expect(end).toEqual(await network.predict(before, Float64Array.of(0.3)));
    expect(Number.isFinite(end[0]!)).toBe(true);
  });
});
