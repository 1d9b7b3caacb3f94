import { describe, expect, it } from "vitest";
import { countRuns, runList, type ListedRun } from "../../../src/lab/training/run-list.ts";
import { comparedCharts, isComparable, measuredCharts } from "../../../src/lab/training/run-charts.ts";
import { measuredPoints } from "../../../src/lab/training/runs.ts";
import type { PointTrainingSpec } from "../../../src/spec/training/types.ts";
import { comparedRun } from "../../../src/ui/training/training-context.ts";
import { fakeFiles, lineSpec, memoryKeptRuns, openPage, type TestPage } from "./fakes.ts";

const withEta = (spec: PointTrainingSpec, eta: number): PointTrainingSpec => ({
  ...spec,
  training: { ...spec.training, noise: { kind: "gddim", eta } },
});
const listed = ({ store }: TestPage) => runList(store.getState());
const shownId = ({ store }: TestPage) => store.getState().shown ?? NaN;
/** [id, its branches]. */
type Tree = readonly [number, readonly Tree[]];
const tree = (list: readonly ListedRun[]): readonly Tree[] =>
  list.map(({ id, branches }) => [id, tree(branches)] as const);

/** A finished run, and a branch from iteration 2, which takes the next seed. */
async function branched(parts: Parameters<typeof openPage>[0] = {}) {
  const page = await openPage(parts);
  page.store.getState().train();
  await page.settle();
  const first = shownId(page);
  page.store.getState().branch(2);
  await page.settle();
  return { page, first, branch: shownId(page) };
}

async function chosen(page: TestPage, id: number): Promise<void> {
  page.store.getState().showRun(id);
  await page.settle();
}

