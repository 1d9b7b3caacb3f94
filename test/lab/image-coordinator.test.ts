import { describe, expect, it, vi } from "vitest";
import {
  IMAGE_SIZE,
  type ImageEngine,
  type ImageEngineChoice,
  type ImageJob,
} from "../../src/engine/image-engine.ts";
import { WorkerStoppedError } from "../../src/engine/worker-port.ts";
import { DeviceLostError } from "../../src/gpu/errors.ts";
import { startImageCoordinator } from "../../src/lab/images/coordinator.ts";
import { createImageStore } from "../../src/lab/images/store.ts";
import { IMAGE_DEFAULTS } from "../../src/spec/images/limits.ts";
import type { ImageSpec } from "../../src/spec/images/types.ts";
import { imageData } from "../ui/images/fixtures.ts";
import { type Clock, systemClock } from "../../src/lab/clock.ts";

const SPEC: ImageSpec = {
  ...IMAGE_DEFAULTS,
  sampler: { ...IMAGE_DEFAULTS.sampler, eta: 1, steps: 2 },
  reward: { kind: "smoothness" },
  evaluation: {
    tiles: 4,
    images: 16,
    etas: [0, 1],
    steps: [1, 2],
    seed: 3,
    study: "sampler",
    promptSets: "drawn",
  },
};

interface Lab {
  readonly jobs: ImageJob[];
  readonly choices: ImageEngineChoice[];
  /** Weights in the teacher's place, as engines were started with. */
  readonly owns: (Uint8Array | null)[];
}

/** An engine that draws grey images with reward 0.25 for the SDE and 0 for the ODE; `fail` may stop a job. */
function fakeEngine(lab: Lab, choice: ImageEngineChoice, fail: (choice: ImageEngineChoice) => Error | null) {
  const engine: ImageEngine = {
    info: { kind: choice === "webgpu" ? "webgpu" : "wasm", adapter: choice, reason: "A test." },
    load: () => Promise.resolve({ bytes: 5 }),
    run: (job, { onProgress } = {}) => {
      lab.jobs.push(job);
      for (const done of [0.25, 0.5, 0.75]) onProgress?.(done);
      const error = fail(choice);
      if (error !== null) return Promise.reject(error);
      return Promise.resolve(
        job.arms.map(({ coefficients, frames }) => ({
          images: new Float32Array(job.count * IMAGE_SIZE),
          states: new Float32Array(frames.length * job.count * IMAGE_SIZE),
          predictions: new Float32Array(Math.max(0, frames.length - 1) * job.count * IMAGE_SIZE),
          rewards: job.rewards.map(() =>
            new Float64Array(job.count).fill(coefficients.some(({ cz }) => cz > 0) ? 0.25 : 0),
          ),
        })),
      );
    },
    realFeatures: () => Promise.reject(new Error("not asked for")),
    refusal: (kind) => (kind === "aesthetic" ? "no model" : null),
    dispose: () => undefined,
  };
  return engine;
}

function labOf(fail: (choice: ImageEngineChoice) => Error | null = () => null, clock: Clock = systemClock) {
  const lab: Lab = { jobs: [], choices: [], owns: [] };
  const store = createImageStore(
    imageData({
      spec: SPEC,
      samples: null,
      charts: null,
      run: { phase: "idle" },
      engine: { phase: "starting" },
    }),
    () => 0,
  );
  const stop = startImageCoordinator({
    store,
    createEngine: (choice, own) => {
      lab.choices.push(choice);
      lab.owns.push(own);
      return Promise.resolve(fakeEngine(lab, choice, fail));
    },
    clock,
    rewardTitle: (kind) => ({ reward: kind, unit: "" }),
  });
  const done = () => vi.waitFor(() => expect(store.getState().run.phase).toBe("done"));
  return { ...lab, store, stop, done };
}

