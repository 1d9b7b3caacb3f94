import { describe, expect, it } from "vitest";
import { measuredPoints, pointAt } from "../../../src/lab/training/runs.ts";
import type { TrainingRun } from "../../../src/lab/training/state.ts";
import type { PointTrainingSpec, TrainingSpec } from "../../../src/spec/training/types.ts";
import {
  fakeFiles,
  lineSpec,
  memoryKeptCells,
  memoryKeptRuns,
  nextWeights,
  openPage,
  type FakeTrainingEngine,
  type TestPage,
} from "./fakes.ts";

function shown({ store }: TestPage): TrainingRun {
  const { runs, shown: id } = store.getState();
  const run = runs.find((one) => one.id === id);
  if (run === undefined) throw new Error("no run is shown");
  return run;
}

const phase = ({ store }: TestPage) => store.getState().run;
const iterationsOf = (run: TrainingRun) => run.points.map(({ checkpoint }) => checkpoint.iteration);
const withEta = <S extends TrainingSpec>(spec: S, eta: number): S => ({
  ...spec,
  training: { ...spec.training, noise: { kind: "gddim", eta } },
});

/** Weights after `count` iterations from 1, by the fake's rule. */
function weightsAfter(
  count: number,
  spec: TrainingSpec,
  from: Float64Array = Float64Array.of(1),
  start = 0,
): Float64Array {
  let weights = from;
  const job = { training: spec.training } as Parameters<typeof nextWeights>[2];
  for (let i = start + 1; i <= count; i++) weights = nextWeights(weights, i, job);
  return weights;
}

