import { describe, expect, test } from "vitest";
import { affineProgram, gaussianProgram, gridOf, mixtureProgram } from "../../src/diffusion/builders.ts";
import { SAMPLER_KINDS, samplerCoefficients } from "../../src/diffusion/coefficients.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { gaussianLaw, mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { runProgram } from "../../src/diffusion/step.ts";
import { diagonalMatrix, identity, inverseSpd, matmul, matvec } from "../../src/math/linear-algebra.ts";
import { DATA_STREAM, createRandom } from "../../src/math/philox.ts";
import { expectAllClose, expectClose, isClose } from "../support/numbers.ts";
import { PROCESS_CASES } from "./cases.ts";
import { programLaw } from "./gaussian-chain.ts";

/** Steps of a sampler on a mild grid, so that all four samplers are stable. */
function setUp(
  kind: (typeof SAMPLER_KINDS)[number],
  parameters: Parameters<typeof createProcess>[0],
  N: number,
  eta: number,
) {
  const process = createProcess(parameters);
  const grid = createGrid({ kind: "power", power: 2 }, process, N);
  return { process, coefficients: samplerCoefficients(kind, process, grid, new Float64Array(N).fill(eta)) };
}

/** x0Hat of a Gaussian law in x-space, by an inverse and no eigenbasis. */
function gaussianDenoiser(mean: Float64Array, cov: Float64Array) {
  const d = mean.length;
  return (alpha: number, sigma: number) => {
    const V = cov.map((v, ij) => alpha * alpha * v + (Math.floor(ij / d) === ij % d ? sigma * sigma : 0));
    const M = matmul(cov, inverseSpd(V, d), d).map((v) => alpha * v);
    const pulled = matvec(M, mean, d);
    return { M, m: mean.map((v, i) => v - alpha * pulled[i]!) };
  };
}

const VE = { kind: "ve", T: 5 } as const;
const ends = (program: Parameters<typeof runProgram>[0], particle: number): Float64Array => {
  const out = new Float64Array(program.dim);
  runProgram(program, 3, particle, out);
  return out;
};

describe.each(SAMPLER_KINDS)("%s", (kind) => {
  test.each(PROCESS_CASES)(
    "on %s: the linear and the mixture program move a particle alike",
    (_, parameters) => {
      const { process, coefficients } = setUp(kind, parameters, 40, 0.9);
      const mean = [1.5, -0.5];
      const cov = diagonalMatrix([0.3, 1e-3]);
      const linear = gaussianProgram(mean, cov, process, coefficients);
      const mixture = mixtureProgram(gaussianLaw(mean, cov), process, coefficients);
      for (let particle = 0; particle < 5; particle++) {
        const [a, b] = [ends(linear, particle), ends(mixture, particle)];
        // 40 steps of about 10 roundings each on states up to the prior's size.
        expectAllClose(a, b, { absolute: 400 * 5e-16 * (1 + process.priorStd), relative: 1e-12 });
      }
    },
  );

  test("a rotated covariance has the law of the dense program, which never uses its eigenbasis", () => {
    const { process, coefficients } = setUp(kind, VE, 12, 0.9);
    const mean = Float64Array.of(1, -2, 0.5);
    const cov = Float64Array.of(1, 0.6, 0.2, 0.6, 0.8, -0.1, 0.2, -0.1, 0.5);
    const diagonal = gaussianProgram(mean, cov, process, coefficients);
    const dense = affineProgram(gaussianDenoiser(mean, cov), 3, process, coefficients);
    expect([diagonal.diagonal, dense.diagonal]).toEqual([true, false]);
    const [a, b] = [programLaw(diagonal), programLaw(dense)];
    expectAllClose(a.mean, b.mean, { absolute: 1e-12 });
    expectAllClose(a.cov, b.cov, { absolute: 1e-12 });
  });

  test("a diagonal denoiser gives the diagonal program", () => {
    const { process, coefficients } = setUp(kind, VE, 6, 0.9);
    const mean = Float64Array.of(1, -2);
    const cov = diagonalMatrix([0.3, 2]);
    const affine = affineProgram(gaussianDenoiser(mean, cov), 2, process, coefficients);
    const gaussian = gaussianProgram(mean, cov, process, coefficients);
    expect(affine.diagonal).toBe(true);
    expectAllClose(affine.A, gaussian.A, { absolute: 1e-13 });
    expectAllClose(affine.b, gaussian.b, { absolute: 1e-13 });
    expect(affine.noise === null).toBe(gaussian.noise === null);
  });

  test("only Heun needs a noise factor, which is the noise c where a step has no corrector", () => {
    const { process, coefficients } = setUp(kind, VE, 6, 0.9);
    const program = gaussianProgram([0, 0], diagonalMatrix([0.3, 2]), process, coefficients);
    if (kind !== "heun") return expect(program.noise).toBeNull();
    const noise = program.noise!;
    expect(noise[0]).not.toBe(noise[1]);
    expect([...noise.subarray(10)]).toEqual([program.c[5], program.c[5]]);
  });
});

