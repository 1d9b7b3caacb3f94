import { expect, it } from "vitest";
import { cpuNetworks } from "../../../src/alignment/cpu/network.ts";
import { noiseSteps } from "../../../src/alignment/noise-steps.ts";
import type { NetworkShape } from "../../../src/alignment/policy-network.ts";
import { type SampledStep, samplePolicy, stepNormals, timesOf } from "../../../src/alignment/sample.ts";
import { webGpuNetworks } from "../../../src/alignment/webgpu/network.ts";
import { createGrid } from "../../../src/diffusion/grid.ts";
import { checked } from "../../../src/gpu/scopes.ts";
import { describeGpu } from "../../support/gpu.ts";
import { evenParameters, f32Tolerance } from "../network/contract.ts";
import { FLOW, fullParameters, SMALL, VP } from "../network/networks.ts";
import { sharedPolicyDevice } from "./policy-device.ts";

const KEY = { seed: 11, first: 5, shared: 2 };

/** Largest difference of two rows. */
function apart(got: Float64Array, expected: Float64Array): number {
  expect(got.length).toBe(expected.length);
  return got.reduce((most, value, j) => Math.max(most, Math.abs(value - (expected[j] ?? NaN))), 0);
}

const CASES: readonly {
  readonly name: string;
  readonly shape: NetworkShape;
  readonly particles: number;
  readonly steps: number;
}[] = [
  // Six normals of one number each cross a block of four.
  { name: "on the line", shape: { ...SMALL, dim: 1 }, particles: 21, steps: 6 },
  { name: "in the plane", shape: { ...SMALL, prediction: "x0" }, particles: 40, steps: 5 },
  // More particles than a pass takes and, on a software adapter, more steps than a submission.
  {
    name: "in several submissions",
    shape: { dim: 2, width: 128, depth: 3, prediction: "v" },
    particles: 1100,
    steps: 3,
  },
];

describeGpu("A sampler's steps on the device", (context) => {
  const device = sharedPolicyDevice(context);

  async function run(shape: NetworkShape, particles: number, count: number) {
    const parameters = evenParameters(shape);
    const steps = noiseSteps({ kind: "gddim", eta: 1 }, VP, createGrid({ kind: "uniform" }, VP, count));
    const network = webGpuNetworks(device(), VP)(shape, parameters);
    const taken: SampledStep[] = [];
    const onStep = (step: SampledStep): void => void taken.push(step);
    const end = await checked(context().device, "steps", () =>
      samplePolicy(network, steps, VP.priorStd, particles, KEY, { onStep }),
    );
    return { parameters, steps, network, taken, end };
  }

  it.each(CASES)("are the sampler's, each from where the last one ended: $name", async (example) => {
    const { shape, particles, steps: count } = example;
    const { parameters, steps, network, taken, end } = await run(shape, particles, count);
    const reference = cpuNetworks(VP)(shape, parameters);
    expect(taken.map(({ k }) => k)).toEqual(steps.map((_, k) => k));
    for (const { k, step, x, x0Hat, next } of taken) {
      if (k > 0) expect(x).toEqual(taken[k - 1]?.next);
      // v brings at most |x| + sigma |o| of rounding f32Tolerance, here 1.2e-3 for W = 128 at worst.
      const network32 = f32Tolerance(shape);
      expect(apart(x0Hat, await reference.predict(x, timesOf(step.t, particles)))).toBeLessThan(network32);
      // The step: products and sums of numbers below 6 in f32, and normals good to 4e-6 of their own 6.
      const z = stepNormals(shape.dim, particles, KEY, k);
      const exact = x.map(
        (value, j) => step.cx * value + step.c0 * (x0Hat[j] ?? NaN) + step.cz * (z[j] ?? NaN),
      );
      expect(apart(next, exact)).toBeLessThan(3e-5);
      // Control: the noise of the next step, or of the next particle, is noticed.
      const other = stepNormals(shape.dim, particles, { ...KEY, first: KEY.first + 1 }, k);
      const wrong = exact.map((value, j) => value + step.cz * ((other[j] ?? 0) - (z[j] ?? 0)));
      if (step.cz > 0) expect(apart(next, wrong)).toBeGreaterThan(0.01);
    }
    expect(end).toEqual(taken.at(-1)?.next);
    network.dispose();
  });

  it("end where they end when none is kept", async () => {
    const { network, steps, end } = await run(SMALL, 30, 4);
    expect(await samplePolicy(network, steps, VP.priorStd, 30, KEY)).toEqual(end);
    network.dispose();
  });

  it("give the very x0Hat that the gradient pass sees, so that ratios start at exactly 1", async () => {
    const { network, taken } = await run(SMALL, 30, 4);
    const x = Float64Array.from(taken.flatMap((step) => [...step.x]));
    const t = Float64Array.from(taken.flatMap(({ step }) => [...timesOf(step.t, 30)]));
    const sampled = Float64Array.from(taken.flatMap((step) => [...step.x0Hat]));
    let seen = new Float64Array(0);
    await network.accumulate(x, t, (x0Hat) => {
      seen = x0Hat.slice();
      return x0Hat;
    });
    expect(seen).toEqual(sampled);
    network.dispose();
  });

  it("stop where the run is cancelled", async () => {
    const stop = new AbortController();
    stop.abort();
    const network = webGpuNetworks(device(), FLOW)(SMALL, fullParameters(SMALL, 1));
    const steps = noiseSteps({ kind: "ode" }, FLOW, createGrid({ kind: "uniform" }, FLOW, 3));
    await expect(
      samplePolicy(network, steps, 1, 4, { seed: 1 }, { signal: stop.signal }),
    ).rejects.toMatchObject({ name: "AbortError" });
    network.dispose();
  });
});
