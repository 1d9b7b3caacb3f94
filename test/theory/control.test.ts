import { describe, expect, test } from "vitest";
import { samplerCoefficients } from "../../src/diffusion/coefficients.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { gaussianLaw, mixtureDenoise } from "../../src/diffusion/mixture.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { gaussHermite } from "../../src/math/quadrature.ts";
import type { RewardProgram } from "../../src/rewards/program.ts";
import {
  controlledContinuousLaw,
  controlledModel,
  controlledStepLaw,
  controlMatrix,
  controlRefusal,
  type ControlProblem,
} from "../../src/theory/control.ts";
import { tiltedLaw } from "../../src/theory/tilt.ts";
import { estimate, simulate } from "./simulate.ts";

const vp = createProcess({ kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 }, T: 1 });
const ve = createProcess({ kind: "ve", T: 4 });
const unit = { mean: Float64Array.of(0), cov: Float64Array.of(1) };
const pull: RewardProgram = {
  kind: "quadratic",
  dim: 1,
  center: Float64Array.of(2),
  matrix: Float64Array.of(1),
};
const plane = { mean: Float64Array.of(0.5, 0.2), cov: Float64Array.of(1, 0.3, 0.3, 0.4) };
/** Does not commute with the covariance above. */
const skew: RewardProgram = {
  kind: "quadratic",
  dim: 2,
  center: Float64Array.of(1, -1),
  matrix: Float64Array.of(1, 0.4, 0.4, 0.5),
};
const slope: RewardProgram = { kind: "linear", dim: 2, weights: Float64Array.of(0.8, -0.3), offset: 1 };

/** kappa = a / klWeight = 1/2 as in theory.md section 6. */
const published = (etaTrain: number): ControlProblem => ({
  ...unit,
  reward: pull,
  klWeight: 2,
  etaTrain,
  process: vp,
});

describe("reading B in continuous time", () => {
  // Printed values of theory.md section 6.
  test.each([
    [0.8, 1.132, 0.43],
    [1, 0.995, 0.5],
    [1.2, 0.852, 0.567],
    [2, 0.456, 0.758],
  ])(
    "the ODE of a model trained at eta = %d has the published mean and variance",
    (etaTrain, mean, variance) => {
      const law = controlledContinuousLaw({ ...published(etaTrain), etaInfer: 0 });
      expect(law.mean[0]).toBeCloseTo(mean, 3);
      expect(law.cov[0]).toBeCloseTo(variance, 3);
      expect(law.error).toBeLessThan(1e-10);
    },
  );

  test.each([0.8, 1, 1.2, 2])("the SDE of the model trained at eta = %d gives N(1, 1/2)", (etaTrain) => {
    const law = controlledContinuousLaw({ ...published(etaTrain), etaInfer: etaTrain });
    expect(Math.abs(law.mean[0]! - 1)).toBeLessThan(1e-3);
    expect(Math.abs(law.cov[0]! - 0.5)).toBeLessThan(1e-4);
  });

  test("control: ODE and SDE differ by far more than that away from etaTrain = 1", () => {
    const [row] = controlMatrix({ ...unit, reward: pull, klWeight: 2, process: vp }, [2], [0, 2]);
    expect(Math.abs(row![0]!.law.mean[0]! - row![1]!.law.mean[0]!)).toBeGreaterThan(0.5);
  });

  test.each([
    [vp, skew, 1.2, 0],
    [vp, skew, 0.7, 1.5],
    [ve, skew, 1, 1],
    [ve, slope, 1.4, 0.6],
  ])(
    "is the extrapolated limit of the exact N-step laws (case %#)",
    (process, reward, etaTrain, etaInfer) => {
      const problem: ControlProblem = { ...plane, reward, klWeight: 1.5, etaTrain, process };
      const limit = controlledContinuousLaw({ ...problem, etaInfer });
      const at = (n: number) => {
        const grid = createGrid({ kind: "power", power: 4 }, process, n);
        const coefficients = samplerCoefficients("gddim", process, grid, new Float64Array(n).fill(etaInfer));
        return controlledStepLaw({ ...problem, coefficients });
      };
      const [a, b, c] = [at(500), at(1000), at(2000)];
      for (const key of ["mean", "cov"] as const)
        limit[key].forEach((v, i) => {
          const [x, y, z] = [a![key][i]!, b![key][i]!, c![key][i]!];
          const linear = 2 * z - y;
          const extrapolated = (8 * z - 6 * y + x) / 3;
          expect(Math.abs(v - extrapolated)).toBeLessThan(Math.abs(extrapolated - linear) + 1e-6);
        });
    },
  );

  test("the axis quadrature and the matrix integration agree where both apply", () => {
    const commuting: RewardProgram = {
      kind: "quadratic",
      dim: 2,
      center: Float64Array.of(1, -1),
      matrix: Float64Array.of(0.7, 0, 0, 0.7),
    };
    // A tilt of 1e-9 in the matrix makes it non-commuting without changing the law to the digits compared.
    const nearly: RewardProgram = { ...commuting, matrix: Float64Array.of(0.7 + 1e-9, 0, 0, 0.7) };
    for (const [etaTrain, etaInfer] of [
      [1.3, 0],
      [0.6, 0.9],
    ] as const) {
      const problem = { ...plane, klWeight: 1, etaTrain, process: vp, etaInfer };
      const exact = controlledContinuousLaw({ ...problem, reward: commuting });
      const integrated = controlledContinuousLaw({ ...problem, reward: nearly });
      expect(integrated.error).toBeGreaterThan(exact.error);
      exact.cov.forEach((v, i) => expect(integrated.cov[i]).toBeCloseTo(v, 6));
      exact.mean.forEach((v, i) => expect(integrated.mean[i]).toBeCloseTo(v, 6));
    }
  });

  test("etaTrain = 0 leaves the reference model", () => {
    const law = controlledContinuousLaw({ ...published(0), etaInfer: 1 });
    expect(law.mean[0]).toBeCloseTo(0, 12);
    expect(law.cov[0]).toBeCloseTo(1, 4);
  });

  test("an exact start (flow, T = 1) gives the tilted law exactly at etaTrain = etaInfer = 1", () => {
    const process = createProcess({ kind: "flow", T: 1 });
    const tilted = tiltedLaw(gaussianLaw(plane.mean, plane.cov), skew, 1).law;
    const law = controlledContinuousLaw({
      ...plane,
      reward: skew,
      klWeight: 1,
      etaTrain: 1,
      process,
      etaInfer: 1,
    });
    law.mean.forEach((v, i) => expect(v).toBeCloseTo(tilted.means[i]!, 5));
    law.cov.forEach((v, i) => expect(v).toBeCloseTo(tilted.covs[i]!, 5));
  });
});

