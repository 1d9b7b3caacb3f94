/** The page with the glyph model: its controls, its images, and the way there from points and back. */
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { TRAINING_CHECKS } from "../../../src/experiments/training/checks.ts";
import { freshRun, withCheckpoint, withMeasurement } from "../../../src/lab/training/runs.ts";
import { createTrainingStore } from "../../../src/lab/training/store.ts";
import type { TrainingLabData } from "../../../src/lab/training/state.ts";
import { referenceKey } from "../../../src/lab/training/keys.ts";
import type { Measurement } from "../../../src/lab/training/measurement.ts";
import { ALGORITHM_KINDS } from "../../../src/spec/training/algorithm-defaults.ts";
import { IMAGE_TRAINING_DEFAULTS, TRAINING_DEFAULTS } from "../../../src/spec/training/defaults.ts";
import { parseTrainingSpec } from "../../../src/spec/training/parse.ts";
import { TRAINING_PRESETS } from "../../../src/spec/training/presets.ts";
import { isImageTraining, type TrainingSpec } from "../../../src/spec/training/types.ts";
import { carriedOver } from "../../../src/ui/training/controls/model-switch.ts";
import { addedPrompt } from "../../../src/ui/training/controls/prompt-list.ts";
import { withAlgorithm } from "../../../src/ui/training/controls/training-edits.ts";
import { TrainingApp } from "../../../src/ui/training/TrainingApp.tsx";
import {
  paceText,
  studyPaceText,
  trainingProgress,
  trainingRunText,
} from "../../../src/ui/training/training-run-words.ts";
import { samplePixels } from "../../../src/ui/training/views/sample-pixels.ts";
import { trainingData } from "../../lab/training/fakes.ts";

const never = () => new Promise<never>(() => undefined);
const SPEC = {
  ...IMAGE_TRAINING_DEFAULTS,
  training: { ...IMAGE_TRAINING_DEFAULTS.training, iterations: 30 },
};
/** Every section open. */
const sections = Object.fromEntries(
  [
    "presets",
    "glyphs",
    "algorithm",
    "noise",
    "rewards",
    "held-out",
    "optimiser",
    "adapter",
    "measurement",
  ].map((id) => [id, true]),
);

function page(fields: Partial<TrainingLabData> = {}): string {
  const store = createTrainingStore(trainingData({ spec: SPEC, sections, ...fields }), () => 0);
  return renderToStaticMarkup(<TrainingApp store={store} card={never} />);
}

const problemsOf = (spec: TrainingSpec) => {
  const parsed = parseTrainingSpec(spec, TRAINING_CHECKS);
  return parsed.ok ? [] : parsed.problems;
};

const estimate = { value: 0.5, se: 0.1, n: 2 };
const arm = { reward: estimate, each: [estimate], heldOut: estimate, kl: null, diversity: estimate };
const numbers = {
  ...{ iteration: 0, updates: 0, networkCalls: 0 },
  ...{ ode: arm, sde: { ...arm, kl: estimate }, odeFine: arm, sdeFine: null },
  ...{ gap: { gap: estimate, reference: estimate, excess: estimate }, gapFine: null, improvement: estimate },
} as const;
const two = new Float32Array(2 * 3072).fill(1).fill(-1, 3072);
const MEASURED: Measurement = {
  numbers,
  reference: numbers,
  samples: { before: two, sde: two, ode: two },
  images: {
    prompts: Int32Array.of(0, 1),
    before: Float64Array.of(0.1, 0.2),
    sde: Float64Array.of(0.3, 0.4),
    ode: Float64Array.of(0.5, 0.6),
  },
};

