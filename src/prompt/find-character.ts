/**
 * Which character a prompt asks for. "a" is both an article and a character, so:
 * 1. A character in quotes, or right after "letter", "digit", "capital" and the like, is meant as one.
 * 2. So is every other lone letter or digit, "A" and "I" too, except:
 * 3. a lone "a" is the article where another character is said, or where "letter" or "digit" follows without naming one;
 *    of several lone "a", only the last can be the character;
 * 4. a capital "A" at the very beginning is the article where other words and then another character (not a lone "a") follow.
 */
import type { PromptNote, PromptProblem } from "./problem.ts";
import { show } from "./problem.ts";
import type { Item } from "./tokenize.ts";

export interface FoundCharacter {
  /** null if none was said, or several. */
  readonly character: string | null;
  /** The text that says it, as typed; null where `character` is. */
  readonly word: string | null;
  readonly problems: readonly PromptProblem[];
  readonly notes: readonly PromptNote[];
}

/** A character of the text that is no article. */
interface Named {
  readonly item: Item;
  readonly value: string;
  readonly marked: boolean;
}

export function findCharacter(items: readonly Item[]): FoundCharacter {
  const all = items.flatMap((item, i): Named[] =>
    item.meaning.kind === "character"
      ? [{ item, value: item.meaning.value, marked: isMarked(items, i) }]
      : [],
  );
  const { named, articles } = withoutArticles(items, all);
  const cased = applyCase(items, named);
  const mismatch = cased.problems.length > 0 ? [] : nounProblems(items, cased.values);
  const several = new Set(cased.values).size > 1 ? [severalProblem(named)] : [];
  const problems = [...cased.problems, ...mismatch, ...several];
  const character = problems.length > 0 ? null : (cased.values[0] ?? null);
  const word = character === null ? null : (named[0]?.item.text ?? null);
  return { character, word, problems, notes: articleNotes(articles, named) };
}

function isMarked(items: readonly Item[], i: number): boolean {
  const item = items[i];
  const before = items[i - 1];
  if (!item || item.quoted || item.text.length > 1) return true;
  return before !== undefined && (before.meaning.kind === "noun" || before.meaning.kind === "case");
}

function withoutArticles(
  items: readonly Item[],
  all: readonly Named[],
): { readonly named: readonly Named[]; readonly articles: readonly Named[] } {
  const capital = all.find((one) => isCapitalArticle(items, all, one));
  const rest = all.filter((one) => one !== capital);
  const lone = rest.filter(isLoneA);
  const others = rest.filter((one) => !lone.includes(one));
  const last = lone[lone.length - 1];
  const nounFollows =
    last !== undefined &&
    items.some(({ meaning, start }) => meaning.kind === "noun" && start > last.item.start);
  const named = others.length > 0 || nounFollows || !last ? others : [last];
  return { named, articles: all.filter((one) => !named.includes(one)) };
}

function isLoneA({ item, marked }: Named): boolean {
  return !marked && item.text === "a";
}

function isCapitalArticle(items: readonly Item[], all: readonly Named[], one: Named): boolean {
  const next = items[1];
  return (
    one.item === items[0] &&
    one.item.text === "A" &&
    !one.marked &&
    next !== undefined &&
    next.meaning.kind !== "character" &&
    all.some((other) => other.value !== "A" && !isLoneA(other))
  );
}

/** The characters in the case that words such as "capital" ask for. */
function applyCase(
  items: readonly Item[],
  named: readonly Named[],
): { readonly values: readonly string[]; readonly problems: readonly PromptProblem[] } {
  const plain = named.map(({ value }) => value);
  const cases = items.filter(({ meaning }) => meaning.kind === "case");
  const first = cases[0];
  if (!first) return { values: plain, problems: [] };
  const upper = first.meaning.kind === "case" && first.meaning.upper;
  const clash = cases.find(({ meaning }) => meaning.kind === "case" && meaning.upper !== upper);
  if (clash)
    return {
      values: plain,
      problems: [
        problemAt(
          "contradiction",
          clash,
          `character: must have one case, got ${show(first.text)} and ${show(clash.text)}; keep one`,
        ),
      ],
    };
  if (named.length === 0)
    return {
      values: plain,
      problems: [
        problemAt(
          "incomplete",
          first,
          `${show(first.text)} needs a letter; write for example "${first.text} b"`,
        ),
      ],
    };
  const digit = named.find(({ value }) => /\d/.test(value));
  if (digit)
    return {
      values: plain,
      problems: [
        problemAt(
          "contradiction",
          first,
          `${show(first.text)}: must go with a letter, got the digit ${show(digit.value)}; leave it out`,
        ),
      ],
    };
  return { values: plain.map((value) => (upper ? value.toUpperCase() : value.toLowerCase())), problems: [] };
}

/** "digit A" and "letter 3". */
function nounProblems(items: readonly Item[], values: readonly string[]): readonly PromptProblem[] {
  const value = values[0];
  if (value === undefined) return [];
  const kind = /\d/.test(value) ? "digit" : "letter";
  const wrong = items.find(
    ({ meaning }) => meaning.kind === "noun" && meaning.of !== "any" && meaning.of !== kind,
  );
  if (!wrong) return [];
  return [
    problemAt(
      "contradiction",
      wrong,
      `character: must be what its name says, got ${show(wrong.text)} and ${show(value)}; say ${kind} ${value}`,
    ),
  ];
}

function severalProblem(named: readonly Named[]): PromptProblem {
  const names = [...new Set(named.map(({ value }) => show(value)))];
  const first = named[0]?.item;
  const last = named[named.length - 1]?.item;
  return {
    kind: "contradiction",
    start: first?.start ?? 0,
    end: last?.end ?? 0,
    message: `character: must be one, got ${names.slice(0, 6).join(" and ")}${names.length > 6 ? " and more" : ""}; keep one`,
    suggestions: [],
  };
}

/** Only where the reader may have meant the other thing. */
function articleNotes(articles: readonly Named[], named: readonly Named[]): readonly PromptNote[] {
  if (named.some(({ marked }) => marked)) return [];
  return articles
    .filter(({ item }) => item.text === "A" || named.length === 0)
    .map(({ item: { start, end, text } }) => ({
      start,
      end,
      message: `${show(text)} is read as the article; write "letter ${text}" for the character`,
    }));
}

function problemAt(kind: PromptProblem["kind"], { start, end }: Item, message: string): PromptProblem {
  return { kind, start, end, message, suggestions: [] };
}