describe("The list of runs", () => {
  it("has nothing that was not trained, and branches under the run they come from", async () => {
    expect(listed(await openPage())).toEqual([]);
    const { page, first, branch } = await branched();
    expect(tree(listed(page))).toEqual([[first, [[branch, []]]]]);
    expect(countRuns(listed(page))).toBe(2);
    page.store.getState().train();
    await page.settle();
    // The newest first.
    expect(tree(listed(page))).toEqual([
      [shownId(page), []],
      [first, [[branch, []]]],
    ]);
  });

  it("tells iteration, branching point, and the reward of the ODE with its error and n", async () => {
    const { page, first } = await branched();
    const [line] = listed(page);
    const point = page.store
      .getState()
      .runs.find(({ id }) => id === first)
      ?.points.at(-1);
    expect(line).toMatchObject({
      iteration: 6,
      parent: null,
      name: null,
      kept: false,
      reward: { iteration: 6, estimate: point?.measurement?.numbers.ode.reward },
    });
    expect(line?.reward?.estimate.n).toBe(8);
    expect(line?.branches[0]).toMatchObject({ parent: { run: first, iteration: 2 } });
  });

  it("leads to each of two runs under the same settings, and back after an edit is undone", async () => {
    const page = await openPage();
    const trained = async () => {
      page.store.getState().train();
      await page.settle();
      return shownId(page);
    };
    const first = await trained();
    const second = await trained();
    await chosen(page, first);
    expect(shownId(page)).toBe(first);
    page.store.getState().edit(withEta(lineSpec(), 2));
    await page.settle();
    page.store.getState().undo();
    await page.settle();
    // The one that was on the screen, though the other is newer.
    expect(shownId(page)).toBe(first);
    await chosen(page, second);
    expect(shownId(page)).toBe(second);
    expect(page.store.getState().run).toMatchObject({ phase: "done", iteration: 6 });
  });

  it("makes the settings of a chosen run the page's, and undo brings the old ones back", async () => {
    const { page, first } = await branched();
    const other = withEta(lineSpec(), 2);
    page.store.getState().edit(other);
    await page.settle();
    page.store.getState().train();
    await page.settle();
    const second = shownId(page);
    await chosen(page, first);
    expect(page.store.getState().spec).toEqual(lineSpec());
    page.store.getState().undo();
    await page.settle();
    expect(page.store.getState().spec).toEqual(other);
    expect(shownId(page)).toBe(second);
  });

  it("pauses a training when another run is chosen, and goes on with it later", async () => {
    const { page, first } = await branched();
    page.engine.holdAt = 3;
    page.store.getState().train();
    await page.settle();
    const running = shownId(page);
    expect(page.store.getState().run.phase).toBe("training");
    await chosen(page, first);
    expect(page.store.getState().run).toMatchObject({ phase: "done" });
    await chosen(page, running);
    expect(page.store.getState().run).toMatchObject({ phase: "paused", iteration: 3 });
    page.engine.release();
    page.store.getState().resume();
    await page.settle();
    expect(page.store.getState().run).toMatchObject({ phase: "done", iteration: 6 });
    expect(shownId(page)).toBe(running);
  });

  it("survives a reload with its names, whatever the page opens with", async () => {
    const kept = memoryKeptRuns();
    const { page, first, branch } = await branched({ kept });
    page.store.getState().nameRun(branch, "  from the second  ");
    await page.settle();
    expect(listed(page)[0]?.kept).toBe(true);
    const after = await openPage({ kept, spec: withEta(lineSpec(), 2) });
    expect(after.store.getState().run).toEqual({ phase: "idle" });
    expect(tree(listed(after))).toEqual([[first, [[branch, []]]]]);
    expect(listed(after)[0]?.branches[0]?.name).toBe("from the second");
    await chosen(after, branch);
    expect(after.store.getState().spec).toEqual(lineSpec({ seed: 2 }));
    const run = (of: TestPage) => of.store.getState().runs.find(({ id }) => id === branch);
    expect(run(after)).toEqual(run(page));
    // A new run is none of the old ones.
    after.store.getState().train();
    await after.settle();
    expect(shownId(after)).toBeGreaterThan(branch);
    expect(kept.runs.size).toBe(3);
  });

  it("keeps a name while its run trains on", async () => {
    const kept = memoryKeptRuns();
    const page = await openPage({ kept });
    page.engine.holdAt = 3;
    page.store.getState().train();
    await page.settle();
    page.store.getState().nameRun(shownId(page), "mine");
    page.engine.release();
    await page.settle();
    expect((await kept.all()).map(({ name, iteration }) => [name, iteration])).toEqual([["mine", 6]]);
    page.store.getState().nameRun(shownId(page), " ");
    expect(listed(page)[0]?.name).toBeNull();
  });

  it("loses a deleted run for good; its branches stay, and what is left is shown", async () => {
    const kept = memoryKeptRuns();
    const { page, first, branch } = await branched({ kept });
    page.store.getState().removeRun(first);
    await page.settle();
    expect(tree(listed(page))).toEqual([[branch, []]]);
    expect(shownId(page)).toBe(branch);
    page.store.getState().removeRun(branch);
    await page.settle();
    expect(listed(page)).toEqual([]);
    expect(kept.runs.size).toBe(0);
    expect(page.store.getState().run).toEqual({ phase: "idle" });
    // Before training, measured anew.
    expect(page.store.getState().runs.map(({ newest }) => newest.iteration)).toEqual([0]);
  });

  it("does not bring a run back that was deleted while it trained", async () => {
    const kept = memoryKeptRuns();
    const page = await openPage({ kept });
    page.engine.holdAt = 4;
    page.store.getState().train();
    await page.settle();
    expect(kept.runs.size).toBe(1);
    page.store.getState().removeRun(shownId(page));
    page.engine.release();
    await page.settle();
    expect(kept.runs.size).toBe(0);
    expect(listed(page)).toEqual([]);
  });

  it("says so where another tab has deleted the run", async () => {
    const kept = memoryKeptRuns();
    const { first } = await branched({ kept });
    const page = await openPage({ kept, spec: withEta(lineSpec(), 2) });
    kept.runs.delete(first);
    await chosen(page, first);
    expect(page.store.getState().notices.map(({ id }) => id)).toContain("run-lost");
    expect(listed(page).map(({ id }) => id)).not.toContain(first);
    expect(page.store.getState().run).toEqual({ phase: "idle" });
  });

  it("brings another law's network with its run", async () => {
    const { page, first } = await branched({ files: fakeFiles(3) });
    const law: PointTrainingSpec = { ...lineSpec(), model: { kind: "gaussian", mean: [2], cov: [[1]] } };
    page.store.getState().edit(law);
    await page.settle();
    const other = page.store.getState().reference;
    await chosen(page, first);
    expect(page.store.getState().spec).toEqual(lineSpec());
    const { reference, runs } = page.store.getState();
    expect(reference).not.toEqual(other);
    expect(reference).toMatchObject({ weights: runs.find(({ id }) => id === first)?.reference });
  });

  it("holds another run against the one that is shown: its ODE's reward, where both rewards mean the same", async () => {
    const { page, first, branch } = await branched();
    const { store } = page;
    expect(comparedRun(store.getState())).toBeNull();
    store.getState().compareRun(first);
    await page.settle();
    const other = comparedRun(store.getState());
    expect([store.getState().shown, other?.id]).toEqual([branch, first]);
    const run = store.getState().runs.find(({ id }) => id === branch);
    if (run === undefined || other === null) throw new Error("both runs must be there");
    const charts = measuredCharts(run, store.getState().prepared);
    const held = comparedCharts(charts, other, "the first");
    const added = held.flatMap((chart, i) => chart.series.slice(charts[i]?.series.length));
    expect(held.filter((chart, i) => chart !== charts[i]).map(({ id }) => id)).toEqual(["training-rewards"]);
    expect(added).toMatchObject([{ role: "measured", pale: true, label: "ODE of “the first”" }]);
    expect(added[0]?.points).toEqual(
      measuredPoints(other).map(({ measurement: { numbers } }) => ({
        x: numbers.iteration,
        estimate: numbers.ode.reward,
      })),
    );
    // It is not held against itself, nor against one of other rewards, and not once it is deleted.
    await chosen(page, first);
    expect(comparedRun(store.getState())).toBeNull();
    await chosen(page, branch);
    expect(comparedRun(store.getState())?.id).toBe(first);
    expect(isComparable(lineSpec(), withEta(lineSpec(), 2))).toBe(true);
    const rewards = [{ reward: { kind: "quadratic", center: [2] } }];
    expect(isComparable(lineSpec(), lineSpec({}, { rewards }))).toBe(false);
    store.getState().removeRun(first);
    expect(store.getState().compared).toBeNull();
  });
});
