import { beforeAll, describe, expect, it } from "vitest";
import { createTrainingEngine, REFERENCE_PARTS } from "../../src/engine/training/local.ts";
import type { PolicyArmResult, TrainingEngine } from "../../src/engine/training-engine.ts";
import { initialParameters, parameterCount } from "../../src/alignment/network-shape.ts";
import { noiseSteps } from "../../src/alignment/noise-steps.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { fillNormals, PRIOR_STREAM, STEP_STREAM } from "../../src/math/philox.ts";
import type { Estimate } from "../../src/measure/estimate.ts";
import { meanEstimate } from "../../src/measure/scalar-sums.ts";
import { covarianceEstimates, meanEstimates } from "../../src/measure/vector-sums.ts";
import { measureJob, momentsOf, PROBLEM } from "./problems.ts";

const SHAPE = { dim: 1, ...PROBLEM.network };
const PROCESS = createProcess(PROBLEM.process);
const GRID = { kind: "uniform" } as const;

let engine: TrainingEngine;
beforeAll(async () => {
  engine = await createTrainingEngine(REFERENCE_PARTS);
});

/** A network whose output is the constant `bias`: x0Hat = alpha x - sigma bias on VP, so every law is Gaussian. */
function constantNetwork(bias: number): Float64Array {
  const parameters = new Float64Array(parameterCount(SHAPE));
  parameters[parameters.length - 1] = bias;
  return parameters;
}

/** Mean and variance of the samples of the constant network, and the KL of its steps to the one of bias 0, by recursion. */
function exactLaw(bias: number, eta: number, N: number): { mean: number; variance: number; kl: number } {
  const steps = noiseSteps({ kind: "gddim", eta }, PROCESS, createGrid(GRID, PROCESS, N));
  let [mean, variance, kl] = [0, PROCESS.priorStd ** 2, 0];
  for (const { cx, c0, cz, alphaT, sigmaT } of steps) {
    const gain = cx + c0 * alphaT;
    const shift = -c0 * sigmaT * bias;
    mean = gain * mean + shift;
    variance = gain * gain * variance + cz * cz;
    if (cz > 0) kl += (0.5 * shift * shift) / (cz * cz);
  }
  return { mean, variance, kl };
}

function expectNear(estimate: Estimate | undefined, truth: number): void {
  if (!estimate) throw new Error("an estimate expected");
  expect(estimate.se).toBeGreaterThan(0);
  expect(Math.abs(estimate.value - truth)).toBeLessThan(4.5 * estimate.se);
}

const BIAS = -0.4;

