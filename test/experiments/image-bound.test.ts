import { describe, expect, test } from "vitest";
import { IMAGE_SIZE, type ImageEngine } from "../../src/engine/image-engine.ts";
import { joinFloats } from "../../src/engine/images/join.ts";
import { evaluateBound, profileOf } from "../../src/experiments/images/bound.ts";
import { boundCharts } from "../../src/experiments/images/bound-charts.ts";
import {
  type Probe,
  PROBE_TIMES,
  probeCoefficients,
  probeNetwork,
} from "../../src/experiments/images/probe.ts";
import { jumpTarget, sampleImages } from "../../src/network/sampler.ts";
import type { NetworkModel } from "../../src/network/model.ts";
import { IMAGE_DEFAULTS } from "../../src/spec/images/limits.ts";
import type { ImageSpec } from "../../src/spec/images/types.ts";

const VARIANCE = 0.04;
const MEAN = 0.3;

const spec: ImageSpec = {
  ...IMAGE_DEFAULTS,
  sampler: { ...IMAGE_DEFAULTS.sampler, eta: 1, steps: 2 },
  reward: { kind: "smoothness" },
  evaluation: { ...IMAGE_DEFAULTS.evaluation, images: 10, etas: [0, 1] },
};

const gainAt = (t: number) => ((1 - t) * VARIANCE) / ((1 - t) ** 2 * VARIANCE + t * t);

/** The exact denoiser of N(m, v I), `wrong` times too steep. */
function gaussian(wrong = 1): NetworkModel {
  return {
    predict: (x, t) => Promise.resolve(x.map((value) => MEAN + wrong * gainAt(t) * (value - (1 - t) * MEAN))),
  };
}

/** An engine over a network, without rewards. */
function engineOf(model: NetworkModel): ImageEngine {
  return {
    info: { kind: "wasm", adapter: "test", reason: "" },
    load: () => Promise.resolve({ bytes: 1 }),
    run: async ({ arms, count, first, seed, prompt }) => {
      const prompts = Int32Array.from({ length: 6 * count }, (_, i) => prompt[i % 6] ?? 0);
      return Promise.all(
        arms.map(async ({ coefficients, frames }) => {
          const run = { dim: IMAGE_SIZE, first, count, seed, priorStd: 1, coefficients, prompts, frames };
          const { images, states, predictions } = await sampleImages(model, run);
          return {
            images,
            states: joinFloats(states),
            predictions: joinFloats(predictions.filter((part) => part !== null)),
            rewards: [],
          };
        }),
      );
    },
    refusal: () => null,
    realFeatures: () => Promise.reject(new Error("not asked for")),
    dispose: () => undefined,
  };
}

