/**
 * Training with a KL weight against the exact optimum. For Gaussian data and a quadratic reward the best affine policy of N
 * steps is a linear-quadratic control, solved here backwards; as N grows its laws must become those of reading B, and
 * training must find it.
 */
import { describe, expect, test } from "vitest";
import { createAligner } from "../../src/alignment/aligner.ts";
import { noiseSteps } from "../../src/alignment/noise-steps.ts";
import { gaussianLaw } from "../../src/diffusion/gaussian-mixture.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import type { StepCoefficients } from "../../src/diffusion/program.ts";
import type { TrainingCheckpoint } from "../../src/engine/training-engine.ts";
import type { AlgorithmSpec } from "../../src/spec/training/types.ts";
import { controlledContinuousLaw } from "../../src/theory/control-laws.ts";
import { affineNetwork, gaussianDenoiser } from "./affine-network.ts";
import { SECTION, towards, VP } from "./cases.ts";

const [MEAN, VARIANCE, CENTER, KL_WEIGHT] = [0, 1, 2, 2];
const process = createProcess(VP);

interface Law {
  readonly mean: number;
  readonly variance: number;
}

/** Law of the affine policy [N, 2] under some steps. */
function lawOf(policy: Float64Array, steps: readonly StepCoefficients[]): Law {
  let [mean, variance] = [0, process.priorStd ** 2];
  steps.forEach((step, k) => {
    const slope = step.cx + step.c0 * policy[2 * k]!;
    mean = slope * mean + step.c0 * policy[2 * k + 1]!;
    variance = slope ** 2 * variance + step.cz ** 2;
  });
  return { mean, variance };
}

function problemOf(steps: number, eta: number) {
  const times = createGrid({ kind: "uniform" }, process, steps);
  return {
    times,
    reference: gaussianDenoiser(process, times, [MEAN], VARIANCE),
    noisy: noiseSteps({ kind: "gddim", eta }, process, times),
    ode: noiseSteps({ kind: "ode" }, process, times),
  };
}

/**
 * The best policy: with the value after a step -p x^2 + 2 q x, the mean m of the reference moves by
 * u = (q - p m)/(p + klWeight/(2 cz^2)), which is u = c0 (x0Hat - x0Hat_ref); then the value before the step follows.
 */
function optimum(reference: Float64Array, noisy: readonly StepCoefficients[]): Float64Array {
  const policy = reference.slice();
  let [p, q] = [1, CENTER];
  [...noisy].reverse().forEach((step, back) => {
    const k = noisy.length - 1 - back;
    const slope = step.cx + step.c0 * reference[2 * k]!;
    const offset = step.c0 * reference[2 * k + 1]!;
    const price = KL_WEIGHT / (2 * step.cz ** 2);
    // The share of the way to q/p that pays; none on a step without noise, whose price is infinite.
    const gain = p / (p + price);
    policy[2 * k] = reference[2 * k]! - (gain * slope) / step.c0;
    policy[2 * k + 1] = reference[2 * k + 1]! + (gain * (q / p - offset)) / step.c0;
    // What is left of -p (m - q/p)^2 after moving and paying is -p (1 - gain) (m - q/p)^2.
    const rest = p * (1 - gain);
    const aim = q / p - offset;
    q = rest * slope * aim;
    p = rest * slope ** 2;
  });
  return policy;
}

function readingB(etaTrain: number, etaInfer: number): Law {
  const law = controlledContinuousLaw({
    mean: Float64Array.of(MEAN),
    cov: Float64Array.of(VARIANCE),
    reward: towards(CENTER),
    klWeight: KL_WEIGHT,
    etaTrain,
    etaInfer,
    process,
  });
  return { mean: law.mean[0]!, variance: law.cov[0]! };
}

function distance(a: Law, b: Law): number {
  return Math.max(Math.abs(a.mean - b.mean), Math.abs(a.variance - b.variance));
}

const ETAS = [0.7, 1, 1.4];

