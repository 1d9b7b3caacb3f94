/** Sliced Wasserstein distance of two sets of points: one number for "these look alike". */

const DIRECTIONS = 32;

/** Root mean over directions of the squared W2 distance of the projections of a and b, both [n, d] with d 1 or 2; data units. */
export function slicedDistance(a: Float64Array, b: Float64Array, dim: number): number {
  if (a.length !== b.length)
    throw new RangeError(
      `slicedDistance: sets must be of one size, got ${a.length} and ${b.length}; draw as many`,
    );
  const directions =
    dim === 1 ? [0] : Array.from({ length: DIRECTIONS }, (_, k) => (Math.PI * k) / DIRECTIONS);
  const squares = directions.map((angle) => {
    const [first, second] = [projected(a, dim, angle), projected(b, dim, angle)];
    return first.reduce((sum, value, i) => sum + (value - (second[i] ?? NaN)) ** 2, 0) / first.length;
  });
  return Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length);
}

function projected(points: Float64Array, dim: number, angle: number): Float64Array {
  return Float64Array.from({ length: points.length / dim }, (_, i) =>
    dim === 1
      ? (points[i] ?? NaN)
      : Math.cos(angle) * (points[2 * i] ?? NaN) + Math.sin(angle) * (points[2 * i + 1] ?? NaN),
  ).sort();
}
