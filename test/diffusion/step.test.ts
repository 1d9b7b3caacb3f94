import { describe, expect, test } from "vitest";
import { gaussianProgram, mixtureProgram } from "../../src/diffusion/builders.ts";
import { samplerCoefficients } from "../../src/diffusion/coefficients.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import {
  mixtureDensity,
  mixtureFromComponents,
  noisedMixture,
  mixtureDenoise,
} from "../../src/diffusion/mixture.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { gaussianLogProb, runProgram, stepMean, x0HatFrom } from "../../src/diffusion/step.ts";
import { PRIOR_STREAM, STEP_STREAM, fillNormals } from "../../src/math/philox.ts";
import { gaussLegendre, integrate } from "../../src/math/quadrature.ts";
import { MOST_Z, expectAllClose, expectClose, slopeOf, zScore } from "../support/numbers.ts";
import { programLaw } from "./gaussian-chain.ts";

const VE = createProcess({ kind: "ve", T: 5 });
const steps = (N: number, eta: number) =>
  samplerCoefficients(
    "gddim",
    VE,
    createGrid({ kind: "power", power: 3 }, VE, N),
    new Float64Array(N).fill(eta),
  );

describe("model outputs", () => {
  const [x0, eps, alpha, sigma] = [[0.7, -1.2], [0.4, 2.1], 0.6, 0.8];
  const x = x0.map((v, i) => alpha * v + sigma * eps[i]!);
  test.each([
    ["eps", eps],
    ["x0", x0],
    ["v", eps.map((e, i) => alpha * e - sigma * x0[i]!)],
    ["score", eps.map((e) => -e / sigma)],
  ] as const)("%s of the true noise gives the true data", (prediction, output) => {
    expectAllClose(x0HatFrom(prediction, output, x, alpha, sigma), x0, { absolute: 1e-14 });
  });
  test("v needs no unit norm of (alpha, sigma)", () => {
    const [a, s] = [1, 3];
    const y = x0.map((v, i) => a * v + s * eps[i]!);
    const v = eps.map((e, i) => a * e - s * x0[i]!);
    expectAllClose(x0HatFrom("v", v, y, a, s), x0, { absolute: 1e-14 });
  });
  test("control: the output of one kind read as another gives other data", () => {
    expect(Math.abs(x0HatFrom("eps", x0, x, alpha, sigma)[0]! - x0[0]!)).toBeGreaterThan(0.1);
  });
});

describe("log-density of a step", () => {
  test("is the sum over dimensions of the log of the normal density", () => {
    const [next, mean, tau] = [[0.3, -1, 2], [0.1, 0.5, 2], 0.7];
    const product = next.reduce(
      (p, v, i) => p * (Math.exp(-((v - mean[i]!) ** 2) / (2 * tau * tau)) / (tau * Math.sqrt(2 * Math.PI))),
      1,
    );
    expectClose(gaussianLogProb(next, mean, tau)!, Math.log(product), { relative: 1e-14 });
  });
  test("integrates to 1", () => {
    const mass = integrate((y) => Math.exp(gaussianLogProb([y], [0.3], 0.2)!), -3, 3, 1e-12).value;
    expectClose(mass, 1, { absolute: 1e-11 });
  });
  test("does not exist for a deterministic step, and does not overflow in 16,384 dimensions", () => {
    expect(gaussianLogProb([1], [1], 0)).toBeNull();
    const d = 16_384;
    const zero = new Float64Array(d);
    expectClose(gaussianLogProb(zero, zero, 1e-3)!, d * (Math.log(1e3) - 0.5 * Math.log(2 * Math.PI)), {
      relative: 1e-13,
    });
  });
});

