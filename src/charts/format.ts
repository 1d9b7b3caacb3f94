/** Numbers as text for charts and tables. */
import { fixed, formatNumber } from "../measure/number-words.ts";

export {
  formatCount,
  formatEstimate,
  formatInterval,
  formatNumber,
  halfWidth,
  INTERVAL_WORDS,
} from "../measure/number-words.ts";

/** Texts of many values with the same number of decimals, about `digits` significant in the largest; null stays null. */
export function formatAlike(values: readonly (number | null)[], digits: number): (string | null)[] {
  const largest = values.reduce<number>(
    (m, v) => (v !== null && Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m),
    0,
  );
  const decimals = largest === 0 ? 0 : digits - 1 - Math.floor(Math.log10(largest));
  return values.map((v) => {
    if (v === null) return null;
    return decimals < 0 || decimals > 5 || !Number.isFinite(v) ? formatNumber(v, digits) : fixed(v, decimals);
  });
}

/** An axis in words: its label, with its symbol unless that is part of the label. */
export function axisText({ label, symbol }: { readonly label: string; readonly symbol: string }): string {
  return symbol === "" || label.includes(symbol) ? label : `${label} ${symbol}`;
}

/** Text of an axis tick. */
export function formatTick(value: number): string {
  return formatNumber(value, 4);
}
