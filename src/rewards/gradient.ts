/** Gradients of rewards. */
import { compileExpression } from "./formula/compile.ts";
import { derivative } from "./formula/derivative.ts";
import type { RewardProgram } from "./program.ts";

/** Writes grad r at x[offset ..] into out[0 .. d-1]. */
export type RewardGradient = (x: Float64Array | Float32Array, offset: number, out: Float64Array) => void;

/** The gradient of a reward program, f64; NaN where a formula or its slope leaves its domain. */
export function createRewardGradient(program: RewardProgram): RewardGradient {
  switch (program.kind) {
    case "quadratic":
      return quadratic(program.dim, program.center, program.matrix);
    case "linear":
      return (_x, _offset, out) => out.set(program.weights);
    case "bumps":
      return bumps(program.dim, program.centers, program.widths, program.heights);
    case "ring":
      return ring(program.center, program.radius, program.width);
    case "formula":
      return formula(program);
  }
}

function quadratic(d: number, center: Float64Array, matrix: Float64Array): RewardGradient {
  return (x, offset, out) => {
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) {
        const symmetric = (matrix[i * d + j] as number) + (matrix[j * d + i] as number);
        sum += symmetric * ((x[offset + j] as number) - (center[j] as number));
      }
      out[i] = -sum;
    }
  };
}

function bumps(
  d: number,
  centers: Float64Array,
  widths: Float64Array,
  heights: Float64Array,
): RewardGradient {
  return (x, offset, out) => {
    out.fill(0, 0, d);
    for (let b = 0; b < heights.length; b++) {
      let distanceSq = 0;
      for (let i = 0; i < d; i++)
        distanceSq += ((x[offset + i] as number) - (centers[b * d + i] as number)) ** 2;
      const widthSq = (widths[b] as number) ** 2;
      const value = (heights[b] as number) * Math.exp(-distanceSq / (2 * widthSq));
      for (let i = 0; i < d; i++)
        out[i] =
          (out[i] as number) -
          (value * ((x[offset + i] as number) - (centers[b * d + i] as number))) / widthSq;
    }
  };
}

/** At the exact centre the ring's gradient has no direction; 0 is returned there. */
function ring(center: Float64Array, radius: number, width: number): RewardGradient {
  const widthSq = width * width;
  return (x, offset, out) => {
    const d = center.length;
    let distanceSq = 0;
    for (let i = 0; i < d; i++) distanceSq += ((x[offset + i] as number) - (center[i] as number)) ** 2;
    const distance = Math.sqrt(distanceSq);
    const miss = distance - radius;
    const scale =
      distance > 0 ? (-Math.exp((-miss * miss) / (2 * widthSq)) * miss) / (widthSq * distance) : 0;
    for (let i = 0; i < d; i++) out[i] = scale * ((x[offset + i] as number) - (center[i] as number));
  };
}

function formula(program: Extract<RewardProgram, { kind: "formula" }>): RewardGradient {
  const alongX = compileExpression(derivative(program.expression, "x"));
  if (program.dim === 1)
    return (x, offset, out) => {
      out[0] = alongX(x[offset] as number, 0);
    };
  const alongY = compileExpression(derivative(program.expression, "y"));
  return (x, offset, out) => {
    out[0] = alongX(x[offset] as number, x[offset + 1] as number);
    out[1] = alongY(x[offset] as number, x[offset + 1] as number);
  };
}
