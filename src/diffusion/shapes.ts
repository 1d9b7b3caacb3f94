/** Points on well-known 2-D shapes, each about 3 to 4 units wide and centred near 0. */
import { DATA_STREAM, type Random, createRandom } from "../math/philox.ts";

/** Names of the shapes, as in the specification. */
export type ShapeName = "moons" | "spirals" | "rings" | "checkerboard";

/** A point of the noiseless shape; `side` alternates between its two halves. */
type Draw = (random: Random, side: number) => readonly [number, number];

const SHAPES: { readonly [K in ShapeName]: Draw } = {
  moons: (random, side) => {
    const angle = Math.PI * random.uniform();
    const [x, y] =
      side === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    return [1.25 * (x - 0.5), 1.25 * (y - 0.25)];
  },
  // The square root spreads points about evenly along the arm, whose length grows with the square of the angle.
  spirals: (random, side) => {
    const turn = 3 * Math.PI * Math.sqrt(random.uniform());
    const radius = 0.15 + (1.85 * turn) / (3 * Math.PI);
    return [radius * Math.cos(turn + Math.PI * side), radius * Math.sin(turn + Math.PI * side)];
  },
  rings: (random, side) => {
    const angle = 2 * Math.PI * random.uniform();
    return [(1 + side) * Math.cos(angle), (1 + side) * Math.sin(angle)];
  },
  // Eight filled cells of a 4 by 4 board on [-2, 2]^2.
  checkerboard: (random) => {
    const row = random.integer(4);
    const column = 2 * random.integer(2) + (row % 2);
    return [column - 2 + random.uniform(), row - 2 + random.uniform()];
  },
};

/** Names of all shapes. */
export const SHAPE_NAMES = Object.keys(SHAPES) as readonly ShapeName[];

/** n points [n, 2] of a shape plus Gaussian noise of standard deviation `noise` >= 0 (data units), from the data stream. */
export function shapePoints(shape: ShapeName, noise: number, n: number, seed: number): Float64Array {
  const random = createRandom(seed, DATA_STREAM);
  const draw = SHAPES[shape];
  const out = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const [x, y] = draw(random, i % 2);
    out[2 * i] = x + noise * random.normal();
    out[2 * i + 1] = y + noise * random.normal();
  }
  return out;
}
