/** An independent f64 simulation of linear-in-(x, x0Hat, z) samplers, for checks of the theory by Monte Carlo. */
import type { StepCoefficients } from "../../src/diffusion/program.ts";
import { createRandom } from "../../src/math/philox.ts";

/** x0Hat of x [d] at (alpha, sigma). */
export type Predict = (x: readonly number[], alpha: number, sigma: number) => number[];

/** n samples [n][d] of the sampler started from N(0, priorStd^2 I). */
export function simulate(
  predict: Predict,
  coefficients: readonly StepCoefficients[],
  priorStd: number,
  dim: number,
  n: number,
  seed: number,
): number[][] {
  const random = createRandom(seed, 9);
  return Array.from({ length: n }, () => {
    let x = Array.from({ length: dim }, () => priorStd * random.normal());
    for (const step of coefficients) {
      const z = x.map(() => random.normal());
      const hat = predict(x, step.alphaT, step.sigmaT);
      const y = x.map((v, i) => step.cx * v + step.c0 * hat[i]! + step.cz * z[i]!);
      const { corrector } = step;
      if (corrector === null) x = y;
      else {
        const next = predict(y, step.alphaS, step.sigmaS);
        x = x.map(
          (v, i) =>
            corrector.ex * v +
            corrector.e0 * hat[i]! +
            corrector.ey * y[i]! +
            corrector.e1 * next[i]! +
            corrector.ez * z[i]!,
        );
      }
    }
    return x;
  });
}

export interface Part {
  readonly weight: number;
  readonly mean: readonly number[];
  /** Diagonal covariance. */
  readonly variances: readonly number[];
}

/** x0Hat of a mixture with diagonal covariances, straight from Bayes' rule. */
export function mixturePredict(parts: readonly Part[]): Predict {
  return (x, alpha, sigma) => {
    const shares = parts.map((p) =>
      p.mean.reduce((product, m, i) => {
        const V = alpha * alpha * p.variances[i]! + sigma * sigma;
        return (product * Math.exp(-((x[i]! - alpha * m) ** 2) / (2 * V))) / Math.sqrt(V);
      }, p.weight),
    );
    const total = shares.reduce((a, b) => a + b, 0);
    return x.map((v, i) =>
      parts.reduce((sum, p, k) => {
        const V = alpha * alpha * p.variances[i]! + sigma * sigma;
        return (
          sum +
          (shares[k]! / total) * (p.mean[i]! + ((alpha * p.variances[i]!) / V) * (v - alpha * p.mean[i]!))
        );
      }, 0),
    );
  };
}

/** Mean of f over samples with its standard error. */
export function estimate(
  samples: readonly number[][],
  f: (x: readonly number[]) => number,
): { value: number; se: number } {
  const values = samples.map(f);
  const value = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - value) ** 2, 0) / (values.length - 1);
  return { value, se: Math.sqrt(variance / values.length) };
}
