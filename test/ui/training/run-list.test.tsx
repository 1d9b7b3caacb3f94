import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { referenceKey } from "../../../src/lab/training/keys.ts";
import { branchRun, freshRun, withCheckpoint } from "../../../src/lab/training/runs.ts";
import type { TrainingLabData, TrainingRun } from "../../../src/lab/training/state.ts";
import { createTrainingStore } from "../../../src/lab/training/store.ts";
import { IMAGE_TRAINING_DEFAULTS, TRAINING_DEFAULTS } from "../../../src/spec/training/defaults.ts";
import {
  branchText,
  changedSettings,
  runProgress,
  runReward,
  runTitle,
  timeText,
} from "../../../src/ui/training/runs/run-list-words.ts";
import { TrainingApp } from "../../../src/ui/training/TrainingApp.tsx";
import { trainingData } from "../../lab/training/fakes.ts";

const spec = TRAINING_DEFAULTS;
const never = () => new Promise<never>(() => undefined);
// In the zone of whoever runs this, as on the page.
const NOON = new Date(2026, 10, 22, 12, 5).getTime();
const estimate = { value: 0.219, se: 0.0066, n: 512 };

const reference = {
  ...{ key: referenceKey(spec), origin: "shipped" as const },
  ...{ parameters: Float64Array.of(1), steps: 4000, scoreError: null },
};
function trained(id: number): TrainingRun {
  const fresh = freshRun({ id, began: NOON }, spec, reference);
  return withCheckpoint(fresh, { ...fresh.newest, iteration: 5 }, true);
}

function page(fields: Partial<TrainingLabData>): string {
  const store = createTrainingStore(trainingData({ spec, sections: { runs: true }, ...fields }), () => 0);
  return renderToStaticMarkup(<TrainingApp store={store} card={never} />);
}
const namesOf = (markup: string) =>
  [...markup.matchAll(/<button\b[^>]*aria-label="([^"]*)"/g)].map(([, name]) => name ?? "");

describe("A line of the list of runs", () => {
  it("is named after its settings until it has a name of its own", () => {
    expect(runTitle({ name: null, spec, parent: null })).toBe("DDPO-IS, η = 1, N = 20");
    expect(runTitle({ name: null, spec, parent: { run: 1, iteration: 40 } })).toBe(
      "DDPO-IS, η = 1, N = 20, from 40",
    );
    expect(runTitle({ name: "mine", spec, parent: null })).toBe("mine");
  });

  it("says when it began, with the day unless it is today's", () => {
    expect(timeText(NOON, NOON + 3_600_000)).toBe("12:05");
    expect(timeText(NOON, NOON + 86_400_000)).toBe("22 Nov 12:05");
    const { iterations } = spec.training;
    expect(runProgress({ iteration: 5, spec, began: NOON }, NOON)).toMatch(
      new RegExp(`^Iteration 5 of ${iterations}, 12:05, `),
    );
    expect(runProgress({ iteration: 5, spec: IMAGE_TRAINING_DEFAULTS, began: NOON }, NOON)).toMatch(
      /glyphs$/,
    );
  });

  it("gives the reward with its error and n, and the iteration where it is an earlier one", () => {
    // 1.96 standard errors of 0.0066.
    const words = "ODE reward 0.219 ± 0.013 (n = 512)";
    expect(runReward({ iteration: 5, reward: { iteration: 5, estimate } })).toBe(words);
    expect(runReward({ iteration: 7, reward: { iteration: 5, estimate } })).toBe(`${words} at iteration 5`);
    expect(runReward({ iteration: 3, reward: null })).toBe("Not measured yet");
  });

  it("says where a branch begins and which settings are not those of its run", () => {
    const other = { ...spec, heldOut: null, training: { ...spec.training, batch: 64, seed: 9 } };
    expect(changedSettings(spec, other)).toEqual(["batch", "seed", "held-out reward"]);
    const studied = { ...spec, evaluation: { ...spec.evaluation, etasTrain: [3] } };
    expect(changedSettings(spec, studied)).toEqual([]);
    const parent = { run: 1, iteration: 5 };
    expect(branchText({ parent: null, spec }, null)).toBeNull();
    expect(branchText({ parent, spec }, spec)).toBe("Branch at iteration 5, same settings");
    expect(branchText({ parent, spec: other }, spec)).toBe(
      "Branch at iteration 5, changed: batch, seed 9, held-out reward",
    );
    expect(branchText({ parent, spec }, null)).toBe("Branch at iteration 5 of a run that is gone");
  });
});

describe("The list of runs on the page", () => {
  const first = trained(1);
  const branch = branchRun({ id: 2, began: NOON + 60_000 }, first, 5, spec);

  it("has the branch inside the line of its run, marks the one that is shown, and names no two buttons alike", () => {
    const markup = page({ runs: [first, branch], shown: 2 });
    expect(markup).toMatch(/<li><div class="run-line">.*<ul><li>.*Branch at iteration 5, same settings/s);
    expect(markup.match(/aria-current="true"/g)).toHaveLength(1);
    expect(markup).toMatch(/aria-current="true".*Branch at iteration 5/s);
    const names = namesOf(markup).filter((name) => /^(Rename|Delete) /.test(name));
    expect(names).toHaveLength(4);
    expect(new Set(names).size).toBe(4);
    expect(markup).toContain("this tab only");
  });

  it("is not there while nothing was trained, and says what the browser keeps", () => {
    expect(page({})).not.toContain("run-list");
    const { id, began, parent } = first;
    const kept = { id, began, spec, parent, iteration: 5, reward: { iteration: 5, estimate }, name: "mine" };
    const markup = page({ keptRuns: [kept] });
    expect(markup).toContain("mine");
    expect(markup).toContain("This browser keeps the newest runs");
    expect(markup).not.toContain("this tab only");
  });
});
