/** From data to pixels of a plot and back. */

/** A linear map from [lo, hi] to pixels [from, to]. */
export interface PlotScale {
  readonly lo: number;
  readonly hi: number;
  at(value: number): number;
  value(pixel: number): number;
}

/** The map; an empty interval maps to the middle. */
export function plotScale(lo: number, hi: number, from: number, to: number): PlotScale {
  const span = hi - lo;
  return {
    lo,
    hi,
    at: (value) => (span > 0 ? from + ((value - lo) / span) * (to - from) : (from + to) / 2),
    value: (pixel) => lo + ((pixel - from) / (to - from)) * span,
  };
}

/** SVG path through points; starts anew after a point that is not finite. */
export function linePath(count: number, point: (i: number) => readonly [number, number]): string {
  let path = "";
  let pen = false;
  for (let i = 0; i < count; i += 1) {
    const [x, y] = point(i);
    if (Number.isFinite(x) && Number.isFinite(y)) {
      path += `${pen ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
      pen = true;
    } else pen = false;
  }
  return path;
}

/** Value of equally spaced nodes on [lo, hi] at x, linear between them; NaN outside. */
export function interpolate(values: ArrayLike<number>, lo: number, hi: number, x: number): number {
  const place = ((x - lo) / (hi - lo)) * (values.length - 1);
  if (!(place >= 0 && place <= values.length - 1)) return NaN;
  const i = Math.min(values.length - 2, Math.floor(place));
  const a = values[i] ?? NaN;
  return a + (place - i) * ((values[i + 1] ?? NaN) - a);
}

/** The same for points x [n], ascending but not equally spaced. */
export function interpolateAt(xs: ArrayLike<number>, ys: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = xs.length - 1;
  if (!(x >= (xs[low] ?? NaN) && x <= (xs[high] ?? NaN))) return NaN;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  const [a, b] = [xs[low] ?? 0, xs[high] ?? 0];
  const share = b > a ? (x - a) / (b - a) : 0;
  return (ys[low] ?? NaN) + share * ((ys[high] ?? NaN) - (ys[low] ?? NaN));
}
