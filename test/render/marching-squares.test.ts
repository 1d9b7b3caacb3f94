import { describe, expect, it } from "vitest";
import { contourLines, type GridField } from "../../src/render/marching-squares.ts";

const N = 81;

function sample(f: (x: number, y: number) => number, lo = -2, hi = 2): GridField {
  const values = new Float64Array(N * N);
  for (let j = 0; j < N; j += 1)
    for (let i = 0; i < N; i += 1)
      values[j * N + i] = f(lo + ((hi - lo) * i) / (N - 1), lo + ((hi - lo) * j) / (N - 1));
  return { nx: N, ny: N, lo: [lo, lo], hi: [hi, hi], values };
}

const radii = (line: readonly number[]) =>
  Array.from({ length: line.length / 2 }, (_, i) => Math.hypot(line[2 * i]!, line[2 * i + 1]!));

describe("contourLines", () => {
  it("traces the circle x^2 + y^2 = 1 as one closed line", () => {
    const lines = contourLines(
      sample((x, y) => x * x + y * y),
      1,
    );
    expect(lines).toHaveLength(1);
    const line = lines[0]!;
    expect(line.slice(0, 2)).toEqual(line.slice(-2));
    // Linear interpolation of r^2 along a side of h = 0.05 errs by at most h^2/4 in r^2, half of that in r.
    for (const r of radii(line)) expect(Math.abs(r - 1)).toBeLessThan(0.05 ** 2 / 8 + 1e-12);
  });

  it("does not trace a circle of another radius (control)", () => {
    const [line] = contourLines(
      sample((x, y) => x * x + y * y),
      1.21,
    );
    for (const r of radii(line!)) expect(Math.abs(r - 1)).toBeGreaterThan(0.09);
  });

  it("finds one line per hill and none above the top", () => {
    const hills = sample(
      (x, y) => Math.exp(-8 * ((x - 1) ** 2 + y * y)) + Math.exp(-8 * ((x + 1) ** 2 + y * y)),
    );
    expect(contourLines(hills, 0.5)).toHaveLength(2);
    expect(contourLines(hills, 1.1)).toHaveLength(0);
  });

  it("ends a line at the border of the grid", () => {
    const [line, ...others] = contourLines(
      sample((x) => x),
      0.013,
    );
    expect(others).toHaveLength(0);
    expect([line![1], line!.at(-1)].sort()).toEqual([-2, 2]);
    for (let i = 0; i < line!.length; i += 2) expect(line![i]).toBeCloseTo(0.013, 12);
  });

  it("leaves out cells with values that are not finite and still traces the rest", () => {
    const field = sample((x, y) => (x > 1.5 ? NaN : x * x + y * y));
    expect(contourLines(field, 1)).toHaveLength(1);
    expect(contourLines(field, 3).every((line) => line.every(Number.isFinite))).toBe(true);
  });
});
