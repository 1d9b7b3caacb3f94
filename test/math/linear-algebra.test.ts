import { describe, expect, test } from "vitest";
import {
  cholesky,
  diagonalMatrix,
  identity,
  inverseSpd,
  logDetSpd,
  matmul,
  matvec,
  solveSpd,
  sqrtPsd,
  symmetricEigen,
  trace,
  transpose,
} from "../../src/math/linear-algebra.ts";
import { DATA_STREAM, createRandom } from "../../src/math/philox.ts";
import { expectAllClose, expectClose, isClose } from "../support/numbers.ts";

function randomSpd(d: number, seed: number, floor = 0.1): Float64Array {
  const random = createRandom(seed, DATA_STREAM);
  const a = Float64Array.from({ length: d * d }, () => random.normal());
  return matmul(a, transpose(a, d), d).map((v, ij) => v + (Math.floor(ij / d) === ij % d ? floor : 0));
}

/** Rounding of sums of d products, a few sweeps deep, relative to the largest entry. */
const roundoff = (a: Float64Array, d: number) => ({
  absolute: 20 * d * Number.EPSILON * Math.max(...a.map(Math.abs)),
});

function rebuild(values: Float64Array, vectors: Float64Array, d: number): Float64Array {
  return matmul(matmul(vectors, diagonalMatrix(values), d), transpose(vectors, d), d);
}

describe.each([1, 2, 3, 8, 64])("d = %i", (d) => {
  const a = randomSpd(d, 5 + d);

  test("eigenvectors are orthonormal columns that rebuild the matrix", () => {
    const { values, vectors } = symmetricEigen(a, d);
    expectAllClose(rebuild(values, vectors, d), a, roundoff(a, d));
    expectAllClose(matmul(transpose(vectors, d), vectors, d), identity(d), {
      absolute: 20 * d * Number.EPSILON,
    });
    expectClose(
      values.reduce((s, v) => s + v, 0),
      trace(a, d),
      { relative: 1e-13 },
    );
  });

  test("the Cholesky factor is lower and rebuilds the matrix", () => {
    const lower = cholesky(a, d);
    lower.forEach((v, ij) => ij % d > Math.floor(ij / d) && expect(v).toBe(0));
    expectAllClose(matmul(lower, transpose(lower, d), d), a, roundoff(a, d));
  });

  test("inverse, solution and determinant agree with the eigenvalues", () => {
    const { values } = symmetricEigen(a, d);
    const condition = Math.max(...values) / Math.min(...values);
    const tolerance = { absolute: 20 * d * condition * Number.EPSILON };
    expectAllClose(matmul(a, inverseSpd(a, d), d), identity(d), tolerance);
    const x = Float64Array.from({ length: d }, (_, i) => Math.sin(i + 1));
    expectAllClose(solveSpd(a, matvec(a, x, d), d), x, tolerance);
    expectClose(
      logDetSpd(a, d),
      values.reduce((s, v) => s + Math.log(v), 0),
      {
        absolute: d * condition * 20 * Number.EPSILON,
      },
    );
  });

  test("the square root squares to the matrix", () => {
    const root = sqrtPsd(a, d);
    expectAllClose(matmul(root, root, d), a, roundoff(a, d));
  });
});

describe("edges", () => {
  test("singular matrices have eigenvectors and roots but no Cholesky factor", () => {
    for (const [a, d] of [
      [new Float64Array(9), 3],
      [Float64Array.of(1, 1, 1, 1), 2],
      [Float64Array.of(1, 2, 3, 2, 4, 6, 3, 6, 9), 3],
    ] as const) {
      const { values, vectors } = symmetricEigen(a, d);
      expectAllClose(rebuild(values, vectors, d), a, { absolute: 1e-13 });
      expect(sqrtPsd(a, d).every(Number.isFinite)).toBe(true);
    }
    expect(() => cholesky(new Float64Array(4), 2)).toThrow(/positive definite, got pivot 0 in row 0/);
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/row 1/);
  });

  test("a 2 x 2 matrix keeps its small eigenvalue", () => {
    // det / trace = 1e-12 (1 - 0.81) / 1, known to relative 1e-4 = condition 1e12 times rounding.
    const { values } = symmetricEigen(Float64Array.of(1, 0.9e-6, 0.9e-6, 1e-12), 2);
    expectClose(Math.min(...values), 0.19e-12, { relative: 1e-3 });
    const turned = symmetricEigen(Float64Array.of(1e-12, -3, -3, 1e-12), 2);
    expectAllClose(turned.values.sort(), [-3, 3], { relative: 1e-12 });
  });

  test("control: rows taken for columns do not rebuild the matrix", () => {
    const a = randomSpd(3, 1);
    const { values, vectors } = symmetricEigen(a, 3);
    const wrong = rebuild(values, transpose(vectors, 3), 3);
    expect(wrong.every((v, i) => isClose(v, a[i]!, { relative: 1e-3 }))).toBe(false);
  });
});
