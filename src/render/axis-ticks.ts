/** Round numbers for axes and contour levels. */

/**
 * Ticks at 1, 2 or 5 times a power of ten inside [lo, hi], about `target` of them (never more than 2 target + 1).
 * Empty if the interval is empty or not finite.
 */
export function axisTicks(lo: number, hi: number, target = 6): number[] {
  const span = hi - lo;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const raw = span / Math.max(1, target);
  const power = 10 ** Math.floor(Math.log10(raw));
  // The nearest of 1, 2, 5, 10 on a log scale.
  const share = raw / power;
  const step = power * (share < Math.SQRT2 ? 1 : share < Math.sqrt(10) ? 2 : share < Math.sqrt(50) ? 5 : 10);
  const first = Math.ceil(lo / step - 1e-9);
  const last = Math.floor(hi / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => roundTo((first + i) * step, step));
}

/** Text of a tick: short, with the true minus sign; exponents outside 1e-3 .. 1e5. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e5)
      ? value.toExponential(1).replace(".0e", "e")
      : String(Number(value.toPrecision(6)));
  return text.replace(/-/g, "\u2212");
}

function roundTo(value: number, step: number): number {
  const digits = Math.max(0, Math.min(20, 1 - Math.floor(Math.log10(step))));
  const rounded = Number(value.toFixed(digits));
  return rounded === 0 ? 0 : rounded;
}
