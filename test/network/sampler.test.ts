import { describe, expect, it } from "vitest";
import { samplerCoefficients } from "../../src/diffusion/coefficients.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { flow } from "../../src/diffusion/processes/flow.ts";
import { fillNormals, PRIOR_STREAM, STEP_STREAM } from "../../src/math/philox.ts";
import type { NetworkModel } from "../../src/network/model.ts";
import { jumpTarget, sampleImages, type SampleRun } from "../../src/network/sampler.ts";
import { expectAllClose, expectClose } from "../support/numbers.ts";

const DIM = 12;
const SLOTS = 2;

/** A smooth model that reads everything it is given; `calls` gathers the times it was asked at. */
function smoothModel() {
  const calls: { readonly t: number; readonly s: number }[] = [];
  const at = (x: number, t: number, s: number, token: number) =>
    Math.tanh(x * (1 - t) + 0.3 * s) + 0.1 * token;
  const model: NetworkModel = {
    predict: (x, t, s, prompts) => {
      calls.push({ t, s });
      return Promise.resolve(x.map((value, i) => at(value, t, s, prompts[SLOTS * Math.floor(i / DIM)]!)));
    },
  };
  return { model, calls, at };
}

function runOf(eta: number, steps: number, T = 1, more: Partial<SampleRun> = {}): SampleRun {
  const process = flow(T);
  const grid = createGrid({ kind: "uniform" }, process, steps);
  return {
    dim: DIM,
    first: 0,
    count: 3,
    seed: 7,
    priorStd: 1,
    coefficients: samplerCoefficients("gddim", process, grid, new Float64Array(steps).fill(eta)),
    prompts: Int32Array.of(0, 1, 2, 3, 4, 5),
    ...more,
  };
}

function normals(stream: number, image: number, start: number): Float64Array {
  const out = new Float64Array(DIM);
  fillNormals(out, 0, { seed: 7, stream }, image, start, DIM);
  return out;
}

/** States are kept in f32: each of N steps rounds numbers below 8 once (2^-22), and the model's slope is at most 1. */
const rounding = (steps: number) => ({ absolute: (steps + 2) * 2 ** -22 });

