/** Reward specifications as programs that engines run. */
import { parseFormula } from "../rewards/formula/parse.ts";
import type { RewardProgram } from "../rewards/program.ts";
import { SpecError } from "../spec/problems.ts";
import type { RewardSpec } from "../spec/types.ts";

/** The reward program of a valid reward specification in `dim` dimensions. Throws SpecError where a formula does not parse. */
export function rewardProgram(reward: RewardSpec, dim: number): RewardProgram {
  switch (reward.kind) {
    case "quadratic":
      return {
        kind: "quadratic",
        dim,
        center: Float64Array.from(reward.center),
        matrix: reward.matrix === undefined ? identity(dim) : Float64Array.from(reward.matrix.flat()),
      };
    case "linear":
      return { kind: "linear", dim, weights: Float64Array.from(reward.weights), offset: reward.offset };
    case "bumps":
      return {
        kind: "bumps",
        dim,
        centers: Float64Array.from(reward.bumps.flatMap((b) => b.center)),
        widths: Float64Array.from(reward.bumps, (b) => b.width),
        heights: Float64Array.from(reward.bumps, (b) => b.height),
      };
    case "ring":
      return {
        kind: "ring",
        dim,
        center: Float64Array.from(reward.center),
        radius: reward.radius,
        width: reward.width,
      };
    case "formula":
      return formulaProgram(reward.text, dim);
  }
}

function formulaProgram(text: string, dim: number): RewardProgram {
  const parsed = parseFormula(text, dim);
  if (parsed.ok) return { kind: "formula", dim, text, expression: parsed.expression };
  throw new SpecError([{ field: "reward.text", message: formulaFault(text, dim) ?? parsed.message }]);
}

/** What is wrong with a formula, in the form of a specification's problem, or null: the outside check of `parseSpec`. */
export function formulaFault(text: string, dim: number): string | null {
  const parsed = parseFormula(text, dim);
  if (parsed.ok) return null;
  return `must be a formula in x${dim === 2 ? " and y" : ""}: ${parsed.message} (character ${parsed.position + 1}), got ${JSON.stringify(text)}; correct it there`;
}

function identity(dim: number): Float64Array {
  return Float64Array.from({ length: dim * dim }, (_, ij) => (Math.floor(ij / dim) === ij % dim ? 1 : 0));
}
