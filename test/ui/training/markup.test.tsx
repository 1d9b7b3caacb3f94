import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { freshRun, withCheckpoint, withReport } from "../../../src/lab/training/runs.ts";
import type { TrainingLabData, TrainingPhase, TrainingRun } from "../../../src/lab/training/state.ts";
import { createTrainingStore } from "../../../src/lab/training/store.ts";
import { referenceKey } from "../../../src/lab/training/keys.ts";
import type { IterationReport } from "../../../src/engine/training-engine.ts";
import { ALGORITHM_KINDS } from "../../../src/spec/training/algorithm-defaults.ts";
import { TRAINING_DEFAULTS } from "../../../src/spec/training/defaults.ts";
import { TrainingApp } from "../../../src/ui/training/TrainingApp.tsx";
import { ratioTest } from "../../../src/ui/training/charts/RunHealth.tsx";
import { newReward, withAlgorithm, withNoiseKind } from "../../../src/ui/training/controls/training-edits.ts";
import { stripButtons, trainingRunText } from "../../../src/ui/training/training-run-words.ts";
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

describe("The training page", () => {
  it.each([
    ...ALGORITHM_KINDS.map((kind) => [kind, { spec: withAlgorithm(TRAINING_DEFAULTS, kind) }] as const),
    ["a noise law of the flow", { spec: withNoiseKind(TRAINING_DEFAULTS, "dance-grpo") }],
    ["two rewards and none held out", { spec: { ...TWO, heldOut: null } }],
    ["a study", { study: "eta-matrix" }],
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
  });

  it("links to both other pages", () => {
    expect(page()).toMatch(/href="#"[^>]*>Laws.*href="#model=glyphs"[^>]*>Images/s);
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
  const checkpoint = { ...freshRun(1, spec, reference).newest, iteration: 1 };
  return withCheckpoint(withReport(freshRun(1, spec, reference), report(firstRatioError)), checkpoint, true);
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
    expect(told({ phase: "preparing", what: "pretraining" }).buttons).toEqual(["stop"]);
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
