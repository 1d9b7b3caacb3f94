/** The deterministic part of one sampler step for a 1-D mixture with exact score, with its slope. */
import type { GaussianMixture } from "../diffusion/mixture.ts";
import type { StepCoefficients } from "../diffusion/program.ts";

/** Writes value and slope at x to out[0], out[1]. */
export type SlopedMap = (x: number, out: Float64Array) => void;

/** Stands in for a variance of 0 (singular component, no noise left). */
const NO_VARIANCE = 1e-300;

/**
 * x0Hat(x) = E[x_0 | alpha x_0 + sigma eps = x] of a 1-D mixture and its slope alpha Var[x_0 | x] / sigma^2 >= 0, the latter
 * in the form sum_k r_k (R_k + mu_k (s_k - s)), which does not cancel as sigma -> 0; r_k posterior weights, mu_k and s_k
 * the component's prediction and score, R_k = alpha lambda_k / V_k.
 */
export function mixturePrediction(mixture: GaussianMixture, alpha: number, sigma: number): SlopedMap {
  const { count } = mixture;
  const center = mixture.means.map((m) => alpha * m);
  const V = mixture.covs.map((v) => Math.max(alpha * alpha * v + sigma * sigma, NO_VARIANCE));
  const logScale = mixture.weights.map((w, k) => Math.log(w) - 0.5 * Math.log(V[k] ?? 1));
  const gain = mixture.covs.map((v, k) => (alpha * v) / (V[k] ?? 1));
  const logs = new Float64Array(count);
  return (x, out) => {
    let largest = -Infinity;
    for (let k = 0; k < count; k++) {
      const e = x - (center[k] ?? 0);
      const log = (logScale[k] ?? 0) - (0.5 * e * e) / (V[k] ?? 1);
      logs[k] = log;
      if (log > largest) largest = log;
    }
    let total = 0;
    let mean = 0;
    let slope = 0;
    let score = 0;
    let cross = 0;
    for (let k = 0; k < count; k++) {
      const share = count === 1 ? 1 : Math.exp((logs[k] ?? 0) - largest);
      if (share < 1e-18) continue;
      const e = x - (center[k] ?? 0);
      const mu = (mixture.means[k] ?? 0) + (gain[k] ?? 0) * e;
      const s = -e / (V[k] ?? 1);
      total += share;
      mean += share * mu;
      slope += share * (gain[k] ?? 0);
      score += share * s;
      cross += share * mu * s;
    }
    mean /= total;
    out[0] = mean;
    out[1] = slope / total + (cross / total - mean * (score / total));
  };
}

/** The step without its noise: x -> cx x + c0 x0Hat(x), followed by the corrector where there is one. */
export function stepMap(mixture: GaussianMixture, step: StepCoefficients): SlopedMap {
  const first = mixturePrediction(mixture, step.alphaT, step.sigmaT);
  const { corrector, cx, c0 } = step;
  if (corrector === null)
    return (x, out) => {
      first(x, out);
      out[0] = cx * x + c0 * (out[0] ?? 0);
      out[1] = cx + c0 * (out[1] ?? 0);
    };
  const second = mixturePrediction(mixture, step.alphaS, step.sigmaS);
  return (x, out) => {
    first(x, out);
    const [hat = 0, hatSlope = 0] = out;
    const y = cx * x + c0 * hat;
    const ySlope = cx + c0 * hatSlope;
    second(y, out);
    out[0] = corrector.ex * x + corrector.e0 * hat + corrector.ey * y + corrector.e1 * (out[0] ?? 0);
    out[1] = corrector.ex + corrector.e0 * hatSlope + ySlope * (corrector.ey + corrector.e1 * (out[1] ?? 0));
  };
}

/** The maps one after the other; the identity for none. */
export function composed(maps: readonly SlopedMap[]): SlopedMap {
  return (x, out) => {
    let value = x;
    let slope = 1;
    for (const map of maps) {
      map(value, out);
      value = out[0] ?? 0;
      slope *= out[1] ?? 0;
    }
    out[0] = value;
    out[1] = slope;
  };
}
