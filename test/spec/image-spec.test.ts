import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IMAGE_DEFAULTS, IMAGE_LIMITS as L } from "../../src/spec/images/limits.ts";
import { formatImageLink, isImageLink, parseImageLink, repairImageLink } from "../../src/spec/images/link.ts";
import { isImageSpec, parseImageSpec } from "../../src/spec/images/parse.ts";
import {
  COLOURS,
  COMPLETIONS,
  IMAGE_REWARDS,
  IMAGE_STUDIES,
  type ImageSpec,
  PROMPT_SETS,
} from "../../src/spec/images/types.ts";

const number = (range: { readonly min: number; readonly max: number }) =>
  fc.double({ ...range, noNaN: true }).map((v) => (v === 0 ? 0 : v));
const integer = (range: { readonly min: number; readonly max: number }) => fc.integer({ ...range });
const prompt = fc
  .string({ maxLength: L.promptLength.max, unit: "grapheme" })
  .filter((t) => t.length <= L.promptLength.max);

const anySpec: fc.Arbitrary<ImageSpec> = fc.record({
  version: fc.constant(1 as const),
  model: fc.record({
    kind: fc.constant("glyphs" as const),
    weights: fc.constantFrom("student" as const, "teacher" as const),
    prompt,
    completion: fc.constantFrom(...COMPLETIONS),
    negative: prompt,
    guidance: number(L.guidance),
  }),
  sampler: fc.record({
    kind: fc.constant("gddim" as const),
    eta: number(L.eta),
    steps: integer(L.steps),
    grid: fc.oneof(
      fc.constant({ kind: "uniform" as const }),
      fc.record({ kind: fc.constant("power" as const), power: number({ min: 0.1, max: 20 }) }),
    ),
    schedule: fc.oneof(
      fc.constant({ kind: "constant" as const }),
      fc.record({
        kind: fc.constant("window" as const),
        start: fc.integer({ min: 0, max: 99 }),
        size: fc.integer({ min: 1, max: 100 }),
      }),
    ),
  }),
  reward: fc.oneof(
    fc.record({ kind: fc.constantFrom(...IMAGE_REWARDS).filter((k) => k !== "colour") }),
    fc.record({ kind: fc.constant("colour" as const), colour: fc.constantFrom(...COLOURS) }),
  ),
  evaluation: fc.record({
    tiles: integer(L.tiles),
    images: integer(L.images),
    etas: fc.array(number(L.eta), { minLength: 1, maxLength: L.sweep.max }),
    steps: fc.array(integer(L.steps), { minLength: 1, maxLength: L.sweep.max }),
    seed: fc.integer({ min: 0, max: 4_294_967_295 }),
    study: fc.constantFrom(...IMAGE_STUDIES),
    promptSets: fc.constantFrom(...PROMPT_SETS),
  }),
});

const problemsOf = (json: unknown): readonly { field: string; message: string }[] => {
  const result = parseImageSpec(json);
  return result.ok ? [] : result.problems;
};

