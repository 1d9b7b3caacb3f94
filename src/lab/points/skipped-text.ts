/** Rows of the user's table that could not be used; apart from the reader, so that the page need not load it. */

/** A row that was left out, and why. */
export interface SkippedRow {
  readonly line: number;
  readonly column: string;
  readonly text: string;
  readonly why: string;
}

/** One skipped row in words. */
export function skippedText({ line, column, text, why }: SkippedRow): string {
  return `line ${line}, ${column}: ${text === "" ? "the cell" : `"${text}"`} ${why}`;
}
