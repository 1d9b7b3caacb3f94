import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePrompt } from "../../../src/prompt/parse.ts";
import { NOTHING_SAID, saidSlots, SLOT_NAMES, SLOT_VALUES } from "../../../src/prompt/slots.ts";
import { IMAGE_DEFAULTS } from "../../../src/spec/images/limits.ts";
import { parseImageSpec } from "../../../src/spec/images/parse.ts";
import { IMAGE_REWARDS, type ImageSpec } from "../../../src/spec/images/types.ts";
import { withReward, withSteps } from "../../../src/ui/images/controls/image-edits.ts";
import {
  clashOf,
  markedPieces,
  problemWords,
  promptWith,
  replacedText,
  toggledPrompt,
  withWeights,
} from "../../../src/ui/images/controls/prompt-edits.ts";
import { PROMPT_EXAMPLES } from "../../../src/ui/images/controls/prompt-examples.ts";
import { imagePickOf } from "../../../src/ui/images/image-pick.ts";
import { shellQuoted } from "../../../src/ui/ShareFrame.tsx";
import { chartFixture } from "./fixtures.ts";

describe("A problem with buttons behind it", () => {
  const words = (text: string) => parsePrompt(text).problems.map((problem) => problemWords(text, problem));
  it("does not say the suggestions that are on the buttons", () => {
    expect(words("boldd A")).toEqual(['"boldd" is not known. Did you mean']);
    expect(words("A on")).toEqual(['"on" needs a colour after it. For example']);
    // Control: without buttons the whole message is needed.
    expect(words("A with wings")).toEqual(['"wings" is not known; leave it out']);
  });
});

describe("A chip", () => {
  it.each(SLOT_NAMES.flatMap((slot) => SLOT_VALUES[slot].map((value) => [slot, value] as const)))(
    "of %s sets %s, and takes it away again",
    (slot, value) => {
      const on = toggledPrompt(
        { ...NOTHING_SAID, character: slot === "character" ? null : "R" },
        slot,
        value,
      );
      const read = parsePrompt(on);
      expect(read.problems).toEqual([]);
      expect(read.tokens[slot]).toBe(value);
      const off = parsePrompt(toggledPrompt(read.tokens, slot, value));
      expect(off.tokens[slot]).toBeNull();
    },
  );

  it("leaves the other attributes alone, whatever order and words the text had", () => {
    const { tokens } = parsePrompt("on yellow a crimson oblique heavy letter A, typewriter");
    const next = parsePrompt(toggledPrompt(tokens, "ink", "blue")).tokens;
    expect(next).toEqual({ ...tokens, ink: "blue" });
    expect(tokens.ink).toBe("red");
  });

  it("for the character takes null", () => {
    const { tokens } = parsePrompt("bold red A");
    expect(promptWith(tokens, "character", null)).toBe("bold red");
  });
});

describe("A suggestion", () => {
  it("replaces exactly the words at fault, and mends the prompt", () => {
    const text = "bold itallic red A";
    const [problem] = parsePrompt(text).problems;
    if (problem === undefined) throw new Error("the misspelt word must be a problem");
    const mended = replacedText(text, problem, problem.suggestions[0] ?? "");
    expect(mended).toBe("bold italic red A");
    expect(parsePrompt(mended).problems).toEqual([]);
  });
});

describe("The marks under a text", () => {
  it("join to the text, and mark every place at fault", () => {
    const place = fc
      .tuple(fc.nat(30), fc.nat(30))
      .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.array(place), fc.array(place), (text, problems, notes) => {
        const pieces = markedPieces(text, problems, notes);
        expect(pieces.map((piece) => piece.text).join("")).toBe(text);
        const marks = pieces.flatMap(({ text: part, mark }) =>
          Array.from({ length: part.length }, () => mark),
        );
        marks.forEach((mark, i) => {
          const under = (places: typeof problems) => places.some(({ start, end }) => start <= i && i < end);
          expect(mark).toBe(under(problems) ? "wrong" : under(notes) ? "note" : "none");
        });
      }),
    );
  });
});