describe("an image experiment", () => {
  test("survives files and links, within 2,000 characters", () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        expect(parseImageSpec(JSON.parse(JSON.stringify(spec)))).toEqual({ ok: true, spec });
        const link = formatImageLink(spec);
        expect(link.length).toBeLessThanOrEqual(2000);
        expect(isImageLink(link)).toBe(true);
        expect(parseImageLink(link)).toMatchObject({ ok: true, spec });
      }),
      { numRuns: 300 },
    );
  });

  test("is short to write: only the model's kind is needed", () => {
    expect(formatImageLink(IMAGE_DEFAULTS)).toBe("model=glyphs");
    expect(parseImageLink("#model=glyphs")).toMatchObject({ ok: true, spec: IMAGE_DEFAULTS });
    expect(parseImageSpec({ version: 1, model: "glyphs" })).toEqual({ ok: true, spec: IMAGE_DEFAULTS });
  });

  test("is told from the other experiments", () => {
    expect(isImageSpec({ version: 1, model: { kind: "glyphs" } })).toBe(true);
    expect(isImageSpec({ version: 1, model: { kind: "gaussian" } })).toBe(false);
    expect(isImageSpec([])).toBe(false);
    expect(isImageLink("#model=mixture")).toBe(false);
    expect(isImageLink("")).toBe(false);
  });

  test("names the field of every problem at once", () => {
    const problems = problemsOf({
      version: 2,
      model: { kind: "glyphs", prompt: 7, guidence: 2 },
      sampler: { eta: -1, steps: 0 },
      reward: { kind: "beauty" },
      evaluation: { etas: [0, "x"], images: 1e9 },
      smapler: {},
    });
    const fields = problems.map((p) => p.field);
    for (const field of [
      "version",
      "smapler",
      "model.prompt",
      "sampler.eta",
      "sampler.steps",
      "reward.kind",
      "evaluation.etas[1]",
      "evaluation.images",
    ])
      expect(fields, field).toContain(field);
    for (const { message } of problems) expect(message).toMatch(/must .*got /s);
  });

  test("hands prompts to the check from outside", () => {
    const checks = {
      prompt: (text: string) => (text.includes("zebra") ? 'must be known words, got "zebra"' : null),
    };
    const bad = parseImageSpec({ version: 1, model: { kind: "glyphs", prompt: "zebra A" } }, checks);
    expect(bad).toEqual({
      ok: false,
      problems: [{ field: "model.prompt", message: 'must be known words, got "zebra"' }],
    });
  });

  test("checks prompts beside a wrong field of the model, and the texts that are not wrong themselves", () => {
    const checks = {
      prompt: (text: string) => (text.includes("zebra") ? "must be known" : null),
      pair: (p: string, n: string) => (p === n ? "must differ" : null),
    };
    const fields = (model: object) => {
      const result = parseImageSpec({ version: 1, model: { kind: "glyphs", ...model } }, checks);
      return result.ok ? [] : result.problems.map(({ field }) => field);
    };
    expect(fields({ completion: "maybe", prompt: "zebra", negative: "zebra" })).toEqual([
      "model.completion",
      "model.prompt",
      "model.negative",
    ]);
    expect(fields({ prompt: 7, negative: "zebra" })).toEqual(["model.prompt", "model.negative"]);
    // Too long is told once; what the words are does not matter then.
    expect(fields({ prompt: "zebra".repeat(100) })).toEqual(["model.prompt"]);
    const pair = { prompt: "R", negative: "R", guidance: -1 };
    expect(fields({ ...pair, weights: "teacher" })).toEqual(["model.guidance", "model.negative"]);
    expect(fields({ ...pair, weights: "student" })).toEqual(["model.guidance"]);
    expect(fields({ ...pair, weights: "parrot" })).toEqual(["model.weights", "model.guidance"]);
    expect(fields({ completion: "maybe" })).toEqual(["model.completion"]);
  });

  test("refuses a prompt of 10,000 characters with its limit", () => {
    const [problem] = problemsOf({ version: 1, model: { kind: "glyphs", prompt: "x".repeat(10_000) } });
    expect(problem).toMatchObject({ field: "model.prompt" });
    expect(problem!.message).toContain("200");
  });
});

describe("a bad link of an image experiment", () => {
  test("names field and key, and is mended by leaving the key out", () => {
    const link = "#model=glyphs&eta=lots&N=8&colour=red&foo=1";
    const result = parseImageLink(link);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.problems.map((p) => p.key)).toContain("eta");
    expect(result.notices.join(" ")).toContain("foo");
    const { spec, dropped } = repairImageLink(link);
    expect(spec.sampler).toEqual({ ...IMAGE_DEFAULTS.sampler, steps: 8 });
    expect([...dropped].sort()).toEqual(["colour", "eta"]);
  });

  test("is mended where the negative prompt takes back the prompt, for the teacher alone", () => {
    const checks = { pair: (p: string, n: string) => (p === n && p !== "" ? "must differ" : null) };
    const link = (weights: string) => `#model=glyphs&weights=${weights}&prompt=R&negative=R`;
    const result = parseImageLink(link("teacher"), checks);
    expect(result.ok ? [] : result.problems).toEqual([
      { field: "model.negative", key: "negative", typed: "negative", message: "must differ" },
    ]);
    expect(repairImageLink(link("teacher"), checks).spec.model).toMatchObject({ prompt: "R", negative: "" });
    expect(parseImageLink(link("student"), checks).ok).toBe(true);
  });

  test("never throws, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400, unit: "binary" }), (text) => {
        const link = `#model=glyphs&${text}`;
        const result = parseImageLink(link);
        if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
        expect(parseImageSpec(repairImageLink(link).spec).ok).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
