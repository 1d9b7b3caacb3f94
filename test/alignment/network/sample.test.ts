import { describe, expect, it } from "vitest";
import { noiseSteps } from "../../../src/alignment/noise-steps.ts";
import type { NetworkShape, PolicyNetwork } from "../../../src/alignment/policy-network.ts";
import { samplePolicy } from "../../../src/alignment/sample.ts";
import { samplerCoefficients, type SamplerKind } from "../../../src/diffusion/coefficients.ts";
import { createGrid } from "../../../src/diffusion/grid.ts";
import { mixtureFromComponents } from "../../../src/diffusion/mixture.ts";
import { mixtureDenoise } from "../../../src/diffusion/score.ts";
import { runProgram } from "../../../src/diffusion/step.ts";
import { VP } from "./networks.ts";

const LAW = mixtureFromComponents([
  {
    weight: 1,
    mean: [-1, 0],
    cov: [
      [0.2, 0.05],
      [0.05, 0.3],
    ],
  },
  {
    weight: 2,
    mean: [1, 0.5],
    cov: [
      [0.1, 0],
      [0, 0.1],
    ],
  },
]);
const SHAPE: NetworkShape = { dim: 2, width: 8, depth: 1, prediction: "x0" };
const N = 6;
const GRID = createGrid({ kind: "uniform" }, VP, N);

/** A "network" that is the exact denoiser of LAW: what it samples can be compared with the reference sampler. */
const exact: Pick<PolicyNetwork, "shape" | "predict"> = {
  shape: SHAPE,
  predict: (x, t) => {
    const out = new Float64Array(x.length);
    const own = new Float64Array(2);
    t.forEach((time, n) => {
      mixtureDenoise(LAW, VP.alpha(time), VP.sigma(time), x, 2 * n, own);
      out.set(own, 2 * n);
    });
    return Promise.resolve(out);
  },
};
const network = exact as PolicyNetwork;

const CASES: readonly (readonly [SamplerKind, number])[] = [
  ["gddim", 0],
  ["gddim", 1.2],
  ["euler-maruyama", 0.7],
  ["heun", 0],
  ["heun", 0.5],
];

describe("Sampling a policy", () => {
  it.each(CASES)("repeats the reference sampler on the exact denoiser: %s at eta %d", async (kind, eta) => {
    const coefficients = samplerCoefficients(kind, VP, GRID, new Float64Array(N).fill(eta));
    const program = {
      kind: "mixture",
      dim: 2,
      steps: N,
      priorStd: VP.priorStd,
      mixture: LAW,
      coefficients,
    } as const;
    const samples = await samplePolicy(network, coefficients, VP.priorStd, 4, { seed: 7, first: 3 });
    const out = new Float64Array(2);
    for (let p = 0; p < 4; p++) {
      runProgram(program, 7, 3 + p, out);
      // The same operations in the same order, but for the grouping of sums: some ulps per step.
      for (let i = 0; i < 2; i++) expect(samples[2 * p + i]).toBeCloseTo(out[i] ?? NaN, 12);
    }
    // Control: another seed is elsewhere.
    const other = await samplePolicy(network, coefficients, VP.priorStd, 4, { seed: 8, first: 3 });
    expect(Math.abs((other[0] ?? NaN) - (samples[0] ?? NaN))).toBeGreaterThan(1e-6);
  });

  it("shows each step as it went", async () => {
    const steps = noiseSteps({ kind: "gddim", eta: 1 }, VP, GRID);
    const seen: number[] = [];
    let last = new Float64Array(0);
    const samples = await samplePolicy(
      network,
      steps,
      VP.priorStd,
      3,
      { seed: 1 },
      {
        onStep: ({ k, step, x, next }) => {
          seen.push(k);
          expect(step).toBe(steps[k]);
          if (k > 0) expect(x).toEqual(last);
          last = next.slice();
        },
      },
    );
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
    expect(samples).toEqual(last);
  });

  it("stops when cancelled", async () => {
    const steps = noiseSteps({ kind: "ode" }, VP, GRID);
    const stop = new AbortController();
    const run = samplePolicy(
      network,
      steps,
      1,
      2,
      { seed: 1 },
      {
        signal: stop.signal,
        onStep: ({ k }) => {
          if (k === 1) stop.abort();
          expect(k).toBeLessThan(2);
        },
      },
    );
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
  });
});
