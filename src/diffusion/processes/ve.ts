import type { Process } from "../process.ts";

/** Variance exploding: alpha = 1, sigma = t on [0, T] [Karras22]. Prior variance T^2. */
export function ve(T: number): Process {
  return {
    kind: "ve",
    T,
    priorStd: T,
    alpha: () => 1,
    sigma: (t) => t,
    logSnr: (t) => -2 * Math.log(t),
    drift: () => 0,
    diffusionSq: (t) => 2 * t,
    timeAtLogSnr: (logSnr) => Math.exp(-logSnr / 2),
  };
}
