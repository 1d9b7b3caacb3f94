import { expect } from "vitest";

/** Norm of the difference, relative to that of what is expected. */
export function relativeMiss(got: Float64Array, expected: Float64Array): number {
  const norm = (row: Float64Array) => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  expect(got.length).toBe(expected.length);
  return norm(got.map((value, i) => value - (expected[i] ?? NaN))) / norm(expected);
}