describe("Measuring a policy", () => {
  let ode: PolicyArmResult | undefined;
  let sde: PolicyArmResult | undefined;
  beforeAll(async () => {
    const held = { kind: "linear", dim: 1, weights: Float64Array.of(3), offset: 1 } as const;
    [ode, sde] = await engine.measure(
      measureJob(constantNetwork(BIAS), constantNetwork(0), { particles: 5001, heldOut: held }),
    );
  });

  it("finds the moments, rewards and diversity of a policy whose law is known", () => {
    for (const [arm, eta] of [
      [ode, 0],
      [sde, 1],
    ] as const) {
      const { mean, variance } = exactLaw(BIAS, eta, 10);
      if (!arm) throw new Error("two arms expected");
      expectNear(meanEstimates(momentsOf(arm))[0], mean);
      expectNear(covarianceEstimates(momentsOf(arm))[0]?.[0], variance);
      const quadratic = -((mean - 2) ** 2) - variance;
      expectNear(meanEstimate(arm.each[0] ?? arm.reward), quadratic);
      expectNear(meanEstimate(arm.reward), 0.5 * quadratic + 2 * mean);
      expectNear(arm.heldOut ? meanEstimate(arm.heldOut) : undefined, 3 * mean + 1);
      // E |a - b| = 2 s / sqrt(pi) for normals of standard deviation s.
      expectNear(meanEstimate(arm.diversity), 2 * Math.sqrt(variance / Math.PI));
      expect(arm.diversity.n).toBe(2500);
      expect(arm.samples).toHaveLength(2048);
    }
    // Control: the other arm's mean is not accepted.
    const [own] = sde ? meanEstimates(momentsOf(sde)) : [];
    expect(Math.abs((own?.value ?? NaN) - exactLaw(0, 1, 10).mean)).toBeGreaterThan(4.5 * (own?.se ?? NaN));
  });

  it("has the exact KL of the noisy arm, and none of the ODE", () => {
    // Constant predictions differ by the same everywhere, so the KL has no spread: rounding only.
    expect(sde?.kl && meanEstimate(sde.kl).value).toBeCloseTo(exactLaw(BIAS, 1, 10).kl, 12);
    expect(ode?.kl).toBeNull();
  });

  it("subtracts the baseline sample by sample", () => {
    if (!sde?.difference || !ode) throw new Error("a difference expected");
    const gap = meanEstimate(sde.difference);
    const expected = meanEstimate(sde.reward).value - meanEstimate(ode.reward).value;
    expect(gap.value).toBeCloseTo(expected, 12);
    expect(ode.difference).toBeNull();
  });

  it("has a KL and a difference of exactly 0 against itself", async () => {
    const parameters = initialParameters(SHAPE, 3).map((value, i) => value + 0.1 * Math.sin(i));
    const arm = { noise: { kind: "gddim", eta: 1.2 }, steps: 4, grid: GRID } as const;
    const arms = [
      { ...arm, baseline: 1 },
      { ...arm, baseline: null },
    ];
    const [first] = await engine.measure(measureJob(parameters, parameters, { arms, particles: 50 }));
    expect(first?.kl).toMatchObject({ n: 50, s1: 0, s2: 0 });
    expect(first?.difference).toMatchObject({ n: 50, s1: 0, s2: 0 });
  });

  it("draws the noise of the engines' contract, whatever the batch", async () => {
    const arms = [{ noise: { kind: "gddim", eta: 1 }, steps: 2, grid: GRID, baseline: null }] as const;
    const [arm] = await engine.measure(measureJob(constantNetwork(BIAS), null, { arms, particles: 2050 }));
    const [first, second] = noiseSteps({ kind: "gddim", eta: 1 }, PROCESS, createGrid(GRID, PROCESS, 2));
    if (!first || !second || !arm) throw new Error("two steps expected");
    const z = new Float64Array(2);
    // Particle 2,047 is the last that is handed out; 2,048 and 2,049 are of the next batch.
    fillNormals(z, 0, { seed: 4, stream: PRIOR_STREAM }, 2047, 0, 1);
    fillNormals(z, 1, { seed: 4, stream: STEP_STREAM }, 2047, 0, 1);
    const [x0 = NaN, noise = NaN] = z;
    const x0Hat = ({ alphaT, sigmaT }: typeof first, x: number) => alphaT * x - sigmaT * BIAS;
    const x1 = first.cx * x0 + first.c0 * x0Hat(first, x0) + first.cz * noise;
    expect(arm.samples[2047]).toBe(Math.fround(second.cx * x1 + second.c0 * x0Hat(second, x1)));
    expect(arm.x?.n).toBe(2050);
    expect(arm.kl).toBeNull();
  });

  it("leaves diverged samples out of the sums and counts their rewards", async () => {
    const wild = constantNetwork(1e12);
    const [arm] = await engine.measure(measureJob(wild, null, { particles: 10 }));
    expect(arm?.x?.n).toBe(0);
    expect(arm?.reward).toMatchObject({ n: 0, nonFinite: 10 });
    expect(arm?.diversity).toMatchObject({ n: 0, nonFinite: 5 });
  });

  it("refuses a baseline that names no arm, and a noise without meaning", async () => {
    const arm = { noise: { kind: "ode" }, steps: 2, grid: GRID, baseline: 5 } as const;
    await expect(engine.measure(measureJob(constantNetwork(0), null, { arms: [arm] }))).rejects.toThrow(
      /arm 0: baseline must be the index of an arm, got 5/,
    );
    const flow = { ...arm, noise: { kind: "flow-grpo", level: 1 }, baseline: null } as const;
    await expect(engine.measure(measureJob(constantNetwork(0), null, { arms: [flow] }))).rejects.toThrow(
      RangeError,
    );
  });
});
