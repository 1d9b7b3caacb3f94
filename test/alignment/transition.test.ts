import { describe, expect, test } from "vitest";
import { noiseSteps } from "../../src/alignment/noise-steps.ts";
import { rollOut } from "../../src/alignment/rollout.ts";
import { hasDensity, klPerSquare, transitionKl, transitionLogProb } from "../../src/alignment/transition.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { createCpuEngine } from "../../src/engine/cpu/index.ts";
import { expectAllClose, expectClose } from "../support/numbers.ts";
import { affineNetwork, gaussianDenoiser } from "./affine-network.ts";
import { VP } from "./cases.ts";

const process = createProcess(VP);
const times = createGrid({ kind: "uniform" }, process, 5);
const steps = noiseSteps({ kind: "gddim", eta: 1.2 }, process, times);
const DIM = 2;
const PARTICLES = 40;

async function rollout(shared = 1, seed = 3) {
  const network = affineNetwork(times, DIM, gaussianDenoiser(process, times, [0.3, -0.2], 0.5));
  const reference = affineNetwork(times, DIM, gaussianDenoiser(process, times, [0, 0], 0.6));
  const plan = {
    steps,
    priorStd: process.priorStd,
    particles: PARTICLES,
    shared,
    seed,
    keep: (k: number): boolean => hasDensity(steps[k]!),
    predictions: true,
    reference,
    tail: null,
  };
  return rollOut(network, plan);
}

describe("transitions", () => {
  test("have the log-probability of the CPU engine", async () => {
    const engine = await createCpuEngine({ workers: 0 });
    const { kept, predictions } = await rollout();
    expect(kept.map(({ k }) => k)).toEqual([0, 1, 2, 3]);
    for (const { k, step, x, next, logProb } of kept) {
      const job = { dim: DIM, particles: PARTICLES, x, next, modelOutput: predictions[k]!, step };
      // Both sum two squares of about 1; the residuals cancel to about 1e-15 / cz.
      expectAllClose(logProb, await engine.logProb({ ...job, prediction: "x0" }), { absolute: 1e-11 });
    }
    engine.dispose();
  });

  test("take the noise of the engines' contract", async () => {
    const engine = await createCpuEngine({ workers: 0 });
    const { kept, predictions } = await rollout();
    for (const { k, step, x, next } of kept) {
      const job = { dim: DIM, particles: PARTICLES, x, modelOutput: predictions[k]!, step };
      const drawn = await engine.step({ ...job, prediction: "x0", seed: 3, stream: 1, stepIndex: k });
      expectAllClose(next, drawn.next, { absolute: 1e-14 });
    }
    engine.dispose();
  });

  test("have the KL of two Gaussians with one variance", async () => {
    const { kept, predictions } = await rollout();
    for (const { k, step, reference, kl } of kept) {
      const mu = (x0Hat: Float64Array, i: number): number => step.c0 * x0Hat[i]!;
      for (let p = 0; p < PARTICLES; p++) {
        const sum = [0, 1].reduce(
          (all, i) =>
            all + (mu(predictions[k]!, p * DIM + i) - mu(reference!, p * DIM + i)) ** 2 / (2 * step.cz ** 2),
          0,
        );
        expectClose(kl![p]!, sum, { relative: 1e-12 });
      }
    }
  });

  test("keep the slope c0 (next - mu) / cz^2 in x0Hat", () => {
    const step = steps[1]!;
    const x = Float64Array.of(0.4, -1);
    const next = Float64Array.of(0.7, -0.6);
    const x0Hat = Float64Array.of(0.1, 0.5);
    const h = 1e-5;
    for (const i of [0, 1]) {
      const moved = (by: number): number =>
        transitionLogProb(
          step,
          2,
          0,
          x,
          next,
          x0Hat.map((v, j) => (j === i ? v + by : v)),
        );
      const slope = (step.c0 * (next[i]! - step.cx * x[i]! - step.c0 * x0Hat[i]!)) / step.cz ** 2;
      // log pi is quadratic in x0Hat, so the central difference is exact up to rounding, about 1e-16 * 10 / h.
      expectClose((moved(h) - moved(-h)) / (2 * h), slope, { absolute: 1e-9 });
    }
  });

  test("have no density on the jump to data; the KL of equal predictions is 0", () => {
    expect(hasDensity(steps[4]!)).toBe(false);
    expect(klPerSquare(steps[1]!)).toBeGreaterThan(0);
    const x0Hat = Float64Array.of(0.1, 0.5);
    expect(transitionKl(steps[1]!, 2, 0, x0Hat, x0Hat.slice())).toBe(0);
  });

  test("share a starting noise in consecutive groups, and nothing after it", async () => {
    const { kept } = await rollout(4);
    const { x, next } = kept[0]!;
    for (let p = 0; p < PARTICLES; p++)
      expect(x.subarray(p * DIM, p * DIM + DIM)).toEqual(
        x.subarray((p - (p % 4)) * DIM, (p - (p % 4)) * DIM + DIM),
      );
    expect(new Set(next).size).toBe(next.length);
    // Control: without groups all starts differ.
    const free = (await rollout(1)).kept[0]!.x;
    expect(new Set(free).size).toBe(free.length);
  });
});
