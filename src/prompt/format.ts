/** Prompts as canonical text. */
import { type PromptTokens, promptTokens } from "./slots.ts";

/**
 * The shortest plain text of a prompt: `weight slant ink typeface CHARACTER on background`, "" for the empty one.
 * parsePrompt gives the same tokens back, without problems. The weight black is written "heavy", since "black" is an ink;
 * the character a alone among other words is written "letter a". Throws RangeError on an unknown value.
 */
export function formatPrompt(tokens: PromptTokens): string {
  // Refuses values that the parser could not read back.
  promptTokens(tokens);
  const { character, weight, slant, typeface, ink, background } = tokens;
  return [
    weight === "black" ? "heavy" : weight,
    slant,
    ink,
    typeface,
    character === "a" ? "letter a" : character,
    background === null ? null : `on ${background}`,
  ]
    .filter((word) => word !== null)
    .join(" ");
}
