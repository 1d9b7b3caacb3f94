import { describe, expect, it } from "vitest";
import { coverage, polygons, type PathCommand } from "../../src/train/data/coverage.ts";

const SIZE = 32;

/** Share of the image that is covered, in pixels. */
function area(image: Uint8Array): number {
  return image.reduce((a, b) => a + b, 0) / 255;
}

function triangle(a: number, b: number): readonly (readonly [number, number])[] {
  return [
    [a, a],
    [b, a + 1.7],
    [a + 3.1, b],
  ];
}

describe("coverage of an outline", () => {
  it("is the exact area of triangles that cross pixels anyhow", () => {
    for (const [a, b] of [
      [1.25, 30.5],
      [4, 9],
      [10.1, 10.9],
    ] as const) {
      const [p, q, r] = triangle(a, b);
      if (!p || !q || !r) throw new Error("a triangle has three points");
      const exact = Math.abs((q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1])) / 2;
      // Each of at most SIZE * SIZE partly covered pixels rounds by 0.5 / 255; they rarely all lean one way, 200 touched.
      expect(Math.abs(area(coverage([triangle(a, b)], SIZE)) - exact)).toBeLessThan((200 * 0.5) / 255);
    }
  });

  it("leaves the inside of a counter empty and covers overlaps once", () => {
    const square = (from: number, to: number): [number, number][] => [
      [from, from],
      [to, from],
      [to, to],
      [from, to],
    ];
    const ring = coverage([square(4, 20), square(8, 16).reverse()], SIZE);
    expect(area(ring)).toBe(16 * 16 - 8 * 8);
    expect(area(coverage([square(4, 20), square(8, 16)], SIZE))).toBe(16 * 16);
  });

  it("takes a circle of four cubics for pi r^2", () => {
    const r = 12;
    const k = 0.5522847498 * r;
    const c = 16;
    const commands: PathCommand[] = [
      { type: "M", x: c + r, y: c },
      { type: "C", x1: c + r, y1: c + k, x2: c + k, y2: c + r, x: c, y: c + r },
      { type: "C", x1: c - k, y1: c + r, x2: c - r, y2: c + k, x: c - r, y: c },
      { type: "C", x1: c - r, y1: c - k, x2: c - k, y2: c - r, x: c, y: c - r },
      { type: "C", x1: c + k, y1: c - r, x2: c + r, y2: c - k, x: c + r, y: c },
      { type: "Z" },
    ];
    // A 48-sided polygon is smaller by 1 - sin(a) / a = 0.29 %, a = 2 pi / 48; rounding of about 100 edge pixels.
    const polygon = Math.PI * r * r * (Math.sin(Math.PI / 24) / (Math.PI / 24));
    expect(Math.abs(area(coverage(polygons(commands), SIZE)) - polygon)).toBeLessThan(0.3);
    // Control: the corners alone, without the curves, are clearly less.
    const corners = polygons(commands.map(straight));
    expect(Math.abs(area(coverage(corners, SIZE)) - polygon)).toBeGreaterThan(50);
  });
});

function straight(command: PathCommand): PathCommand {
  return command.type === "C" ? { type: "L", x: command.x, y: command.y } : command;
}
