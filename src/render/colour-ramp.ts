/** Colour scales for fields and densities. The page brings the colours; this file only mixes them. */
import type { Rgb } from "./scene.ts";

/** A scale as 256 colours with opacity, bytes r, g, b, a (not premultiplied), from the lowest value to the highest. */
export type Ramp = Uint8ClampedArray;

export const RAMP_SIZE = 256;

/**
 * From transparent to `rgb` at opacity `top` (0..1). The opacity goes as share^power: 1/2 makes low values show, as
 * densities need; 1 is even.
 */
export function sequentialRamp(rgb: Rgb, top = 1, power = 0.5): Ramp {
  return rampOf((share) => [rgb, top * share ** power]);
}

/** `low` at one end, clear in the middle, `high` at the other end, evenly: for values about a meaningful zero. */
export function divergingRamp(low: Rgb, high: Rgb, top = 1): Ramp {
  return rampOf((share) => {
    const signed = 2 * share - 1;
    return [signed < 0 ? low : high, top * Math.abs(signed)];
  });
}

/** Entry of the ramp for `value` on [lo, hi], clamped; -1 if the value is not finite. */
export function rampIndex(value: number, lo: number, hi: number): number {
  if (!Number.isFinite(value)) return -1;
  const share = hi > lo ? (value - lo) / (hi - lo) : 0.5;
  return Math.max(0, Math.min(RAMP_SIZE - 1, Math.round(share * (RAMP_SIZE - 1))));
}

/** Reads "#rgb", "#rrggbb" or "rgb(r g b)" / "rgb(r, g, b)"; null for anything else. */
export function parseRgb(text: string): Rgb | null {
  const trimmed = text.trim();
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(trimmed)?.[1];
  if (hex !== undefined) {
    const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
    const value = Number.parseInt(full, 16);
    return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  }
  const parts = /^rgba?\(([^)]*)\)$/i
    .exec(trimmed)?.[1]
    ?.match(/[\d.]+/g)
    ?.map(Number);
  const [r, g, b] = parts ?? [];
  return r === undefined || g === undefined || b === undefined ? null : [r, g, b];
}

function rampOf(entry: (share: number) => readonly [Rgb, number]): Ramp {
  const ramp = new Uint8ClampedArray(RAMP_SIZE * 4);
  for (let i = 0; i < RAMP_SIZE; i += 1) {
    const [rgb, opacity] = entry(i / (RAMP_SIZE - 1));
    ramp.set([rgb[0], rgb[1], rgb[2], 255 * opacity], i * 4);
  }
  return ramp;
}
