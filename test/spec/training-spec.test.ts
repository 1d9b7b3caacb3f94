import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formulaFault } from "../../src/experiments/reward-program.ts";
import { SpecError } from "../../src/spec/problems.ts";
import { ALGORITHM_KINDS, algorithmDefaults } from "../../src/spec/training/algorithm-defaults.ts";
import { TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import {
  formatTrainingLink,
  isTrainingLink,
  parseTrainingLink,
  repairTrainingLink,
} from "../../src/spec/training/link.ts";
import { isTrainingSpec, parseTrainingSpec } from "../../src/spec/training/parse.ts";
import type { TrainingSpec } from "../../src/spec/training/types.ts";
import { trainingSpec } from "./training-arbitrary.ts";

const RUNS = { numRuns: 80, seed: 4 };

function parsed(json: Readonly<Record<string, unknown>>): TrainingSpec {
  const result = parseTrainingSpec({ version: 1, kind: "training", ...json });
  if (!result.ok) throw new SpecError(result.problems);
  return result.spec;
}

function problemsOf(json: unknown): readonly { readonly field: string; readonly message: string }[] {
  const result = parseTrainingSpec(json, { formula: formulaFault });
  return result.ok ? [] : result.problems;
}

const fieldsOf = (json: Readonly<Record<string, unknown>>) =>
  problemsOf({ version: 1, kind: "training", ...json }).map((p) => p.field);

describe("a training specification", () => {
  test("survives files, and links of at most 2,000 characters", () => {
    let links = 0;
    fc.assert(
      fc.property(trainingSpec, (spec) => {
        expect(parseTrainingSpec(JSON.parse(JSON.stringify(spec)))).toEqual({ ok: true, spec });
        let link: string;
        try {
          link = formatTrainingLink(spec, { tab: "charts" });
        } catch (error) {
          expect(error).toBeInstanceOf(SpecError);
          return;
        }
        links += 1;
        expect(link.length).toBeLessThanOrEqual(2000);
        expect(link.startsWith(`train=${spec.algorithm.kind}`)).toBe(true);
        expect(isTrainingLink(`https://lab.example/#${link}`)).toBe(true);
        expect(parseTrainingLink(`#${link}`)).toEqual({ ok: true, spec, notices: [], ui: { tab: "charts" } });
      }),
      RUNS,
    );
    // Control: the clause for links that are too long is the exception (four rewards of four bumps with free text).
    expect(links).toBeGreaterThan(RUNS.numRuns * 0.9);
  });

  test("is written in one order, however its fields were", () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([k, v]) => [k, reversed(v)]),
      );
    };
    fc.assert(
      fc.property(trainingSpec, (spec) => {
        const again = parseTrainingSpec(reversed(spec));
        expect(JSON.stringify(again)).toBe(JSON.stringify({ ok: true, spec }));
      }),
      RUNS,
    );
  });

  test("needs only its kind", () => {
    expect(parsed({})).toEqual(TRAINING_DEFAULTS);
    expect(formatTrainingLink(TRAINING_DEFAULTS)).toBe("train=ddpo-is");
    expect(parseTrainingLink("#train=ddpo-is")).toMatchObject({ ok: true, spec: TRAINING_DEFAULTS });
    // The bare word is a link to training: what it does not say is as by default.
    for (const bare of ["#train", "#train="])
      expect(parseTrainingLink(bare)).toMatchObject({ ok: true, spec: TRAINING_DEFAULTS });
    expect(parseTrainingLink("#train&N=10")).toMatchObject({ ok: true, spec: { training: { steps: 10 } } });
    // Control: a word that is no algorithm is still told.
    expect(parseTrainingLink("#train=ppo").ok).toBe(false);
    expect(isTrainingSpec({ kind: "training" })).toBe(true);
    expect(isTrainingSpec({ version: 1, model: "glyphs" })).toBe(false);
    expect(isTrainingLink("#model=glyphs")).toBe(false);
  });

  test.each(ALGORITHM_KINDS)("%s takes its published settings from its name alone", (kind) => {
    const spec = parsed({ algorithm: kind });
    expect(spec.algorithm).toEqual(algorithmDefaults(kind));
    expect(parseTrainingLink(formatTrainingLink(spec))).toMatchObject({ ok: true, spec });
  });

  test("takes the noise law of its algorithm, on the flow", () => {
    expect(parsed({ algorithm: "mix-grpo" }).training.noise).toEqual({ kind: "flow-grpo", level: 0.7 });
    expect(parsed({ algorithm: "mix-grpo", process: "vp" }).training.noise).toEqual({
      kind: "gddim",
      eta: 1,
    });
    expect(parsed({ algorithm: "dpok" }).training.klWeight).toBe(0.01);
    expect(parsed({ algorithm: "dpok", training: { klWeight: 0 } }).training.klWeight).toBe(0);
  });

  test("fits its reward to a law of another dimension", () => {
    const line = parsed({ model: { kind: "gaussian", mean: [1] } });
    expect(line.rewards).toEqual([{ reward: { kind: "quadratic", center: [0] }, weight: 1 }]);
    expect(line.heldOut).toBeNull();
  });

  test("reads words for kinds, and lists of them", () => {
    const spec = parsed({ rewards: ["ring", { reward: "quadratic", weight: 2 }], heldOut: "linear" });
    expect(spec.rewards.map((r) => [r.reward.kind, r.weight])).toEqual([
      ["ring", 1],
      ["quadratic", 2],
    ]);
    expect(spec.heldOut).toEqual({ kind: "linear", weights: [1, 1], offset: 0 });
  });

  test("names the field of every problem at once", () => {
    const fields = problemsOf({
      version: 2,
      kind: "trainin",
      rewards: [{ reward: { kind: "quadratic", center: [1] } }, { reward: { kind: "formula", text: "x+" } }],
      heldOut: { kind: "beauty" },
      algorithm: { kind: "ddpo-is", clpi: 1 },
      training: { steps: 0, noise: { kind: "gddim", eta: -1 } },
      evaluation: { etasTrain: [0, "x"] },
      evluation: {},
    });
    const names = fields.map((p) => p.field);
    for (const field of [
      "version",
      "kind",
      "evluation",
      "rewards[0].reward.center",
      "rewards[1].reward.text",
      "heldOut.kind",
      "algorithm.clpi",
      "training.steps",
      "training.noise.eta",
      "evaluation.etasTrain[1]",
    ])
      expect(names, field).toContain(field);
    for (const { message } of fields) expect(message).toMatch(/must .*got /s);
    expect(fields.find((p) => p.field === "evluation")?.message).toContain("evaluation");
    expect(fields.find((p) => p.field === "algorithm.clpi")?.message).toContain('"clip"');
  });
});

