/** Colours of a heat map: a sequential scale from least to most, or for differences a diverging one centred on zero. */

export type HeatScale =
  | { readonly kind: "sequential"; readonly lo: number; readonly hi: number }
  /** From -reach to reach; reach > 0. */
  | { readonly kind: "diverging"; readonly reach: number };

type Values = readonly (readonly (number | null)[])[];

/** The scale of these values; of no values, or of zeros only, it is that of differences up to 1. */
export function heatScale(values: Values, differences: boolean): HeatScale {
  const finite = values.flat().filter((v): v is number => v !== null && Number.isFinite(v));
  const lo = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const hi = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!differences && finite.length > 0) return { kind: "sequential", lo, hi };
  const reach = Math.max(Math.abs(lo), Math.abs(hi));
  return { kind: "diverging", reach: finite.length > 0 && reach > 0 ? reach : 1 };
}

/** Values at the two ends of the scale. */
export function heatEnds(scale: HeatScale): readonly [number, number] {
  return scale.kind === "sequential" ? [scale.lo, scale.hi] : [-scale.reach, scale.reach];
}

/**
 * CSS fill of a value between the theme's colours: neutral to positive, or negative over neutral to positive, where the
 * share grows with the size. The ends of the scale leave the text colour readable on every cell.
 */
export function heatColour(value: number, scale: HeatScale): string {
  if (scale.kind === "sequential") {
    const span = scale.hi - scale.lo;
    return mixed("--heat-positive", span > 0 ? (value - scale.lo) / span : 0.5);
  }
  return mixed(value < 0 ? "--heat-negative" : "--heat-positive", (Math.abs(value) / scale.reach) ** 0.8);
}

function mixed(end: string, share: number): string {
  const percent = Math.round(100 * Math.min(1, Math.max(0, share)));
  return `color-mix(in oklab, var(${end}) ${percent}%, var(--heat-zero))`;
}