describe("the optimum of N steps", () => {
  test.each(ETAS)("tends to reading B at eta = %d, under its own sampler and under the ODE", (eta) => {
    const errors = [500, 2000].map((N) => {
      const { reference, noisy, ode } = problemOf(N, eta);
      const policy = optimum(reference, noisy);
      return [
        distance(lawOf(policy, noisy), readingB(eta, eta)),
        distance(lawOf(policy, ode), readingB(eta, 0)),
      ] as const;
    });
    const [coarse, fine] = errors as [readonly [number, number], readonly [number, number]];
    for (const sampler of [0, 1] as const) {
      // First order in 1/N, so four times the steps leave about a quarter of the error.
      expect(fine[sampler]).toBeLessThan(0.01);
      expect(fine[sampler]).toBeLessThan(0.4 * coarse[sampler]);
    }
    // Control: the other reading, the tilted law itself, is not what the ODE gives unless eta = 1.
    const { reference, noisy, ode } = problemOf(2000, eta);
    const tilted = { mean: 1, variance: 0.5 };
    const off = distance(lawOf(optimum(reference, noisy), ode), tilted);
    if (eta !== 1) expect(off).toBeGreaterThan(0.05);
  });
});

/** Trains in rounds of falling learning rate and returns the policy. */
async function train(
  algorithm: AlgorithmSpec,
  eta: number,
  steps: number,
  batch: number,
  rounds: readonly (readonly [iterations: number, learningRate: number])[],
): Promise<Float64Array> {
  const { times, reference } = problemOf(steps, eta);
  const network = affineNetwork(times, 1, reference);
  let from: TrainingCheckpoint | null = null;
  for (const [iterations, learningRate] of rounds) {
    const aligner = await createAligner({
      problem: {
        law: gaussianLaw([MEAN], Float64Array.of(VARIANCE)),
        process: VP,
        network: { width: 8, depth: 1, prediction: "x0", pretrainSteps: 0, seed: 1 },
        rewards: [{ program: towards(CENTER), weight: 1 }],
      },
      process,
      network,
      reference: affineNetwork(times, 1, reference),
      algorithm,
      training: {
        ...SECTION,
        noise: { kind: "gddim", eta },
        steps,
        batch,
        learningRate,
        klWeight: KL_WEIGHT,
        gradientClip: 1e6,
      },
      from,
    });
    for (let i = 0; i < iterations; i++) await aligner.iterate();
    from = await aligner.checkpoint();
  }
  return network.read();
}

const SCORE = {
  kind: "ddpo-sf",
  advantageClip: 1e6,
  logProb: "sum",
  std: "population",
  timestepFraction: 1,
} as const;

describe("training with a KL weight", () => {
  // What is left is the noise of the last round's updates, about its learning rate times the root of its memory (10^3).
  test.each(ETAS)("by reward gradients reaches the optimum at eta = %d", async (eta) => {
    const { reference, noisy, ode } = problemOf(10, eta);
    const policy = await train({ kind: "direct", through: 10 }, eta, 10, 64, [
      [150, 0.05],
      [100, 0.01],
      [100, 0.002],
    ]);
    const best = optimum(reference, noisy);
    expect(distance(lawOf(policy, noisy), lawOf(best, noisy))).toBeLessThan(0.02);
    expect(distance(lawOf(policy, ode), lawOf(best, ode))).toBeLessThan(0.02);
    // Control: the start is far from it.
    expect(distance(lawOf(reference, noisy), lawOf(best, noisy))).toBeGreaterThan(0.5);
  });

  test("by the policy gradient reaches it too, from samples of the reward alone", async () => {
    const { reference, noisy, ode } = problemOf(8, 1.4);
    const policy = await train(SCORE, 1.4, 8, 256, [
      [80, 0.05],
      [60, 0.015],
      [60, 0.004],
    ]);
    const best = optimum(reference, noisy);
    expect(distance(lawOf(policy, noisy), lawOf(best, noisy))).toBeLessThan(0.05);
    expect(distance(lawOf(policy, ode), lawOf(best, ode))).toBeLessThan(0.05);
  });

  test("reaches reading B within the error of 40 steps, where the ODE lies elsewhere than the tilted law", async () => {
    const { noisy, ode } = problemOf(40, 1.4);
    const policy = await train({ kind: "direct", through: 40 }, 1.4, 40, 48, [
      [100, 0.05],
      [60, 0.01],
      [60, 0.003],
    ]);
    // The optimum of 10 steps is 0.31 away from reading B, that of 40 steps 0.1; training adds at most 0.02.
    expect(distance(lawOf(policy, noisy), readingB(1.4, 1.4))).toBeLessThan(0.12);
    expect(distance(lawOf(policy, ode), readingB(1.4, 0))).toBeLessThan(0.12);
    expect(distance(lawOf(policy, ode), { mean: 1, variance: 0.5 })).toBeGreaterThan(0.2);
  });
});
