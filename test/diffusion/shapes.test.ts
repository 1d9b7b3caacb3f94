import { describe, expect, test } from "vitest";
import { fitMixture } from "../../src/diffusion/em.ts";
import { type ShapeName, SHAPE_NAMES, shapePoints } from "../../src/diffusion/shapes.ts";
import { MOST_Z, expectClose, meanOf } from "../support/numbers.ts";

const rows = (points: Float64Array): [number, number][] =>
  Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i]!, points[2 * i + 1]!]);

/** Distance of a point from the noiseless shape. */
const DISTANCES: { readonly [K in ShapeName]: (x: number, y: number) => number } = {
  rings: (x, y) => Math.min(Math.abs(Math.hypot(x, y) - 1), Math.abs(Math.hypot(x, y) - 2)),
  checkerboard: (x, y) => (Math.floor(x) + Math.floor(y)) % 2,
  moons: (x, y) => {
    const [u, v] = [x / 1.25 + 0.5, y / 1.25 + 0.25];
    const upper = v >= 0 ? Math.abs(Math.hypot(u, v) - 1) : 1;
    const lower = v <= 0.5 ? Math.abs(Math.hypot(u - 1, v - 0.5) - 1) : 1;
    return Math.min(upper, lower);
  },
  spirals: (x, y) => {
    const turn = ((Math.hypot(x, y) - 0.15) / 1.85) * 3 * Math.PI;
    return Math.abs(Math.sin(Math.atan2(y, x) - turn));
  },
};

describe.each([...SHAPE_NAMES])("%s", (shape) => {
  test("without noise every point lies on the shape, and with noise it does not", () => {
    const far = (noise: number): number =>
      Math.max(...rows(shapePoints(shape, noise, 500, 1)).map(([x, y]) => Math.abs(DISTANCES[shape](x, y))));
    expect(far(0)).toBeLessThan(1e-12);
    expect(far(0.1)).toBeGreaterThan(0.05);
  });

  test("noise adds its variance", () => {
    // The shape's own draws are the same, so the difference is the noise.
    const [a, b] = [shapePoints(shape, 0, 4000, 2), shapePoints(shape, 0.3, 4000, 2)];
    const { value, se } = meanOf(a.map((v, i) => (b[i]! - v) ** 2));
    expectClose(value, 0.09, { absolute: MOST_Z * se });
  });

  test("lies near the origin, about 3 to 4 units wide, and repeats for a seed", () => {
    const points = shapePoints(shape, 0, 2000, 3);
    expect(Math.max(...points.map(Math.abs))).toBeLessThanOrEqual(2);
    expect(Math.max(...points.map(Math.abs))).toBeGreaterThan(1.5);
    expect(shapePoints(shape, 0, 2000, 3)).toEqual(points);
    expect(shapePoints(shape, 0, 2000, 4)).not.toEqual(points);
  });

  test("takes several components, so that its score shows the shape", () => {
    const { mixture } = fitMixture(shapePoints(shape, 0.1, 1000, 1), 2, { maxComponents: 16, seed: 1 });
    expect(mixture.count).toBeGreaterThanOrEqual(6);
  });
});
