import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { CellResult } from "../../../src/experiments/training/cells.ts";
import type { ShownFinding } from "../../../src/lab/training/findings.ts";
import { freshRun, withCheckpoint, withReport } from "../../../src/lab/training/runs.ts";
import type { TrainingLabData, TrainingPhase, TrainingRun } from "../../../src/lab/training/state.ts";
import { createTrainingStore } from "../../../src/lab/training/store.ts";
import { referenceKey } from "../../../src/lab/training/keys.ts";
import type { IterationReport } from "../../../src/engine/training-engine.ts";
import { ALGORITHM_KINDS } from "../../../src/spec/training/algorithm-defaults.ts";
import { IMAGE_TRAINING_DEFAULTS, TRAINING_DEFAULTS } from "../../../src/spec/training/defaults.ts";
import {
  createMistakes,
  MistakesContext,
  mistakesText,
  type Mistake,
  type Mistakes,
} from "../../../src/ui/fields/mistakes.ts";
import { TrainingApp } from "../../../src/ui/training/TrainingApp.tsx";
import { TrainingContext } from "../../../src/ui/training/training-context.ts";
import { TrainingStrip } from "../../../src/ui/training/TrainingStrip.tsx";
import { figureWords } from "../../../src/ui/training/charts/TrainingFindings.tsx";
import { ratioTest } from "../../../src/ui/training/charts/RunHealth.tsx";
import { newReward, withAlgorithm, withNoiseKind } from "../../../src/ui/training/controls/training-edits.ts";
import { stripButtons, trainingRunText } from "../../../src/ui/training/training-run-words.ts";
import { presetBadge } from "../../../src/ui/training/controls/TrainingPresets.tsx";
import { trainingStudyOf } from "../../../src/lab/training/studies.ts";
import type { ShownStudy } from "../../../src/lab/training/stored-study-file.ts";
import { TRAINING_PRESETS } from "../../../src/spec/training/presets.ts";
import { trainingData } from "../../lab/training/fakes.ts";

const never = () => new Promise<never>(() => undefined);
/** Every section open. */
const sections = Object.fromEntries(
  [
    "presets",
    "algorithm",
    "noise",
    "rewards",
    "held-out",
    "optimiser",
    "model",
    "process",
    "network",
    "measurement",
  ].map((id) => [id, true]),
);

function page(fields: Partial<TrainingLabData> = {}): string {
  const store = createTrainingStore(trainingData({ spec: TRAINING_DEFAULTS, sections, ...fields }), () => 0);
  return renderToStaticMarkup(<TrainingApp store={store} card={never} />);
}

const namesOf = (markup: string, tag: string) =>
  [...markup.matchAll(new RegExp(`<${tag}\\b[^>]*aria-label="([^"]*)"`, "g"))].map(([, name]) => name ?? "");

const TWO = { ...TRAINING_DEFAULTS, rewards: [...TRAINING_DEFAULTS.rewards, newReward(2)] };

const finding: ShownFinding = {
  id: "a",
  title: "One is better",
  published: "One beats the other.",
  source: "Table 9.",
  reference: "Sheng25",
  test: "One thing in place of another, 5 iterations.",
  day: "2026-11-22",
  version: "1.0.0",
  studies: [],
  figures: [{ words: "the one alone", measured: { value: 2, se: 0.5, n: 5 } }],
  verdict: "disagrees",
  trainings: [{ label: "DDPO at η = 1, seed 1", spec: TRAINING_DEFAULTS }],
  claims: [
    {
      words: "one less the other",
      expected: "above 0",
      verdict: "disagrees",
      measured: { value: -0.5, se: 0.1, n: 2 },
      values: [-0.4, -0.6],
    },
  ],
};
const FOUND: TrainingLabData["findings"] = {
  phase: "ready",
  rule: "Whichever side the interval lies on.",
  method: "a network: 7 iterations",
  findings: [finding, { ...finding, id: "b", title: "Another", reference: "Nobody00", trainings: [] }],
  missing: [],
};