describe("gDDIM on a Gaussian", () => {
  test.each([0, 0.5, 1, 1.2, 3])("has the published factor c_k at eta = %d", (eta) => {
    const lambda = 0.3;
    const { process, coefficients } = setUp(
      "gddim",
      { kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 }, T: 1 },
      10,
      eta,
    );
    const program = gaussianProgram([1.5], Float64Array.of(lambda), process, coefficients);
    coefficients.forEach((step, k) => {
      const rho = (step.sigmaS * step.alphaT) / (step.sigmaT * step.alphaS);
      const V = step.alphaT ** 2 * lambda + step.sigmaT ** 2;
      const c = (step.alphaS * step.alphaT * lambda + step.sigmaS * step.sigmaT * rho ** (eta * eta)) / V;
      expectClose(program.A[k]!, c, { relative: 1e-11 });
      // e = x - alpha mean is scaled by c and nothing else: b = (alpha_s - c alpha_t) mean.
      expectClose(program.b[k]!, (step.alphaS - c * step.alphaT) * 1.5, { absolute: 1e-12 });
    });
  });

  // theory note, section 4: VE, T = 5, N = 10, power 3, mean 1.5, variance 0.3; printed to 5 decimals.
  test.each([
    [0, 1.36125, 0.2139],
    [1, 1.48221, 0.16206],
    [1.2, 1.49215, 0.14796],
  ])("ends at the checked mean and variance at eta = %d", (eta, mean, variance) => {
    const process = createProcess(VE);
    const grid = createGrid({ kind: "power", power: 3 }, process, 10);
    const law = (eta: number) =>
      programLaw(
        gaussianProgram(
          [1.5],
          Float64Array.of(0.3),
          process,
          samplerCoefficients("gddim", process, grid, new Float64Array(10).fill(eta)),
        ),
      );
    expectClose(law(eta).mean[0]!, mean, { absolute: 5e-6 });
    expectClose(law(eta).cov[0]!, variance, { absolute: 5e-6 });
    expect(isClose(law(eta + 0.05).cov[0]!, variance, { absolute: 5e-6 }), "another eta must differ").toBe(
      false,
    );
  });

  test("at eta = 1 the final mean does not depend on N, at eta = 0 it does", () => {
    const final = (N: number, eta: number): number => {
      const { process, coefficients } = setUp("gddim", VE, N, eta);
      return programLaw(gaussianProgram([1.5], Float64Array.of(0.3), process, coefficients)).mean[0]!;
    };
    for (const N of [1, 2, 7, 100]) expectClose(final(N, 1), final(3, 1), { absolute: 1e-13 });
    expect(isClose(final(7, 0), final(3, 0), { absolute: 1e-3 })).toBe(false);
  });

  test("a rotated singular covariance keeps its law on the support", () => {
    const { process, coefficients } = setUp("gddim", VE, 20, 1.2);
    const program = gaussianProgram([1, 2], Float64Array.of(1, 1, 1, 1), process, coefficients);
    const { mean, cov } = programLaw(program);
    // The null direction (1, -1)/sqrt 2 ends exactly at its mean -1, without variance.
    expectClose(mean[0]! - mean[1]!, -1, { absolute: 1e-14 });
    expectClose(cov[0]! - cov[1]! - cov[2]! + cov[3]!, 0, { absolute: 1e-14 });
    expect(cov[0]).toBeGreaterThan(0.1);
  });

  test.each(PROCESS_CASES)("survives lambda 0 to 1e6, eta 0 to 50 and N = 1 on %s", (_, parameters) => {
    for (const N of [1, 2, 200])
      for (const eta of [0, 1, 50]) {
        const { process, coefficients } = setUp("gddim", parameters, N, eta);
        const program = gaussianProgram(
          [1, 1, 1, 1],
          diagonalMatrix([0, 1e-6, 1, 1e6]),
          process,
          coefficients,
        );
        const { mean, cov } = programLaw(program);
        expect([...mean, ...cov].every(Number.isFinite)).toBe(true);
        // The sampler contracts: the variance never exceeds that of prior and data together.
        cov.forEach((v) => expect(v).toBeLessThanOrEqual(1e6 * 1.0001 + process.priorStd ** 2));
        expectClose(mean[0]!, 1, { absolute: 1e-12 });
        expectClose(cov[0]!, 0, { absolute: 1e-12 });
      }
  });
});

describe("programs", () => {
  test("carry their grid, prior and size", () => {
    const { process, coefficients } = setUp("gddim", VE, 3, 1);
    const program = gaussianProgram([0, 0], identity(2), process, coefficients);
    expect([program.dim, program.steps, program.priorStd]).toEqual([2, 3, 5]);
    expect(program.basis).toBeNull();
    expectAllClose(program.times, createGrid({ kind: "power", power: 2 }, process, 3), {});
    expect([...gridOf([])]).toEqual([0]);
  });

  test("a mixture in three dimensions is refused", () => {
    const { process, coefficients } = setUp("gddim", VE, 3, 1);
    const law = mixtureFromComponents([
      {
        weight: 1,
        mean: [0, 0, 0],
        cov: [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
      },
    ]);
    expect(() => mixtureProgram(law, process, coefficients)).toThrow(/1 or 2, got 3/);
  });

  test("control: a random denoiser is dense and its law differs", () => {
    const { process, coefficients } = setUp("gddim", VE, 3, 1);
    const random = createRandom(1, DATA_STREAM);
    const M = Float64Array.from({ length: 4 }, () => 0.2 * random.normal());
    const program = affineProgram(() => ({ M, m: new Float64Array(2) }), 2, process, coefficients);
    expect(program.diagonal).toBe(false);
    const { cov } = programLaw(program);
    expect(isClose(cov[1]!, 0, { absolute: 1e-6 })).toBe(false);
  });
});
