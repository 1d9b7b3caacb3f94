/**
 * Which of ink and background a colour word means, in this order: "black weight" is a weight; the colour before, else after,
 * "background" or "ink" is that; the first colour after "on" is the background; every other one is the ink. "black" is
 * the heaviest weight instead where another ink is said; two of them are weight and ink.
 */
import { LEXICON } from "./lexicon.ts";
import { type PromptNote, type PromptProblem, show } from "./problem.ts";
import { suggestWords } from "./suggest.ts";
import type { Item } from "./tokenize.ts";

type Use = "ink" | "background" | "weight";

/** A value that the text gives to a slot, and where. */
export interface Said {
  readonly slot: "weight" | "slant" | "typeface" | "ink" | "background";
  readonly value: string;
  readonly item: Item;
}

export interface BoundColours {
  readonly said: readonly Said[];
  readonly problems: readonly PromptProblem[];
  readonly notes: readonly PromptNote[];
}

export function bindColours(items: readonly Item[]): BoundColours {
  const uses = new Map<Item, Use>();
  const problems = [
    ...items.flatMap((_, i) => bindWeightNoun(items, i, uses)),
    ...items.flatMap((_, i) => bindGround(items, i, uses)),
    ...items.flatMap((_, i) => bindOn(items, i, uses)),
  ];
  const notes = bindRest(items, uses);
  const said = items.flatMap((item): Said[] => {
    const slot = uses.get(item);
    return slot ? [{ slot, value: colourOf(item) ?? "", item }] : [];
  });
  return { said, problems, notes };
}

function colourOf({ meaning }: Item): string | null {
  return meaning.kind === "black" ? "black" : meaning.kind === "colour" ? meaning.value : null;
}

function isFree(item: Item | undefined, uses: ReadonlyMap<Item, Use>): item is Item {
  return item !== undefined && colourOf(item) !== null && !uses.has(item);
}

/** Words that may stand between "background" and its colour: fillers and a lone "a". */
function isThin({ meaning, text }: Item): boolean {
  return meaning.kind === "filler" || text === "a";
}

function bindWeightNoun(items: readonly Item[], i: number, uses: Map<Item, Use>): readonly PromptProblem[] {
  const item = items[i];
  if (item?.meaning.kind !== "weight noun") return [];
  const near = [items[i - 1], nextContent(items, i)];
  const black = near.find((one) => one?.meaning.kind === "black" && !uses.has(one));
  if (black) uses.set(black, "weight");
  const fine = black ?? near.find((one) => one?.meaning.kind === "value" && one.meaning.slot === "weight");
  return fine ? [] : [incomplete(item, "a weight", "bold weight")];
}

function bindGround(items: readonly Item[], i: number, uses: Map<Item, Use>): readonly PromptProblem[] {
  const item = items[i];
  if (item?.meaning.kind !== "ground") return [];
  const before = item.afterBreak ? undefined : previousContent(items, i);
  const colour = isFree(before, uses) ? before : nextContent(items, i);
  if (isFree(colour, uses)) {
    uses.set(colour, item.meaning.slot);
    return [];
  }
  return item.meaning.slot === "ink" ? [] : [incomplete(item, "a colour", "yellow background")];
}

function bindOn(items: readonly Item[], i: number, uses: Map<Item, Use>): readonly PromptProblem[] {
  const item = items[i];
  if (item?.meaning.kind !== "on") return [];
  for (const next of items.slice(i + 1)) {
    if (next.meaning.kind === "on") break;
    if (uses.get(next) === "background") return [];
    if (!isFree(next, uses)) continue;
    uses.set(next, "background");
    return [];
  }
  // "on whte": the slip is named already, and mending it mends this.
  return isMistypedColour(nextContent(items, i)) ? [] : [incomplete(item, "a colour after it", "on yellow")];
}

function isMistypedColour(item: Item | undefined): boolean {
  if (item?.meaning.kind !== "unknown") return false;
  return suggestWords(item.text).some((word) => {
    const kind = LEXICON.get(word)?.kind;
    return kind === "colour" || kind === "black";
  });
}

/** Gives the colours left over to the ink, and settles "black". */
function bindRest(items: readonly Item[], uses: Map<Item, Use>): readonly PromptNote[] {
  const free = items.filter((item) => isFree(item, uses));
  const blacks = free.filter(({ meaning }) => meaning.kind === "black");
  for (const item of free) if (item.meaning.kind !== "black") uses.set(item, "ink");
  const hasInk = [...uses.values()].includes("ink");
  const hasWeight =
    [...uses.values()].includes("weight") ||
    items.some(({ meaning }) => meaning.kind === "value" && meaning.slot === "weight");
  blacks.forEach((item, i) => {
    const heavy = hasInk || (i === 0 && blacks.length > 1 && !hasWeight);
    uses.set(item, heavy ? "weight" : "ink");
  });
  return [...blackNotes(blacks, uses, hasWeight), ...lightNotes(items)];
}

function blackNotes(
  blacks: readonly Item[],
  uses: ReadonlyMap<Item, Use>,
  hasWeight: boolean,
): readonly PromptNote[] {
  const [only, second] = blacks;
  if (!only || second || hasWeight) return [];
  const { start, end, text } = only;
  return uses.get(only) === "ink"
    ? [{ start, end, message: `${show(text)} is read as the ink; write "heavy" for the weight` }]
    : [
        {
          start,
          end,
          message: `${show(text)} is read as the weight, since the ink is said too; write "on black" for the background`,
        },
      ];
}

/** "light red" might be meant as a pale red. */
function lightNotes(items: readonly Item[]): readonly PromptNote[] {
  return items.flatMap(({ text, start, end }, i) => {
    const next = items[i + 1];
    return text.toLowerCase() === "light" && next && !next.afterBreak && colourOf(next) !== null
      ? [
          {
            start,
            end,
            message: `${show(text)} is read as the weight of the strokes; shades of colours are not known`,
          },
        ]
      : [];
  });
}

function nextContent(items: readonly Item[], i: number): Item | undefined {
  return items.slice(i + 1).find((item) => !isThin(item));
}

function previousContent(items: readonly Item[], i: number): Item | undefined {
  for (let j = i - 1; j >= 0; j--) {
    const item = items[j];
    if (!item || !isThin(item)) return item;
    if (item.afterBreak) return undefined;
  }
  return undefined;
}

function incomplete({ text, start, end }: Item, need: string, example: string): PromptProblem {
  const message = `${show(text)} needs ${need}; write for example "${example}"`;
  return { kind: "incomplete", start, end, message, suggestions: [example] };
}
