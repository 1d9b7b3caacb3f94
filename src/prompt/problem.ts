/** What a prompt got wrong, in words for its writer. */

export interface PromptProblem {
  /**
   * too-long: the text was not read at all; unknown: a word or sign has no meaning here; contradiction: a slot was given
   * two values; incomplete: a word lacks the one it needs.
   */
  readonly kind: "too-long" | "unknown" | "contradiction" | "incomplete";
  /** First UTF-16 unit of the place in the text, and the one after the last. */
  readonly start: number;
  readonly end: number;
  /** In a sentence, what is wrong and what to do. Suggestions are in it too, for where there are no buttons. */
  readonly message: string;
  /** Words to write instead, best first. */
  readonly suggestions: readonly string[];
}

/** A place where the text can be read in two ways, and the reading taken. Nothing is wrong. */
export interface PromptNote {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** A piece of the text in quotes: short, and with signs that cannot be seen written as U+200B. */
export function show(text: string): string {
  const visible = Array.from(text, (sign) =>
    /[\p{C}\p{Zl}\p{Zp}]/u.test(sign)
      ? `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`
      : sign,
  );
  return `"${visible.length > 24 ? `${visible.slice(0, 21).join("")}...` : visible.join("")}"`;
}
