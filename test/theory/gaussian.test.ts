import { describe, expect, test } from "vitest";
import { samplerCoefficients, type SamplerKind } from "../../src/diffusion/coefficients.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { createProcess, type ProcessParameters } from "../../src/diffusion/processes/index.ts";
import { continuousGaussianLaw } from "../../src/theory/gaussian-continuous.ts";
import { stepGaussianLaw } from "../../src/theory/gaussian-steps.ts";
import { estimate, mixturePredict, simulate } from "./simulate.ts";

const mean = Float64Array.of(1.5);
const cov = Float64Array.of(0.3);
const ve5 = createProcess({ kind: "ve", T: 5 });
const vp6 = createProcess({ kind: "vp", beta: { kind: "linear", min: 0.1, max: 6 }, T: 1 });
const PROCESSES: ProcessParameters[] = [
  { kind: "ve", T: 5 },
  { kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 }, T: 1 },
  { kind: "vp", beta: { kind: "cosine", offset: 0.008 }, T: 1 },
  { kind: "sub-vp", beta: { kind: "constant", value: 4 }, T: 1 },
  { kind: "flow", T: 1 },
  { kind: "flow", T: 0.8 },
  { kind: "contractive-ou", theta: 0.5, noise: 1, T: 2 },
  { kind: "contractive-sub-vp", beta: { kind: "constant", value: 2 }, T: 1 },
];

function steps(
  process: ReturnType<typeof createProcess>,
  eta: number,
  n: number,
  power = 3,
  kind: SamplerKind = "gddim",
) {
  const grid = createGrid({ kind: "power", power }, process, n);
  return samplerCoefficients(kind, process, grid, new Float64Array(n).fill(eta));
}

function stepLaw(process: ReturnType<typeof createProcess>, eta: number, n: number, power = 3) {
  return stepGaussianLaw({
    mean,
    cov,
    coefficients: steps(process, eta, n, power),
    priorStd: process.priorStd,
  });
}