describe("The training page", () => {
  it("opens with the shipped network, measured before training", async () => {
    const page = await openPage();
    const run = shown(page);
    expect(phase(page)).toEqual({ phase: "idle" });
    expect(page.store.getState().reference).toMatchObject({ phase: "ready", weights: { origin: "shipped" } });
    expect(iterationsOf(run)).toEqual([0]);
    expect(measuredPoints(run)).toHaveLength(1);
    expect(page.store.getState().prepared?.view?.dim).toBe(1);
  });

  it("trains to the end, keeping and measuring every second iteration", async () => {
    const page = await openPage();
    page.store.getState().train();
    await page.settle();
    const run = shown(page);
    expect(phase(page)).toMatchObject({ phase: "done", iteration: 6 });
    expect(run.reports.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(iterationsOf(run)).toEqual([0, 2, 4, 6]);
    expect(measuredPoints(run).map(({ measurement }) => measurement.numbers.iteration)).toEqual([0, 2, 4, 6]);
    expect([...run.newest.parameters]).toEqual([...weightsAfter(6, run.spec)]);
    // The pretrained network is measured once for all of them.
    expect(page.engine.measured).toBe(4);
  });

  it("loses nothing in a pause: the weights are those of a run that never stopped", async () => {
    const page = await openPage();
    page.engine.holdAt = 3;
    page.store.getState().train();
    await page.settle();
    page.store.getState().pause();
    expect(phase(page)).toEqual({ phase: "paused", iteration: 3, iterations: 6 });
    page.engine.holdAt = null;
    page.store.getState().resume();
    await page.settle();
    const run = shown(page);
    expect([...run.newest.parameters]).toEqual([...weightsAfter(6, run.spec)]);
    expect(run.reports).toHaveLength(6);
    // The control: another seed gives other weights.
    expect([...weightsAfter(6, lineSpec({ seed: 2 }))]).not.toEqual([...run.newest.parameters]);
  });

  it("waits when the settings change, and goes on under the new ones as a branch", async () => {
    const page = await openPage();
    page.engine.holdAt = 3;
    page.store.getState().train();
    await page.settle();
    const first = shown(page).id;
    const edited = withEta(page.store.getState().spec, 2);
    page.store.getState().edit(edited);
    await page.settle();
    expect(phase(page)).toMatchObject({ phase: "paused", iteration: 3 });
    page.engine.holdAt = null;
    page.store.getState().resume();
    await page.settle();
    const run = shown(page);
    expect(run.parent).toEqual({ run: first, iteration: 3 });
    expect([...run.newest.parameters]).toEqual([...weightsAfter(6, edited, weightsAfter(3, lineSpec()), 3)]);
    page.store.getState().undo();
    await page.settle();
    expect(shown(page).id).toBe(first);
    expect(phase(page)).toMatchObject({ phase: "paused", iteration: 3 });
  });

  it("branches from an earlier iteration with the history before it", async () => {
    const page = await openPage();
    page.store.getState().train();
    await page.settle();
    page.store.getState().branch(2);
    await page.settle();
    const run = shown(page);
    expect(run.parent?.iteration).toBe(2);
    expect(iterationsOf(run)).toEqual([0, 2, 4, 6]);
    expect(page.store.getState().runs).toHaveLength(2);
  });

  it("takes the next seed for a branch under the same settings, which would repeat the run, and says so", async () => {
    const page = await openPage();
    page.store.getState().train();
    await page.settle();
    const first = shown(page);
    page.store.getState().branch(2);
    await page.settle();
    const run = shown(page);
    expect(run.spec).toEqual(lineSpec({ seed: 2 }));
    expect(page.store.getState().spec).toEqual(run.spec);
    expect([...run.newest.parameters]).toEqual([
      ...weightsAfter(6, run.spec, weightsAfter(2, lineSpec()), 2),
    ]);
    expect([...run.newest.parameters]).not.toEqual([...first.newest.parameters]);
    expect(page.store.getState().notices.map(({ text }) => text)).toContain(
      "Seed 1 would repeat the run, so the branch from iteration 2 has seed 2.",
    );
    // Another branch of the first run does not repeat this one.
    page.store.getState().showRun(first.id);
    await page.settle();
    page.store.getState().branch(2);
    await page.settle();
    expect(shown(page).spec.training.seed).toBe(3);
  });

  it("keeps the seed of a branch under other settings", async () => {
    const page = await openPage();
    page.store.getState().train();
    await page.settle();
    page.store.getState().edit(withEta(page.store.getState().spec, 2));
    await page.settle();
    page.store.getState().branch(2);
    await page.settle();
    expect(shown(page).spec.training.seed).toBe(1);
  });

  it("comes back to the branch, the newest run of its settings, when an edit is undone", async () => {
    const page = await openPage();
    page.store.getState().train();
    await page.settle();
    const first = shown(page).id;
    page.store.getState().branch(2);
    await page.settle();
    const branch = shown(page).id;
    expect(branch).not.toBe(first);
    page.store.getState().edit(withEta(page.store.getState().spec, 2));
    await page.settle();
    page.store.getState().undo();
    await page.settle();
    expect(shown(page).id).toBe(branch);
  });

  it("stops at a number that is not one, names the iteration, and goes back to the last good weights", async () => {
    const page = await openPage();
    page.engine.divergeAt = 4;
    page.store.getState().train();
    await page.settle();
    expect(phase(page)).toMatchObject({ phase: "failed", message: expect.stringContaining("iteration 4") });
    const run = shown(page);
    expect(run.newest.iteration).toBe(3);
    expect(run.reports.map(({ iteration }) => iteration)).toEqual([1, 2, 3]);
    page.store.getState().resume();
    await page.settle();
    expect([...shown(page).newest.parameters]).toEqual([...weightsAfter(6, run.spec)]);
  });

  it("pretrains a law that no weights ship for, with its loss, and gives up at once when told", async () => {
    const page = await openPage({ files: fakeFiles(null) });
    expect(phase(page)).toEqual({ phase: "idle" });
    expect(page.store.getState().reference).toEqual({ phase: "none" });
    page.engine.holdPretraining = true;
    page.store.getState().train();
    await page.settle();
    expect(page.store.getState().reference).toMatchObject({ phase: "pretraining", losses: [{ loss: 0.5 }] });
    page.store.getState().stop();
    await page.settle();
    expect(phase(page)).toEqual({ phase: "idle" });
    expect(page.store.getState().reference).toEqual({ phase: "none" });
    page.engine.release();
    page.store.getState().train();
    await page.settle();
    expect(phase(page)).toMatchObject({ phase: "done" });
    expect(shown(page).reference.origin).toBe("pretrained");
  });

  it("pauses pretraining and goes on with it: the weights and losses of one that never stopped", async () => {
    const straight = await openPage({ files: fakeFiles(null) });
    straight.store.getState().train();
    await straight.settle();
    const whole = straight.store.getState().reference;
    expect(whole).toMatchObject({ phase: "ready", losses: [1, 2, 3, 4].map((step) => ({ step })) });

    const page = await openPage({ files: fakeFiles(null) });
    page.engine.holdPretraining = true;
    page.store.getState().train();
    await page.settle();
    page.store.getState().pause();
    await page.settle();
    expect(phase(page)).toMatchObject({ phase: "pretraining-paused", step: 1 });
    expect(page.store.getState().reference).toMatchObject({ phase: "paused", losses: [{ step: 1 }] });
    // Another reward needs no other network: what there is waits.
    page.store.getState().edit(lineSpec({}, { rewards: [{ reward: { kind: "quadratic", center: [2] } }] }));
    await page.settle();
    expect(phase(page)).toMatchObject({ phase: "pretraining-paused", step: 1 });
    page.store.getState().undo();
    await page.settle();
    page.engine.release();
    page.store.getState().resume();
    await page.settle();
    // Train was pressed, so training follows.
    expect(phase(page)).toMatchObject({ phase: "done" });
    // One that had begun anew would have lost its first step twice: losses 1, 1, 2, 3, 4.
    expect(page.store.getState().reference).toEqual(whole);
  });

  it("gives a paused pretraining up when told, and starts from nothing then", async () => {
    const page = await openPage({ files: fakeFiles(null) });
    page.engine.holdPretraining = true;
    page.store.getState().pretrain();
    await page.settle();
    page.store.getState().pause();
    await page.settle();
    page.store.getState().stop();
    expect(phase(page)).toEqual({ phase: "idle" });
    expect(page.store.getState().reference).toEqual({ phase: "none" });
    page.store.getState().pretrain();
    await page.settle();
    // The first step again, not the second.
    expect(page.store.getState().reference).toMatchObject({ phase: "pretraining", losses: [{ step: 1 }] });
  });

  it("starts another engine after one that broke, from the newest weights", async () => {
    const page = await openPage();
    const broken: FakeTrainingEngine["align"] = () => Promise.reject(new Error("the worker stopped"));
    const { align } = page.engine;
    page.engine.align = async (job, control) => (job.from === null ? align(job, control) : broken(job));
    page.store.getState().train();
    await page.settle();
    expect(phase(page)).toMatchObject({ phase: "failed", message: "the worker stopped" });
    expect(page.engine.disposed).toBe(true);
    page.store.getState().resume();
    await page.settle();
    expect(page.engines).toHaveLength(2);
    expect([...shown(page).newest.parameters]).toEqual([...weightsAfter(6, lineSpec())]);
  });

  it("keeps what was measured with the weights, so that a reload while it trains on finds it", async () => {
    const kept = memoryKeptRuns();
    const page = await openPage({ kept });
    page.engine.holdAt = 3;
    page.store.getState().train();
    await page.settle();
    expect(phase(page)).toMatchObject({ phase: "training", iteration: 3 });
    const [run] = kept.runs.values();
    expect(run?.newest.iteration).toBe(2);
    expect(run && pointAt(run, null)?.checkpoint.iteration).toBe(2);
  });

  it("goes on after a reload with what was kept, and shows a run that is finished", async () => {
    const kept = memoryKeptRuns();
    const before = await openPage({ kept });
    before.engine.holdAt = 4;
    before.store.getState().train();
    await before.settle();
    before.store.getState().pause();
    const after = await openPage({ kept });
    expect(phase(after)).toMatchObject({ phase: "paused", iteration: 4 });
    expect(after.store.getState().notices.map(({ id }) => id)).toContain("kept");
    after.store.getState().resume();
    await after.settle();
    expect([...shown(after).newest.parameters]).toEqual([...weightsAfter(6, lineSpec())]);
    const last = await openPage({ kept });
    expect(phase(last)).toMatchObject({ phase: "done", iteration: 6 });
    expect([...shown(last).newest.parameters]).toEqual([...weightsAfter(6, lineSpec())]);
    // Control: under other settings the page begins anew.
    const other = await openPage({ kept, spec: withEta(lineSpec(), 2) });
    expect(phase(other)).toEqual({ phase: "idle" });
  });

  it("opens the newest of several laws only", async () => {
    const page = await openPage();
    const asked = page.preparer.asked.length;
    const law = (mean: number): PointTrainingSpec => ({
      ...lineSpec(),
      model: { kind: "gaussian", mean: [mean], cov: [[1]] },
    });
    for (const mean of [1, 2, 3]) page.store.getState().edit(law(mean));
    await page.settle();
    expect(page.preparer.asked.slice(asked).map(({ model }) => model)).toEqual([law(3).model]);
    expect(shown(page).spec.model).toEqual(law(3).model);
  });

  it("takes weights from a file, refuses a bad one with its reason, and gives them back", async () => {
    const page = await openPage();
    const { importWeights, exportWeights } = page.store.getState();
    await expect(importWeights(new Uint8Array(3), "mine.safetensors")).rejects.toThrow(
      /tensor hidden.0.weight/,
    );
    await importWeights(new Uint8Array(Float64Array.of(5).buffer), "mine.safetensors");
    await page.settle();
    expect(shown(page).reference).toMatchObject({ origin: "imported" });
    const rewardNow = () => shown(page).points[0]?.measurement?.numbers.ode.reward.value;
    const first = rewardNow();
    await importWeights(new Uint8Array(Float64Array.of(9).buffer), "mine.safetensors");
    await page.settle();
    // The second file's network is measured, not remembered as the first's: the fake's reward moves with its weights.
    expect(rewardNow()).toBe((first ?? NaN) + 4);
    await importWeights(new Uint8Array(Float64Array.of(5).buffer), "mine.safetensors");
    await page.settle();
    expect([...new Float64Array((await exportWeights(null)).slice().buffer)]).toEqual([5]);
  });

  it("runs a study cell by cell, keeps what is finished, and runs only the rest", async () => {
    const page = await openPage({ study: "eta-matrix" });
    page.engine.holdAt = 0;
    page.store.getState().runStudy();
    await page.settle();
    expect(phase(page)).toMatchObject({ phase: "study", done: 0 });
    page.store.getState().stop();
    await page.settle();
    expect(phase(page)).toEqual({ phase: "idle" });
    page.engine.holdAt = null;
    page.store.getState().runStudy();
    await page.settle();
    expect(page.store.getState().cells.size).toBe(2);
    const jobs = page.engine.jobs.length;
    page.store.getState().runStudy();
    await page.settle();
    expect(page.engine.jobs).toHaveLength(jobs);
    expect(phase(page)).toEqual({ phase: "idle" });
  });

  it("brings finished trainings of a study back after a reload, and runs only the rest", async () => {
    const keptCells = memoryKeptCells();
    const before = await openPage({ study: "eta-matrix", keptCells });
    before.engine.holdAt = 5;
    before.store.getState().runStudy();
    await before.settle();
    // The first training is let through, the second is cut by closing the tab.
    before.engine.release();
    before.engine.holdAt = 5;
    await before.settle();
    before.store.getState().stop();
    expect(keptCells.cells.size).toBe(1);
    const after = await openPage({ study: "eta-matrix", keptCells });
    expect(after.store.getState().cells.size).toBe(1);
    after.store.getState().runStudy();
    await after.settle();
    expect(after.engine.jobs).toHaveLength(1);
    const straight = await openPage({ study: "eta-matrix" });
    straight.store.getState().runStudy();
    await straight.settle();
    const told = (page: TestPage) => {
      const cells = [...page.store.getState().cells.values()].map(({ seconds: _, history, ...cell }) => ({
        ...cell,
        iterations: history.iterations.map((i) => ({ ...i, seconds: 0 })),
      }));
      return cells.sort((a, b) => (a.key < b.key ? -1 : 1));
    };
    expect(told(after)).toEqual(told(straight));
  });

  it("tells once that the browser keeps nothing, and goes on", async () => {
    const page = await openPage({ study: "eta-matrix", keptCells: memoryKeptCells(true) });
    const seen: string[] = [];
    page.store.subscribe(({ notices }, old) => {
      if (notices !== old.notices) seen.push(...notices.map(({ id }) => id));
    });
    page.store.getState().runStudy();
    await page.settle();
    expect(page.store.getState().cells.size).toBe(2);
    expect(seen).toEqual(["cells-unkept"]);
  });
});
