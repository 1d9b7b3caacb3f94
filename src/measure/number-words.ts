/** Numbers in words: true minus signs, as many digits as the standard error supports. */
import type { Estimate } from "./estimate.ts";
import { interval } from "./verdict.ts";

/** `value` with about `digits` significant digits; powers of ten outside 1e-4 .. 1e6. Minus is U+2212. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const rounded = Number(size.toPrecision(digits));
  const text = rounded >= 1e6 || rounded < 1e-4 ? exponentText(rounded) : plainText(rounded);
  return value < 0 ? `−${text}` : text;
}

function plainText(size: number): string {
  return size >= 1e4 ? size.toLocaleString("en-US", { maximumFractionDigits: 0 }) : String(size);
}

function exponentText(size: number): string {
  const [mantissa = "", exponent = ""] = size.toExponential().split("e");
  return `${mantissa}e${exponent.replace("+", "").replace("-", "−")}`;
}

/** `value` with a fixed number of decimals and a true minus. */
export function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** "−0.1234 ± 0.0012": the standard error with two digits, the value to the same place. */
export function formatEstimate({ value, se }: Estimate): string {
  if (!Number.isFinite(value) || !Number.isFinite(se)) return `${formatNumber(value)} ± ${formatNumber(se)}`;
  if (se === 0) return `${formatNumber(value, 6)} ± 0`;
  const decimals = 1 - Math.floor(Math.log10(se));
  if (decimals < 0 || decimals > 7) return `${formatNumber(value)} ± ${formatNumber(se, 2)}`;
  return `${fixed(value, decimals)} ± ${fixed(se, decimals)}`;
}

/**
 * "−0.1234 ± 0.0024": the value and the half width of its 95 % interval, the one meaning of ± on charts, tables and
 * views. An infinite standard error (one sample) reads "± ∞".
 */
export function formatInterval(estimate: Estimate): string {
  return formatEstimate({ ...estimate, se: halfWidth(estimate) });
}

/** Says once, wherever ± stands, what it means. */
export const INTERVAL_WORDS = "± is a 95 % interval";

/** Half width of the 95 % interval of an estimate, in its unit. */
export function halfWidth(estimate: Estimate): number {
  const [lo, hi] = interval({ ...estimate, value: 0 });
  return (hi - lo) / 2;
}

/** "n = 20,000" */
export function formatCount(n: number): string {
  return `n = ${n.toLocaleString("en-US")}`;
}