describe("continuous-time Gaussian law", () => {
  // Printed values of theory.md section 3; toBeCloseTo(v, 5) is half a unit of the last digit printed.
  test.each([
    ["ve", ve5, 0, 1.33666, 0.29644],
    ["ve", ve5, 1, 1.48221, 0.29996],
    ["ve", ve5, 1.2, 1.4933, 0.29999],
    ["vp", vp6, 0, 1.31817, 0.31029],
    ["vp", vp6, 1.2, 1.49129, 0.30002],
  ])("%s has the published value at eta = %d", (_, process, eta, m, v) => {
    const law = continuousGaussianLaw({ mean, cov, process, eta });
    expect(law.mean[0]).toBeCloseTo(m, 5);
    expect(law.cov[0]).toBeCloseTo(v, 5);
  });

  test("control: a sampler that forgets with exponent 1 instead of eta^2 misses the published value", () => {
    const law = continuousGaussianLaw({ mean, cov, process: ve5, eta: 1 });
    expect(Math.abs(law.mean[0]! - 1.4933)).toBeGreaterThan(1e-3);
  });

  test.each(PROCESSES)("the definition with alpha_T^(eta^2) holds for %j", (parameters) => {
    const process = createProcess(parameters);
    const alphaT = process.alpha(process.T);
    const VT = alphaT ** 2 * 0.3 + process.sigma(process.T) ** 2;
    for (const eta of [0, 0.5, 1, 2]) {
      const rho = alphaT ** (eta * eta) * (0.3 / VT) ** ((1 + eta * eta) / 2);
      const law = continuousGaussianLaw({ mean, cov, process, eta });
      expect(law.mean[0]).toBeCloseTo(1.5 - rho * alphaT * 1.5, 12);
      expect(law.cov[0]).toBeCloseTo(0.3 + rho * rho * (process.priorStd ** 2 - VT), 11);
    }
  });

  test("the law solves the moment equations of the reverse family, also at stop > 0 and for eta(t)", () => {
    const etaAt = (t: number): number => 0.5 + t;
    for (const stop of [0, 0.3]) {
      // Midpoint rule on m' and v' backwards in t: error O(h^2) = 1e-7 here.
      const n = 20000;
      const h = (vp6.T - stop) / n;
      let m = 0;
      let v = 1;
      const rates = (t: number, a: number, b: number) => {
        const V = vp6.alpha(t) ** 2 * 0.3 + vp6.sigma(t) ** 2;
        const gSq = vp6.diffusionSq(t);
        const k = ((1 + etaAt(t) ** 2) / 2) * (gSq / V);
        const slope = -vp6.drift(t) - k;
        return [slope * a + k * vp6.alpha(t) * 1.5, 2 * slope * b + etaAt(t) ** 2 * gSq];
      };
      for (let i = 0; i < n; i++) {
        const t = vp6.T - i * h;
        const [dm = 0, dv = 0] = rates(t, m, v);
        const [em = 0, ev = 0] = rates(t - h / 2, m + (h / 2) * dm, v + (h / 2) * dv);
        m += h * em;
        v += h * ev;
      }
      const law = continuousGaussianLaw({ mean, cov, process: vp6, eta: 0, etaAt, stop });
      expect(law.mean[0]).toBeCloseTo(m, 6);
      expect(law.cov[0]).toBeCloseTo(v, 6);
    }
  });

  test("a piecewise eta agrees with the constant one on each piece and jumps where told", () => {
    const constant = continuousGaussianLaw({ mean, cov, process: ve5, eta: 1.2 });
    const pieces = continuousGaussianLaw({
      mean,
      cov,
      process: ve5,
      eta: 0,
      etaAt: () => 1.2,
      breaks: [1, 3],
    });
    expect(pieces.mean[0]).toBeCloseTo(constant.mean[0]!, 12);
    const jump = (t: number): number => (t > 1 ? 2 : 0);
    const law = continuousGaussianLaw({ mean, cov, process: ve5, eta: 0, etaAt: jump, breaks: [1] });
    // Above t = 1 the factor is that of eta = 2, below it that of the ODE.
    const rho = ((0.3 + 1) / (0.3 + 25)) ** 2 * Math.sqrt(0.3 / 25.3);
    expect(law.mean[0]).toBeCloseTo(1.5 - rho * 1.5, 10);
  });

  test("a full covariance gives the same law as its axes, and a singular one stays singular", () => {
    const c = Math.cos(0.7);
    const s = Math.sin(0.7);
    const full = Float64Array.of(c * c * 2 + s * s * 0.1, c * s * 1.9, c * s * 1.9, s * s * 2 + c * c * 0.1);
    const law = continuousGaussianLaw({ mean: Float64Array.of(1, -2), cov: full, process: ve5, eta: 0.6 });
    const u = continuousGaussianLaw({
      mean: Float64Array.of(c - 2 * s),
      cov: Float64Array.of(2),
      process: ve5,
      eta: 0.6,
    });
    expect(c * law.mean[0]! + s * law.mean[1]!).toBeCloseTo(u.mean[0]!, 12);
    expect(c * c * law.cov[0]! + 2 * c * s * law.cov[1]! + s * s * law.cov[3]!).toBeCloseTo(u.cov[0]!, 12);
    const flat = continuousGaussianLaw({
      mean: Float64Array.of(1, 1),
      cov: Float64Array.of(1, 0, 0, 0),
      process: ve5,
      eta: 1,
    });
    expect(flat.cov[3]).toBe(0);
    expect(flat.mean[1]).toBe(1);
    expect(() =>
      continuousGaussianLaw({
        mean: Float64Array.of(0, 0),
        cov: Float64Array.of(1, 2, 2, 1),
        process: ve5,
        eta: 1,
      }),
    ).toThrow(/semi-definite/);
  });
});

