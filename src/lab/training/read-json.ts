/** Reads JSON that comes with the page field by field; what is not as it must be is named. */
import { showValue } from "../../spec/problems.ts";
import { isRecord } from "../../spec/zod-problems.ts";

export type Json = Readonly<Record<string, unknown>>;

/** A reader of one file; `mend` is the command that makes the file anew. Every member throws RangeError. */
export function jsonReader(file: string, mend: string) {
  function refuse(at: string, must: string, got: unknown): never {
    throw new RangeError(`${file}: ${at} must ${must}, got ${showValue(got)}; make the file anew: ${mend}`);
  }
  return {
    refuse,
    record: (value: unknown, at: string): Json =>
      isRecord(value) ? value : refuse(at, "be an object", value),
    list: (value: unknown, at: string): readonly unknown[] =>
      Array.isArray(value) ? value : refuse(at, "be a list", value),
    text: (value: unknown, at: string): string =>
      typeof value === "string" ? value : refuse(at, "be a text", value),
    number: (value: unknown, at: string): number =>
      typeof value === "number" ? value : refuse(at, "be a number", value),
    oneOf: <T extends string>(value: unknown, words: readonly T[], at: string): T =>
      words.find((word) => word === value) ?? refuse(at, `be one of ${words.join(", ")}`, value),
  };
}
