/** Typed numbers: decimal point, optional exponent, a true minus accepted; nothing else, so that typos are seen. */
const DECIMAL = /^[+\-−]?(\d+\.?\d*|\.\d+)(e[+\-−]?\d+)?$/i;

/** The number in `text`, or null. Infinities and "NaN" are not numbers here. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!DECIMAL.test(trimmed)) return null;
  const value = Number(trimmed.replaceAll("−", "-"));
  return Number.isFinite(value) ? value : null;
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
