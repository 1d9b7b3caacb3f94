/**
 * How much ink each pixel holds, 0 .. 1: its place between the background's colour and the ink's.
 *
 * The background b is the mean of the 124 border pixels. With d = p - b, the ink's colour is b + a,
 * a = sum |d|^4 d / (sum |d|^4 + 10^-6): the mean of all pixels, weighted towards those far from the background. Coverage is
 * clamp(d . a / (|a|^2 + 10^-3), 0, 1); the constant makes an image whose ink cannot be told from its background (|a| far
 * below 0.03) count as blank, where the quotient would blow noise up to black.
 */
import { IMAGE_SIZE, PIXELS, type Rgb, SIDE } from "./pixels.ts";
import type { AskedColours } from "./reward.ts";

/** Floors of the two quotients; shaders/rewards/ink.wgsl has the same. */
export const INK_WEIGHT_FLOOR = 1e-6;
export const INK_AXIS_FLOOR = 1e-3;
/** Pixels of the border. */
export const BORDER = 4 * (SIDE - 1);

export interface InkEstimate {
  readonly background: Rgb;
  readonly ink: Rgb;
  /** Coverage of each pixel [32, 32], 0 .. 1. */
  readonly coverage: Float64Array;
  /**
   * Adds to out [3, 32, 32] the derivative of a function of coverage [32, 32], ink and background, given those of the
   * function: the chain rule backwards through this estimate.
   */
  pullBack(
    slopes: { readonly coverage?: Float64Array; readonly ink?: Rgb; readonly background?: Rgb },
    out: Float64Array,
  ): void;
}

/** The estimate for shown pixels [3, 32, 32]; with `asked`, both colours are given and only the coverage is measured. */
export function estimateInk(pixels: Float64Array, asked?: AskedColours): InkEstimate {
  const b = asked ? [...asked.background] : borderMean(pixels);
  const sums = asked ? null : weightedSums(pixels, b);
  const a = sums
    ? sums.q.map((q) => q / (sums.weight + INK_WEIGHT_FLOOR))
    : (asked?.ink ?? [0, 0, 0]).map((ink, c) => ink - at(b, c));
  const norm = dot(a, a) + INK_AXIS_FLOOR;
  const along = placesAlong(pixels, b, a, norm);
  return {
    background: rgb(b),
    ink: rgb(a.map((value, c) => value + at(b, c))),
    coverage: clamped(along),
    pullBack(slopes, out) {
      const toA = [0, 1, 2].map((c) => slopes.ink?.[c] ?? 0);
      const toB = [0, 1, 2].map((c) => at(toA, c) + (slopes.background?.[c] ?? 0));
      const toD = slopes.coverage
        ? coverageSlopes(pixels, { b, a, norm, along }, slopes.coverage, toA)
        : new Float64Array(IMAGE_SIZE);
      if (sums) addAxisSlopes(pixels, { b, a, weight: sums.weight }, toA, toD);
      for (let j = 0; j < IMAGE_SIZE; j++) out[j] = at(out, j) + at(toD, j);
      if (!sums) return;
      for (let c = 0; c < 3; c++) {
        let total = at(toB, c);
        for (let i = 0; i < PIXELS; i++) total -= at(toD, c * PIXELS + i);
        for (const i of BORDER_PIXELS) out[c * PIXELS + i] = at(out, c * PIXELS + i) + total / BORDER;
      }
    },
  };
}

/** Numbers of the border's pixels. */
export const BORDER_PIXELS: readonly number[] = Array.from({ length: PIXELS }, (_, i) => i).filter((i) =>
  [0, SIDE - 1].some((edge) => i % SIDE === edge || Math.floor(i / SIDE) === edge),
);

/** Mean colour of the border of shown pixels [3, 32, 32]. */
export function borderMean(pixels: Float64Array): number[] {
  return [0, 1, 2].map((c) => BORDER_PIXELS.reduce((sum, i) => sum + at(pixels, c * PIXELS + i), 0) / BORDER);
}