describe("The sampler of images", () => {
  it.each([1, 4, 9])("at eta = 0 is Euler's method on the flow's ODE in %i steps", async (steps) => {
    const { model, calls, at } = smoothModel();
    const run = runOf(0, steps);
    const { images } = await sampleImages(model, run);
    for (let image = 0; image < 3; image++) {
      let x = normals(PRIOR_STREAM, image, 0);
      for (let k = 0; k < steps; k++) {
        const [t, s] = [1 - k / steps, 1 - (k + 1) / steps];
        x = x.map((value) => value + ((s - t) * (value - at(value, t, s, 2 * image))) / t);
      }
      expectAllClose(images.subarray(image * DIM, (image + 1) * DIM), x, rounding(steps));
    }
    calls.forEach(({ t, s }, k) => {
      expectClose(t, 1 - k / steps, { absolute: 1e-15 });
      expectClose(s, 1 - (k + 1) / steps, { absolute: 1e-15 });
    });
  });

  it("at large eta is the multistep consistency sampler: jump to time 0, then noise anew", async () => {
    const { model, at } = smoothModel();
    const steps = 4;
    const { images } = await sampleImages(model, runOf(50, steps));
    for (let image = 0; image < 3; image++) {
      let x = normals(PRIOR_STREAM, image, 0);
      for (let k = 0; k < steps; k++) {
        const [t, s] = [1 - k / steps, 1 - (k + 1) / steps];
        const z = normals(STEP_STREAM, image, k * DIM);
        x = x.map((value, j) => (1 - s) * at(value, t, 0, 2 * image) + s * z[j]!);
      }
      expectAllClose(images.subarray(image * DIM, (image + 1) * DIM), x, rounding(steps));
    }
  });

  it("takes neither form between them (control)", async () => {
    const [still, middle, wild] = await Promise.all(
      [0, 1, 50].map((eta) => sampleImages(smoothModel().model, runOf(eta, 4, 0.95))),
    );
    const far = (a: Float32Array, b: Float32Array) => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
    expect(far(still!.images, middle!.images)).toBeGreaterThan(0.05);
    expect(far(wild!.images, middle!.images)).toBeGreaterThan(0.05);
  });

  it("is continuous in eta from a first time below 1, where the signal is not lost", async () => {
    const [still, small] = await Promise.all(
      [0, 1e-4].map((eta) => sampleImages(smoothModel().model, runOf(eta, 4, 0.99))),
    );
    // The noise of a step is sigma sqrt(1 - rho^(2 eta^2)) <= eta sqrt(2 |ln rho|) < 4 eta for rho > 3e-4, |z| < 5.77, four steps.
    expectAllClose(small!.images, still!.images, { absolute: 4 * 4 * 1e-4 * 5.77 + 1e-5 });
  });

  it("asks for the time whose point of the flow's line is the mean of the step", () => {
    for (const eta of [0, 0.3, 1, 2])
      for (const step of runOf(eta, 5, 0.97).coefficients) {
        const [x0, eps] = [0.7, -1.3];
        const mean = step.cx * (step.alphaT * x0 + step.sigmaT * eps) + step.c0 * x0;
        const target = jumpTarget(step);
        const scale = step.alphaS + step.cx * step.sigmaT;
        // Cancellation of numbers of size 2: a few units of 2^-52.
        expectClose(mean / scale, (1 - target) * x0 + target * eps, { absolute: 1e-14 });
        expect(target).toBeLessThanOrEqual(step.s + 1e-15);
      }
  });

  it("guides from the negative prompt through the prompt, and asks no negative at scale 1", async () => {
    const negative = Int32Array.of(9, 9, 8, 8, 7, 7);
    const { model, calls, at } = smoothModel();
    const run = runOf(0, 1, 1, { guidance: { negative, scale: 2.5 } });
    const { images } = await sampleImages(model, run);
    const z = normals(PRIOR_STREAM, 1, 0);
    const expected = z.map((x) => at(x, 1, 0, 8) + 2.5 * (at(x, 1, 0, 2) - at(x, 1, 0, 8)));
    expectAllClose(images.subarray(DIM, 2 * DIM), expected, { absolute: 1e-6 });
    expect(calls).toHaveLength(2);
    const plain = smoothModel();
    await sampleImages(plain.model, { ...run, guidance: { negative, scale: 1 } });
    expect(plain.calls).toHaveLength(1);
  });

  it("draws the same image whatever others are drawn beside it", async () => {
    const all = await sampleImages(smoothModel().model, runOf(1.2, 4));
    const one = await sampleImages(
      smoothModel().model,
      runOf(1.2, 4, 1, { first: 2, count: 1, prompts: Int32Array.of(4, 5) }),
    );
    expect([...one.images]).toEqual([...all.images.subarray(2 * DIM)]);
  });

  it("keeps the states and predictions of the frames", async () => {
    const run = runOf(0.5, 3, 1, { frames: [0, 2, 3] });
    const { images, states, predictions } = await sampleImages(smoothModel().model, run);
    expectAllClose(states[0]!.subarray(0, DIM), normals(PRIOR_STREAM, 0, 0), { absolute: 2 ** -22 });
    expect(states[2]).toEqual(images);
    expect(predictions[2]).toBeNull();
    // The last step jumps to x0Hat.
    expectAllClose(images, predictions[1]!, { absolute: 2 ** -22 });
  });

  it("stops when asked to, and refuses frames and steps that it has not", async () => {
    const abort = new AbortController();
    const steps: number[] = [];
    const running = sampleImages(smoothModel().model, runOf(0, 8), {
      signal: abort.signal,
      onStep: (done) => {
        steps.push(done);
        if (done === 3) abort.abort();
      },
    });
    await expect(running).rejects.toThrow(/abort/i);
    expect(steps).toEqual([1, 2, 3]);
    await expect(sampleImages(smoothModel().model, runOf(0, 4, 1, { frames: [5] }))).rejects.toThrow(
      /frames/,
    );
  });
});
