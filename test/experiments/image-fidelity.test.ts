import { describe, expect, test } from "vitest";
import {
  FIDELITY_FEATURES,
  type ImageEngine,
  type ImageJob,
  NOT_ASKED,
  type RealFeatures,
} from "../../src/engine/image-engine.ts";
import { fidelityCharts } from "../../src/experiments/images/fidelity-charts.ts";
import { measureFidelity } from "../../src/experiments/images/fidelity.ts";
import { isComplete, measureStudy, studyKey } from "../../src/experiments/images/studies.ts";
import { createRandom, DATA_STREAM } from "../../src/math/philox.ts";
import { frechetDistance, frechetReference } from "../../src/measure/frechet.ts";
import { shareEstimate } from "../../src/measure/share.ts";
import { IMAGE_DEFAULTS } from "../../src/spec/images/limits.ts";
import type { ImageSpec } from "../../src/spec/images/types.ts";

const spec: ImageSpec = {
  ...IMAGE_DEFAULTS,
  sampler: { ...IMAGE_DEFAULTS.sampler, eta: 1, steps: 4 },
  evaluation: {
    ...IMAGE_DEFAULTS.evaluation,
    study: "fidelity",
    images: 80,
    etas: [0, 1],
    steps: [2, 4],
  },
};

function features(rows: number, seed: number, scale: number): Float32Array {
  const random = createRandom(seed, DATA_STREAM);
  return Float32Array.from({ length: rows * FIDELITY_FEATURES }, () => scale * random.normal());
}

/** Real glyphs: prompt i asks for character i mod 62 and nothing else; every third is read otherwise. */
const real: RealFeatures = {
  train: features(200, 1, 1),
  heldOut: features(100, 2, 1),
  prompts: Int32Array.from({ length: 600 }, (_, at) =>
    at % 6 === 0 ? (at / 6) % 62 : [62, 4, 2, 5, 10, 10][at % 6]!,
  ),
  readings: Uint8Array.from({ length: 600 }, (_, at) =>
    at % 6 === 0 ? Number((at / 6) % 3 > 0) : NOT_ASKED,
  ),
};

/** An engine whose SDE images have features twice as wide as its ODE images, and are read half as often. */
function engineOf(jobs: ImageJob[] = []): ImageEngine {
  const all = features(80, 3, 1);
  return {
    info: { kind: "wasm", adapter: "test", reason: "" },
    load: () => Promise.resolve({ bytes: 1 }),
    refusal: () => null,
    realFeatures: () => Promise.resolve(real),
    run: (job, control) => {
      control?.signal?.throwIfAborted();
      jobs.push(job);
      return Promise.resolve(
        job.arms.map(({ coefficients }) => {
          const noisy = coefficients.some(({ cz }) => cz > 0);
          const own = all.subarray(
            job.first * FIDELITY_FEATURES,
            (job.first + job.count) * FIDELITY_FEATURES,
          );
          return {
            images: new Float32Array(0),
            states: new Float32Array(0),
            predictions: new Float32Array(0),
            rewards: [],
            evaluation: {
              features: own.map((value) => (noisy ? 2 : 1) * value),
              readings: Uint8Array.from({ length: 6 * job.count }, (_, at) => {
                if (at % 6 > 0) return NOT_ASKED;
                return noisy ? Number((job.first + at / 6) % 2 === 0) : 1;
              }),
            },
          };
        }),
      );
    },
    dispose: () => undefined,
  };
}