describe("The training page", () => {
  it.each([
    ...ALGORITHM_KINDS.map((kind) => [kind, { spec: withAlgorithm(TRAINING_DEFAULTS, kind) }] as const),
    ["a noise law of the flow", { spec: withNoiseKind(TRAINING_DEFAULTS, "dance-grpo") }],
    ["two rewards and none held out", { spec: { ...TWO, heldOut: null } }],
    ["a study", { study: "eta-matrix" }],
    ["the findings", { findingsOpen: true, findings: FOUND }],
  ] as const)("with %s labels every control, no two buttons alike", (_name, fields) => {
    const markup = page(fields);
    const buttons = namesOf(markup, "button");
    // Tables of bumps repeat their words for the trained and the held-out reward, whose sections tell them apart.
    const repeated = buttons.filter((name, i) => buttons.indexOf(name) !== i);
    expect(repeated.filter((name) => !/bump|Reset|What is/.test(name))).toEqual([]);
    const ids = [...markup.matchAll(/<(?:input|select|textarea)\b[^>]* id="([^"]+)"/g)].map(
      ([, id]) => id ?? "",
    );
    const labelled = new Set([...markup.matchAll(/<label for="([^"]+)"/g)].map(([, id]) => id));
    expect(ids.length).toBeGreaterThan(15);
    expect(ids.filter((id) => !labelled.has(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("offers the window on a timeline that keys can move", () => {
    const markup = page({ spec: withAlgorithm(TRAINING_DEFAULTS, "mix-grpo") });
    expect(markup).toMatch(/role="slider"[^>]*aria-valuetext="steps 0 to 3 of 20"/);
    expect(page()).not.toContain('role="slider"');
    // 4 of the 19 steps that are trained on.
    expect(markup).toMatch(/role="slider"[^>]*aria-valuemax="15"/);
    expect(markup.match(/window-dropped/g)).toHaveLength(1);
    expect(markup).toContain("The last step, 19, is dropped: it is not trained on.");
  });

  it("links to both other pages", () => {
    expect(page()).toMatch(/href="#"[^>]*>Laws.*href="#model=glyphs"[^>]*>Images/s);
  });
});

describe("Presets", () => {
  it("say in a word what is not as in the first training", () => {
    const told = (id: string) => {
      const preset = TRAINING_PRESETS.find((one) => one.id === id);
      return preset === undefined ? "no such preset" : presetBadge(preset.spec);
    };
    expect(told("first")).toBeNull();
    expect(told("gap-training")).toBe("η = 1.2");
    expect(told("mix-window")).toBe("MixGRPO");
    expect(told("kl-holds")).toBe("KL");
    // The name is too long for a picture.
    expect(told("direct")).toBeNull();
  });
});

describe("Results that come with the page", () => {
  const ready = { ...storedStudy(), phase: "ready" as const };
  const tab = (fields: Partial<TrainingLabData>) =>
    page({ study: "steps", storedStudies: { steps: ready }, ...fields });

  it("are drawn with what was run while nothing has been trained here, and can be replayed", () => {
    const markup = tab({});
    expect(markup).toContain(
      "6 trainings on moons, reward: Gaussian bumps, at a small budget: N = 20, batch 768, 60 iterations, 3 seeds, 2048 samples a measurement. Run on 2026-11-22, a machine, version 1.2.3.",
    );
    expect(markup).toContain("A stored chart");
    expect(markup).toMatch(/<button[^>]*title="Takes these settings[^>]*>.*Replay/);
    expect(markup).not.toContain("Your settings differ");
    expect(tab({ spec: { ...TRAINING_DEFAULTS, heldOut: null } })).toContain("Your settings differ");
    expect(tab({ spec: IMAGE_TRAINING_DEFAULTS })).toContain("nothing here was measured on images");
    expect(page({ study: "steps" })).not.toContain("Replay");
  });

  it("give way to charts of trainings run here, and a damaged file says so", () => {
    const [cell] = trainingStudyOf("steps")?.cells(TRAINING_DEFAULTS) ?? [];
    const { key = "", label = "", spec: own = TRAINING_DEFAULTS } = cell ?? {};
    const history = { iterations: [], measurements: [], notes: [] };
    const told: CellResult = {
      ...{ version: 1, key, label, spec: own, history },
      ...{ deployments: [], diverged: null, seconds: 1 },
    };
    const markup = tab({ cells: new Map([[key, told]]) });
    expect(markup).not.toContain("A stored chart");
    expect(markup).toMatch(/aria-pressed="false"[^>]*>Stored results/);
    const failed = page({
      study: "steps",
      storedStudies: { steps: { phase: "failed", message: "damaged" } },
    });
    expect(failed).toContain("damaged");
  });
});

function storedStudy(): ShownStudy {
  const axis = { label: "a", symbol: "a", scale: "linear" } as const;
  const chart = { chart: "line", id: "stored", title: "A stored chart", x: axis, y: axis } as const;
  return {
    ...{ study: "steps", spec: TRAINING_DEFAULTS, trainings: 6 },
    charts: [{ ...chart, series: [], summary: "", notes: [] }],
    ...{ day: "2026-11-22", version: "1.2.3", adapter: "a machine" },
  };
}

describe("The tab of findings", () => {
  const tab = (findings: TrainingLabData["findings"]) => page({ findingsOpen: true, findings });

  it("gives the claim with its paper, figures with their interval, every seed, and the verdict in words", () => {
    const markup = tab(FOUND);
    expect(markup).toContain("One beats the other.");
    expect(markup).toMatch(/href="https:\/\/arxiv.org\/abs\/2510.10767"[^>]*>Sheng/);
    // 1.96 standard errors of 0.1
    expect(markup).toContain("−0.50 ± 0.20 over 2 seeds");
    expect(markup).toContain("Seed by seed: −0.400, −0.600");
    expect(markup).toMatch(/<span aria-hidden="true">✕<\/span> Disagrees/);
    expect(markup).toContain("DDPO-IS, η = 1, N = 20, batch 768, 60 iterations, seed 1");
    expect(markup).toContain("Of 2 findings none agrees, 2 disagree and none is inconclusive.");
    // Folded: what was published comes before the fold, what was measured in it.
    expect(markup).toMatch(/One beats the other\.<\/p><details><summary[^>]*>Measured here.*Where: Table 9/s);
    expect(namesOf(markup, "button").filter((name) => name.startsWith("Replay"))).toHaveLength(1);
    expect(markup).toContain("this one does not know its trainings");
    for (const told of [
      "Where: Table 9.",
      "5 iterations.",
      "Whichever side",
      "All trainings are of a network: 7 iterations.",
      "Run of 2026-11-22",
      "The one alone",
    ])
      expect(markup).toContain(told);
    // 1.96 standard errors of 0.5
    expect(markup).toContain("2.00 ± 0.98 over 5 seeds");
    expect(tab({ ...FOUND, method: null })).not.toContain("All trainings");
    const studies = [{ label: "A study", link: "model=glyphs&study=prompts" }];
    const other = { ...finding, trainings: [], studies };
    expect(tab({ ...FOUND, findings: [other] })).toMatch(
      /<h4>Study<\/h4>.*href="#model=glyphs&amp;study=prompts"/,
    );
  });

  it("tells a failure and offers to try again, and shows neither elsewhere", () => {
    const failed = tab({ phase: "failed", message: "it is not there" });
    expect(failed).toMatch(/role="alert".*it is not there.*Try again/s);
    expect(tab({ phase: "loading" })).not.toContain("Try again");
    expect(page({ findings: FOUND })).not.toContain("One beats the other.");
  });

  it("shows the findings of one file though another could not be loaded, and offers to try again", () => {
    const markup = tab({ ...FOUND, missing: [{ part: "prompts", message: "it is not there" }] });
    expect(markup).toMatch(
      /role="alert".*The finding on prompts could not be loaded\. it is not there.*Try again/s,
    );
    expect(markup).toContain("One beats the other.");
    // Control: nothing is missed where all is there.
    expect(tab(FOUND)).not.toContain("could not be loaded");
  });

  it("does not call one seed an interval, nor none a number", () => {
    expect(figureWords({ measured: { value: 0.5, se: Infinity, n: 1 } })).toBe("0.5, one seed");
    expect(figureWords({ measured: { value: NaN, se: Infinity, n: 0 } })).toBe("Not measured");
  });
});

const spec = TRAINING_DEFAULTS;
const reference = {
  ...{ key: referenceKey(spec), origin: "shipped" as const },
  ...{ parameters: Float64Array.of(1), steps: 4000, scoreError: null },
};
const report = (firstRatioError: number | null) =>
  ({ iteration: 1, notes: [], firstRatioError }) as unknown as IterationReport;

function run(firstRatioError: number | null = 0): TrainingRun {
  const checkpoint = { ...freshRun({ id: 1, began: 0 }, spec, reference).newest, iteration: 1 };
  return withCheckpoint(
    withReport(freshRun({ id: 1, began: 0 }, spec, reference), report(firstRatioError)),
    checkpoint,
    true,
  );
}

describe("The strip", () => {
  const told = (phase: TrainingPhase, fields: Partial<TrainingLabData> = {}) => {
    const state = trainingData({ spec, runs: [run()], shown: 1, run: phase, ...fields });
    return { buttons: stripButtons(state), text: trainingRunText(state) };
  };
  const paused = { phase: "paused", iteration: 1, iterations: 60 } as const;

  it("offers what can be done", () => {
    expect(told({ phase: "idle" }, { runs: [], shown: null }).buttons).toEqual(["train"]);
    expect(told({ phase: "training", iteration: 1, iterations: 60, etaMs: null }).buttons).toEqual([
      "pause",
      "stop",
    ]);
    expect(told(paused).buttons).toEqual(["resume", "again"]);
    expect(told({ phase: "done", iteration: 60, wallMs: 1 }).buttons).toEqual(["again"]);
    expect(told({ phase: "preparing", what: "pretraining" }).buttons).toEqual(["pause", "cancel"]);
    expect(told({ phase: "pretraining-paused", step: 1500, steps: 4000 })).toEqual({
      buttons: ["resume", "cancel"],
      text: "Pretraining paused at step 1,500 of 4,000.",
    });
  });

  it("offers to go on under changed settings, but not on another network", () => {
    const rate = { ...spec, training: { ...spec.training, learningRate: 1e-3 } };
    expect(told(paused, { spec: rate })).toEqual({
      buttons: ["train", "continue"],
      text: "Paused at iteration 1 of 60. The settings have changed since.",
    });
    const network = { ...spec, network: { ...spec.network, width: 16 } };
    expect(told(paused, { spec: network }).buttons).toEqual(["train"]);
  });
});

describe("The ratio's self-test", () => {
  it("passes at 1, fails beyond rounding, and says where there is none", () => {
    expect(ratioTest(run(0))).toEqual({
      state: "good",
      text: "Ratio before the first update: 1 (largest error 0).",
    });
    expect(ratioTest(run(0.1)).state).toBe("bad");
    expect(ratioTest(run(null)).state).toBe("none");
    expect(ratioTest({ spec, reports: [] }).state).toBe("none");
  });
});

describe("Fields with a mistake", () => {
  const steps: readonly [string, Mistake] = ["a", { name: "Steps N", kept: "20" }];
  const batch: readonly [string, Mistake] = ["b", { name: "Batch", kept: "64" }];
  const strip = (mistakes: Mistakes) =>
    renderToStaticMarkup(
      <TrainingContext value={createTrainingStore(trainingData(), () => 0)}>
        <MistakesContext value={createMistakes(mistakes)}>
          <TrainingStrip />
        </MistakesContext>
      </TrainingContext>,
    );

  it("are told in the strip, with the value that counts", () => {
    expect(strip(new Map([steps]))).toContain("Steps N has a mistake: trains with 20. ");
    expect(strip(new Map())).not.toContain("mistake");
  });

  it("are told together", () => {
    expect(mistakesText(new Map([steps, batch]), "trains")).toBe(
      "Steps N and Batch have mistakes: trains with 20 and 64.",
    );
    expect(mistakesText(new Map([steps, batch, ["c", batch[1]]]), "trains")).toBe(
      "3 settings have mistakes: trains with their last good values.",
    );
  });
});
