/** Which moment of training the samples, the charts and the sentences are of, and which samples are on the screen meanwhile. */
import { describe, expect, it } from "vitest";
import {
  alarmsOf,
  markedCharts,
  measuredCharts,
  reportedCharts,
} from "../../../src/lab/training/run-charts.ts";
import type { PointTrainingSpec } from "../../../src/spec/training/types.ts";
import { scrubbedIteration, shownRun } from "../../../src/ui/training/training-context.ts";
import { scrubText } from "../../../src/ui/training/training-run-words.ts";
import {
  isWaitingForSamples,
  newSamplesText,
  oldSamplesText,
  viewBehind,
} from "../../../src/ui/training/views/drawn-samples.ts";
import { shownSamples } from "../../../src/ui/training/views/shown-samples.ts";
import { lineSpec, openPage, type TestPage } from "../../lab/training/fakes.ts";

async function trained(): Promise<TestPage> {
  const page = await openPage();
  page.store.getState().train();
  await page.settle();
  return page;
}

function runOf({ store }: TestPage) {
  const run = shownRun(store.getState());
  if (run === null) throw new Error("no run is shown");
  return run;
}

const otherLaw: PointTrainingSpec = { ...lineSpec(), model: { kind: "gaussian", mean: [2], cov: [[1]] } };

describe("A moment that the samples were taken back to", () => {
  it("is marked in every chart over iterations, and in none at the newest", async () => {
    const page = await trained();
    const { store } = page;
    const run = runOf(page);
    const charts = [
      ...measuredCharts(run, store.getState().prepared),
      ...reportedCharts(run, store.getState().prepared),
    ];
    expect(charts.length).toBeGreaterThan(4);
    store.getState().set({ scrub: 3 });
    // The measured iteration next to 3, the samples' own.
    const at = scrubbedIteration(store.getState());
    expect(at).toBe(shownSamples(run, 3)?.iteration);
    expect(markedCharts(charts, at).map(({ mark }) => mark)).toEqual(
      charts.map(() => ({ x: at, label: `iteration ${at}` })),
    );
    store.getState().set({ scrub: 6 });
    expect(scrubbedIteration(store.getState())).toBeNull();
    store.getState().set({ scrub: null });
    expect(scrubbedIteration(store.getState())).toBeNull();
    // Nothing changes, so nothing is drawn again.
    expect(markedCharts(charts, null)).toBe(charts);
  });

  it("is told apart from the moment of sentences and alarms, which name theirs", async () => {
    const page = await trained();
    expect(scrubText(2, 6)).toMatch(/samples are of iteration 2.*alarms are of iteration 6/);
    const { prepared } = page.store.getState();
    const told = [...measuredCharts(runOf(page), prepared), ...reportedCharts(runOf(page), prepared)];
    for (const { summary, id } of told) expect(summary, id).toMatch(/6 iterations|iteration 6/i);
    const jump = runOf(page).points.map((point, i) => {
      if (point.measurement === null || i === 0) return point;
      const { numbers } = point.measurement;
      const kl = { value: 100, se: 1, n: 8 };
      const sde = numbers.sde === null ? null : { ...numbers.sde, kl };
      return { ...point, measurement: { ...point.measurement, numbers: { ...numbers, sde } } };
    });
    expect(alarmsOf({ points: jump })[0]).toMatch(/^At iteration 6 /);
  });
});

describe("Samples while new ones are on their way", () => {
  it("stay, as old ones, from an edit until the new network is measured", async () => {
    const page = await openPage();
    const { store } = page;
    const seen: boolean[] = [];
    const note = () => seen.push(isWaitingForSamples(store.getState()));
    note();
    store.getState().edit(otherLaw);
    note();
    // Before the work begins, the strip is still that of the setting before.
    expect(newSamplesText(store.getState())).toBe("New ones are on their way …");
    await page.settle();
    note();
    expect(seen).toEqual([false, true, false]);
    store.setState({ run: { phase: "preparing", what: "start" } });
    expect(newSamplesText(store.getState())).toBe("Drawing from the pretrained network …");
    expect(runOf(page).spec).toEqual(otherLaw);
  });

  it("of a trained run are not old after an edit: it waits on the screen", async () => {
    const page = await trained();
    const { store } = page;
    store.getState().edit(lineSpec({ learningRate: 0.5 }));
    await page.settle();
    expect(isWaitingForSamples(store.getState())).toBe(false);
    store.setState({ run: { phase: "preparing", what: "law" } });
    expect(isWaitingForSamples(store.getState())).toBe(true);
    // Control: under its own settings nothing is waited for.
    store.getState().undo();
    expect(isWaitingForSamples({ ...store.getState(), run: { phase: "preparing", what: "law" } })).toBe(
      false,
    );
  });

  it("keep the law that they were drawn over when another one is prepared", async () => {
    const page = await openPage();
    const own = page.store.getState().prepared;
    const run = runOf(page);
    const shown = shownSamples(run, null);
    const view = viewBehind(run.spec, own, null);
    if (shown === null || view == null) throw new Error("nothing is drawn");
    expect(view).toBe(own?.view);
    page.store.getState().edit(otherLaw);
    await page.settle();
    const other = page.store.getState().prepared;
    expect(other?.view).not.toEqual(view);
    expect(viewBehind(run.spec, other, { spec: run.spec, shown, view })).toBe(view);
    expect(viewBehind(otherLaw, other, { spec: run.spec, shown, view })).toBe(other?.view);
    // Nothing is known of a law that was neither prepared nor drawn.
    expect(viewBehind(run.spec, other, null)).toBeUndefined();
  });

  it("are called what they are", () => {
    expect(oldSamplesText(lineSpec(), otherLaw)).toBe("Of an earlier setting.");
    expect(oldSamplesText(lineSpec(), lineSpec())).toBe("Of the run before.");
  });
});
