import { describe, expect, it } from "vitest";
import { createTrainingStore } from "../../../src/lab/training/store.ts";
import { withModelKind } from "../../../src/spec/adapt.ts";
import { ALGORITHM_KINDS } from "../../../src/spec/training/algorithm-defaults.ts";
import { TRAINING_DEFAULTS } from "../../../src/spec/training/defaults.ts";
import { parseTrainingSpec } from "../../../src/spec/training/parse.ts";
import { asLaws, fromLaws, lawsLens } from "../../../src/ui/training/controls/laws-lens.ts";
import {
  groupSize,
  newReward,
  withAlgorithm,
  withLastStep,
  withNoiseKind,
  withSteps,
} from "../../../src/ui/training/controls/training-edits.ts";
import {
  windowDragged,
  windowGripped,
  windowMoved,
  windowPulled,
  windowResized,
  windowWithin,
} from "../../../src/ui/training/controls/window-edits.ts";
import { trainingData } from "../../lab/training/fakes.ts";

const problemsOf = (spec: unknown) => {
  const parsed = parseTrainingSpec(spec);
  return parsed.ok ? [] : parsed.problems;
};

describe("Edits of a training spec", () => {
  it.each(ALGORITHM_KINDS)("keep it valid when the algorithm becomes %s", (kind) => {
    for (const batch of [100, 768]) {
      const before = { ...TRAINING_DEFAULTS, training: { ...TRAINING_DEFAULTS.training, batch } };
      const spec = withAlgorithm(before, kind);
      expect(problemsOf(spec)).toEqual([]);
      expect(spec.algorithm.kind).toBe(kind);
      expect(spec.training.batch % groupSize(spec)).toBe(0);
    }
    const vp = {
      ...TRAINING_DEFAULTS,
      process: { kind: "vp", beta: { kind: "constant", value: 5 }, T: 1 },
    } as const;
    expect(problemsOf(withAlgorithm(vp, kind))).toEqual([]);
  });

  it("translate the noise level: a = √2 η and back", () => {
    const flow = withNoiseKind(TRAINING_DEFAULTS, "flow-grpo");
    expect(flow.training.noise).toEqual({ kind: "flow-grpo", level: 1.41 });
    expect(withNoiseKind(flow, "gddim").training.noise).toEqual({ kind: "gddim", eta: 0.997 });
    expect(problemsOf(withNoiseKind(TRAINING_DEFAULTS, "dance-grpo"))).toEqual([]);
  });

  it("push the window and the differentiated steps back inside fewer steps", () => {
    const mix = withAlgorithm(TRAINING_DEFAULTS, "mix-grpo");
    const late = {
      ...mix,
      algorithm: {
        ...mix.algorithm,
        window: { strategy: "frozen", start: 15, size: 4, interval: 1, stride: 1, end: "clip" },
      },
    } as typeof mix;
    // The last step is dropped, so that of 3 steps 2 can hold the window.
    const few = withSteps(late, 3);
    expect(few.algorithm).toMatchObject({ window: { start: 1, size: 1 } });
    for (let steps = 2; steps <= 20; steps++) expect(problemsOf(withSteps(late, steps))).toEqual([]);
    expect(problemsOf({ ...late, training: { ...late.training, steps: 18 } })).not.toEqual([]);
    expect(withSteps(withAlgorithm(TRAINING_DEFAULTS, "direct"), 3).algorithm).toMatchObject({ through: 3 });
    // A wrong number is left for the checks to refuse.
    expect(problemsOf(withSteps(late, 0)).map(({ field }) => field)).toContain("training.steps");
  });

  it("take the window off a last step that is dropped", () => {
    const mix = withAlgorithm(TRAINING_DEFAULTS, "mix-grpo");
    const kept = withLastStep(
      { ...mix, training: { ...mix.training, noise: { kind: "flow-grpo", level: 0.7 } } },
      "keep",
    );
    const { algorithm } = kept;
    if (algorithm.kind !== "mix-grpo") throw new Error("must be MixGRPO");
    const last = {
      ...kept,
      algorithm: { ...algorithm, window: { ...algorithm.window, start: 19, size: 1 } },
    };
    expect(problemsOf(last)).toEqual([]);
    expect(problemsOf({ ...last, training: { ...last.training, lastStep: "drop" } })).not.toEqual([]);
    expect(problemsOf(withLastStep(last, "drop"))).toEqual([]);
    expect(problemsOf(withNoiseKind(last, "gddim"))).toEqual([]);
  });

  it("start a new reward that is valid in the law's dimension", () => {
    const spec = { ...TRAINING_DEFAULTS, rewards: [...TRAINING_DEFAULTS.rewards, newReward(2)] };
    expect(problemsOf(spec)).toEqual([]);
  });
});

