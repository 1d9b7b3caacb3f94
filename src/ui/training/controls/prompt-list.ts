/** Prompts to add to a list. */
import { formatPrompt } from "../../../prompt/format.ts";
import { parsePrompt } from "../../../prompt/parse.ts";
import { SLOT_VALUES } from "../../../prompt/slots.ts";

/** The last prompt with the first character that no prompt asks for yet. */
export function addedPrompt(prompts: readonly string[]): string {
  const parsed = prompts.map((prompt) => parsePrompt(prompt).tokens);
  const taken = parsed.map(({ character }) => character);
  const character = SLOT_VALUES.character.find((one) => !taken.includes(one)) ?? null;
  const last = parsed.at(-1);
  return last === undefined ? (character ?? "") : formatPrompt({ ...last, character });
}
