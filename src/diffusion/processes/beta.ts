/** Noise rates beta(t) of the variance-preserving family and their integral B(t) = int_0^t beta. */

/** Parameters of a noise rate, as in the specification. */
export type BetaParameters =
  | { readonly kind: "linear"; readonly min: number; readonly max: number }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "cosine"; readonly offset: number };

/** A noise rate with its integral, both accurate to rounding down to t = 0. */
export interface BetaSchedule {
  /** beta(t) >= 0, per unit of t; Infinity where the signal vanishes. */
  rate(t: number): number;
  /** B(t), dimensionless; B(0) = 0. */
  integral(t: number): number;
  /** t >= 0 with B(t) = integral. */
  timeAtIntegral(integral: number): number;
}

/** Builds a noise rate. */
export function createBeta(beta: BetaParameters): BetaSchedule {
  switch (beta.kind) {
    case "linear":
      return linearBeta(beta.min, beta.max);
    case "constant":
      return linearBeta(beta.value, beta.value);
    case "cosine":
      return cosineBeta(beta.offset);
  }
}

/** beta(t) = min + (max - min) t [Song21-SDE]. */
function linearBeta(min: number, max: number): BetaSchedule {
  const slope = max - min;
  return {
    rate: (t) => min + slope * t,
    integral: (t) => t * (min + 0.5 * slope * t),
    // The root of slope t^2 / 2 + min t = B in the form that does not cancel.
    timeAtIntegral: (integral) =>
      integral === 0 ? 0 : (2 * integral) / (min + Math.sqrt(min * min + 2 * slope * integral)),
  };
}

/**
 * alphaBar(t) = cos^2(a + h) / cos^2(a), a = pi/2 offset/(1 + offset), h = pi/2 t/(1 + offset) [Nichol21]. The signal is
 * exactly 0 at t = 1. Identities used: 1 - alphaBar = sin(h) sin(2a + h) / cos^2(a) and cos(a + h) = sin(pi/2 - a - h).
 */
function cosineBeta(offset: number): BetaSchedule {
  const scale = Math.PI / 2 / (1 + offset);
  const start = scale * offset;
  const cosStart = Math.cos(start);
  const signal = (t: number): number => Math.sin(scale * (1 - t)) / cosStart;
  const noiseSq = (t: number): number =>
    (Math.sin(scale * t) * Math.sin(2 * start + scale * t)) / (cosStart * cosStart);
  return {
    rate: (t) => (2 * scale) / Math.tan(scale * (1 - t)),
    integral: (t) => (noiseSq(t) < 0.5 ? -Math.log1p(-noiseSq(t)) : -2 * Math.log(signal(t))),
    timeAtIntegral: (integral) => {
      const target = -Math.expm1(-integral) * cosStart * cosStart;
      const sine = Math.sqrt(Math.sin(start) ** 2 + target);
      let h = Math.atan2(sine, cosStart * Math.exp(-integral / 2)) - start;
      // The subtraction loses digits for small h; Newton's method on the product form restores them.
      for (let i = 0; i < 3 && h < 0.5; i++) {
        const slope = Math.sin(2 * (start + h));
        if (slope > 0) h -= (Math.sin(h) * Math.sin(2 * start + h) - target) / slope;
      }
      return Math.max(0, h) / scale;
    },
  };
}