describe("MixGRPO's window", () => {
  const room = 19;
  const place = { start: 12, size: 7 };

  it("stops at the last step that can be trained on, dragged or moved by keys", () => {
    expect(windowDragged(12, 19, room)).toEqual(place);
    expect(windowDragged(19, 15, room)).toEqual({ start: 15, size: 4 });
    expect(windowDragged(19, 19, room)).toEqual({ start: 18, size: 1 });
    expect(windowMoved(place, 1, room)).toEqual(place);
    expect(windowMoved(place, -1, room)).toEqual({ start: 11, size: 7 });
    expect(windowMoved({ start: 0, size: 4 }, -1, room)).toEqual({ start: 0, size: 4 });
    expect(windowResized(place, 1, room)).toEqual(place);
    expect(windowResized({ start: 3, size: 1 }, -1, room)).toEqual({ start: 3, size: 1 });
    expect(windowResized({ start: 3, size: 1 }, 1, room)).toEqual({ start: 3, size: 2 });
  });

  it("moves along when it is held, and is drawn anew from a step beside it", () => {
    const held = windowGripped({ start: 2, size: 6 }, 5, room);
    expect(windowPulled(held, 5, room)).toEqual({ start: 2, size: 6 });
    expect(windowPulled(held, 15, room)).toEqual({ start: 12, size: 6 });
    expect(windowPulled(held, 0, room)).toEqual({ start: 0, size: 6 });
    const beside = windowGripped({ start: 2, size: 6 }, 8, room);
    expect(windowPulled(beside, 15, room)).toEqual({ start: 8, size: 8 });
    const full = windowGripped({ start: 0, size: room }, 5, room);
    expect(windowPulled(full, 7, room)).toEqual({ start: 5, size: 3 });
  });

  it("goes to either end", () => {
    expect(windowMoved({ start: 2, size: 6 }, Infinity, room)).toEqual({ start: 13, size: 6 });
    expect(windowMoved({ start: 2, size: 6 }, -Infinity, room)).toEqual({ start: 0, size: 6 });
  });

  it("is cut where it is longer than the room", () => {
    expect(windowWithin({ start: 15, size: 4 }, 3)).toEqual({ start: 2, size: 1 });
    expect(windowWithin({ start: 0, size: 30 }, 3)).toEqual({ start: 0, size: 3 });
  });
});

describe("The lens of the laws' editors", () => {
  it("gives back the training spec it was given", () => {
    expect(fromLaws(TRAINING_DEFAULTS, asLaws(TRAINING_DEFAULTS))).toEqual(TRAINING_DEFAULTS);
  });

  it("takes all rewards along to another dimension", () => {
    const two = { ...TRAINING_DEFAULTS, rewards: [...TRAINING_DEFAULTS.rewards, newReward(2)] };
    const line = fromLaws(two, withModelKind(asLaws(two), "gaussian"));
    expect(line.model.kind).toBe("gaussian");
    expect(problemsOf(line)).toEqual([]);
  });

  it("edits the store, tells problems by the names the editors know, and steps aside for equal states", () => {
    const store = createTrainingStore(trainingData({ spec: TRAINING_DEFAULTS }), () => 0);
    const lens = lawsLens(store);
    const { spec, propose } = lens.getState();
    expect(lens.getState()).toBe(lens.getState());
    expect(
      propose({ ...spec, reward: { kind: "ring", center: [0, 0], radius: -1, width: 1 } }, {}),
    ).toMatchObject([{ field: "reward.radius" }]);
    expect(propose({ ...spec, reward: { kind: "ring", center: [0, 0], radius: 1, width: 1 } }, {})).toEqual(
      [],
    );
    expect(store.getState().spec.rewards[0]?.reward.kind).toBe("ring");
    expect(lens.getState().spec.reward.kind).toBe("ring");
    const seen: unknown[] = [];
    const stop = lens.subscribe((state) => seen.push(state));
    store.getState().set({ scrub: 1 });
    expect(seen).toEqual([lens.getState()]);
    stop();
  });
});
