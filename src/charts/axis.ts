/** Domains and ticks of axes: round numbers on linear axes, decades on logarithmic ones. */

export type Domain = readonly [number, number];

/** About `count` round numbers inside [lo, hi], ascending. */
export function linearTicks([lo, hi]: Domain, count = 5): number[] {
  if (!(hi > lo)) return [lo];
  const step = roundStep((hi - lo) / count);
  const first = Math.ceil(lo / step - 1e-9);
  const last = Math.floor(hi / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The step 1, 2 or 5 times a power of ten that is nearest above `raw` > 0. */
function roundStep(raw: number): number {
  const base = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((f) => f * base >= raw * 0.999) ?? 10;
  return factor * base;
}

/** Powers of ten inside [lo, hi], 0 < lo < hi; with 2 and 5 between them, or round numbers, when few fit. */
export function logTicks([lo, hi]: Domain): number[] {
  const first = Math.floor(Math.log10(lo));
  const last = Math.ceil(Math.log10(hi));
  const decades = last - first;
  const every = Math.max(1, Math.ceil(decades / 7));
  const factors = decades <= 3 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let e = first; e <= last; e += every) {
    for (const f of factors) ticks.push(Number((f * 10 ** e).toPrecision(12)));
  }
  const inside = ticks.filter((t) => t >= lo * (1 - 1e-9) && t <= hi * (1 + 1e-9));
  return inside.length >= 2 ? inside : linearTicks([lo, hi], 4).filter((t) => t > 0);
}

/** Ticks for either scale. */
export function axisTicks(domain: Domain, scale: "linear" | "log"): number[] {
  return scale === "log" ? logTicks(domain) : linearTicks(domain);
}

/**
 * A linear domain around `values` with a margin of 6 %, reaching to zero when zero is near; a tenth to each side of a single
 * value, and [-1, 1] if all are 0 or none is finite.
 */
export function linearDomain(values: readonly number[], margin = 0.06): Domain {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [-1, 1];
  let lo = finite.reduce((a, b) => Math.min(a, b), Infinity);
  let hi = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  if (lo > 0 && lo < 0.35 * hi) lo = 0;
  if (hi < 0 && hi > 0.35 * lo) hi = 0;
  if (lo === hi) {
    const pad = Math.abs(lo) * 0.1;
    return pad > 0 ? [lo - pad, hi + pad] : [-1, 1];
  }
  const pad = (hi - lo) * margin;
  return [lo - pad, hi + pad];
}

/** A positive domain around the positive ones of `values` with a margin; [0.1, 10] if there are none. */
export function logDomain(values: readonly number[], margin = 1.25): Domain {
  const positive = values.filter((v) => Number.isFinite(v) && v > 0);
  if (positive.length === 0) return [0.1, 10];
  const lo = positive.reduce((a, b) => Math.min(a, b), Infinity);
  const hi = positive.reduce((a, b) => Math.max(a, b), 0);
  return [lo / margin, hi * margin];
}
