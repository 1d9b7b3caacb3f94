import { describe, expect, test } from "vitest";
import { gaussHermite, gaussLegendre, integrate } from "../../src/math/quadrature.ts";
import { expectClose } from "../support/numbers.ts";

/** E Z^power for even power: (power - 1)!!. */
function normalMoment(power: number): number {
  let product = 1;
  for (let k = power - 1; k > 1; k -= 2) product *= k;
  return product;
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

const apply = (rule: ReturnType<typeof gaussHermite>, f: (x: number) => number): number =>
  rule.nodes.reduce((sum, x, i) => sum + rule.weights[i]! * f(x), 0);

describe("Gauss-Hermite", () => {
  test.each([1, 2, 3, 8, 20])("%i points are exact to degree 2n - 1 and not beyond", (n) => {
    const rule = gaussHermite(n);
    // A node off by one ulp changes x^p by p ulps: relative 1e-15 times degree, times a sum of n terms.
    for (let power = 0; power <= 2 * n - 2; power += 2)
      expectClose(
        apply(rule, (x) => x ** power),
        normalMoment(power),
        { relative: 1e-14 * (power + n) },
      );
    // The first defect is known: E He_n^2 = n!, which rounding (2e-13 of the moment) leaves at least 6 digits here.
    const defect = normalMoment(2 * n) - apply(rule, (x) => x ** (2 * n));
    expectClose(defect, factorial(n), { relative: 1e-6 });
  });
  test("256 points integrate a cosine: E cos(3 Z) = exp(-9/2)", () => {
    expectClose(
      apply(gaussHermite(256), (x) => Math.cos(3 * x)),
      Math.exp(-4.5),
      { absolute: 1e-13 },
    );
  });
  test("a count out of range is refused", () => {
    expect(() => gaussHermite(0)).toThrow(/from 1 to 256, got 0/);
    expect(() => gaussHermite(2.5)).toThrow(RangeError);
    expect(() => gaussHermite(257)).toThrow(RangeError);
  });
});

describe("Gauss-Legendre", () => {
  test.each([1, 2, 5, 16, 40])("%i points are exact to degree 2n - 1 and not beyond", (n) => {
    const rule = gaussLegendre(n);
    for (let power = 0; power <= 2 * n - 2; power += 2)
      expectClose(
        apply(rule, (x) => x ** power),
        2 / (power + 1),
        { absolute: 1e-14 },
      );
    expectClose(
      apply(rule, (x) => x),
      0,
      { absolute: 1e-14 },
    );
    const gap = Math.abs(apply(rule, (x) => x ** (2 * n)) - 2 / (2 * n + 1));
    if (n <= 16) expect(gap).toBeGreaterThan(1e-11);
  });
  test("nodes ascend inside (-1, 1) for 2000 points and weights sum to 2", () => {
    const { nodes, weights } = gaussLegendre(2000);
    nodes.forEach((x, i) => expect(x).toBeGreaterThan(i ? nodes[i - 1]! : -1));
    expectClose(
      weights.reduce((a, b) => a + b, 0),
      2,
      { absolute: 1e-11 },
    );
  });
});

describe("adaptive integration", () => {
  const cases: [string, (x: number) => number, number, number, number][] = [
    ["a polynomial of degree 22, where the Kronrod rule is exact", (x) => x ** 22, -1, 1, 2 / 23],
    ["a peak of width 1e-3", (x) => 1 / (x * x + 1e-6), -1, 1, 2e3 * Math.atan(1e3)],
    ["a square root", Math.sqrt, 0, 1, 2 / 3],
    [
      "the normal density's mass on the line",
      (x) => Math.exp((-x * x) / 2),
      -Infinity,
      Infinity,
      Math.sqrt(2 * Math.PI),
    ],
    ["an exponential on a half line", (x) => Math.exp(-x), 0, Infinity, 1],
    ["the other half line", (x) => Math.exp(x), -Infinity, 0, 1],
    ["a kink", Math.abs, -1, 2, 2.5],
    ["reversed ends", (x) => x, 1, 0, -0.5],
    ["no range", (x) => x, 1, 1, 0],
  ];
  test.each(cases)("%s", (_, f, a, b, truth) => {
    const { value, error } = integrate(f, a, b, 1e-11);
    expect(error).toBeLessThan(1e-9);
    // The stated error plus rounding of the sum.
    expectClose(value, truth, { absolute: error, relative: 1e-13 });
  });
  test("control: what it cannot integrate comes back with an error that says so", () => {
    const { value, error } = integrate((x) => 1 / x, 1e-300, 1, 1e-11);
    expect(error).toBeGreaterThan(1e-3 * Math.abs(value - 690.8));
    expect(error).toBeGreaterThan(1e-11);
  });
});
