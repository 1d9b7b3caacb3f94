/** Sets of prompts from poor to rich, for the study of how much a prompt's detail matters. */
import { NOTHING_SAID, type PromptTokens, SLOT_NAMES, SLOT_VALUES, type SlotName } from "./slots.ts";

export interface RichnessOptions {
  /** Prompts of each set, at least 1. */
  readonly count: number;
  /** Next number in (0, 1): a seeded generator makes the sets reproducible. */
  readonly uniform: () => number;
  /** Full prompts that may be drawn; ink and background differ in any case. */
  readonly allowed?: (full: PromptTokens) => boolean;
}

/** Full prompts refused in a row before giving up. */
const MOST_TRIES = 10_000;

/**
 * Six sets of `count` prompts: set k, 0 .. 5, says k + 1 attributes. Prompt i of every set is cut from the same full prompt and
 * set k + 1 adds one attribute to that of set k, so that sets are compared in pairs. The character is always said first; the other
 * attributes come in an order drawn anew for each prompt. Characters take turns, so each of the 62 comes equally often.
 * The first prompts of a larger count are those of a smaller one. Throws RangeError where `allowed` refuses everything.
 */
export function promptSets({
  count,
  uniform,
  allowed = () => true,
}: RichnessOptions): readonly (readonly PromptTokens[])[] {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`promptSets.count: must be an integer of at least 1, got ${count}`);
  let turn: readonly string[] = [];
  const drawn = Array.from({ length: count }, (_, i) => {
    const characters = SLOT_VALUES.character;
    const place = i % characters.length;
    if (place === 0) turn = shuffled(characters, uniform);
    const others = SLOT_NAMES.filter((slot) => slot !== "character");
    return { full: drawFull(turn[place] ?? "A", uniform, allowed), order: shuffled(others, uniform) };
  });
  return SLOT_NAMES.map((_, k) => drawn.map(({ full, order }) => keep(full, order.slice(0, k))));
}

function drawFull(
  character: string,
  uniform: () => number,
  allowed: (full: PromptTokens) => boolean,
): PromptTokens {
  const pick = (slot: SlotName): string => {
    const values = SLOT_VALUES[slot];
    return values[Math.floor(uniform() * values.length)] ?? "";
  };
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const full = {
      character,
      weight: pick("weight"),
      slant: pick("slant"),
      typeface: pick("typeface"),
      ink: pick("ink"),
      background: pick("background"),
    };
    if (full.ink !== full.background && allowed(full)) return full;
  }
  throw new RangeError(
    `promptSets.allowed: must accept some prompt for "${character}", got none in ${MOST_TRIES} tries; loosen it`,
  );
}

function keep(full: PromptTokens, slots: readonly SlotName[]): PromptTokens {
  const kept = slots.map((slot) => [slot, full[slot]] as const);
  return { ...NOTHING_SAID, character: full.character, ...Object.fromEntries(kept) };
}

/** A random order, by Fisher and Yates. */
function shuffled<T>(values: readonly T[], uniform: () => number): readonly T[] {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    const [a, b] = [order[i], order[j]];
    if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a];
  }
  return order;
}
