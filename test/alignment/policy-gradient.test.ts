/**
 * The estimator of the policy gradient against the exact gradient of E[r] - klWeight E[sum KL] of an affine policy with a
 * quadratic reward, whose value is closed form: means and variances pass through affine steps.
 */
import { describe, expect, test } from "vitest";
import { noiseSteps } from "../../src/alignment/noise-steps.ts";
import { klOfLaterSteps } from "../../src/alignment/policy-gradient.ts";
import { rollOut } from "../../src/alignment/rollout.ts";
import { surrogate } from "../../src/alignment/surrogate.ts";
import { gatherRows } from "../../src/alignment/transition-rows.ts";
import { hasDensity, klPerSquare } from "../../src/alignment/transition.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { expectClose, meanOf } from "../support/numbers.ts";
import { affineNetwork, gaussianDenoiser } from "./affine-network.ts";
import { VP } from "./cases.ts";

const N = 4;
const CENTER = 1;
const KL_WEIGHT = 3;
const process = createProcess(VP);
const times = createGrid({ kind: "uniform" }, process, N);
const steps = noiseSteps({ kind: "gddim", eta: 0.8 }, process, times);
const reference = gaussianDenoiser(process, times, [0.2], 0.5);
/** A policy away from the reference, [N, 2]: slope and offset of x0Hat. */
const theta = reference.map((v, i) => v + [0.1, -0.2, 0.15, 0.05, -0.1, 0.2, 0.05, 0.1][i]!);

/** E[r] - klWeight E[sum KL] of parameters, r = -(x - CENTER)^2. */
function objective(parameters: Float64Array, klWeight: number): number {
  let [mean, variance, kl] = [0, process.priorStd ** 2, 0];
  steps.forEach((step, k) => {
    const [M, b, M0, b0] = [
      ...parameters.subarray(2 * k, 2 * k + 2),
      ...reference.subarray(2 * k, 2 * k + 2),
    ] as [number, number, number, number];
    if (hasDensity(step))
      kl += klPerSquare(step) * (((M - M0) * mean + b - b0) ** 2 + (M - M0) ** 2 * variance);
    const slope = step.cx + step.c0 * M;
    mean = slope * mean + step.c0 * b;
    variance = slope ** 2 * variance + step.cz ** 2;
  });
  return -((mean - CENTER) ** 2) - variance - klWeight * kl;
}

/** Exact up to truncation of order h^2 = 1e-8 and rounding 1e-16 / h = 1e-12. */
function exactGradient(klWeight: number): Float64Array {
  const h = 1e-4;
  return theta.map((_, i) => {
    const at = (by: number): number =>
      objective(
        theta.map((v, j) => (j === i ? v + by : v)),
        klWeight,
      );
    return (at(h) - at(-h)) / (2 * h);
  });
}

/** One batch's estimate; `later` says whether the KL of later steps is taken off the reward. */
async function estimate(seed: number, klWeight: number, later: boolean): Promise<Float64Array> {
  const network = affineNetwork(times, 1, theta);
  const plan = {
    steps,
    priorStd: process.priorStd,
    particles: 200,
    shared: 1,
    seed,
    keep: (k: number): boolean => hasDensity(steps[k]!),
    predictions: false,
    reference: affineNetwork(times, 1, reference),
    tail: null,
  };
  const { kept, samples, particles } = await rollOut(network, plan);
  const cost = klOfLaterSteps(kept);
  const chosen = kept.flatMap((_, slot) =>
    Array.from({ length: particles }, (__, particle) => ({ slot, particle })),
  );
  const rows = gatherRows(kept, chosen, 1, {
    // A baseline that does not depend on the batch leaves the estimate unbiased.
    advantage: (slot, i) => 1.5 - (samples[i]! - CENTER) ** 2 - (later ? klWeight * cost[slot]![i]! : 0),
    anchor: (slot) => klWeight * klPerSquare(kept[slot]!.step),
  });
  await network.accumulate(
    rows.x,
    rows.t,
    (x0Hat) => surrogate(rows, x0Hat, { kind: "score", clip: Infinity, logProb: "sum" }, particles).gradient,
  );
  return (await network.takeGradient()).map((v) => -v);
}

const BATCHES = 150;

/** Largest distance from the exact gradient in standard errors, over the trained parameters. */
async function worstZ(klWeight: number, later: boolean): Promise<number> {
  const exact = exactGradient(klWeight);
  const estimates: Float64Array[] = [];
  for (let b = 0; b < BATCHES; b++) estimates.push(await estimate(b, klWeight, later));
  return Math.max(
    ...Array.from({ length: 2 * (N - 1) }, (_, i) => {
      const { value, se } = meanOf(estimates.map((g) => g[i]!));
      return Math.abs(value - exact[i]!) / se;
    }),
  );
}

describe("the policy-gradient estimate", () => {
  test("is the exact gradient of the reward within 4.5 standard errors", async () => {
    expect(await worstZ(0, true)).toBeLessThan(4.5);
  });

  test("is the exact gradient of reward and KL, if the KL of later steps counts", async () => {
    expect(await worstZ(KL_WEIGHT, true)).toBeLessThan(4.5);
  });

  test("control: without the KL of later steps it is not", async () => {
    expect(await worstZ(KL_WEIGHT, false)).toBeGreaterThan(4.5);
  });

  test("adds the KL of all steps after each one", () => {
    const row = (kl: number) => ({ logProb: Float64Array.of(0), kl: Float64Array.of(kl) });
    const later = klOfLaterSteps([row(1), row(20), row(300)]).map((v) => v[0]!);
    expectClose(later[0]!, 320, { absolute: 0 });
    expect(later).toEqual([320, 300, 0]);
  });
});