describe("what has no meaning is refused with its reason:", () => {
  test("by the names of the menu, with the words of files beside the advice", () => {
    const [problem] = problemsOf({
      version: 1,
      kind: "training",
      training: { noise: { kind: "gddim", eta: 0 } },
    });
    expect(problem?.message).toMatch(/^must be above 0 for DDPO-IS .*Reward-weighted regression \(rwr\)/);
    expect(problem?.message).not.toContain("ddpo-is");
  });
  const table: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    ["training without noise", { training: { noise: { kind: "gddim", eta: 0 } } }, "training.noise.eta"],
    [
      "a level on another process",
      { process: "vp", training: { noise: { kind: "flow-grpo", level: 0.7 } } },
      "training.noise.kind",
    ],
    ["the last step of gDDIM", { training: { lastStep: "keep" } }, "training.lastStep"],
    ["no step to train on", { training: { steps: 1 } }, "training.steps"],
    ["groups that do not fill the batch", { algorithm: { kind: "flow-grpo", group: 5 } }, "algorithm.group"],
    ["an odd batch of pairs", { algorithm: "sdpo", training: { batch: 3 } }, "training.batch"],
    [
      "a window past the end",
      { algorithm: { kind: "mix-grpo", window: { start: 17, size: 4 } } },
      "algorithm.window.size",
    ],
    [
      "a window on the dropped step",
      { algorithm: { kind: "mix-grpo", window: { start: 19, size: 1 } } },
      "algorithm.window.start",
    ],
    [
      "a progressive window that never moves",
      { algorithm: { kind: "mix-grpo", window: { stride: 0 } } },
      "algorithm.window.stride",
    ],
    [
      "a gradient through more steps than there are",
      { algorithm: { kind: "direct", through: 21 } },
      "algorithm.through",
    ],
    ["more minibatches than trajectories", { training: { batch: 2 } }, "algorithm.minibatches"],
    ["a best of more than there are", { algorithm: { kind: "best-of-n", n: 5 } }, "algorithm.n"],
    ["three dimensions", { model: { kind: "gaussian", mean: [0, 0, 0] } }, "model.mean"],
    ["a training eta of 0 in a study", { evaluation: { etasTrain: [1, 0] } }, "evaluation.etasTrain[1]"],
    [
      "a grid that ends above T",
      { training: { grid: { kind: "edm", rho: 7, min: 2 } } },
      "training.grid.min",
    ],
  ];
  test.each(table)("%s", (_, json, field) => {
    const problems = problemsOf({ version: 1, kind: "training", ...json });
    expect(problems.map((p) => p.field)).toEqual([field]);
    expect(problems[0]?.message).toMatch(/^must .*got .*;/s);
  });

  test("and the neighbours of those are accepted", () => {
    expect(fieldsOf({ algorithm: "direct", training: { noise: { kind: "gddim", eta: 0 } } })).toEqual([]);
    expect(fieldsOf({ training: { noise: { kind: "flow-grpo", level: 0.7 }, lastStep: "keep" } })).toEqual(
      [],
    );
    expect(fieldsOf({ algorithm: { kind: "mix-grpo", window: { start: 15, size: 4 } } })).toEqual([]);
    expect(fieldsOf({ algorithm: { kind: "flow-grpo", group: 1 } })).toEqual([]);
    expect(fieldsOf({ algorithm: { kind: "mix-grpo", window: { strategy: "frozen", stride: 0 } } })).toEqual(
      [],
    );
  });
});