describe("a trajectory", () => {
  const mixture = mixtureFromComponents([
    { weight: 1, mean: [-1], cov: [[0.2]] },
    { weight: 1, mean: [1], cov: [[0.2]] },
  ]);

  test("takes the prior and step k's noise from the counters of the engine contract", () => {
    const coefficients = steps(4, 1.2);
    const program = mixtureProgram(mixture, VE, coefficients);
    const seen: number[] = [];
    const out = new Float64Array(1);
    runProgram(program, 9, 17, out, (_, x) => seen.push(x[0]!));
    const normal = (stream: number, number: number): number => {
      const z = new Float64Array(1);
      fillNormals(z, 0, { seed: 9, stream }, 17, number, 1);
      return z[0]!;
    };
    let x = 5 * normal(PRIOR_STREAM, 0);
    const expected = [x];
    const x0Hat = new Float64Array(1);
    coefficients.forEach((step, k) => {
      mixtureDenoise(mixture, step.alphaT, step.sigmaT, [x], 0, x0Hat);
      const epsHat = (x - step.alphaT * x0Hat[0]!) / step.sigmaT;
      const q = step.sigmaS === 0 ? 0 : (step.s / step.t) ** 1.44;
      x = x0Hat[0]! + step.sigmaS * (q * epsHat + Math.sqrt(1 - q * q) * normal(STEP_STREAM, k));
      expected.push(x);
    });
    expectAllClose(seen, expected, { absolute: 1e-12 });
    expect(out[0]).toBe(seen.at(-1));
  });

  test("at eta = 0 ignores the step stream, above it does not", () => {
    const end = (eta: number, noiseSeed: number): number => {
      const out = new Float64Array(1);
      const program = gaussianProgram([1], Float64Array.of(0.5), VE, steps(6, eta));
      // Another seed moves both streams, so the prior is switched off.
      runProgram({ ...program, priorStd: 0 }, noiseSeed, 0, out);
      return out[0]!;
    };
    expect(end(0, 1)).toBe(end(0, 2));
    expect(end(0.1, 1)).not.toBe(end(0.1, 2));
  });

  test("the ensemble has the law of the recursion; that of another eta is told apart", () => {
    const n = 40_000;
    const cov = Float64Array.of(0.3, 0.2, 0.2, 0.4);
    const program = gaussianProgram([1.5, -1], cov, VE, steps(8, 1.2));
    const ends = new Float64Array(2 * n);
    const out = new Float64Array(2);
    for (let i = 0; i < n; i++) {
      runProgram(program, 5, i, out);
      ends.set(out, 2 * i);
    }
    const law = programLaw(program);
    const other = programLaw(gaussianProgram([1.5, -1], cov, VE, steps(8, 0)));
    const column = (i: number) => Float64Array.from({ length: n }, (_, row) => ends[2 * row + i]!);
    const products = (i: number, j: number) =>
      column(i).map((v, row) => (v - law.mean[i]!) * (ends[2 * row + j]! - law.mean[j]!));
    for (const i of [0, 1]) {
      expect(Math.abs(zScore(column(i), law.mean[i]!))).toBeLessThan(MOST_Z);
      expect(Math.abs(zScore(column(i), other.mean[i]!))).toBeGreaterThan(MOST_Z);
      for (const j of [0, 1])
        expect(Math.abs(zScore(products(i, j), law.cov[2 * i + j]!))).toBeLessThan(MOST_Z);
    }
    expect(Math.abs(zScore(products(0, 0), other.cov[0]!))).toBeGreaterThan(MOST_Z);
  });
});

describe("marginals", () => {
  const mixture = mixtureFromComponents([
    { weight: 1, mean: [-1], cov: [[0.2]] },
    { weight: 2, mean: [1], cov: [[0.1]] },
  ]);

  /** Largest error of the density after one step from exact p_t to s, with the noise scaled by `blur`. */
  function stepError(eta: number, share: number, blur: number): number {
    const t = 1;
    const [step] = samplerCoefficients(
      "gddim",
      VE,
      Float64Array.of(t, t * (1 - share)),
      Float64Array.of(eta),
    );
    const before = noisedMixture(mixture, step!.alphaT, step!.sigmaT);
    const after = noisedMixture(mixture, step!.alphaS, step!.sigmaS);
    const x0Hat = new Float64Array(1);
    const mean = (x: number): number => {
      mixtureDenoise(mixture, step!.alphaT, step!.sigmaT, [x], 0, x0Hat);
      return stepMean(step!, [x], x0Hat)[0]!;
    };
    const tau = step!.cz * blur;
    const { nodes, weights } = gaussLegendre(1200);
    let largest = 0;
    for (const y of [-2, -1, -0.4, 0.2, 0.9, 1.6]) {
      let density = 0;
      nodes.forEach((u, i) => {
        const x = 7 * u;
        density +=
          7 * weights[i]! * mixtureDensity(before, [x]) * Math.exp(gaussianLogProb([y], [mean(x)], tau)!);
      });
      largest = Math.max(largest, Math.abs(density - mixtureDensity(after, [y])));
    }
    return largest;
  }

  const shares = [0.08, 0.04, 0.02, 0.01, 0.005];

  test.each([0.5, 1, 1.5])("one gDDIM step at eta = %d leaves p_t with an error of O(h^2)", (eta) => {
    const errors = shares.map((share) => stepError(eta, share, 1));
    expectClose(slopeOf(shares, errors), 2, { absolute: 0.2 });
  });

  test("control: noise 10 % too strong is an error of O(h)", () => {
    const errors = shares.map((share) => stepError(1, share, 1.1));
    expectClose(slopeOf(shares, errors), 1, { absolute: 0.2 });
  });
});
