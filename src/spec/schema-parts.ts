/** Pieces that schemas of specifications are made of, with messages that say what must hold. No generated code. */
import * as z from "zod/mini";
import type { Range } from "./limits.ts";

z.config({ jitless: true });

/** A number in a range. */
export const number = (range: Range, what = "a number") => {
  const message = `must be ${what} from ${range.min} to ${range.max}`;
  return z.number(message).check(z.minimum(range.min, message), z.maximum(range.max, message));
};

/** An integer in a range. */
export const integer = (range: Range) => {
  const message = `must be an integer from ${range.min} to ${range.max}`;
  return z.int(message).check(z.minimum(range.min, message), z.maximum(range.max, message));
};

/** A list with as many entries as the range says. */
export const list = <T extends z.ZodMiniType>(item: T, range: Range, what: string) => {
  const message =
    range.min === range.max
      ? `must be a list of ${range.min} ${what}`
      : `must be a list of ${range.min} to ${range.max} ${what}`;
  return z.array(item, message).check(z.minLength(range.min, message), z.maxLength(range.max, message));
};

/** One of some words. */
export const word = <const T extends readonly string[]>(words: T) =>
  z.enum(words, `must be one of ${words.join(", ")}`);

/** The message of a union by kind. */
export const oneOf = (kinds: readonly string[]) => ({
  error: `must have a "kind" that is one of ${kinds.join(", ")}`,
});

/** Text without half characters (lone surrogates), which no link or file can carry. */
export const text = (message: string) =>
  z.string(message).check(z.regex(/^\P{Cs}*$/u, "must be whole characters"));
