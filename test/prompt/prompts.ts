/** Random prompts for property tests. */
import fc from "fast-check";
import { type PromptTokens, SLOT_VALUES } from "../../src/prompt/slots.ts";

/** Any subset of the slots, each with any of its values. */
export const PROMPTS: fc.Arbitrary<PromptTokens> = fc.record({
  character: valueOf("character"),
  weight: valueOf("weight"),
  slant: valueOf("slant"),
  typeface: valueOf("typeface"),
  ink: valueOf("ink"),
  background: valueOf("background"),
});

function valueOf(slot: keyof PromptTokens): fc.Arbitrary<string | null> {
  return fc.option(fc.constantFrom(...SLOT_VALUES[slot]), { nil: null });
}