describe("The examples", () => {
  it.each(PROMPT_EXAMPLES)("say $attributes attributes: $text", ({ attributes, text }) => {
    const { tokens, problems } = parsePrompt(text);
    expect(problems).toEqual([]);
    expect(saidSlots(tokens)).toHaveLength(attributes);
  });
  it("go from 1 to all attributes, each saying all that the one before says", () => {
    expect(PROMPT_EXAMPLES.map(({ attributes }) => attributes)).toEqual(SLOT_NAMES.map((_, i) => i + 1));
    PROMPT_EXAMPLES.slice(1).forEach(({ text }, i) => {
      const richer = parsePrompt(text).tokens;
      const poorer = parsePrompt(PROMPT_EXAMPLES[i]?.text ?? "").tokens;
      for (const slot of saidSlots(poorer)) expect(richer[slot]).toBe(poorer[slot]);
    });
  });
});

describe("Edits of the spec", () => {
  const windowed = (start: number, size: number): ImageSpec => ({
    ...IMAGE_DEFAULTS,
    sampler: { ...IMAGE_DEFAULTS.sampler, steps: 8, schedule: { kind: "window", start, size } },
  });
  it("keep the window of stochastic steps inside N", () => {
    expect(withSteps(windowed(6, 2), 4).sampler.schedule).toEqual({ kind: "window", start: 3, size: 1 });
    expect(withSteps(windowed(1, 2), 4).sampler.schedule).toEqual({ kind: "window", start: 1, size: 2 });
  });
  it("pass a wrong N on, for the parser to refuse", () => {
    expect(parseImageSpec(withSteps(windowed(6, 2), 2.5)).ok).toBe(false);
    expect(parseImageSpec(withSteps(windowed(6, 2), 2)).ok).toBe(true);
  });
  it.each(IMAGE_REWARDS)("make a valid spec with reward %s, and keep the colour that was chosen", (kind) => {
    const spec: ImageSpec = { ...IMAGE_DEFAULTS, reward: { kind: "colour", colour: "pink" } };
    const next = withReward(spec, kind);
    expect(parseImageSpec(next).ok).toBe(true);
    expect(next.reward).toEqual(kind === "colour" ? spec.reward : { kind });
  });
});

describe("A negative prompt", () => {
  const { model } = IMAGE_DEFAULTS;
  it("clashes with a prompt that wants the same, in other words too", () => {
    expect(clashOf("red R", "crimson")).toMatch(/"red" in the prompt and "crimson" in the negative prompt/);
    expect(clashOf("heavy R", "light")).toBeNull();
  });
  it("is emptied where the teacher would have to use it against itself", () => {
    const clash = { ...model, prompt: "heavy R", negative: "heavy" };
    expect(withWeights(clash, "teacher")).toEqual({ weights: "teacher", negative: "" });
    // Control: the student takes none, and another wish may stay.
    expect(withWeights(clash, "student")).toEqual({ weights: "student" });
    expect(withWeights({ ...clash, negative: "light" }, "teacher")).toEqual({ weights: "teacher" });
  });
});

describe("A click on a chart", () => {
  it("sets the axis it is on", () => {
    expect(imagePickOf(chartFixture("η", [0]))?.apply(IMAGE_DEFAULTS, 1.7).sampler.eta).toBe(1.7);
    expect(imagePickOf(chartFixture("N", [1]))?.apply(IMAGE_DEFAULTS, 8).sampler.steps).toBe(8);
  });
  it("does nothing on an axis that is no setting", () => {
    const chart = chartFixture("N", [1]);
    expect(imagePickOf({ ...chart, x: { ...chart.x, symbol: "T" } })).toBeNull();
  });
});

describe("An argument for the shell", () => {
  it("ends its quotes around each quote in it", () => {
    expect(shellQuoted("#prompt='A'")).toBe("'#prompt='\\''A'\\'''");
    expect(shellQuoted("plain")).toBe("'plain'");
  });
});
