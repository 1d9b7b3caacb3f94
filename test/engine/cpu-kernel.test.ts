import { afterEach, describe, expect, it, vi } from "vitest";
import { type GaussianMixture, mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import type { SamplerProgram } from "../../src/diffusion/program.ts";
import { createArm, DenoiserCache } from "../../src/engine/cpu/arm.ts";
import {
  type Counters,
  createKernel,
  type Kernel,
  threadKernel,
} from "../../src/engine/cpu/kernel/kernel.ts";
import { createMixtureDenoiser } from "../../src/engine/cpu/mixture-denoiser.ts";
import { createFillBlocks, NormalRows } from "../../src/engine/cpu/normals.ts";
import { createRandom, DATA_STREAM, fillNormals, PRIOR_STREAM, STEP_STREAM } from "../../src/math/philox.ts";
import { decayingCov, FIVE, gaussianArm, mixtureArm, PAIR, VE, VP } from "../support/programs.ts";

/**
 * The kernel does the operations of the TypeScript loops in their order, each rounded as IEEE 754 says, so nothing is to be
 * tolerated: its numbers must be the same bits.
 */
function differing(got: Float64Array, expected: Float64Array): number {
  expect(got.length).toBe(expected.length);
  return got.filter((value, i) => !Object.is(value, expected[i])).length;
}

const kernel = threadKernel();

afterEach(() => void vi.unstubAllGlobals());

describe("kernel of the CPU engine", () => {
  it("runs in this environment", () => expect(kernel).not.toBeNull());

  it("is replaced by the TypeScript loops where WebAssembly is missing", () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(createKernel()).toBeNull();
    const out = new Float64Array(8);
    createFillBlocks(2, createKernel())(out, { seed: 1, stream: 1 }, along("particles"), 2);
    expect(out.every((z) => z !== 0)).toBe(true);
  });
});

/** `count` components at random places, the last one nearly singular and of nearly no weight. */
function scattered(dim: 1 | 2, count: number): GaussianMixture {
  const random = createRandom(count, DATA_STREAM);
  return mixtureFromComponents(
    Array.from({ length: count }, (_, k) => {
      const last = count > 1 && k === count - 1;
      const mean = Array.from({ length: dim }, () => 2 * random.normal());
      const [a, b] = last ? [1, 1e-9] : [0.1 + random.uniform(), 0.1 + random.uniform()];
      const tilt = last ? 0 : 0.05;
      const cov = [
        [a, tilt],
        [tilt, b],
      ];
      return { weight: last ? 1e-12 : 1 + k, mean, cov: dim === 1 ? [[b]] : cov };
    }),
  );
}

/** Points near and far, and every kind that a divergent sampler may bring. */
function points(length: number): Float64Array {
  const random = createRandom(length, DATA_STREAM);
  const odd = [0, -0, NaN, Infinity, -Infinity, 1e300, -1e300, 1e-310, 40];
  return Float64Array.from({ length }, (_, i) =>
    i % 13 === 5 ? (odd[i % odd.length] ?? 0) : 3 * random.normal(),
  );
}

/** x0Hat of `count` of `stride` points at a noise level, by a kernel or without one. */
function denoised(mixture: GaussianMixture, by: Kernel | null, stride: number, count: number, sigma = 0.3) {
  const x = points(mixture.dim * stride);
  const out = new Float64Array(x.length);
  const denoiser = createMixtureDenoiser(mixture, stride, by);
  denoiser.denoise(denoiser.table(0.8, sigma), x, out, count);
  return out;
}

describe("denoiser of the kernel", () => {
  for (const dim of [1, 2] as const)
    it(`gives the bits of the TypeScript loop in ${dim}-D, for any number of components and particles`, () => {
      for (const components of [1, 2, 7, 8, 300])
        for (const [stride, count] of [
          [512, 512],
          [256, 1],
          [7, 7],
          [1300, 1203],
        ] as const) {
          const mixture = scattered(dim, components);
          const expected = denoised(mixture, null, stride, count);
          expect(expected.some(Number.isFinite)).toBe(true);
          expect(differing(denoised(mixture, kernel, stride, count), expected)).toBe(0);
        }
    });

  it("differs from it where a noise level is off by its last digit (control)", () => {
    const mixture = scattered(2, 8);
    const next = 0.3 * (1 + 2 ** -52);
    expect(
      differing(denoised(mixture, kernel, 512, 512, next), denoised(mixture, null, 512, 512)),
    ).toBeGreaterThan(100);
  });
});

function along(what: "particles" | "blocks", first = 0, block = 0): Counters {
  const stepParticle = what === "particles" ? 1 : 0;
  return { first, block, stepParticle, stepBlock: 1 - stepParticle };
}

describe("normals of the kernel", () => {
  const key = { seed: 0xfedcba98, stream: STEP_STREAM };
  const blocks = (by: Kernel | null, stride: number, counters: Counters, count: number): Float64Array => {
    const out = new Float64Array(4 * stride);
    createFillBlocks(stride, by)(out, key, counters, count);
    return out;
  };

  it("are the bits of the TypeScript loop, along particles and blocks, across the ends of both", () => {
    for (const counters of [
      along("particles", 5, 3),
      along("blocks", 5, 3),
      along("particles", 0xfffffff0, 1),
      along("blocks", 1, 0x7ffffff0),
    ])
      for (const [stride, count] of [
        [512, 512],
        [64, 37],
        [9, 9],
        [20_001, 20_001],
      ] as const)
        expect(
          differing(blocks(kernel, stride, counters, count), blocks(null, stride, counters, count)),
        ).toBe(0);
  });

  it("are not the bits of Math.log and Math.cos, which differ in last digits (control)", () => {
    const expected = new Float64Array(2048);
    const lane = new Float64Array(4);
    for (let p = 0; p < 512; p++) {
      fillNormals(lane, 0, key, p, 0, 4);
      lane.forEach((z, w) => (expected[w * 512 + p] = z));
    }
    const got = blocks(kernel, 512, along("particles"), 512);
    expect(differing(got, expected)).toBeGreaterThan(200);
    expect(Math.max(...got.map((z, i) => Math.abs(z - (expected[i] ?? NaN))))).toBeLessThan(1e-11);
  });
});

/** Where a group of particles ends under a program. */
function ends(program: SamplerProgram, by: Kernel | null, count: number): Float64Array {
  const { dim } = program;
  const arm = createArm(program, count, new DenoiserCache(count, by));
  const rows = (stream: number) => new NormalRows({ seed: 8, stream }, dim, count, by);
  const [prior, noise] = [rows(PRIOR_STREAM), rows(STEP_STREAM)];
  for (const row of [prior, noise]) row.choose(1000, count);
  arm.start(prior.at(0), count);
  for (let k = 0; k < arm.steps; k++) arm.advance(k, noise.at(k * dim), count);
  return arm.positions(count).slice();
}

describe("sampler on the kernel", () => {
  it("ends at the bits of the TypeScript loops after all steps", () => {
    const programs = [
      mixtureArm(FIVE, { process: VE, steps: 30, eta: 1.2 }),
      mixtureArm(FIVE, { process: VP, steps: 30, eta: 0 }),
      mixtureArm(FIVE, { process: VP, kind: "heun", steps: 20, eta: 0.7 }),
      mixtureArm(PAIR, { process: VP, steps: 30, eta: 1 }),
      gaussianArm(new Array<number>(5).fill(1), decayingCov(5), { process: VP, steps: 10, eta: 1 }),
    ];
    for (const program of programs)
      expect(differing(ends(program, kernel, 333), ends(program, null, 333))).toBe(0);
  });
});
