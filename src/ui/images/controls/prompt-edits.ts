/** Changes of a prompt's text: chips, suggestions, and the marks under words that are not understood. */
import { formatPrompt } from "../../../prompt/format.ts";
import { parsePromptPair } from "../../../prompt/parse.ts";
import { type PromptNote, type PromptProblem, show } from "../../../prompt/problem.ts";
import type { PromptTokens, SlotName } from "../../../prompt/slots.ts";
import type { GlyphModelSpec, GlyphWeights } from "../../../spec/images/types.ts";

/** The prompt with `slot` at `value`, or with nothing said about it if it was at that value; canonical text. */
export function toggledPrompt(tokens: PromptTokens, slot: SlotName, value: string): string {
  return formatPrompt({ ...tokens, [slot]: tokens[slot] === value ? null : value });
}

/** The prompt with `slot` at `value`, null for nothing said; canonical text. */
export function promptWith(tokens: PromptTokens, slot: SlotName, value: string | null): string {
  return formatPrompt({ ...tokens, [slot]: value });
}

/** What is wanted by a prompt and avoided by the negative one, in a sentence, or null. */
export function clashOf(prompt: string, negative: string): string | null {
  return parsePromptPair(prompt, negative).conflicts[0]?.message ?? null;
}

/**
 * The change to another network. A negative prompt that the prompt has come to contradict while the student took none
 * is dropped, so that the teacher can be had.
 */
export function withWeights(
  { prompt, negative }: GlyphModelSpec,
  weights: GlyphWeights,
): Partial<GlyphModelSpec> {
  return weights === "teacher" && clashOf(prompt, negative) !== null
    ? { weights, negative: "" }
    : { weights };
}

/** The text with the place at fault replaced by a suggestion. */
export function replacedText(text: string, { start, end }: PromptProblem, suggestion: string): string {
  return text.slice(0, start) + suggestion + text.slice(end);
}

/** A problem in words, for where its suggestions follow as buttons. */
export function problemWords(
  text: string,
  { kind, start, end, message, suggestions }: PromptProblem,
): string {
  if (suggestions.length === 0) return message;
  const piece = show(text.slice(start, end));
  if (kind === "unknown") return `${piece} is not known. Did you mean`;
  return message.replace(/; write for example .*$/, ". For example");
}

/** A piece of the text and how it is marked. */
export interface MarkedPiece {
  readonly text: string;
  readonly mark: "none" | "wrong" | "note";
}

/** The text cut at the places of problems and notes, in order; problems win where both lie. Joined, the pieces are the text. */
export function markedPieces(
  text: string,
  problems: readonly Pick<PromptProblem, "start" | "end">[],
  notes: readonly Pick<PromptNote, "start" | "end">[],
): readonly MarkedPiece[] {
  const places = [...problems, ...notes];
  const cuts = [...new Set([0, text.length, ...places.flatMap(({ start, end }) => [start, end])])]
    .filter((at) => at >= 0 && at <= text.length)
    .sort((a, b) => a - b);
  return cuts.slice(1).map((end, i) => {
    const start = cuts[i] ?? 0;
    const covers = (place: { readonly start: number; readonly end: number }) =>
      place.start <= start && place.end >= end;
    const mark = problems.some(covers) ? "wrong" : notes.some(covers) ? "note" : "none";
    return { text: text.slice(start, end), mark };
  });
}
