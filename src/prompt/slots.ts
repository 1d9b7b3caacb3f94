/** The slots of a prompt, their values, and prompts as token numbers. The values themselves stand in vocabulary.json. */
import vocabulary from "./vocabulary.json" with { type: "json" };

/** Slots in the order of vocabulary.json and of the network's token numbers. */
export const SLOT_NAMES = ["character", "weight", "slant", "typeface", "ink", "background"] as const;

export type SlotName = (typeof SLOT_NAMES)[number];

/** What a prompt asks for: a value of each slot, or null where it says nothing. */
export type PromptTokens = Readonly<Record<SlotName, string | null>>;

/** The empty prompt. */
export const NOTHING_SAID: PromptTokens = {
  character: null,
  weight: null,
  slant: null,
  typeface: null,
  ink: null,
  background: null,
};

/** Values of each slot, in token order. */
export const SLOT_VALUES: Readonly<Record<SlotName, readonly string[]>> = readSlots();

/** Named colours as [red, green, blue], each 0 .. 1, gamma-encoded sRGB. */
export const COLOURS: Readonly<Record<string, readonly number[]>> = vocabulary.colours;

/** Token numbers [6] of a prompt, one per slot; the number of values of a slot stands for "not said". Throws RangeError on an unknown value. */
export function promptTokens(tokens: PromptTokens): Int32Array {
  return Int32Array.from(SLOT_NAMES, (slot) => tokenOf(slot, tokens[slot]));
}

/** The prompt of token numbers [6], the inverse of promptTokens. Throws RangeError on a number outside its slot. */
export function promptFromTokens(numbers: ArrayLike<number>): PromptTokens {
  const said = SLOT_NAMES.map((slot, i) => [slot, valueOf(slot, numbers[i])] as const);
  return { ...NOTHING_SAID, ...Object.fromEntries(said) };
}

/** Slots about which the prompt says something, in slot order. */
export function saidSlots(tokens: PromptTokens): readonly SlotName[] {
  return SLOT_NAMES.filter((slot) => tokens[slot] !== null);
}

function tokenOf(slot: SlotName, value: string | null): number {
  const values = SLOT_VALUES[slot];
  if (value === null) return values.length;
  const token = values.indexOf(value);
  if (token < 0)
    throw new RangeError(
      `prompt.${slot}: must be one of ${values.join(", ")}, got "${value}"; use null for no wish`,
    );
  return token;
}

function valueOf(slot: SlotName, token: number | undefined): string | null {
  const values = SLOT_VALUES[slot];
  if (token === values.length) return null;
  const value = token === undefined ? undefined : values[token];
  if (value === undefined)
    throw new RangeError(`prompt.${slot}: token must be an integer from 0 to ${values.length}, got ${token}`);
  return value;
}

function readSlots(): Readonly<Record<SlotName, readonly string[]>> {
  const names = vocabulary.slots.map(({ name }) => name);
  if (names.join() !== SLOT_NAMES.join())
    throw new RangeError(`vocabulary.json: slots must be ${SLOT_NAMES.join(", ")}, got ${names.join(", ")}`);
  const values = (name: SlotName): readonly string[] =>
    vocabulary.slots.find((slot) => slot.name === name)?.values ?? [];
  return {
    character: values("character"),
    weight: values("weight"),
    slant: values("slant"),
    typeface: values("typeface"),
    ink: values("ink"),
    background: values("background"),
  };
}
