/** Rewards as functions of a point. */
import { compileExpression } from "./formula/compile.ts";
import type { RewardProgram } from "./program.ts";

/**
 * Rewards of this magnitude or more, and NaN, count as non-finite on every engine: they are left out of the sums and
 * counted. The square of a smaller one, times 10^7 particles, still fits f32.
 */
export const REWARD_LIMIT = 1e15;

/** True if a reward may enter a sum. */
export function isUsableReward(reward: number): boolean {
  return reward > -REWARD_LIMIT && reward < REWARD_LIMIT;
}

/** Reward of the point x[offset .. offset + d - 1]; may be NaN for a formula outside its domain. */
export type RewardFunction = (x: Float64Array | Float32Array, offset: number) => number;

/** The program as a function, f64, without allocation per call. */
export function createReward(program: RewardProgram): RewardFunction {
  switch (program.kind) {
    case "quadratic":
      return quadratic(program.dim, program.center, program.matrix);
    case "linear":
      return linear(program.weights, program.offset);
    case "bumps":
      return bumps(program.dim, program.centers, program.widths, program.heights);
    case "ring":
      return ring(program.center, program.radius, program.width);
    case "formula": {
      const evaluate = compileExpression(program.expression);
      return program.dim === 1
        ? (x, offset) => evaluate(x[offset] ?? NaN, 0)
        : (x, offset) => evaluate(x[offset] ?? NaN, x[offset + 1] ?? NaN);
    }
  }
}

function quadratic(d: number, center: Float64Array, matrix: Float64Array): RewardFunction {
  if (matrix.every((value, ij) => value === 0 || Math.floor(ij / d) === ij % d))
    return separable(
      center,
      center.map((_, i) => matrix[i * d + i] ?? 0),
    );
  return (x, offset) => {
    let sum = 0;
    for (let i = 0; i < d; i++) {
      const yi = (x[offset + i] as number) - (center[i] as number);
      let row = 0;
      for (let j = 0; j < d; j++)
        row += (matrix[i * d + j] as number) * ((x[offset + j] as number) - (center[j] as number));
      sum += yi * row;
    }
    return -sum;
  };
}

/** A quadratic reward with a diagonal matrix: d products instead of d^2. */
function separable(center: Float64Array, diagonal: Float64Array): RewardFunction {
  return (x, offset) => {
    let sum = 0;
    for (let i = 0; i < center.length; i++) {
      const y = (x[offset + i] as number) - (center[i] as number);
      sum += (diagonal[i] as number) * y * y;
    }
    return -sum;
  };
}

function linear(weights: Float64Array, constant: number): RewardFunction {
  return (x, offset) => {
    let sum = constant;
    for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (x[offset + i] as number);
    return sum;
  };
}

function bumps(
  d: number,
  centers: Float64Array,
  widths: Float64Array,
  heights: Float64Array,
): RewardFunction {
  const rates = widths.map((width) => -0.5 / (width * width));
  return (x, offset) => {
    let sum = 0;
    for (let b = 0; b < heights.length; b++) {
      let distanceSq = 0;
      for (let i = 0; i < d; i++) {
        const y = (x[offset + i] as number) - (centers[b * d + i] as number);
        distanceSq += y * y;
      }
      sum += (heights[b] as number) * Math.exp(distanceSq * (rates[b] as number));
    }
    return sum;
  };
}

function ring(center: Float64Array, radius: number, width: number): RewardFunction {
  const rate = -0.5 / (width * width);
  return (x, offset) => {
    let distanceSq = 0;
    for (let i = 0; i < center.length; i++) {
      const y = (x[offset + i] as number) - (center[i] as number);
      distanceSq += y * y;
    }
    const miss = Math.sqrt(distanceSq) - radius;
    return Math.exp(miss * miss * rate);
  };
}
