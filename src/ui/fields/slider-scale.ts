/** Positions of a slider, 0 .. 1000, for values on a linear or logarithmic scale. */
export interface SliderScale {
  readonly min: number;
  readonly max: number;
  readonly log?: boolean;
  /** Values snap to multiples of this (linear) or to so many significant digits (log: 2). */
  readonly step?: number;
}

export const SLIDER_STEPS = 1000;

/** Position of a value; values outside the slider sit at its ends. */
export function toPosition(value: number, { min, max, log = false }: SliderScale): number {
  if (!Number.isFinite(value)) return 0;
  const inside = Math.min(max, Math.max(min, value));
  const share = log ? Math.log(inside / min) / Math.log(max / min) : (inside - min) / (max - min);
  return Math.round(share * SLIDER_STEPS);
}

/** The round value at a position. */
export function fromPosition(position: number, { min, max, log = false, step }: SliderScale): number {
  const share = position / SLIDER_STEPS;
  if (log) {
    const value = Number((min * (max / min) ** share).toPrecision(2));
    return clamp(step === undefined ? value : Math.max(step, Math.round(value / step) * step), min, max);
  }
  const raw = min + share * (max - min);
  const unit = step ?? (max - min) / SLIDER_STEPS;
  return clamp(Number((Math.round(raw / unit) * unit).toPrecision(12)), min, max);
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
