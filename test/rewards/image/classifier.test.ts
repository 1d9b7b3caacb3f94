import { describe, expect, it } from "vitest";
import { NOTHING_SAID, type PromptTokens, SLOT_NAMES, SLOT_VALUES } from "../../../src/prompt/slots.ts";
import {
  alignment,
  ensembleLogProbs,
  LEAST_LOG_PROB,
  legibility,
  type SlotLogProbs,
} from "../../../src/rewards/image/classifier.ts";
import { expectClose } from "../../support/numbers.ts";

/** A classifier's answer that gives each image's truth probability `p` in every slot and shares the rest evenly. */
function answers(truths: readonly PromptTokens[], p: number): SlotLogProbs {
  const of = (slot: (typeof SLOT_NAMES)[number]) =>
    Float64Array.from(
      truths.flatMap((truth) =>
        SLOT_VALUES[slot].map((value) =>
          Math.log(value === truth[slot] ? p : (1 - p) / (SLOT_VALUES[slot].length - 1)),
        ),
      ),
    );
  return Object.fromEntries(SLOT_NAMES.map((slot) => [slot, of(slot)])) as unknown as SlotLogProbs;
}

const A: PromptTokens = {
  character: "A",
  weight: "bold",
  slant: "italic",
  typeface: "serif",
  ink: "red",
  background: "white",
};
const B: PromptTokens = { ...A, character: "b", weight: "light" };

describe("Alignment", () => {
  it("is the sum and mean of log p over the slots that the prompt names", () => {
    const asked = { ...NOTHING_SAID, character: "A", ink: "red" };
    const { sum, mean, bySlot } = alignment(answers([A, B], 0.9), [asked, asked]);
    const wrong = Math.log(0.1 / 61);
    expectClose(sum[0]!, 2 * Math.log(0.9), { relative: 1e-14 });
    expectClose(mean[0]!, Math.log(0.9), { relative: 1e-14 });
    expectClose(sum[1]!, Math.log(0.9) + wrong, { relative: 1e-14 });
    expectClose(bySlot.character[1]!, wrong, { relative: 1e-14 });
    expectClose(bySlot.ink[1]!, Math.log(0.9), { relative: 1e-14 });
    expect(bySlot.weight[0]).toBeNaN();
    // Control: what the prompt does not name does not count.
    expect(alignment(answers([{ ...A, weight: "black" }], 0.9), [asked]).sum[0]).toBe(sum[0]);
  });

  it("of the empty prompt is 0, and an impossible attribute costs no more than the floor", () => {
    const { sum, mean } = alignment(answers([A], 0.9), [NOTHING_SAID]);
    expect([sum[0], mean[0]]).toEqual([0, 0]);
    expect(alignment(answers([A], 1), [B]).bySlot.character[0]).toBe(LEAST_LOG_PROB);
  });

  it("refuses numbers that do not fit the prompts", () => {
    expect(() => alignment(answers([A, B], 0.9), [A])).toThrow(
      /logProbs\.character: must be 1 x 62 numbers, got 124/,
    );
    expect(() => alignment(answers([A], 0.9), [{ ...A, ink: "beige" }])).toThrow(/ink: .*"beige"/);
  });
});

describe("Legibility", () => {
  it("is log p of the asked character, or of the likeliest where none is asked", () => {
    const logProbs = answers([A, B], 0.8);
    const none = { ...A, character: null };
    expectClose(legibility(logProbs, [A, A])[0]!, Math.log(0.8), { relative: 1e-14 });
    expectClose(legibility(logProbs, [A, A])[1]!, Math.log(0.2 / 61), { relative: 1e-14 });
    for (const value of legibility(logProbs, [none, none]))
      expectClose(value, Math.log(0.8), { relative: 1e-14 });
  });
});

describe("An ensemble", () => {
  it("averages probabilities, not their logarithms", () => {
    const both = ensembleLogProbs([answers([A], 0.9), answers([A], 0.1)]);
    const { bySlot } = alignment(both, [A]);
    for (const slot of SLOT_NAMES) expectClose(bySlot[slot][0]!, Math.log(0.5), { relative: 1e-14 }, slot);
    // Control: the mean of the logarithms is another number.
    expect(Math.abs((Math.log(0.9) + Math.log(0.1)) / 2 - Math.log(0.5))).toBeGreaterThan(0.1);
  });

  it("stays finite where one member says never, and refuses nobody and unequal sizes", () => {
    const { bySlot } = alignment(ensembleLogProbs([answers([A], 1), answers([B], 1)]), [A]);
    expectClose(bySlot.character[0]!, Math.log(0.5), { relative: 1e-14 });
    expect(() => ensembleLogProbs([])).toThrow(/at least one/);
    expect(() => ensembleLogProbs([answers([A], 0.5), answers([A, B], 0.5)])).toThrow(
      /equal sizes, got 62, 124/,
    );
  });
});
