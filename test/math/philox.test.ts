import { describe, expect, test } from "vitest";
import {
  DATA_STREAM,
  FIT_STREAM,
  PRIOR_STREAM,
  STEP_STREAM,
  WORDS_OF,
  createRandom,
  fillNormals,
  normalsFromWords,
  philox4x32,
  uniformFromWord,
} from "../../src/math/philox.ts";
import { normalCdf } from "../../src/math/special.ts";
import { MOST_KOLMOGOROV, MOST_Z, expectClose, kolmogorov, zScore } from "../support/numbers.ts";

/** Random123 1.14, tests/kat_vectors, "philox4x32 10": counter, key, answer. */
const KNOWN_ANSWERS = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const;

function words(counter: readonly number[], key: readonly number[]): number[] {
  const out = new Uint32Array(4);
  philox4x32(counter[0]!, counter[1]!, counter[2]!, counter[3]!, key[0]!, key[1]!, out);
  return [...out];
}

describe("Philox 4x32-10", () => {
  test.each(KNOWN_ANSWERS)("counter %j with key %j gives the published answer", (counter, key, answer) => {
    expect(words(counter, key)).toEqual([...answer]);
  });

  test("control: exchanged key words or one flipped counter bit give other answers", () => {
    const [counter, key, answer] = KNOWN_ANSWERS[2];
    expect(words(counter, [key[1], key[0]])).not.toEqual([...answer]);
    expect(words([counter[0] ^ 1, ...counter.slice(1)], key)).not.toEqual([...answer]);
  });

  test("one flipped counter bit flips half of the output bits", () => {
    let flipped = 0;
    const trials = 32 * 64;
    for (let i = 0; i < 64; i++)
      for (let bit = 0; bit < 32; bit++) {
        const a = words([i, 0, 0, 0], [1, 1]);
        const b = words([(i ^ (1 << bit)) >>> 0, 0, 0, 0], [1, 1]);
        a.forEach(
          (word, lane) =>
            (flipped += [...((word ^ b[lane]!) >>> 0).toString(2)].filter((c) => c === "1").length),
        );
      }
    // 128 fair bits per trial: standard deviation sqrt(128 trials) / 2.
    const z = (flipped - 64 * trials) / (Math.sqrt(128 * trials) / 2);
    expect(Math.abs(z)).toBeLessThan(MOST_Z);
  });

  test("the streams are distinct", () => {
    expect(new Set([PRIOR_STREAM, STEP_STREAM, DATA_STREAM, FIT_STREAM]).size).toBe(4);
  });
});

