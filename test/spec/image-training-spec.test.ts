/** Training of the glyph model as a specification: files, links, defaults, and what is refused. */
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { TRAINING_CHECKS } from "../../src/experiments/training/checks.ts";
import { isImageLink } from "../../src/spec/images/link.ts";
import { isImageSpec } from "../../src/spec/images/parse.ts";
import { COLOURS, IMAGE_REWARDS } from "../../src/spec/images/types.ts";
import { SpecError } from "../../src/spec/problems.ts";
import { ALGORITHM_KINDS, IMAGE_ALGORITHM_DEFAULTS } from "../../src/spec/training/algorithm-defaults.ts";
import { IMAGE_TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import { formatTrainingLink, parseTrainingLink, repairTrainingLink } from "../../src/spec/training/link.ts";
import { isTrainingLink } from "../../src/spec/training/link-kind.ts";
import { parseTrainingSpec } from "../../src/spec/training/parse.ts";
import { TRAINING_PRESETS } from "../../src/spec/training/presets.ts";
import { isImageTraining, type TrainingSpec } from "../../src/spec/training/types.ts";

type Json = Readonly<Record<string, unknown>>;

const whole = (json: Json): Json => ({ version: 1, kind: "training", model: "glyphs", ...json });

function parsed(json: Json): TrainingSpec {
  const result = parseTrainingSpec(whole(json), TRAINING_CHECKS);
  if (!result.ok) throw new SpecError(result.problems);
  return result.spec;
}

function problemsOf(json: Json) {
  const result = parseTrainingSpec(whole(json), TRAINING_CHECKS);
  return result.ok ? [] : result.problems;
}

const reward = fc.oneof(
  fc.constantFrom(...IMAGE_REWARDS).map((kind) => (kind === "colour" ? { kind, colour: "red" } : { kind })),
  fc.constantFrom(...COLOURS).map((colour) => ({ kind: "colour", colour })),
);
const text = fc.string({ maxLength: 30, unit: "grapheme" }).filter((s) => !/[\n\r|]/.test(s));
const spec = fc
  .record(
    {
      model: fc.record({
        kind: fc.constant("glyphs"),
        weights: fc.constantFrom("student", "teacher"),
        prompts: fc.array(text, { minLength: 1, maxLength: 8 }),
      }),
      adapter: fc.record({
        rank: fc.integer({ min: 1, max: 16 }),
        layers: fc.constantFrom("attention", "all"),
      }),
      rewards: fc.array(fc.record({ reward, weight: fc.constantFrom(1, 0.25, 3) }), {
        minLength: 1,
        maxLength: 4,
      }),
      heldOut: fc.option(reward),
      algorithm: fc.constantFrom("ddpo-is", "ddpo-sf", "dpok", "rwr", "direct"),
      training: fc.record({
        noise: fc.record({ kind: fc.constant("gddim"), eta: fc.constantFrom(0.25, 1, 1.5) }),
        steps: fc.integer({ min: 2, max: 16 }),
        batch: fc.integer({ min: 16, max: 64 }),
      }),
    },
    { requiredKeys: ["model"] },
  )
  .map((json) => {
    const result = parseTrainingSpec({ version: 1, kind: "training", ...json });
    if (!result.ok) throw new SpecError(result.problems);
    return result.spec;
  });

describe("a training of the glyph model", () => {
  test("survives files, and links of at most 2,000 characters", () => {
    let links = 0;
    fc.assert(
      fc.property(spec, (one) => {
        expect(parseTrainingSpec(JSON.parse(JSON.stringify(one)))).toEqual({ ok: true, spec: one });
        let link: string;
        try {
          link = formatTrainingLink(one);
        } catch (error) {
          expect(error).toBeInstanceOf(SpecError);
          return;
        }
        links += 1;
        expect(link.length).toBeLessThanOrEqual(2000);
        expect(parseTrainingLink(`#${link}`)).toEqual({ ok: true, spec: one, notices: [], ui: {} });
      }),
      { numRuns: 60, seed: 2 },
    );
    // Control: the clause for links that are too long is the exception.
    expect(links).toBeGreaterThan(54);
  });

  test("needs only its model, in files and links that people can read", () => {
    expect(parsed({})).toEqual(IMAGE_TRAINING_DEFAULTS);
    expect(formatTrainingLink(IMAGE_TRAINING_DEFAULTS)).toBe("train=ddpo-is&model=glyphs");
    const other = parsed({
      model: { kind: "glyphs", prompts: ["bold A", "thin b"] },
      adapter: { rank: 8 },
      rewards: [{ reward: { kind: "colour", colour: "red" } }, "contrast"],
    });
    expect(formatTrainingLink(other)).toBe(
      "train=ddpo-is&model=glyphs&prompts=bold%20A%7Cthin%20b&reward=colour&colour=red&reward.2=contrast&rank=8",
    );
    expect(parseTrainingLink("#train=sdpo&model=glyphs&colour.held=cyan")).toMatchObject({
      ok: true,
      spec: { algorithm: { kind: "sdpo" }, heldOut: { kind: "colour", colour: "cyan" } },
    });
  });

  test("is not mistaken for an experiment on images, nor that for a training", () => {
    expect(isImageSpec(whole({}))).toBe(false);
    expect(isImageSpec({ version: 1, model: "glyphs" })).toBe(true);
    const link = formatTrainingLink(IMAGE_TRAINING_DEFAULTS);
    // The page asks for trainings first.
    expect([isTrainingLink(link), isImageLink(link)]).toEqual([true, true]);
    expect(isTrainingLink("#model=glyphs")).toBe(false);
  });

  test.each(ALGORITHM_KINDS)("takes the settings of %s from its name", (kind) => {
    const one = parsed({ algorithm: kind, training: { steps: 8 } });
    expect(one.algorithm).toEqual(IMAGE_ALGORITHM_DEFAULTS[kind]);
    if ("logProb" in one.algorithm) expect(one.algorithm.logProb).toBe("mean");
    expect(parseTrainingLink(formatTrainingLink(one), TRAINING_CHECKS)).toMatchObject({
      ok: true,
      spec: one,
    });
  });

  const refused: readonly (readonly [string, Json, string, RegExp])[] = [
    [
      "a word that no prompt knows",
      { model: { kind: "glyphs", prompts: ["bold A", "a fluffy cat"] } },
      "model.prompts[1]",
      /fluffy/,
    ],
    ["no prompt", { model: { kind: "glyphs", prompts: [] } }, "model.prompts", /1 to 16/],
    ["a law's process", { process: "flow" }, "process", /left out of trainings of the glyph model/],
    ["a law's network", { network: {} }, "network", /left out of trainings of the glyph model/],
    [
      "training without noise",
      { training: { noise: { kind: "gddim", eta: 0 } } },
      "training.noise.eta",
      /density/,
    ],
    [
      "a reward without gradient",
      { algorithm: "direct", rewards: ["stroke", "compressibility"] },
      "rewards[1].reward.kind",
      /gradient.*compressibility/,
    ],
    ["a reward of points", { rewards: ["ring"] }, "rewards[0].reward.kind", /boldness/],
    ["too great a rank", { adapter: { rank: 17 } }, "adapter.rank", /1 to 16/],
    ["too great a batch", { training: { batch: 257 } }, "training.batch", /256/],
    [
      "more images than memory holds",
      { training: { batch: 128, steps: 40 } },
      "training.batch",
      /102 with N = 40/,
    ],
    [
      "more prompts than groups",
      { model: { kind: "glyphs", prompts: ["A", "B", "C"] }, algorithm: "flow-grpo" },
      "model.prompts",
      /at most 2 .*got 3/,
    ],
  ];
  test.each(refused)("refuses %s and names the field", (_, json, field, message) => {
    const problems = problemsOf(json);
    expect(problems.map((p) => p.field)).toEqual([field]);
    expect(problems[0]!.message).toMatch(message);
  });

  test("takes the neighbours of those", () => {
    for (const json of [
      { algorithm: "direct", rewards: ["stroke"] },
      { algorithm: "ddpo-is", rewards: ["compressibility"] },
      { algorithm: "rwr", training: { noise: { kind: "gddim", eta: 0 } } },
      { training: { batch: 102, steps: 40 } },
      { model: { kind: "glyphs", prompts: ["A", "B"] }, algorithm: "flow-grpo" },
    ])
      expect(problemsOf(json)).toEqual([]);
  });

  test("checks prompts beside a wrong field of the model", () => {
    const fields = (model: object) => {
      const json = { version: 1, kind: "training", model: { kind: "glyphs", ...model } };
      const result = parseTrainingSpec(json, TRAINING_CHECKS);
      return result.ok ? [] : result.problems.map(({ field }) => field);
    };
    expect(fields({ weights: "parrot", prompts: ["A", "zebra"] })).toEqual([
      "model.weights",
      "model.prompts[1]",
    ]);
    // A prompt that is no text or too long is told once.
    expect(fields({ prompts: [7, "zebra ".repeat(100), "zebra"] })).toEqual([
      "model.prompts[0]",
      "model.prompts[1]",
      "model.prompts[2]",
    ]);
    expect(fields({ weights: "parrot", prompts: "zebra" })).toEqual(["model.weights", "model.prompts"]);
    expect(fields({ weights: "parrot", prompts: ["A"] })).toEqual(["model.weights"]);
  });

  test("names the key of a link's fault, and is mended by leaving it out", () => {
    const link = "#train=direct&model=glyphs&reward=compressibility&rank=99&prompts=wxyz&clip=3&mean=1";
    const result = parseTrainingLink(link, TRAINING_CHECKS);
    expect(result.ok).toBe(false);
    expect(result.ok ? [] : result.problems.map((p) => p.key)).toEqual(
      expect.arrayContaining(["reward", "rank", "prompts"]),
    );
    expect(result.notices.join(" ")).toMatch(/mean.*clip has no meaning for direct/s);
    const { spec: mended, dropped } = repairTrainingLink(link, TRAINING_CHECKS);
    expect(isImageTraining(mended) && mended.algorithm.kind).toBe("direct");
    expect([...dropped].sort()).toEqual(["prompts", "rank", "reward"]);
  });

  test("fits the published schema, and so do trainings on points", () => {
    const schema = JSON.parse(readFileSync(`${ROOT}/public/schema/training-spec.json`, "utf8")) as object;
    const fits = new Ajv2020({ strict: false }).compile(schema);
    for (const { id, spec: one } of TRAINING_PRESETS) expect(fits(one), id).toBe(true);
    expect(fits(whole({ rewards: ["stroke"], heldOut: "legibility" }))).toBe(true);
    expect(fits(whole({ process: "flow" }))).toBe(false);
    expect(fits(whole({ rewards: [{ reward: { kind: "ring" } }] }))).toBe(false);
  });

  test("has presets whose prompts are understood", () => {
    const presets = TRAINING_PRESETS.filter(({ spec: one }) => isImageTraining(one));
    expect(presets.length).toBeGreaterThanOrEqual(3);
    for (const { id, spec: one } of presets)
      expect(parseTrainingSpec(one, TRAINING_CHECKS), id).toEqual({ ok: true, spec: one });
  });
});
