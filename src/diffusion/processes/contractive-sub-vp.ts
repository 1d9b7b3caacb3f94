import type { Process } from "../process.ts";
import type { BetaSchedule } from "./beta.ts";
import { subVpIntegral, subVpLogSnr } from "./sub-vp.ts";

/** Contractive sub-VP: alpha = e^(B/2), sigma = e^B - 1 [Tang24]. Prior variance sigma_T^2. */
export function contractiveSubVp(beta: BetaSchedule, T: number): Process {
  return {
    kind: "contractive-sub-vp",
    T,
    priorStd: Math.expm1(beta.integral(T)),
    alpha: (t) => Math.exp(beta.integral(t) / 2),
    sigma: (t) => Math.expm1(beta.integral(t)),
    logSnr: (t) => subVpLogSnr(beta.integral(t)),
    drift: (t) => beta.rate(t) / 2,
    diffusionSq: (t) => beta.rate(t) * Math.expm1(2 * beta.integral(t)),
    timeAtLogSnr: (logSnr) => beta.timeAtIntegral(subVpIntegral(logSnr)),
  };
}
