import { expect, it } from "vitest";
import { createPolicyKernel, FREE } from "../../../src/alignment/wasm/kernel/kernel.ts";

/** As derived in activation.as: the gate to 5 x 2^-24 of itself, silu to one rounding more. */
const SILU = 6 * 2 ** -24;
/**
 * gate + silu (1 - gate): the gate's error of 5 once from each place where it stands, that of silu, and three roundings, on terms
 * that are at most 1, 1.3 and 1: 5 + 1.3 x (6 + 5 + 1) + 2 < 23.
 */
const SLOPE = 23 * 2 ** -24;

/** x of all sizes and signs, and every 2^-6 up to the ends of the range in which exp(-x) is told apart. */
const VALUES = Float32Array.from([
  ...Array.from({ length: 2 * 87 * 64 }, (_, i) => i / 64 - 87),
  ...Array.from({ length: 252 }, (_, i) => (i % 2 === 0 ? 1 : -1) * 1.37 * 2 ** (i / 4 - 63)),
  ...[0, -0, 88, 1e4],
]);

function activated(values: Float32Array): { readonly silu: Float32Array; readonly slope: Float32Array } {
  const kernel = createPolicyKernel();
  const bytes = 4 * values.length;
  const memory = kernel.reserve(FREE + 2 * bytes);
  memory.set(values, FREE / 4);
  kernel.activate(FREE, FREE + bytes, values.length);
  const row = (at: number) => memory.slice(at / 4, at / 4 + values.length);
  return { silu: row(FREE), slope: row(FREE + bytes) };
}

/** Largest miss of silu relative to itself and of its slope, against f64. */
function misses({ silu, slope }: ReturnType<typeof activated>): readonly [number, number] {
  let worst: readonly [number, number] = [0, 0];
  VALUES.forEach((x, i) => {
    const gate = 1 / (1 + Math.exp(-x));
    const exact = x * gate;
    const relative = x === 0 ? Math.abs(silu[i] as number) : Math.abs((silu[i] as number) / exact - 1);
    worst = [
      Math.max(worst[0], relative),
      Math.max(worst[1], Math.abs((slope[i] as number) - gate - exact * (1 - gate))),
    ];
  });
  return worst;
}

it("activates as accurately as its source says", () => {
  const got = activated(VALUES);
  const [silu, slope] = misses(got);
  expect(silu).toBeLessThan(SILU);
  expect(slope).toBeLessThan(SLOPE);
  // Control: an ulp or two more are noticed, in either.
  const off = { silu: got.silu.map((v) => v * (1 + 1e-6)), slope: got.slope.map((v) => v + 3e-6) };
  expect(misses(off)[0]).toBeGreaterThan(SILU);
  expect(misses(off)[1]).toBeGreaterThan(SLOPE);
});

it("keeps what is not a number, and is nearly 0 far below", () => {
  const { silu, slope } = activated(Float32Array.of(NaN, -88, -1e30, 1e30));
  expect([silu[0], slope[0]]).toEqual([NaN, NaN]);
  // -88 exp(-87) = -1e-36; at -1e30 the gate exp(-87) = 1.6e-38 leaves -1.6e-8.
  expect(Math.abs(silu[1] as number)).toBeLessThan(2e-36);
  expect(Math.abs(silu[2] as number)).toBeLessThan(2e-8);
  expect(silu[3]).toBe(Math.fround(1e30));
});

it("multiplies what it is given, in the order of the terms", () => {
  const kernel = createPolicyKernel();
  const [rows, inner, columns] = [8, 5, 16];
  const memory = kernel.reserve(FREE + 4 * 1024);
  const [a, b, bias, out] = [FREE, FREE + 1024, FREE + 2048, FREE + 3072];
  const value = (i: number) => Math.fround(Math.sin(i + 1));
  for (let i = 0; i < rows * inner; i++) memory[a / 4 + i] = value(i);
  for (let i = 0; i < inner * columns; i++) memory[b / 4 + i] = value(100 + i);
  for (let j = 0; j < columns; j++) memory[bias / 4 + j] = value(300 + j);
  kernel.multiply(a, 4 * inner, b, bias, out, 4 * columns, rows, inner, columns);
  /** Panel j / 8 holds [inner, 8]. */
  const weight = (k: number, j: number) => value(100 + Math.floor(j / 8) * 8 * inner + 8 * k + (j % 8));
  const sum = (i: number, j: number, terms: readonly number[]) =>
    terms.reduce(
      (total, k) => Math.fround(total + Math.fround(value(i * inner + k) * weight(k, j))),
      value(300 + j),
    );
  const all = (terms: readonly number[]) =>
    Array.from({ length: rows * columns }, (_, n) => sum(Math.floor(n / columns), n % columns, terms));
  const got = [...memory.slice(out / 4, out / 4 + rows * columns)];
  expect(got).toEqual(all([0, 1, 2, 3, 4]));
  // Control: in another order some sums round differently.
  expect(got).not.toEqual(all([4, 3, 2, 1, 0]));
});
