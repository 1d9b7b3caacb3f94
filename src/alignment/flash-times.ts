/** Times of the steps that a faster solver takes after the window. */

/**
 * Times from t[from] to 0 in max(1, round((N - from) ratio)) steps, read off the grid at equal distances of its index, so
 * that they keep its spacing; null where the solver has nothing to do (ratio 1, or no steps left).
 */
export function flashTimes(times: Float64Array, from: number, ratio: number): Float64Array | null {
  const left = times.length - 1 - from;
  if (ratio >= 1 || left <= 0) return null;
  const count = Math.max(1, Math.round(left * ratio));
  return Float64Array.from({ length: count + 1 }, (_, j) => {
    const at = from + (j * left) / count;
    const below = Math.min(Math.floor(at), times.length - 2);
    const [t = NaN, s = NaN] = times.subarray(below, below + 2);
    return t + (at - below) * (s - t);
  });
}
