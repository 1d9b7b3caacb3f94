/** Colours of a heat map: a diverging scale centred on zero. */

/** Largest size among the finite values; 1 if all are zero or missing. */
export function heatReach(values: readonly (readonly (number | null)[])[]): number {
  const reach = values
    .flat()
    .reduce<number>((m, v) => (v === null || !Number.isFinite(v) ? m : Math.max(m, Math.abs(v))), 0);
  return reach > 0 ? reach : 1;
}

/**
 * CSS fill of a value, between the negative, neutral and positive colours of the theme; the share grows with the size.
 * The ends of the scale leave the text
 * colour readable on every cell.
 */
export function heatColour(value: number, reach: number): string {
  const share = Math.min(1, Math.abs(value) / reach);
  const percent = Math.round(100 * share ** 0.8);
  return `color-mix(in oklab, var(${value < 0 ? "--heat-negative" : "--heat-positive"}) ${percent}%, var(--heat-zero))`;
}