describe("The training page with the glyph model", () => {
  const labels = (spec: TrainingSpec) => {
    const markup = page({ spec });
    const ids = [...markup.matchAll(/<(?:input|select|textarea)\b[^>]* id="([^"]+)"/g)].map(([, id]) => id);
    const labelled = new Set([...markup.matchAll(/<label for="([^"]+)"/g)].map(([, id]) => id));
    return { markup, ids, bare: ids.filter((id) => !labelled.has(id)) };
  };

  it.each([
    ...ALGORITHM_KINDS.map((kind) => [kind, withAlgorithm(SPEC, kind)] as const),
    [
      "two rewards and none held out",
      { ...SPEC, rewards: [...SPEC.rewards, { reward: { kind: "contrast" }, weight: 2 }], heldOut: null },
    ],
  ] as const)("with %s labels every control", (_name, spec) => {
    const { ids, bare } = labels(spec);
    expect(ids.length).toBeGreaterThan(15);
    expect(bare).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has prompts and an adapter in place of law, process, network and pretraining", () => {
    const images = page();
    expect(images).toContain("blue serif R on white");
    expect(images).toContain("Adapter");
    expect(images).not.toContain("Pretrain here");
    expect(images).not.toMatch(/Hidden layers|Units per layer/);
    // Control: points have them.
    expect(page({ spec: TRAINING_DEFAULTS, sections: { network: true } })).toMatch(
      /Pretrain here.*Hidden layers/s,
    );
  });

  it("tells bytes while the model arrives", () => {
    const loading = (bytes: number, total: number, cached: boolean) =>
      trainingData({
        ...{ spec: SPEC, run: { phase: "preparing", what: "weights" } },
        reference: { phase: "loading", arrived: { bytes, total, cached } },
      });
    expect(trainingRunText(loading(1.5e6, 6e6, false))).toBe("Weights: 1.5 MB of 6.0 MB loaded …");
    expect(trainingRunText(loading(2e6, 0, true))).toContain("from this browser’s cache");
    expect(trainingProgress(loading(1.5e6, 6e6, false))).toBe(0.25);
    expect(trainingProgress(loading(1.5e6, 0, false))).toBe(0);
  });

  it("shows images before and after, each with its prompt and reward, and why no law is drawn", () => {
    const reference = {
      ...{ key: referenceKey(SPEC), origin: "shipped" as const },
      ...{ parameters: Float64Array.of(0), steps: 0, scoreError: null },
    };
    const run = withMeasurement(freshRun({ id: 1, began: 0 }, SPEC, reference), 0, MEASURED);
    const markup = page({ runs: [run], shown: 1 });
    const [first = "", second = ""] = SPEC.model.prompts;
    const name = "stroke width";
    for (const words of [`${first}: ${name} 0.100`, `${second}: ${name} 0.400`, `${second}: ${name} 0.600`])
      expect(markup).toContain(words);
    expect(markup).toMatch(/training-reward number">stroke width /);
    expect(markup.match(/<canvas/g)).toHaveLength(6);
    expect(markup).toContain("for images nobody knows them");
    expect(markup).not.toContain("Data law");
  });

  it("tells what slow settings will take, from the pace that was measured and nothing else", () => {
    const reference = {
      ...{ key: referenceKey(SPEC), origin: "shipped" as const },
      ...{ parameters: Float64Array.of(0), steps: 0, scoreError: null },
    };
    const fresh = freshRun({ id: 1, began: 0 }, SPEC, reference);
    const told = (wallMs: number, iteration: number, spec: TrainingSpec = SPEC) => {
      const run = { ...withCheckpoint(fresh, { ...fresh.newest, iteration }, true), wallMs };
      return paceText({ runs: [run], shown: 1, spec });
    };
    // 40 s for 10 iterations; 30 are wanted, then 30 of twice the batch.
    expect(told(40_000, 10)).toContain("an iteration takes about 4 s here, all 30 about 2 min 0 s");
    const twice = { ...SPEC, training: { ...SPEC.training, batch: 2 * SPEC.training.batch } };
    expect(told(40_000, 10, twice)).toContain("about 8 s here");
    // Nothing measured, quick, or of another algorithm: silence.
    expect(paceText({ runs: [fresh], shown: 1, spec: SPEC })).toBeNull();
    expect(told(10_000, 10)).toBeNull();
    expect(told(40_000, 10, withAlgorithm(SPEC, "rwr"))).toBeNull();
    // A study of four such trainings, and of one that is short.
    const run = { ...withCheckpoint(fresh, { ...fresh.newest, iteration: 10 }, true), wallMs: 40_000 };
    const state = { runs: [run], shown: 1, spec: SPEC };
    expect(studyPaceText(state, [SPEC, SPEC, SPEC, SPEC])).toContain("about 8 min 0 s");
    expect(studyPaceText(state, [{ ...SPEC, training: { ...SPEC.training, iterations: 2 } }])).toBeNull();
  });

  it("draws white as white and black as black", () => {
    const [white, black] = samplePixels(two);
    expect(white?.slice(0, 4)).toEqual(Uint8ClampedArray.of(255, 255, 255, 255));
    expect(black?.slice(0, 4)).toEqual(Uint8ClampedArray.of(0, 0, 0, 255));
    expect(samplePixels(two)).toHaveLength(2);
  });
});

describe("Switching between points and images", () => {
  it.each(ALGORITHM_KINDS)(
    "keeps %s and its noise, KL weight and seeds, and makes a valid training",
    (kind) => {
      const points = withAlgorithm(TRAINING_DEFAULTS, kind);
      const set = {
        ...points,
        training: { ...points.training, noise: { kind: "gddim" as const, eta: 1.4 }, klWeight: 0.3, seed: 9 },
      };
      const images = carriedOver(set, SPEC);
      expect(images.algorithm.kind).toBe(kind);
      expect(images.training).toMatchObject({ noise: { kind: "gddim", eta: 1.4 }, klWeight: 0.3, seed: 9 });
      expect(images.training.steps).toBe(SPEC.training.steps);
      expect(problemsOf(images)).toEqual([]);
      const back = carriedOver(images, set);
      expect(back).toEqual(set);
    },
  );

  it("leaves levels of Euler-Maruyama behind", () => {
    const level = withAlgorithm(TRAINING_DEFAULTS, "flow-grpo");
    expect(level.training.noise.kind).toBe("flow-grpo");
    expect(carriedOver(level, SPEC).training.noise).toEqual({ kind: "gddim", eta: 0.5 });
  });
});

describe("A prompt that is added", () => {
  it("asks for a character that none asks for yet, otherwise as the last", () => {
    const next = addedPrompt(["bold A on yellow"]);
    expect(next).toMatch(/^bold [^A] on yellow$/);
    expect(addedPrompt(["A", next])).not.toBe(next);
    const images = TRAINING_PRESETS.find(({ spec }) => isImageTraining(spec))?.spec;
    if (images === undefined || !isImageTraining(images)) throw new Error("no preset of images");
    const { prompts } = images.model;
    expect(
      problemsOf({ ...images, model: { ...images.model, prompts: [...prompts, addedPrompt(prompts)] } }),
    ).toEqual([]);
  });
});
