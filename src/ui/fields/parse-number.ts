/** Typed numbers: decimal point, optional exponent, a true minus accepted; little else, so that typos are seen. */
const DECIMAL = /^[+\-−]?(\d+\.?\d*|\.\d+)(e[+\-−]?\d+)?$/i;

/** The number in `text`, or null. Infinities and "NaN" are not numbers here. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!DECIMAL.test(trimmed)) return null;
  const value = Number(trimmed.replaceAll("−", "-"));
  return Number.isFinite(value) ? value : null;
}

/** One comma between digits, or after them while the rest is still being typed. */
const COMMA = /^([+\-−]?)(\d*),(\d*)(e[+\-−]?\d+)?$/i;

/**
 * The number in the text of a field for one number, where a decimal comma may stand for the point; null if it is none,
 * or if the comma could as well group thousands ("1,000", "20,500").
 */
export function parseSingleNumber(text: string): number | null {
  const trimmed = text.trim();
  return mayGroup(trimmed) || !COMMA.test(trimmed)
    ? parseNumber(trimmed)
    : parseNumber(trimmed.replace(",", "."));
}

/** What is wrong with a text that is not a number; `example` is one that is. */
export function numberFault(text: string, example: number | null = null): string {
  const trimmed = text.trim();
  if (mayGroup(trimmed))
    return `Type ${trimmed.replace(",", "")} or ${trimmed.replace(",", ".")}: this comma could mean either.`;
  return example === null ? "Type a number." : `Type a number, such as ${numberText(example)}.`;
}

function mayGroup(trimmed: string): boolean {
  return /^[+\-−]?[1-9]\d{0,2},\d{3}$/.test(trimmed);
}

/** Numbers separated by commas, semicolons or spaces; or the first piece that is not a number. */
export function parseNumberList(
  text: string,
): { readonly values: readonly number[] } | { readonly wrong: string } {
  const pieces = text.split(/[,;\s]+/).filter((piece) => piece !== "");
  const values = pieces.map(parseNumber);
  const at = values.indexOf(null);
  return at >= 0 ? { wrong: pieces[at] ?? "" } : { values: values.filter((value) => value !== null) };
}

/** A number as it is shown in a field: shortest text that reads back the same. */
export function numberText(value: number): string {
  return String(value);
}
