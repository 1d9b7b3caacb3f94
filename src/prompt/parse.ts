/** Prompts in free words, in any order: "bold italic red serif A on yellow". What is not understood is named, never dropped. */
import { type Said, bindColours } from "./bind-colours.ts";
import { findCharacter } from "./find-character.ts";
import { type PromptNote, type PromptProblem, show } from "./problem.ts";
import { NOTHING_SAID, type PromptTokens, SLOT_NAMES, type SlotName } from "./slots.ts";
import { suggestWords } from "./suggest.ts";
import { type Item, tokenize } from "./tokenize.ts";

/** Longest text that is read, in UTF-16 units. Every prompt can be said in a quarter of it. */
export const PROMPT_MAX_LENGTH = 300;
/** More problems than these are counted, not listed. */
const MOST_PROBLEMS = 20;

export interface ParsedPrompt {
  /** What was understood; a slot in contradiction is null. */
  readonly tokens: PromptTokens;
  /** The words that said the tokens, as typed. */
  readonly words: Readonly<Partial<Record<SlotName, string>>>;
  /** In the order of the text; empty if every word was understood and nothing contradicts. */
  readonly problems: readonly PromptProblem[];
  /** Readings that were a choice. */
  readonly notes: readonly PromptNote[];
}

/**
 * Reads a prompt, or a negative prompt. Order is free; see find-character.ts for "a" and bind-colours.ts for ink, background
 * and "black". Never throws; a text of more than PROMPT_MAX_LENGTH units is refused unread.
 */
export function parsePrompt(text: string): ParsedPrompt {
  if (text.length > PROMPT_MAX_LENGTH)
    return { tokens: NOTHING_SAID, words: {}, problems: [tooLong(text)], notes: [] };
  const items = tokenize(text);
  const character = findCharacter(items);
  const colours = bindColours(items);
  const said = [...items.flatMap(saidValue), ...colours.said];
  const slots = SLOT_NAMES.filter((slot) => slot !== "character").map((slot) => settle(slot, said));
  const problems = [
    ...items.flatMap(unknownProblem),
    ...character.problems,
    ...colours.problems,
    ...slots.flatMap(({ problem }) => (problem ? [problem] : [])),
  ].sort((a, b) => a.start - b.start);
  return {
    tokens: {
      ...NOTHING_SAID,
      ...Object.fromEntries(slots.map(({ slot, value }) => [slot, value])),
      character: character.character,
    },
    words: {
      ...Object.fromEntries(slots.flatMap(({ slot, word }) => (word === null ? [] : [[slot, word]]))),
      ...(character.word === null ? {} : { character: character.word }),
    },
    problems: cap(problems),
    notes: [...character.notes, ...colours.notes].sort((a, b) => a.start - b.start),
  };
}

/**
 * A prompt with its negative prompt: the problems of both, and the wish that is in both, which guidance would cancel.
 * The last part's places are those of the whole negative text.
 */
export function parsePromptPair(
  text: string,
  negativeText: string,
): {
  readonly positive: ParsedPrompt;
  readonly negative: ParsedPrompt;
  readonly conflicts: readonly PromptProblem[];
} {
  const positive = parsePrompt(text);
  const negative = parsePrompt(negativeText);
  const conflicts = SLOT_NAMES.flatMap((slot): PromptProblem[] => {
    const value = positive.tokens[slot];
    if (value === null || value !== negative.tokens[slot]) return [];
    const words = [positive.words[slot] ?? value, negative.words[slot] ?? value] as const;
    const message = `${slot}: must not be both wanted and avoided, got ${bothWords(words)}; keep one`;
    return [{ kind: "contradiction", start: 0, end: negativeText.length, message, suggestions: [] }];
  });
  return { positive, negative, conflicts };
}

/** What the two prompts say, in their own words. */
function bothWords([wanted, avoided]: readonly [string, string]): string {
  return wanted === avoided
    ? `${show(wanted)} in both prompts`
    : `${show(wanted)} in the prompt and ${show(avoided)} in the negative prompt, which mean the same`;
}

function saidValue(item: Item): Said[] {
  const { meaning } = item;
  return meaning.kind === "value" ? [{ slot: meaning.slot, value: meaning.value, item }] : [];
}

/** The value of a slot, or the problem that it was given several. */
function settle(
  slot: SlotName,
  all: readonly Said[],
): {
  readonly slot: SlotName;
  readonly value: string | null;
  readonly word: string | null;
  readonly problem: PromptProblem | null;
} {
  const said = all.filter((one) => one.slot === slot).sort((a, b) => a.item.start - b.item.start);
  const different = said.filter(({ value }, i) => said.findIndex((other) => other.value === value) === i);
  const first = different[0];
  const last = different[different.length - 1];
  if (!first || !last || different.length === 1)
    return { slot, value: first?.value ?? null, word: first?.item.text ?? null, problem: null };
  const words = different.slice(0, 6).map(({ item }) => show(item.text));
  const advice = slot === "ink" ? '; keep one, and say "on" before the background\'s colour' : "; keep one";
  const message = `${slot}: must be one, got ${words.join(" and ")}${advice}`;
  const problem = {
    kind: "contradiction",
    start: first.item.start,
    end: last.item.end,
    message,
    suggestions: [],
  } as const;
  return { slot, value: null, word: null, problem };
}

function unknownProblem({ text, start, end, meaning }: Item): PromptProblem[] {
  if (meaning.kind === "refused")
    return [{ kind: "unknown", start, end, message: `${show(text)}: ${meaning.reason}`, suggestions: [] }];
  if (meaning.kind !== "unknown") return [];
  const suggestions = suggestWords(text);
  const message = `${show(text)} is not known; ${advice(text, suggestions)}`;
  return [{ kind: "unknown", start, end, message, suggestions }];
}

function advice(text: string, suggestions: readonly string[]): string {
  if (suggestions.length > 0) return `did you mean ${suggestions.join(", ")}?`;
  if (/^\p{N}+$/u.test(text)) return "an image shows one digit, 0 to 9";
  if (Array.from(text).length <= 2) return "an image shows one character, A to Z, a to z or 0 to 9";
  return "leave it out";
}

function tooLong(text: string): PromptProblem {
  const message = `prompt: must be at most ${PROMPT_MAX_LENGTH} characters, got ${text.length}; name a character, weight, slant, typeface, ink and background`;
  return { kind: "too-long", start: PROMPT_MAX_LENGTH, end: text.length, message, suggestions: [] };
}

/** The first problems, and one that counts the rest. */
function cap(problems: readonly PromptProblem[]): readonly PromptProblem[] {
  const rest = problems.slice(MOST_PROBLEMS);
  const first = rest[0];
  const last = rest[rest.length - 1];
  if (!first || !last) return problems;
  const message = `prompt: ${rest.length} more words or signs are not understood; see the list of words`;
  return [
    ...problems.slice(0, MOST_PROBLEMS),
    { kind: "unknown", start: first.start, end: last.end, message, suggestions: [] },
  ];
}