describe("uniforms and normals", () => {
  test("uniforms lie in the open interval and are exact in f32", () => {
    for (const word of [0, 1, 511, 512, 0x7fffffff, 0x80000000, 0xfffffe00, 0xffffffff]) {
      const u = uniformFromWord(word);
      expect(u).toBeGreaterThan(0);
      expect(u).toBeLessThan(1);
      expect(Math.fround(u)).toBe(u);
    }
    expect(uniformFromWord(0)).toBe(2 ** -24);
    expect(uniformFromWord(0xffffffff)).toBe(1 - 2 ** -24);
  });

  test("the four normals of a block follow the engine contract", () => {
    const block = Uint32Array.of(123456789, 3141592653, 2718281828, 999);
    const out = new Float64Array(4);
    normalsFromWords(block, out);
    const [u0, u1, u2, u3] = Array.from(block, uniformFromWord) as [number, number, number, number];
    const expected = [
      Math.sqrt(-2 * Math.log(u0)) * Math.cos(2 * Math.PI * u1),
      Math.sqrt(-2 * Math.log(u0)) * Math.sin(2 * Math.PI * u1),
      Math.sqrt(-2 * Math.log(u2)) * Math.cos(2 * Math.PI * u3),
      Math.sqrt(-2 * Math.log(u2)) * Math.sin(2 * Math.PI * u3),
    ];
    expect([...out]).toEqual(expected);
  });

  test("any slice of a particle's row has the same numbers", () => {
    const key = { seed: 7, stream: STEP_STREAM };
    const row = new Float64Array(40);
    fillNormals(row, 0, key, 5, 0, 40);
    for (const [start, count] of [
      [0, 1],
      [3, 1],
      [3, 2],
      [5, 7],
      [8, 4],
      [39, 1],
      [2, 0],
    ] as const) {
      const slice = new Float64Array(count + 2).fill(99);
      fillNormals(slice, 1, key, 5, start, count);
      expect([...slice]).toEqual([99, ...row.subarray(start, start + count), 99]);
    }
  });

  test("particle, seed and stream all change the row; the fourth normal is lane 3 of block 0", () => {
    const first = (seed: number, stream: number, particle: number): number => {
      const out = new Float64Array(1);
      fillNormals(out, 0, { seed, stream }, particle, 3, 1);
      return out[0]!;
    };
    expect(new Set([first(1, 0, 0), first(2, 0, 0), first(1, 1, 0), first(1, 0, 1)]).size).toBe(4);
    const block = new Uint32Array(4);
    const normals = new Float64Array(4);
    philox4x32(9, 0, 0, 0, 1, 0, block);
    normalsFromWords(block, normals);
    expect(first(1, 0, 9)).toBe(normals[3]);
  });

  const n = 200_000;
  const sample = new Float64Array(n);
  for (let particle = 0; particle < n / 8; particle++)
    fillNormals(sample, 8 * particle, { seed: 11, stream: PRIOR_STREAM }, particle, 0, 8);

  test.each([
    [1, 0],
    [2, 1],
    [3, 0],
    [4, 3],
    [6, 15],
  ])("moment %i of the normals is %i", (power, truth) => {
    expect(
      Math.abs(
        zScore(
          sample.map((z) => z ** power),
          truth,
        ),
      ),
    ).toBeLessThan(MOST_Z);
  });

  test("the normals pass Kolmogorov's test; scaled by 1.02 they fail it", () => {
    expect(kolmogorov(sample, normalCdf)).toBeLessThan(MOST_KOLMOGOROV);
    expect(
      kolmogorov(
        sample.map((z) => 1.02 * z),
        normalCdf,
      ),
    ).toBeGreaterThan(MOST_KOLMOGOROV);
  });

  test("neighbouring numbers and neighbouring particles are uncorrelated", () => {
    for (const lag of [1, 2, 3, 4, 8]) {
      const products = sample.subarray(lag).map((z, i) => z * sample[i]!);
      expect(Math.abs(zScore(products, 0))).toBeLessThan(MOST_Z);
    }
  });
});

describe("the sequential generator", () => {
  test("repeats for the same seed and differs between seeds and streams", () => {
    const draw = (seed: number, stream: number): number[] => {
      const random = createRandom(seed, stream);
      return [random.uniform(), random.normal(), random.integer(1e6)];
    };
    expect(draw(1, DATA_STREAM)).toEqual(draw(1, DATA_STREAM));
    expect(draw(1, DATA_STREAM)).not.toEqual(draw(2, DATA_STREAM));
    expect(draw(1, DATA_STREAM)).not.toEqual(draw(1, FIT_STREAM));
  });

  test("goes on from any word as if it had drawn the ones before", () => {
    const after = (uniforms: number, normals: number): readonly number[] => {
      const drawn = createRandom(3, DATA_STREAM);
      for (let i = 0; i < uniforms; i++) drawn.uniform();
      for (let i = 0; i < normals; i++) drawn.normal();
      return [drawn.normal(), drawn.uniform(), drawn.integer(1e6)];
    };
    for (const [uniforms, normals] of [
      [0, 0],
      [1, 0],
      [1, 5],
      [2, 3],
    ] as const) {
      const skip = uniforms * WORDS_OF.uniform + normals * WORDS_OF.normal;
      const skipped = createRandom(3, DATA_STREAM, skip);
      const next = [skipped.normal(), skipped.uniform(), skipped.integer(1e6)];
      expect(next).toEqual(after(uniforms, normals));
      expect(next).not.toEqual(after(uniforms, normals + 1));
    }
  });

  test("uniforms and normals have their distributions", () => {
    const random = createRandom(3, DATA_STREAM);
    const uniforms = Float64Array.from({ length: 50_000 }, () => random.uniform());
    expect(kolmogorov(uniforms, (u) => u)).toBeLessThan(MOST_KOLMOGOROV);
    const normals = Float64Array.from({ length: 50_000 }, () => random.normal());
    expect(kolmogorov(normals, normalCdf)).toBeLessThan(MOST_KOLMOGOROV);
  });

  test("integers below 7 come equally often", () => {
    const random = createRandom(3, FIT_STREAM);
    const counts = new Float64Array(7);
    const draws = 70_000;
    for (let i = 0; i < draws; i++) counts[random.integer(7)]!++;
    // Binomial: standard deviation sqrt(draws p (1 - p)).
    const deviation = Math.sqrt(draws * (1 / 7) * (6 / 7));
    counts.forEach((count) => expectClose(count, draws / 7, { absolute: MOST_Z * deviation }));
  });
});
