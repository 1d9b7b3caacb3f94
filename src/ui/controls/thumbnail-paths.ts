/** The course of an experiment in one dimension, for its thumbnail: how wide the law is at each time, and where the steps fall. */
import type { BetaSpec, ComponentSpec, ExperimentSpec, GridSpec, ProcessSpec } from "../../spec/types.ts";

/** Signal and noise of x_t = alpha x_0 + sigma eps at t = u T, 0 <= u <= 1; the table of src/spec/types.ts. */
export function signalAt(
  process: ProcessSpec,
  u: number,
): { readonly alpha: number; readonly sigma: number } {
  const t = u * process.T;
  switch (process.kind) {
    case "ve":
      return { alpha: 1, sigma: t };
    case "flow":
      return { alpha: 1 - t, sigma: t };
    case "contractive-ou": {
      const { theta, noise } = process;
      return {
        alpha: Math.exp(theta * t),
        sigma: noise * Math.sqrt(Math.expm1(2 * theta * t) / (2 * theta)),
      };
    }
    case "vp": {
      const B = betaIntegral(process.beta, t);
      return { alpha: Math.exp(-B / 2), sigma: Math.sqrt(-Math.expm1(-B)) };
    }
    case "sub-vp": {
      const B = betaIntegral(process.beta, t);
      return { alpha: Math.exp(-B / 2), sigma: -Math.expm1(-B) };
    }
    case "contractive-sub-vp": {
      const B = betaIntegral(process.beta, t);
      return { alpha: Math.exp(B / 2), sigma: Math.expm1(B) };
    }
  }
}

function betaIntegral(beta: BetaSpec, t: number): number {
  if (beta.kind === "constant") return beta.value * t;
  if (beta.kind === "linear") return t * (beta.min + 0.5 * (beta.max - beta.min) * t);
  const signal = (s: number) => Math.cos(((Math.PI / 2) * (s + beta.offset)) / (1 + beta.offset)) ** 2;
  return -Math.log(Math.max(1e-12, signal(t) / signal(0)));
}

/** Times t / T of the grid, [N + 1] from 1 to 0. The log-SNR grid is drawn as a steep power: a picture has no room for more. */
export function stepTimes(grid: GridSpec, steps: number, T: number): number[] {
  return Array.from({ length: steps + 1 }, (_, k) => {
    const u = 1 - k / steps;
    if (k === steps) return 0;
    if (grid.kind === "uniform") return u;
    if (grid.kind === "power") return u ** grid.power;
    if (grid.kind === "log-snr") return u ** 5;
    const low = (grid.min / T) ** (1 / grid.rho);
    return (low + u * (1 - low)) ** grid.rho;
  });
}

/**
 * The law tilted by exp(r / klWeight), for one Gaussian under a quadratic reward with unit matrix in 1-D; null for
 * everything else, and without a target. Precision adds: 1/v + 2/klWeight.
 */
export function tiltedGaussian(
  components: readonly ComponentSpec[],
  { reward, target }: Pick<ExperimentSpec, "reward" | "target">,
): ComponentSpec | null {
  const [only, more] = components;
  if (only === undefined || more !== undefined || target.kind === "reference") return null;
  if (reward.kind !== "quadratic" || reward.matrix !== undefined) return null;
  const v = Math.max(1e-6, only.cov[0]?.[0] ?? 1);
  const pull = 2 / target.klWeight;
  const variance = 1 / (1 / v + pull);
  return {
    weight: 1,
    mean: [variance * ((only.mean[0] ?? 0) / v + pull * (reward.center[0] ?? 0))],
    cov: [[variance]],
  };
}

/** True where the schedule lets step k of N draw noise. */
export function isNoisy({ schedule }: ExperimentSpec["sampler"], k: number, steps: number): boolean {
  if (schedule.kind === "window") return k >= schedule.start && k < schedule.start + schedule.size;
  if (schedule.kind === "weights")
    return (schedule.weights[Math.floor((k * schedule.weights.length) / steps)] ?? 1) > 0;
  return true;
}
