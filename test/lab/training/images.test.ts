/** The training page over the glyph model, with a fake engine: loading, measuring, training, and what is left out. */
import { describe, expect, it } from "vitest";
import type { LoadControl, MeasurePolicyJob, PolicyArmResult } from "../../../src/engine/training-engine.ts";
import { measuredCharts } from "../../../src/lab/training/run-charts.ts";
import { referenceKey, runKey } from "../../../src/lab/training/keys.ts";
import { TRAINING_CHECKS } from "../../../src/experiments/training/checks.ts";
import { TRAINING_STUDIES, trainingStudyOf } from "../../../src/experiments/training/registry.ts";
import { IMAGE_TRAINING_DEFAULTS } from "../../../src/spec/training/defaults.ts";
import { parseTrainingSpec } from "../../../src/spec/training/parse.ts";
import type { ImageTrainingSpec } from "../../../src/spec/training/types.ts";
import { fakeTrainingEngine, lineSpec, memoryKeptRuns, openPage, type TestPage } from "./fakes.ts";

const SPEC: ImageTrainingSpec = {
  ...IMAGE_TRAINING_DEFAULTS,
  training: { ...IMAGE_TRAINING_DEFAULTS.training, iterations: 4 },
  evaluation: { ...IMAGE_TRAINING_DEFAULTS.evaluation, every: 2 },
};
const COUNT = 20;

/** The arms of the fake engine as of images: every pixel is the weight, every second image has the second prompt. */
function asImages({ parameters }: MeasurePolicyJob, arms: readonly PolicyArmResult[]): PolicyArmResult[] {
  const pixel = Math.tanh(parameters[0] ?? NaN);
  return arms.map((arm, place) => ({
    ...arm,
    x: null,
    values: new Float64Array(COUNT).fill(pixel + place),
    samples: new Float32Array(COUNT * 3072).fill(pixel),
    prompts: Int32Array.from({ length: COUNT }, (_, i) => i % 2),
  }));
}

/** A page of points whose engine knows images; the spec is changed to images after. */
async function openImages(parts: Parameters<typeof openPage>[0] = {}): Promise<TestPage> {
  const page = await openPage(parts);
  Object.assign(page.engine, {
    load: (_: unknown, { onBytes }: LoadControl = {}) => {
      onBytes?.(3e6, 6e6, false);
      return Promise.resolve({ parameters: Float64Array.of(0.5), steps: 0 });
    },
    measure: async (job: MeasurePolicyJob) => {
      page.engine.measured++;
      return asImages(job, await fakeTrainingEngine().measure(job));
    },
    scoreError: () => Promise.reject(new Error("nobody knows the score of images")),
    pretrain: () => Promise.reject(new Error("the glyph model is pretrained")),
  });
  page.store.getState().edit(SPEC);
  await page.settle();
  return page;
}

const shown = ({ store }: TestPage) => {
  const { runs, shown: id } = store.getState();
  const run = runs.find((one) => one.id === id);
  if (run === undefined) throw new Error("no run is shown");
  return run;
};

describe("The training page with the glyph model", () => {
  it("loads the model, telling its bytes, and shows its images before training", async () => {
    const page = await openPage();
    const told: number[] = [];
    page.store.subscribe(({ reference }) => {
      if (reference.phase === "loading" && reference.arrived !== null) told.push(reference.arrived.bytes);
    });
    Object.assign(page.engine, {
      load: (_: unknown, { onBytes }: LoadControl = {}) => {
        onBytes?.(3e6, 6e6, false);
        return Promise.resolve({ parameters: Float64Array.of(0.5), steps: 0 });
      },
      measure: async (job: MeasurePolicyJob) => asImages(job, await fakeTrainingEngine().measure(job)),
    });
    page.store.getState().edit(SPEC);
    await page.settle();
    expect(told).toContain(3e6);
    const { measurement } = shown(page).points[0] ?? {};
    // The page keeps 16 of each row, with prompt and reward.
    expect(measurement?.samples.ode.length).toBe(16 * 3072);
    expect([...(measurement?.images?.prompts ?? [])]).toEqual([
      0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
    ]);
    expect(measurement?.images?.sde?.[0]).toBeCloseTo(Math.tanh(0.5) + 1);
    expect(page.store.getState()).toMatchObject({ run: { phase: "idle" }, prepared: { view: null } });
  });

  it("trains from the untrained adapter and measures on the way; no score error, no pretraining", async () => {
    const page = await openImages();
    page.store.getState().train();
    await page.settle();
    const run = shown(page);
    expect(page.store.getState().run).toMatchObject({ phase: "done", iteration: 4 });
    expect(run.points.map(({ checkpoint }) => checkpoint.iteration)).toEqual([0, 2, 4]);
    expect(page.engine.jobs[0]).toMatchObject({
      problem: { kind: "glyphs", weights: "student", adapter: { rank: 4 } },
      reference: Float64Array.of(0.5),
    });
    expect(run.points.every(({ measurement }) => measurement?.images !== null)).toBe(true);
    const charts = measuredCharts(run, page.store.getState().prepared);
    expect(charts.map(({ id }) => id)).toEqual(expect.arrayContaining(["training-rewards", "training-gap"]));
  });

  it("keeps a run that the tab was closed on, images and all", async () => {
    const kept = memoryKeptRuns();
    const page = await openImages({ kept });
    page.engine.holdAt = 3;
    page.store.getState().train();
    await page.settle();
    page.store.getState().pause();
    await page.settle();
    const [run] = kept.runs.values();
    expect(run?.points[0]?.measurement?.images?.prompts.length).toBe(16);
    expect(runKey(run?.spec ?? lineSpec())).toBe(runKey(SPEC));
  });

  it("starts anew for another adapter or network, but not for other prompts", () => {
    const { model, adapter } = SPEC;
    const prompts = { ...SPEC, model: { ...model, prompts: ["A"] } };
    expect(referenceKey(prompts)).toBe(referenceKey(SPEC));
    expect(runKey(prompts)).not.toBe(runKey(SPEC));
    expect(referenceKey({ ...SPEC, adapter: { ...adapter, rank: 8 } })).not.toBe(referenceKey(SPEC));
    expect(referenceKey({ ...SPEC, model: { ...model, weights: "teacher" } })).not.toBe(referenceKey(SPEC));
  });

  it("has studies of valid trainings; an algorithm that the reward does not suit is left out with the reason", () => {
    const without: ImageTrainingSpec = {
      ...SPEC,
      rewards: [{ reward: { kind: "compressibility" }, weight: 1 }],
    };
    for (const study of TRAINING_STUDIES) {
      const cells = study.cells(SPEC);
      expect(cells.length, study.id).toBeGreaterThan(1);
      for (const { spec, label } of cells)
        expect(parseTrainingSpec(spec, TRAINING_CHECKS), label).toMatchObject({ ok: true });
    }
    const labels = (spec: ImageTrainingSpec) =>
      (trainingStudyOf("algorithms")?.cells(spec) ?? []).map(({ label }) => label);
    expect(labels(SPEC)).toContain("Direct, seed 1");
    expect(labels(without)).not.toContain("Direct, seed 1");
    const notes =
      trainingStudyOf("algorithms")
        ?.charts(without, new Map())
        .flatMap((chart) => chart.notes) ?? [];
    expect(notes.join(" ")).toMatch(/Direct is left out: .*gradient/);
  });
});
