import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, DATA_STREAM } from "../../src/math/philox.ts";
import { LEXICON } from "../../src/prompt/lexicon.ts";
import { promptSets } from "../../src/prompt/richness.ts";
import {
  COLOURS,
  NOTHING_SAID,
  promptFromTokens,
  promptTokens,
  saidSlots,
  SLOT_NAMES,
  SLOT_VALUES,
} from "../../src/prompt/slots.ts";
import { PROMPTS } from "./prompts.ts";

describe("Token numbers", () => {
  it("are places in vocabulary.json; the number of values means not said", () => {
    const { slots } = JSON.parse(readFileSync("src/prompt/vocabulary.json", "utf8")) as {
      slots: { name: string; values: string[] }[];
    };
    expect([...promptTokens(NOTHING_SAID)]).toEqual(slots.map(({ values }) => values.length));
    expect([...promptTokens(NOTHING_SAID)]).toEqual([62, 4, 2, 5, 10, 10]);
    const tokens = {
      character: "b",
      weight: "black",
      slant: "italic",
      typeface: null,
      ink: "red",
      background: "black",
    };
    expect([...promptTokens(tokens)]).toEqual([27, 3, 1, 5, 0, 9]);
  });

  it("give the prompt back", () => {
    fc.assert(
      fc.property(PROMPTS, (tokens) => {
        expect(promptFromTokens(promptTokens(tokens))).toEqual(tokens);
      }),
    );
  });

  it("refuse what is not in the vocabulary, by name (control)", () => {
    expect(() => promptTokens({ ...NOTHING_SAID, weight: "thick" })).toThrow(
      /prompt\.weight: must be one of light/,
    );
    expect(() => promptFromTokens([63, 4, 2, 5, 10, 10])).toThrow(/prompt\.character: .*0 to 62, got 63/);
    expect(() => promptFromTokens([0, 0, 0])).toThrow(/prompt\.typeface/);
  });
});

describe("The words", () => {
  it("mean values of the vocabulary only, and every value but the characters has a word", () => {
    const meanings = [...LEXICON.values()];
    for (const meaning of meanings) {
      if (meaning.kind === "value") expect(SLOT_VALUES[meaning.slot]).toContain(meaning.value);
      if (meaning.kind === "colour") expect(Object.keys(COLOURS)).toContain(meaning.value);
    }
    for (const slot of ["weight", "slant", "typeface"] as const)
      for (const value of SLOT_VALUES[slot])
        expect(
          meanings.some(
            (meaning) => meaning.kind === "value" && meaning.slot === slot && meaning.value === value,
          ),
        ).toBe(true);
    for (const slot of ["ink", "background"] as const)
      expect([...SLOT_VALUES[slot]].sort()).toEqual(Object.keys(COLOURS).sort());
  });
});

describe("Prompt sets", () => {
  const draw = (count: number, seed: number) =>
    promptSets({ count, uniform: createRandom(seed, DATA_STREAM).uniform });

  it("say 1 to 6 attributes, each adding one to the same prompt", () => {
    const sets = draw(150, 7);
    expect(sets).toHaveLength(6);
    sets.forEach((set, k) =>
      set.forEach((tokens, i) => {
        expect(saidSlots(tokens)).toHaveLength(k + 1);
        expect(tokens.character).not.toBeNull();
        for (const slot of saidSlots(tokens)) expect(sets[5]?.[i]?.[slot]).toBe(tokens[slot]);
      }),
    );
    expect(sets[5]?.every(({ ink, background }) => ink !== background)).toBe(true);
  });

  it("repeat for a seed, grow without changing what they had, and differ between seeds (control)", () => {
    expect(draw(100, 7)).toEqual(draw(100, 7));
    expect(draw(200, 7).map((set) => set.slice(0, 100))).toEqual(draw(100, 7));
    expect(draw(100, 8)).not.toEqual(draw(100, 7));
  });

  it("show every character equally often, and each other attribute second about equally often", () => {
    const sets = draw(620, 3);
    const counts = new Map<string, number>();
    for (const { character } of sets[0] ?? [])
      counts.set(character ?? "", (counts.get(character ?? "") ?? 0) + 1);
    expect([...counts.values()]).toEqual(new Array(62).fill(10));
    for (const slot of SLOT_NAMES.slice(1)) {
      const times = (sets[1] ?? []).filter((tokens) => tokens[slot] !== null).length;
      // Binomial(620, 1/5): mean 124, standard deviation 9.96.
      expect(Math.abs(times - 124), slot).toBeLessThan(4.5 * 9.96);
    }
  });

  it("keep to allowed prompts, and say so where none is", () => {
    const uniform = createRandom(1, DATA_STREAM).uniform;
    const sets = promptSets({
      count: 50,
      uniform,
      allowed: ({ typeface, slant }) => !(typeface === "mono" && slant === "italic"),
    });
    expect(sets[5]?.some(({ typeface, slant }) => typeface === "mono" && slant === "italic")).toBe(false);
    expect(() => promptSets({ count: 1, uniform, allowed: () => false })).toThrow(/must accept some prompt/);
    expect(() => promptSets({ count: 0, uniform })).toThrow(/at least 1, got 0/);
  });
});