describe("the probe of a network", () => {
  test("noises images forward, asking a student for the time itself", () => {
    const up = probeCoefficients(spec).slice(-PROBE_TIMES.length - 1);
    let [signal, noise] = [1, 0];
    for (const step of up) {
      if (step.t > 0) expect(jumpTarget(step)).toBeCloseTo(step.t, 12);
      expect(step.t).toBeCloseTo(Math.sqrt(noise), 12);
      [signal, noise] = [step.cx * signal, step.cx ** 2 * noise + step.cz ** 2];
      expect(signal).toBeCloseTo(1 - step.s, 12);
      expect(Math.sqrt(noise)).toBeCloseTo(step.s, 12);
    }
  });

  test("finds error and slope of a network that is known", async () => {
    const { points, sizeSq } = await probeNetwork(engineOf(gaussian()), spec);
    // The ODE in 16 steps ends at mean m with some variance v' of its own; x0Hat - x_0 is then linear in both Gaussians.
    const spread = sizeSq.value / IMAGE_SIZE - MEAN ** 2;
    expect(spread).toBeGreaterThan(0);
    for (const { t, errorSq, slope, pairs } of points) {
      const gain = gainAt(t);
      const expected = IMAGE_SIZE * ((gain * (1 - t) - 1) ** 2 * spread + (gain * t) ** 2);
      // The chain meets m to 1e-2 and adds its square; the rest is chance over 10 x 3,072 numbers.
      const chance = 4.5 * Math.sqrt(2 / (10 * IMAGE_SIZE)) * expected;
      expect(Math.abs(errorSq.value - expected)).toBeLessThan(chance + 1e-3 * IMAGE_SIZE);
      expect(errorSq.n).toBe(10);
      // The network is linear: every pair has its slope, up to f32 sums of 3,072 numbers.
      expect(slope).toBeCloseTo(gain, 4);
      // All pairs of ten.
      expect(pairs).toBe(45);
    }
    // Control: a network 10 % too steep is told apart.
    const wrong = await probeNetwork(engineOf(gaussian(1.1)), spec);
    expect(wrong.points[5]!.slope).toBeCloseTo(1.1 * gainAt(PROBE_TIMES[5]), 4);
  });

  test("stops when cancelled", async () => {
    const own = new AbortController();
    const engine = engineOf(gaussian());
    const heeding: ImageEngine = {
      ...engine,
      run: (job, control) => {
        control?.signal?.throwIfAborted();
        return engine.run(job, control);
      },
    };
    const two = { ...spec, evaluation: { ...spec.evaluation, images: 17 } };
    const run = probeNetwork(heeding, two, { signal: own.signal, onBatch: () => own.abort() });
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("the bound on images", () => {
  const probe: Probe = {
    points: PROBE_TIMES.map((t) => ({
      t,
      errorSq: { value: (3 * t) ** 2, se: 0.1, n: 24 },
      slope: gainAt(t),
      pairs: 148,
    })),
    sizeSq: { value: 2500, se: 10, n: 24 },
  };
  const data = { probe, sweep: { rewards: [spec.reward], places: [] } };
  const words = { reward: "Smoothness", unit: "" };

  test("is the reward's constant times both distances, and grows with eta", () => {
    const [ode, sde] = evaluateBound(spec, probe, [0, 1]);
    expect(profileOf(probe).errors[0]).toBeCloseTo(0.06, 12);
    expect(ode!.sde).toEqual(ode!.ode);
    expect(sde!.gap! / (sde!.sde.w2 + sde!.ode.w2)).toBeCloseTo(Math.sqrt(8) / 64, 12);
    expect(sde!.vacuous).toBe(false);
    const steep = { ...probe, points: probe.points.map((p) => ({ ...p, slope: 20 })) };
    expect(evaluateBound(spec, steep, [1])[0]!.vacuous).toBe(true);
  });

  test("says its kind and which assumptions fail", () => {
    const [gap, w2, error] = boundCharts(spec, data, words);
    const curves = [...gap!.series, ...w2!.series].filter(({ role }) => role === "theory");
    expect(curves.length).toBe(5);
    for (const series of curves) expect(series).toMatchObject({ kind: "heuristic" });
    const notes = gap!.notes.join("\n");
    expect(notes).toMatch(/Fails: one-sided Lipschitz/);
    expect(notes).toMatch(/Fails: continuous time/);
    expect(notes).toMatch(/Holds: the reward changes by at most 0\.0442/);
    expect(notes).toMatch(/\d,\d{3} digits/);
    expect(error!.series[0]!.points).toHaveLength(PROBE_TIMES.length);
    expect(gap!.summary).toContain("heuristic");
  });

  test("gives its reason where it cannot be evaluated", () => {
    const [bold] = boundCharts({ ...spec, reward: { kind: "boldness" } }, data, words);
    expect(bold!.notes[0]).toMatch(/Fails: no Lipschitz constant of this reward, for it divides/);
    expect(bold!.series).toEqual([]);
    const window: ImageSpec = {
      ...spec,
      sampler: { ...spec.sampler, schedule: { kind: "window", start: 0, size: 1 } },
    };
    const [changing] = boundCharts(window, data, words);
    expect(changing!.series).toEqual([]);
    expect(changing!.notes.join()).toContain("this schedule changes it");
  });
});