describe("a training link", () => {
  test("infers kinds from the fields that have them", () => {
    const result = parseTrainingLink("#train=sdpo&mean=1,2&center=1,0&center.held=0,1&radius.held=2&N=10");
    expect(result).toMatchObject({
      ok: true,
      spec: {
        algorithm: { kind: "sdpo" },
        model: { kind: "gaussian", mean: [1, 2] },
        rewards: [{ reward: { kind: "quadratic", center: [1, 0] } }],
        heldOut: { kind: "ring", radius: 2, center: [0, 1] },
        training: { steps: 10 },
      },
    });
    expect(parseTrainingLink("#train=sdpo&reward.held=none")).toMatchObject({ spec: { heldOut: null } });
    const noise = (link: string) => {
      const read = parseTrainingLink(link);
      return read.ok ? read.spec.training.noise : null;
    };
    expect(noise("#train=mix-grpo")).toEqual({ kind: "flow-grpo", level: 0.7 });
    expect(noise("#train=mix-grpo&eta=1.2")).toEqual({ kind: "gddim", eta: 1.2 });
    expect(noise("#train=ddpo-is&level=0.5")).toEqual({ kind: "flow-grpo", level: 0.5 });
    expect(noise("#train=ddpo-is&sde=dance-grpo")).toEqual({ kind: "dance-grpo", level: 0.3 });
  });

  test("says what it does not know and what has no meaning", () => {
    const { ok, notices } = parseTrainingLink("#train=rwr&clip=1&stepps=3&N=10&N=12");
    expect(ok).toBe(true);
    expect(notices.join(" ")).toMatch(/"stepps".*N twice.*clip has no meaning for rwr/s);
  });

  test("names field and key of a bad value, and is mended by leaving the key out", () => {
    const link = "#train=mix-grpo&eta=lots&batch=7&window=progressive:0,99&N=8&reward.3=bums";
    const result = parseTrainingLink(link);
    expect(result.ok).toBe(false);
    const keys = result.ok ? [] : result.problems.map((p) => p.key);
    for (const key of ["eta", "reward.3"]) expect(keys).toContain(key);
    const { spec, dropped } = repairTrainingLink(link);
    expect(spec.algorithm.kind).toBe("mix-grpo");
    expect(spec.training.steps).toBe(8);
    for (const key of ["eta", "reward.3", "window"]) expect(dropped).toContain(key);
    expect(repairTrainingLink("#train=magic&N=8").spec.training.steps).toBe(8);
  });

  test("too long for a link names the field to shorten", () => {
    const wave = (i: number) => 1.1 + Math.sin(i * i);
    const bumps = (r: number) =>
      Array.from({ length: 16 }, (_, b) => {
        const i = 50 * r + 3 * b;
        return { center: [wave(i), wave(i + 1)], width: wave(i + 0.5), height: wave(i + 2) };
      });
    const rewards = [0, 1, 2, 3].map((r) => ({ reward: { kind: "bumps", bumps: bumps(r) } }));
    const wild = parsed({ rewards });
    expect(() => formatTrainingLink(wild)).toThrow(/rewards\[\d\]\.reward\.bumps: must fit a link/);
  });

  test("never throws, whatever it holds, and can always be mended", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: "binary" }), (text) => {
        for (const link of [text, `#train=ddpo-is&${text}`, `#train=sdpo&reward.2=${text}&N=${text}`]) {
          const result = parseTrainingLink(link);
          if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
          expect(parseTrainingSpec(repairTrainingLink(link).spec).ok).toBe(true);
        }
      }),
      { numRuns: 30, seed: 5 },
    );
  });
});
