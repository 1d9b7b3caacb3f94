/** Rewards of every kind, and what f32 may do to them, for tests of engines. */
import { parseFormula } from "../../src/rewards/formula/parse.ts";
import type { Expression, RewardProgram } from "../../src/rewards/program.ts";
import { F32 } from "./programs.ts";

/** A formula reward; throws with the parser's message if the text is wrong. */
export function formulaReward(text: string, dim: number): Extract<RewardProgram, { kind: "formula" }> {
  const parsed = parseFormula(text, dim);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return { kind: "formula", dim, text, expression: parsed.expression };
}

/** A quadratic reward with a full symmetric matrix, or the identity about `center`. */
export function quadraticReward(center: readonly number[], coupling = 0): RewardProgram {
  const d = center.length;
  const matrix = Float64Array.from({ length: d * d }, (_, ij) => {
    const [i, j] = [Math.floor(ij / d), ij % d];
    return i === j ? 1 : coupling * 0.5 ** Math.abs(i - j);
  });
  return { kind: "quadratic", dim: d, center: Float64Array.from(center), matrix };
}

/** One reward of every kind but formula, in d dimensions. */
export function rewardsIn(d: number): RewardProgram[] {
  const spread = (scale: number): Float64Array =>
    Float64Array.from({ length: d }, (_, i) => scale * Math.sin(i + 1));
  return [
    quadraticReward([...spread(0.7)], 0.3),
    { kind: "linear", dim: d, weights: spread(1.3), offset: -0.4 },
    {
      kind: "bumps",
      dim: d,
      centers: Float64Array.from([...spread(0.5), ...spread(-1)]),
      widths: Float64Array.from([0.8, 1.5]),
      heights: Float64Array.from([1.2, -0.7]),
    },
    { kind: "ring", dim: d, center: spread(0.2), radius: 1.1, width: 0.6 },
  ];
}

/**
 * What f32 may do to a reward at a point: every product, sum, exponential is taken as wrong by a few units in the last place
 * of its largest term.
 */
export function rewardTolerance(reward: RewardProgram, x: ArrayLike<number>): number {
  const d = reward.dim;
  const gamma = (2 * d + 8) * F32;
  switch (reward.kind) {
    case "quadratic": {
      let size = 0;
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++)
          size += Math.abs(
            reward.matrix[i * d + j]! * reach(x[i]!, reward.center[i]!) * reach(x[j]!, reward.center[j]!),
          );
      return 2 * gamma * size + F32;
    }
    case "linear":
      return (
        gamma * (reward.weights.reduce((sum, w, i) => sum + Math.abs(w * x[i]!), 0) + Math.abs(reward.offset))
      );
    case "bumps":
      return reward.heights.reduce(
        (sum, h, b) =>
          sum +
          Math.abs(h) * bellTolerance(x, reward.centers.subarray(b * d, b * d + d), reward.widths[b]!, d),
        F32,
      );
    case "ring": {
      const distance = Math.hypot(...reward.center.map((c, i) => x[i]! - c));
      const miss = Math.abs(distance - reward.radius);
      // The distance is wrong by gamma |x|, the exponent by miss/width^2 times that, the exponential by 4 units.
      const off = gamma * reward.center.reduce((sum, c, i) => sum + reach(x[i]!, c), reward.radius);
      return (off * (miss + off)) / reward.width ** 2 + (4 + (miss / reward.width) ** 2) * F32;
    }
    case "formula":
      return formulaTolerance(reward.expression, x[0]!, x[1] ?? 0);
  }
}

function reach(x: number, c: number): number {
  return Math.abs(x) + Math.abs(c);
}

function bellTolerance(x: ArrayLike<number>, center: Float64Array, width: number, d: number): number {
  let off = 0;
  let distanceSq = 0;
  center.forEach((c, i) => {
    const y = x[i]! - c;
    distanceSq += y * y;
    off += 2 * Math.abs(y) * 2 * F32 * reach(x[i]!, c);
  });
  const exponent = distanceSq / (2 * width * width);
  const exponentError = off / (2 * width * width) + (d + 6) * F32 * exponent;
  return Math.exp(-exponent) * (exponentError + 6 * F32) + 1e-30;
}

/** Runs with every part of a formula disturbed by up to `units` last places (of at least 1): the spread, with a safety of 4. */
function formulaTolerance(expression: Expression, x: number, y: number): number {
  let state = 99;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const exact = evaluateTree(expression, x, y, () => 0);
  let spread = 0;
  for (let run = 0; run < 40; run++)
    spread = Math.max(
      spread,
      Math.abs(evaluateTree(expression, x, y, (v) => 12 * F32 * random() * (Math.abs(v) + 0.1)) - exact),
    );
  return 4 * spread + 4 * F32 * Math.abs(exact);
}

/** A plain evaluator of expression trees, apart from the one under test. */
export function evaluateTree(
  e: Expression,
  x: number,
  y: number,
  disturb: (value: number) => number,
): number {
  const run = (part: Expression): number => {
    const value = evaluateTree(part, x, y, disturb);
    return part.op === "number" || part.op === "variable" || part.op === "negate"
      ? value
      : value + disturb(value);
  };
  switch (e.op) {
    case "number":
      return e.value;
    case "variable":
      return e.name === "x" ? x : y;
    case "negate":
      return -run(e.arg);
    case "add":
      return run(e.left) + run(e.right);
    case "sub":
      return run(e.left) - run(e.right);
    case "mul":
      return run(e.left) * run(e.right);
    case "div":
      return run(e.left) / run(e.right);
    case "pow":
      return Math.pow(run(e.left), wholeOr(run(e.right)));
    case "call": {
      const args = e.args.map(run);
      const [a = NaN, b = NaN] = args;
      if (e.name === "sigmoid") return 1 / (1 + Math.exp(-a));
      if (e.name === "pow") return Math.pow(a, wholeOr(b));
      return (Math[e.name] as (...values: number[]) => number)(...args);
    }
  }
}

/** A disturbed whole exponent stays whole: it is exact in f32 as well. */
function wholeOr(exponent: number): number {
  return Math.abs(exponent - Math.round(exponent)) < 1e-4 ? Math.round(exponent) : exponent;
}
