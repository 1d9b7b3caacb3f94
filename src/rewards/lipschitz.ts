/** Lipschitz constants of rewards, for the general bound on the gap. */
import type { RewardProgram } from "./program.ts";

/** Largest slope of u -> exp(-u^2/2), at u = 1. */
const BELL_SLOPE = Math.exp(-0.5);

/**
 * A constant L with |r(x) - r(y)| <= L |x - y| everywhere, or null where there is none (quadratic) or none is derived
 * (formula). Exact for linear and ring, the sum over bumps (an upper bound) for bumps.
 */
export function rewardLipschitz(program: RewardProgram): number | null {
  switch (program.kind) {
    case "linear":
      return Math.hypot(...program.weights);
    case "ring":
      return BELL_SLOPE / program.width;
    case "bumps":
      return program.heights.reduce(
        (sum, height, b) => sum + (Math.abs(height) * BELL_SLOPE) / (program.widths[b] ?? NaN),
        0,
      );
    case "quadratic":
      return program.matrix.every((entry) => entry === 0) ? 0 : null;
    case "formula":
      return null;
  }
}
