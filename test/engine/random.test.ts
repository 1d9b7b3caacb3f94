import { expect, it } from "vitest";
import { fillNormals } from "../../src/math/philox.ts";
import { describeEngines } from "../support/engines.ts";
import { expectAllClose, isClose, MOST_KOLMOGOROV, kolmogorov } from "../support/numbers.ts";
import { NORMAL_F32, NORMAL_F64 } from "../support/programs.ts";
import { normalCdf } from "../../src/math/special.ts";

/**
 * Philox4x32-10 with counter (first, block, 0, 0) and key (seed, stream). The all-zero row is the known answer published with
 * the generator (Random123, kat_vectors); the published vectors with non-zero c2, c3 are checked in test/math, since an
 * engine's counters always end in 0, 0.
 */
const ZERO_VECTOR = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];

describeEngines("random words", (engine) => {
  it("are the published answer for the zero counter and key", async () => {
    const words = await engine().bits({ seed: 0, stream: 0, block: 0 }, 0, 1);
    expect([...words]).toEqual(ZERO_VECTOR);
  });

  it("equal an independent generator in 64-bit integers, up to the ends of counters and keys", async () => {
    const keys = [
      { seed: 0xffffffff, stream: 0xffffffff, block: 0xffffffff, first: 0xfffffff0 },
      { seed: 0xa4093822, stream: 0x299f31d0, block: 0x85a308d3, first: 0x243f6a88 },
      { seed: 1, stream: 1, block: 12345, first: 999_990 },
    ];
    for (const { first, ...key } of keys) {
      const words = await engine().bits(key, first, 16);
      const expected = Array.from({ length: 16 }, (_, p) =>
        philoxBig([first + p, key.block, 0, 0], [key.seed, key.stream]),
      ).flat();
      expect([...words]).toEqual(expected);
    }
  });

  it("do not depend on how many are asked for at once", async () => {
    const all = await engine().bits({ seed: 7, stream: 2, block: 3 }, 0, 10_000);
    const few = await engine().bits({ seed: 7, stream: 2, block: 3 }, 9_990, 10);
    expect([...all.slice(4 * 9_990)]).toEqual([...few]);
  });

  it("change with every part of the counter and key (control)", async () => {
    const base = await engine().bits({ seed: 1, stream: 2, block: 3 }, 4, 64);
    for (const other of [
      engine().bits({ seed: 2, stream: 2, block: 3 }, 4, 64),
      engine().bits({ seed: 1, stream: 3, block: 3 }, 4, 64),
      engine().bits({ seed: 1, stream: 2, block: 4 }, 4, 64),
      engine().bits({ seed: 1, stream: 2, block: 3 }, 5, 64),
    ])
      expect(agreeing(await other, base)).toBeLessThan(3);
  });
});

describeEngines("normals", (engine, name) => {
  const tolerance = { absolute: name.startsWith("cpu") ? NORMAL_F64 : NORMAL_F32 };

  it("equal the f64 reference, for rows that start inside a block", async () => {
    for (const [start, dim] of [
      [0, 2],
      [3, 7],
      [130, 64],
      [16_381, 9],
    ] as const) {
      const particles = 1500;
      const got = await engine().normals({ seed: 42, stream: 1, start }, particles, dim);
      const expected = new Float64Array(particles * dim);
      for (let p = 0; p < particles; p++)
        fillNormals(expected, p * dim, { seed: 42, stream: 1 }, p, start, dim);
      expectAllClose(got, expected, tolerance, `normals from ${start}`);
    }
  });

  it("differ by far more than the tolerance when the seed is wrong (control)", async () => {
    const got = await engine().normals({ seed: 43, stream: 1, start: 0 }, 500, 2);
    const expected = new Float64Array(1000);
    for (let p = 0; p < 500; p++) fillNormals(expected, p * 2, { seed: 42, stream: 1 }, p, 0, 2);
    expect(Array.from(got).filter((z, i) => isClose(z, expected[i]!, tolerance)).length).toBeLessThan(5);
  });

  it("follow the normal distribution (Kolmogorov at the level of 4.5 standard errors)", async () => {
    const got = await engine().normals({ seed: 5, stream: 0, start: 0 }, 20_000, 1);
    expect(kolmogorov(got, normalCdf)).toBeLessThan(MOST_KOLMOGOROV);
    // Control: a standard deviation 10 % too large moves the distribution function by up to 0.023, which is 3.3 sqrt(n)^-1.
    expect(
      kolmogorov(
        got.map((z) => 1.1 * z),
        normalCdf,
      ),
    ).toBeGreaterThan(MOST_KOLMOGOROV);
  });
});

function agreeing(a: Uint32Array, b: Uint32Array): number {
  return Array.from(a).filter((word, i) => word === b[i]).length;
}

/** Philox4x32-10 in BigInt, from the paper's definition: another way to the same words. */
function philoxBig(counter: readonly number[], key: readonly number[]): number[] {
  const mask = 0xffffffffn;
  let [c0, c1, c2, c3] = counter.map((word) => BigInt(word) & mask) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const product0 = 0xd2511f53n * c0;
    const product1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [
      (product1 >> 32n) ^ c1 ^ k0,
      product1 & mask,
      (product0 >> 32n) ^ c3 ^ k1,
      product0 & mask,
    ];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [c0, c1, c2, c3].map(Number);
}
