import type { Process } from "../process.ts";

/** Rectified flow: alpha = 1 - t, sigma = t on [0, T], T <= 1; g^2 = 2t/(1 - t), infinite at t = 1 [Liu23]. Prior variance 1. */
export function flow(T: number): Process {
  return {
    kind: "flow",
    T,
    priorStd: 1,
    alpha: (t) => 1 - t,
    sigma: (t) => t,
    logSnr: (t) => 2 * (Math.log1p(-t) - Math.log(t)),
    drift: (t) => -1 / (1 - t),
    diffusionSq: (t) => (2 * t) / (1 - t),
    timeAtLogSnr: (logSnr) => 1 / (1 + Math.exp(logSnr / 2)),
  };
}