describe("The image page's coordinator", () => {
  it("draws the grid and measures the charts, and concludes nothing before all is measured", async () => {
    const { store, stop, done, choices } = labOf();
    const told: { readonly stage: string; readonly concludes: boolean }[] = [];
    store.subscribe(({ charts }, before) => {
      if (charts === null || charts === before.charts) return;
      const concludes = charts.charts.some(({ summary }) => !/so nothing is concluded/.test(summary));
      told.push({ stage: charts.stage, concludes });
    });
    store.getState().start();
    await done();
    const { samples, charts, engine } = store.getState();
    expect(samples?.gap).toMatchObject({ value: 0.25, n: 4 });
    expect(samples?.missing).toEqual({ aesthetic: "no model" });
    expect(charts?.stage).toBe("full");
    expect(charts?.charts.length).toBeGreaterThan(0);
    expect(told.map(({ stage }) => stage)).toContain("partial");
    expect(told.every(({ stage, concludes }) => concludes === (stage === "full"))).toBe(true);
    expect(engine.phase).toBe("ready");
    expect(choices).toEqual(["auto"]);
    stop();
  });

  it("tells the steps of every job, ten times a second at most", async () => {
    // Each look at this clock takes a fifth of a second, so that every step is told, or none of them but the first.
    const shares = async (tick: number) => {
      let time = 0;
      const { store, stop, done } = labOf(undefined, { ...systemClock, now: () => (time += tick) });
      const seen: { stage: string; done: number }[] = [];
      store.subscribe(({ run }, before) => {
        if (run !== before.run && run.phase === "running") seen.push(run);
      });
      store.getState().start();
      await done();
      stop();
      return (stage: string) => seen.filter((run) => run.stage === stage).map((run) => run.done);
    };
    const slow = await shares(200);
    // A grid of four tiles is a job of one and a job of three. The study's first job is 8 of 16 images in 1 of 1 + 2 steps: a sixth of it.
    expect(slow("preview")).toEqual([0, 0.0625, 0.125, 0.1875, 0.4375, 0.625, 0.8125]);
    const first = [0.25, 0.5, 0.75].map((share): unknown => expect.closeTo(share / 6, 12));
    expect(slow("full").slice(0, 3)).toEqual(first);
    const quick = await shares(0);
    expect([quick("preview"), quick("full").length]).toEqual([[0], 1]);
  });

  it("draws the SDE alone when only eta changes, and holds places with the images before", async () => {
    const { store, stop, done, jobs } = labOf();
    store.getState().start();
    await done();
    const before = jobs.length;
    const parts: (readonly (number | undefined)[])[] = [];
    store.subscribe(({ samples }, { samples: old }) => {
      if (samples !== old) parts.push((samples?.rows ?? []).map(({ older }) => older?.states.length));
    });
    store.getState().edit({ ...SPEC, sampler: { ...SPEC.sampler, eta: 2 } });
    await vi.waitFor(() => expect(store.getState().samples?.rows[1].eta).toBe(2));
    await done();
    const grids = jobs.slice(before).filter(({ arms }) => arms.some(({ frames }) => frames.length > 0));
    expect(grids.map(({ arms }) => arms.length)).toEqual([1, 1]);
    expect(store.getState().samples?.gap).toMatchObject({ value: 0.25, n: 4 });
    // The first part has the four images before behind both rows, the whole needs none.
    const bytes = 4 * 4 * 32 * 32;
    expect(parts).toEqual([
      [bytes, bytes],
      [undefined, undefined],
    ]);
    // The control: another seed needs both rows.
    const sofar = jobs.length;
    store.getState().edit({ ...SPEC, evaluation: { ...SPEC.evaluation, seed: 9 } });
    await vi.waitFor(() => expect(store.getState().samples?.specKey).toContain('"seed":9'));
    await done();
    expect(jobs[sofar]?.arms.length).toBe(2);
    stop();
  });

  it("keeps the grid when only the reward changes", async () => {
    const { store, stop, done, jobs } = labOf();
    store.getState().start();
    await done();
    const grids = () => jobs.filter(({ rewards }) => rewards.length > 1).length;
    const before = grids();
    store.getState().edit({ ...SPEC, reward: { kind: "contrast" } });
    await vi.waitFor(() => expect(store.getState().samples?.specKey).toContain("contrast"));
    await done();
    expect(grids()).toBe(before);
    // The control: another seed needs other images.
    store.getState().edit({ ...SPEC, evaluation: { ...SPEC.evaluation, seed: 9 } });
    await vi.waitFor(() => expect(grids()).toBeGreaterThan(before));
    stop();
  });

  it("goes on, on the CPU, when the device is lost, and says so", async () => {
    const { store, stop, done, choices } = labOf((choice) =>
      choice === "cpu" ? null : new DeviceLostError("The WebGPU device was lost."),
    );
    store.getState().start();
    await done();
    expect(choices).toEqual(["auto", "cpu"]);
    expect(store.getState().samples?.gap).toMatchObject({ value: 0.25 });
    expect(store.getState().notices.map(({ text }) => text)).toEqual([
      "The WebGPU device was lost. The images are drawn again, on the CPU.",
    ]);
    stop();
  });

  it("tells what went wrong when the CPU fails too", async () => {
    const { store, stop } = labOf(() => new DeviceLostError("Gone."));
    store.getState().start();
    await vi.waitFor(() => expect(store.getState().run).toMatchObject({ phase: "failed", message: "Gone." }));
    stop();
  });

  it("starts another worker with the next run when one has stopped, and keeps it when only a job failed", async () => {
    const failures = [new WorkerStoppedError("It stopped."), new Error("A job failed."), null];
    const { store, stop, done, choices } = labOf(() => failures[0] ?? null);
    for (const started of [1, 2]) {
      store.getState().start();
      const message = failures[0]?.message;
      await vi.waitFor(() => expect(store.getState().run).toMatchObject({ phase: "failed", message }));
      expect(choices).toHaveLength(started);
      failures.shift();
    }
    store.getState().start();
    await done();
    expect(choices).toHaveLength(2);
    stop();
  });

  it("starts another engine with weights trained here, and again without, and draws anew each time", async () => {
    const { store, stop, done, owns, jobs } = labOf();
    store.getState().start();
    await done();
    const file = Uint8Array.of(1, 2);
    for (const ownTeacher of [{ file, steps: 9 }, null]) {
      const before = jobs.length;
      store.getState().set({ ownTeacher });
      await vi.waitFor(() => expect(jobs.length).toBeGreaterThan(before));
      await done();
    }
    expect(owns).toEqual([null, file, null]);
    stop();
  });

  it("starts another engine when the user chooses one", async () => {
    const { store, stop, done, choices } = labOf();
    store.getState().start();
    await done();
    store.getState().set({ engineChoice: "webgpu" });
    await vi.waitFor(() => expect(choices).toEqual(["auto", "webgpu"]));
    await vi.waitFor(() => expect(store.getState().engine).toMatchObject({ adapter: "webgpu" }));
    await done();
    stop();
  });

  it("names a reward that cannot be computed here", async () => {
    const { store, stop } = labOf();
    store.getState().edit({ ...SPEC, reward: { kind: "aesthetic" } });
    store.getState().start();
    await vi.waitFor(() =>
      expect(store.getState().run).toMatchObject({
        phase: "failed",
        problems: [{ field: "reward.kind", message: "no model; choose another reward" }],
      }),
    );
    stop();
  });
});