describe("N-step Gaussian law", () => {
  // Printed values of theory.md section 4: VE, T = 5, N = 10, grid T u^3.
  test.each([
    [0, 1.36125, 0.2139],
    [1, 1.48221, 0.16206],
    [1.2, 1.49215, 0.14796],
  ])("has the published value at eta = %d", (eta, m, v) => {
    const law = stepLaw(ve5, eta, 10);
    expect(law.mean[0]).toBeCloseTo(m, 5);
    expect(law.cov[0]).toBeCloseTo(v, 5);
  });

  test("control: one step more or another grid gives other numbers", () => {
    expect(Math.abs(stepLaw(ve5, 1, 11).cov[0]! - 0.16206)).toBeGreaterThan(1e-3);
    expect(Math.abs(stepLaw(ve5, 1, 10, 2).cov[0]! - 0.16206)).toBeGreaterThan(1e-3);
  });

  test.each(PROCESSES)("is the recursion e <- c e, v <- c^2 v + sigma^2 (1 - q^2) for %j", (parameters) => {
    const process = createProcess(parameters);
    const eta = 1.3;
    const coefficients = steps(process, eta, 8, 2);
    let e = -process.alpha(process.T) * 1.5;
    let v = process.priorStd ** 2;
    for (const k of coefficients) {
      const rho = (k.sigmaS * k.alphaT) / (k.sigmaT * k.alphaS);
      const q = rho ** (eta * eta);
      const V = k.alphaT ** 2 * 0.3 + k.sigmaT ** 2;
      const c = (k.alphaS * k.alphaT * 0.3 + k.sigmaS * k.sigmaT * q) / V;
      e *= c;
      v = c * c * v + k.sigmaS ** 2 * (1 - q * q);
    }
    const law = stepGaussianLaw({ mean, cov, coefficients, priorStd: process.priorStd });
    expect(law.mean[0]).toBeCloseTo(1.5 + e, 11);
    expect(law.cov[0]).toBeCloseTo(v, 11);
  });

  test.each([0, 0.5, 1, 1.2, 2])("tends to the continuous law with first order in 1/N at eta = %d", (eta) => {
    const limit = continuousGaussianLaw({ mean, cov, process: ve5, eta });
    const errors = [256, 512, 1024, 2048, 4096].map((n) =>
      Math.abs(stepLaw(ve5, eta, n).cov[0]! - limit.cov[0]!),
    );
    const slope = Math.log2(errors[3]! / errors[4]!);
    expect(Math.abs(slope - 1)).toBeLessThan(0.2);
    expect(errors[4]).toBeLessThan(5e-3);
  });

  test("at eta = 1 the final mean does not depend on N; at finite N the variance falls as eta grows", () => {
    const means = [2, 5, 20, 100].map((n) => stepLaw(ve5, 1, n).mean[0]!);
    for (const m of means) expect(m).toBeCloseTo(means[0]!, 12);
    const variances = [0, 0.5, 1, 1.5, 3].map((eta) => stepLaw(ve5, eta, 10).cov[0]!);
    for (let i = 1; i < variances.length; i++) expect(variances[i]).toBeLessThan(variances[i - 1]!);
    expect(Math.abs(stepLaw(ve5, 0.5, 5).mean[0]! - stepLaw(ve5, 0.5, 20).mean[0]!)).toBeGreaterThan(1e-3);
  });

  const SAMPLERS: [SamplerKind, number][] = [
    ["gddim", 1.4],
    ["ddim", 0.7],
    ["euler-maruyama", 0.8],
    ["heun", 0.8],
    ["heun", 0],
  ];
  test.each(SAMPLERS)("agrees with a simulation of %s at eta = %d", (kind, eta) => {
    const process = createProcess({ kind: "vp", beta: { kind: "linear", min: 0.1, max: 6 }, T: 1 });
    const coefficients = steps(process, eta, 7, 1, kind);
    const law = stepGaussianLaw({
      mean: Float64Array.of(1.5, -0.5),
      cov: Float64Array.of(0.3, 0, 0, 2),
      coefficients,
      priorStd: 1,
    });
    const predict = mixturePredict([{ weight: 1, mean: [1.5, -0.5], variances: [0.3, 2] }]);
    const samples = simulate(predict, coefficients, 1, 2, 20000, 3);
    for (const i of [0, 1]) {
      const m = estimate(samples, (x) => x[i]!);
      const v = estimate(samples, (x) => (x[i]! - law.mean[i]!) ** 2);
      expect(Math.abs(m.value - law.mean[i]!)).toBeLessThan(4.5 * m.se);
      expect(Math.abs(v.value - law.cov[3 * i]!)).toBeLessThan(4.5 * v.se);
      // Sharp enough to notice the noise of one step being left out.
      expect(v.se).toBeLessThan(0.03);
    }
  });
});