describe("the controlled model", () => {
  test.each([
    [ve, skew],
    [vp, skew],
    [vp, slope],
  ])("at etaTrain = 1 is the exact score of the tilted law (case %#)", (process, reward) => {
    const tilted = tiltedLaw(gaussianLaw(plane.mean, plane.cov), reward, 0.6).law;
    const model = controlledModel({ ...plane, reward, klWeight: 0.6, etaTrain: 1, process });
    const other = controlledModel({ ...plane, reward, klWeight: 0.6, etaTrain: 1.2, process });
    let apart = 0;
    for (const t of [0.05, 0.3, 0.7, 1]) {
      const time = t * process.T;
      const [alpha, sigma] = [process.alpha(time), process.sigma(time)];
      const x = Float64Array.of(0.7, -1.9);
      const hat = new Float64Array(2);
      mixtureDenoise(tilted, alpha, sigma, x, 0, hat);
      const at = (m: typeof model) => {
        const { M, m: b } = m.denoiser(alpha, sigma, time);
        return [b[0]! + M[0]! * x[0]! + M[1]! * x[1]!, b[1]! + M[2]! * x[0]! + M[3]! * x[1]!];
      };
      at(model).forEach((v, i) => expect(v).toBeCloseTo(hat[i]!, 10));
      apart = Math.max(apart, Math.abs(at(other)[0]! - hat[0]!));
    }
    // Control: trained at another eta it is not.
    expect(apart).toBeGreaterThan(1e-3);
  });

  test("adds 2 a^2/(1 + a^2) grad log h to the score, h by quadrature and its gradient by central differences", () => {
    const etaTrain = 1.3;
    const klWeight = 0.8;
    const time = 0.35;
    const [alpha, sigma] = [vp.alpha(time), vp.sigma(time)];
    // Law of X_0 given X_t under the etaTrain reference, with R and V by their definition through the covariance's axes.
    const rotation = 0.5 * Math.atan2(2 * 0.3, 1 - 0.4);
    const [c, s] = [Math.cos(rotation), Math.sin(rotation)];
    const lambda = [c * c + 2 * c * s * 0.3 + s * s * 0.4, s * s - 2 * c * s * 0.3 + c * c * 0.4];
    const axes = [
      [c, s],
      [-s, c],
    ];
    const rule = gaussHermite(40);
    const logH = (x: readonly number[]): number => {
      const center = axes.map((u, i) => {
        const VT = alpha ** 2 * lambda[i]! + sigma ** 2;
        const R = alpha ** (etaTrain ** 2) * (lambda[i]! / VT) ** ((1 + etaTrain ** 2) / 2);
        const mu = u[0]! * 0.5 + u[1]! * 0.2;
        const e = u[0]! * x[0]! + u[1]! * x[1]! - alpha * mu;
        return { m: mu + R * e, std: Math.sqrt(lambda[i]! - R * R * VT) };
      });
      let sum = 0;
      rule.nodes.forEach((a, i) =>
        rule.nodes.forEach((b, j) => {
          const p = center[0]!.m + center[0]!.std * a;
          const q = center[1]!.m + center[1]!.std * b;
          const dx = c * p - s * q - 1;
          const dy = s * p + c * q + 1;
          const r = -(dx * dx + 0.8 * dx * dy + 0.5 * dy * dy);
          sum += rule.weights[i]! * rule.weights[j]! * Math.exp(r / klWeight);
        }),
      );
      return Math.log(sum);
    };
    const x = [0.4, 1.1];
    const h = 1e-4;
    const gradient = [0, 1].map((i) => {
      const up = x.map((v, j) => (i === j ? v + h : v));
      const down = x.map((v, j) => (i === j ? v - h : v));
      return (logH(up) - logH(down)) / (2 * h);
    });
    const model = controlledModel({ ...plane, reward: skew, klWeight, etaTrain, process: vp });
    const reference = controlledModel({ ...plane, reward: skew, klWeight, etaTrain: 0, process: vp });
    const hat = (m: typeof model, i: number) => {
      const { M, m: b } = m.denoiser(alpha, sigma, time);
      return b[i]! + M[2 * i]! * x[0]! + M[2 * i + 1]! * x[1]!;
    };
    const weight = (2 * etaTrain ** 2) / (1 + etaTrain ** 2);
    for (const i of [0, 1]) {
      const scoreDifference = (alpha * (hat(model, i) - hat(reference, i))) / sigma ** 2;
      // Central differences: O(h^2) = 1e-8 relative; 40-point rule beyond that.
      expect(scoreDifference).toBeCloseTo(weight * gradient[i]!, 6);
    }
  });

  test.each([0, 0.7, 1.5])("has exact N-step laws: a simulation at etaInfer = %d agrees", (etaInfer) => {
    const problem: ControlProblem = { ...plane, reward: skew, klWeight: 1, etaTrain: 1.4, process: ve };
    const grid = createGrid({ kind: "power", power: 2 }, ve, 5);
    for (const kind of ["gddim", "heun"] as const) {
      const coefficients = samplerCoefficients(kind, ve, grid, new Float64Array(5).fill(etaInfer));
      const law = controlledStepLaw({ ...problem, coefficients });
      const model = controlledModel(problem);
      const predict = (x: readonly number[], alpha: number, sigma: number): number[] => {
        const { M, m } = model.denoiser(alpha, sigma, sigma);
        return [m[0]! + M[0]! * x[0]! + M[1]! * x[1]!, m[1]! + M[2]! * x[0]! + M[3]! * x[1]!];
      };
      const samples = simulate(predict, coefficients, ve.priorStd, 2, 6000, 21);
      const mean = estimate(samples, (x) => x[1]!);
      const cross = estimate(samples, (x) => (x[0]! - law.mean[0]!) * (x[1]! - law.mean[1]!));
      expect(Math.abs(mean.value - law.mean[1]!)).toBeLessThan(4.5 * mean.se);
      expect(Math.abs(cross.value - law.cov[1]!)).toBeLessThan(4.5 * cross.se);
    }
  });

  test("is refused, with a reason, for other rewards, indefinite matrices and an unbounded control", () => {
    const ring: RewardProgram = {
      kind: "ring",
      dim: 2,
      center: Float64Array.of(0, 0),
      radius: 1,
      width: 0.2,
    };
    expect(controlRefusal(ring, vp, 1.2)).toMatch(/quadratic and linear/);
    const saddle: RewardProgram = { ...skew, matrix: Float64Array.of(1, 0, 0, -1) };
    expect(controlRefusal(saddle, vp, 1.2)).toMatch(/semi-definite/);
    const flow = createProcess({ kind: "flow", T: 1 });
    expect(controlRefusal(skew, flow, 0.8)).toMatch(/unbounded/);
    expect(controlRefusal(skew, flow, 1.2)).toBeNull();
    expect(() =>
      controlledModel({ ...plane, reward: ring, klWeight: 1, etaTrain: 1, process: vp }),
    ).toThrow();
    const [[cell] = []] = controlMatrix({ ...plane, reward: skew, klWeight: 1, process: flow }, [0.8], [0]);
    expect(cell).toBeNull();
  });
});
