import type { Process } from "../process.ts";
import type { BetaSchedule } from "./beta.ts";

/** Variance preserving: alpha^2 = exp(-B), sigma^2 = 1 - exp(-B) [Song21-SDE]. Prior variance 1. */
export function vp(beta: BetaSchedule, T: number): Process {
  return {
    kind: "vp",
    T,
    priorStd: 1,
    alpha: (t) => Math.exp(-beta.integral(t) / 2),
    sigma: (t) => Math.sqrt(-Math.expm1(-beta.integral(t))),
    logSnr: (t) => logSnrAt(beta.integral(t)),
    drift: (t) => -beta.rate(t) / 2,
    diffusionSq: (t) => beta.rate(t),
    // B = log(1 + exp(-logSnr)), arranged so that neither exponential overflows.
    timeAtLogSnr: (logSnr) =>
      beta.timeAtIntegral(Math.max(0, -logSnr) + Math.log1p(Math.exp(-Math.abs(logSnr)))),
  };
}

/** -log(exp(B) - 1) for B >= 0. */
function logSnrAt(integral: number): number {
  return integral === Infinity ? -Infinity : -integral - Math.log(-Math.expm1(-integral));
}
