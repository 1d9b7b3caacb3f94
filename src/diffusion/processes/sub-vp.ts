import type { Process } from "../process.ts";
import type { BetaSchedule } from "./beta.ts";

/** Sub-variance-preserving: alpha = exp(-B/2), sigma = 1 - exp(-B) [Song21-SDE]. Prior variance 1. */
export function subVp(beta: BetaSchedule, T: number): Process {
  return {
    kind: "sub-vp",
    T,
    priorStd: 1,
    alpha: (t) => Math.exp(-beta.integral(t) / 2),
    sigma: (t) => -Math.expm1(-beta.integral(t)),
    logSnr: (t) => subVpLogSnr(beta.integral(t)),
    drift: (t) => -beta.rate(t) / 2,
    diffusionSq: (t) => {
      const integral = beta.integral(t);
      return integral === 0 ? 0 : -beta.rate(t) * Math.expm1(-2 * integral);
    },
    timeAtLogSnr: (logSnr) => beta.timeAtIntegral(subVpIntegral(logSnr)),
  };
}

/** log(alpha^2/sigma^2) = -B - 2 log(1 - exp(-B)) = -2 log(2 sinh(B/2)); the same for both sub-VP processes. */
export function subVpLogSnr(integral: number): number {
  return integral === Infinity ? -Infinity : -integral - 2 * Math.log(-Math.expm1(-integral));
}

/** B with the given log-SNR: 2 asinh(exp(-logSnr/2) / 2), by its asymptote where the exponential would overflow. */
export function subVpIntegral(logSnr: number): number {
  return logSnr < -1000 ? -logSnr : 2 * Math.asinh(Math.exp(-logSnr / 2) / 2);
}