/** (p - b) . a / norm of each pixel. Plain numbers, since this and the next run over every pixel of every image. */
function placesAlong(
  pixels: Float64Array,
  b: readonly number[],
  a: readonly number[],
  norm: number,
): Float64Array {
  const [b0 = 0, b1 = 0, b2 = 0] = b;
  const [a0 = 0, a1 = 0, a2 = 0] = a;
  const along = new Float64Array(PIXELS);
  for (let i = 0; i < PIXELS; i++) {
    const red = (pixels[i] ?? 0) - b0;
    const green = (pixels[PIXELS + i] ?? 0) - b1;
    const blue = (pixels[2 * PIXELS + i] ?? 0) - b2;
    along[i] = (red * a0 + green * a1 + blue * a2) / norm;
  }
  return along;
}

/** Sums of |d|^4 and of |d|^4 d. */
function weightedSums(
  pixels: Float64Array,
  b: readonly number[],
): { readonly weight: number; readonly q: readonly number[] } {
  const [b0 = 0, b1 = 0, b2 = 0] = b;
  let [weight, q0, q1, q2] = [0, 0, 0, 0];
  for (let i = 0; i < PIXELS; i++) {
    const red = (pixels[i] ?? 0) - b0;
    const green = (pixels[PIXELS + i] ?? 0) - b1;
    const blue = (pixels[2 * PIXELS + i] ?? 0) - b2;
    const square = red * red + green * green + blue * blue;
    const w = square * square;
    weight += w;
    q0 += w * red;
    q1 += w * green;
    q2 += w * blue;
  }
  return { weight, q: [q0, q1, q2] };
}

/** Slopes along d of the coverage; adds those along a to toA. Clamped pixels have none. */
function coverageSlopes(
  pixels: Float64Array,
  axis: {
    readonly b: readonly number[];
    readonly a: readonly number[];
    readonly norm: number;
    readonly along: Float64Array;
  },
  slopes: Float64Array,
  toA: number[],
): Float64Array {
  const { b, a, norm, along } = axis;
  const toD = new Float64Array(IMAGE_SIZE);
  for (let i = 0; i < PIXELS; i++) {
    const u = at(along, i);
    if (u <= 0 || u >= 1) continue;
    const g = at(slopes, i) / norm;
    const d = differenceAt(pixels, i, b);
    for (let c = 0; c < 3; c++) {
      toD[c * PIXELS + i] = g * at(a, c);
      toA[c] = at(toA, c) + g * (at(d, c) - 2 * u * at(a, c));
    }
  }
  return toD;
}

/** Adds to toD the slopes along d of a = sum w d / (sum w + floor), w = |d|^4, given those along a. */
function addAxisSlopes(
  pixels: Float64Array,
  { b, a, weight }: { readonly b: readonly number[]; readonly a: readonly number[]; readonly weight: number },
  toA: readonly number[],
  toD: Float64Array,
): void {
  const total = weight + INK_WEIGHT_FLOOR;
  const toQ = toA.map((slope) => slope / total);
  const toW = -dot(toQ, a);
  for (let i = 0; i < PIXELS; i++) {
    const d = differenceAt(pixels, i, b);
    const square = dot(d, d);
    const change = 4 * square * (dot(toQ, d) + toW);
    for (let c = 0; c < 3; c++)
      toD[c * PIXELS + i] = at(toD, c * PIXELS + i) + square * square * at(toQ, c) + change * at(d, c);
  }
}

function differenceAt(
  pixels: Float64Array,
  i: number,
  b: readonly number[],
): readonly [number, number, number] {
  return [at(pixels, i) - at(b, 0), at(pixels, PIXELS + i) - at(b, 1), at(pixels, 2 * PIXELS + i) - at(b, 2)];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return at(a, 0) * at(b, 0) + at(a, 1) * at(b, 1) + at(a, 2) * at(b, 2);
}

function clamped(values: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.min(1, Math.max(0, values[i] ?? 0));
  return out;
}

function rgb(values: readonly number[]): Rgb {
  return [at(values, 0), at(values, 1), at(values, 2)];
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] ?? 0;
}
