import type { Process } from "../process.ts";

/**
 * Contractive Ornstein-Uhlenbeck: alpha = e^(theta t), sigma^2 = (noise^2 / 2 theta)(e^(2 theta t) - 1), g = noise. The
 * forward process expands, so the backward one contracts [Tang24]. Prior variance sigma_T^2. theta = 0 is its limit,
 * sigma^2 = noise^2 t; theta < 0 is the usual OU process.
 */
export function contractiveOu(theta: number, noise: number, T: number): Process {
  const noiseSq = noise * noise;
  const sigma = (t: number): number => noise * Math.sqrt(expIntegral(2 * theta, t));
  return {
    kind: "contractive-ou",
    T,
    priorStd: sigma(T),
    alpha: (t) => Math.exp(theta * t),
    sigma,
    // sigma^2/alpha^2 = (noise^2 / 2 theta)(1 - e^(-2 theta t)).
    logSnr: (t) => -Math.log(noiseSq * expIntegral(-2 * theta, t)),
    drift: () => theta,
    diffusionSq: () => noiseSq,
    timeAtLogSnr: (logSnr) => inverseExpIntegral(-2 * theta, Math.exp(-logSnr) / noiseSq),
  };
}

/** int_0^t e^(rate u) du. */
function expIntegral(rate: number, t: number): number {
  return rate === 0 ? t : Math.expm1(rate * t) / rate;
}

/** t with int_0^t e^(rate u) du = value; Infinity if there is none. */
function inverseExpIntegral(rate: number, value: number): number {
  if (rate === 0) return value;
  return 1 + rate * value > 0 ? Math.log1p(rate * value) / rate : Infinity;
}
