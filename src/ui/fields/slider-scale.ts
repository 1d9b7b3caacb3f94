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

/** 1 for the arrow keys that raise a value, -1 for those that lower it, 0 for any other key. */
export function keyDirection(key: string): -1 | 0 | 1 {
  if (key === "ArrowUp" || key === "ArrowRight") return 1;
  return key === "ArrowDown" || key === "ArrowLeft" ? -1 : 0;
}

/** What a key press in the box multiplies by on a logarithmic scale. */
const LOG_NUDGE = 1.1;

/**
 * The value after an arrow key in the box: a step away, or a tenth on a logarithmic scale, there too by one step at the
 * least. May leave the slider, since the field takes more than its slider shows; what is logarithmic stays above 0.
 */
export function nudged(value: number, direction: -1 | 0 | 1, scale: SliderScale): number {
  if (scale.log === true) return logNudged(value, direction, LOG_NUDGE, scale);
  return Number((value + direction * (scale.step ?? 0.01)).toPrecision(12));
}

/** The value after an arrow key on a logarithmic slider: a hundredth of its length away, by one step at the least, inside it. */
export function sliderNudged(value: number, direction: -1 | 0 | 1, scale: SliderScale): number {
  const { min, max } = scale;
  return clamp(logNudged(clamp(value, min, max), direction, (max / min) ** 0.01, scale), min, max);
}

/** `value` times or by `factor`, in whole steps or else in two digits, and at least one of them away. */
function logNudged(value: number, direction: number, factor: number, { min, step }: SliderScale): number {
  if (!(value > 0)) return direction > 0 ? min : value;
  const unit = step ?? 10 ** (Math.floor(Math.log10(value)) - 1);
  const least = direction > 0 ? Math.floor(value / unit + 1e-9) + 1 : Math.ceil(value / unit - 1e-9) - 1;
  const target = Math.round((value * factor ** direction) / unit);
  const units = direction > 0 ? Math.max(least, target) : Math.min(least, target);
  return units < 1 ? Math.min(value, unit) : Number((units * unit).toPrecision(12));
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