describe("the study of fidelity", () => {
  test("asks for the prompts of real glyphs, image by image, and lets no reward look", async () => {
    const jobs: ImageJob[] = [];
    await measureFidelity(engineOf(jobs), spec);
    const asked = jobs.flatMap(({ prompt }) => prompt);
    expect(asked).toEqual([...real.prompts.subarray(0, 480)]);
    expect(jobs.every(({ rewards, evaluate }) => rewards.length === 0 && evaluate === true)).toBe(true);
  });

  test("tells distances to training glyphs, paired gaps, and shares over what prompts say", async () => {
    const { cells, real: beside } = await measureFidelity(engineOf(), spec);
    expect(cells.map(({ eta, steps }) => [eta, steps])).toEqual([
      [0, 2],
      [1, 2],
      [0, 4],
      [1, 4],
    ]);
    const reference = frechetReference(real.train, FIDELITY_FEATURES);
    const [ode, sde] = [cells[2]!, cells[3]!];
    expect(ode.distance).toMatchObject({ value: frechetDistance(features(80, 3, 1), reference), n: 80 });
    expect(ode.gap).toEqual({ value: 0, se: 0, n: 80 });
    expect(sde.gap.value).toBe(sde.distance.value - ode.distance.value);
    expect(sde.gap.value).toBeGreaterThan(4.5 * sde.gap.se);
    expect(ode.read.character).toEqual(shareEstimate(80, 80));
    expect(sde.read.character).toEqual(shareEstimate(40, 80));
    expect(sde.read.ink.n).toBe(0);
    // Two of three among the first 80 are read.
    expect(beside.read.character).toEqual(shareEstimate(53, 80));
    expect(beside.distance.n).toBe(80);
  });

  test("draws samples beside real glyphs, and nothing before there are enough images", async () => {
    const data = await measureFidelity(engineOf(), spec);
    const charts = fidelityCharts(spec, data);
    const distance = charts.find(({ id }) => id === "image-distance-eta")!;
    expect(distance.series.map(({ id }) => id)).toEqual(["samples", "real"]);
    expect(distance.summary).toMatch(/real glyphs .* n = 80/);
    const steps = charts.find(({ id }) => id === "image-character-steps")!;
    expect(steps.series.map(({ id }) => id)).toEqual(["ode", "sde", "real"]);
    const few = { ...spec, evaluation: { ...spec.evaluation, images: 16 } };
    const early = fidelityCharts(few, await measureFidelity(engineOf(), few));
    const empty = early.find(({ id }) => id === "image-distance-eta")!;
    expect(empty.series).toEqual([]);
    expect(empty.summary).toBe(
      "A distance with its error needs at least 20 images, and these are 16; set Images per point.",
    );
    // Control: with as many as it says there is one.
    const enough = { ...spec, evaluation: { ...spec.evaluation, images: 20 } };
    const drawn = fidelityCharts(enough, await measureFidelity(engineOf(), enough));
    expect(drawn.find(({ id }) => id === "image-distance-eta")!.series).toHaveLength(2);
    // A slot that no prompt asks for.
    expect(drawn.find(({ id }) => id === "image-slant-eta")!.summary).toContain("No prompt");
  });

  test("counts what is read, and gives it an interval where all of few images are read alike", async () => {
    const few = { ...spec, evaluation: { ...spec.evaluation, images: 16 } };
    const charts = fidelityCharts(few, await measureFidelity(engineOf(), few));
    // Ends of Wilson's interval of 16 of 16 are 0.806 and 1, of 8 of 16 0.280 and 0.720, of 10 of 16 0.386 and 0.815.
    expect(charts.find(({ id }) => id === "image-character-eta")!.summary).toBe(
      "From 8 of 16, 0.50 ± 0.22 (η = 1, N = 4) to 16 of 16, 0.903 ± 0.097 (η = 0, N = 4); real glyphs 10 of 16, 0.60 ± 0.21.",
    );
    const still = { ...few, sampler: { ...few.sampler, eta: 0 } };
    const alike = { ...still, evaluation: { ...still.evaluation, etas: [0] } };
    const own = fidelityCharts(alike, await measureFidelity(engineOf(), alike));
    const summary = (id: string) => own.find((chart) => chart.id === id)!.summary;
    expect(summary("image-character-eta")).toMatch(/^16 of 16, 0.903 ± 0.097 \(η = 0, N = 4\); real/);
    expect(summary("image-character-steps")).toMatch(
      /^16 of 16, 0.903 ± 0.097 for every sampler measured; real/,
    );
  });

  test("comes in doubling numbers, whole at the end, and stops when cancelled", async () => {
    const own = new AbortController();
    const seen: number[] = [];
    const all = await measureStudy(engineOf(), spec, {
      onBatch: (_, data) => {
        if (data.study === "fidelity") seen.push(data.fidelity.real.distance.n);
      },
    });
    expect(seen).toEqual([0, 32, 32, 64, 80]);
    expect(isComplete(spec, all)).toBe(true);
    const run = measureFidelity(engineOf(), spec, { signal: own.signal, onBatch: () => own.abort() });
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
  });

  test("needs no new images for another prompt on the page, but does for other weights", () => {
    const other = { ...spec, model: { ...spec.model, prompt: "black Z" } };
    const teacher = { ...spec, model: { ...spec.model, weights: "teacher" as const } };
    expect(studyKey(other)).toBe(studyKey(spec));
    expect(studyKey(teacher)).not.toBe(studyKey(spec));
  });
});
