/** Rewards of particles on the device, for every kind of RewardProgram; shaders/measure/reward_values.wgsl. */
import formula from "../../../shaders/lib/formula.wgsl?raw";
import rewardBumps from "../../../shaders/lib/reward_bumps.wgsl?raw";
import rewardFormula from "../../../shaders/lib/reward_formula.wgsl?raw";
import rewardLinear from "../../../shaders/lib/reward_linear.wgsl?raw";
import rewardQuadratic from "../../../shaders/lib/reward_quadratic.wgsl?raw";
import rewardRing from "../../../shaders/lib/reward_ring.wgsl?raw";
import sums from "../../../shaders/lib/sums.wgsl?raw";
import rewardValues from "../../../shaders/measure/reward_values.wgsl?raw";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import { expressionToWgsl } from "../../rewards/formula/wgsl.ts";
import type { RewardProgram } from "../../rewards/program.ts";
import { COORDINATE_LIMIT } from "../engine.ts";
import { WORKGROUP_SIZE, workgroups, type Workspace } from "./chain.ts";

export const REWARD_PARAMS = uniformLayout("RewardParams", {
  rows: "u32",
  dim: "u32",
  count: "u32",
  to: "u32",
  limit: "f32",
});

/** A reward as WGSL and its numbers. */
interface DeviceReward {
  readonly texts: readonly string[];
  readonly data: readonly number[];
  /** Bumps, where the reward is made of them. */
  readonly count: number;
}

export function deviceReward(reward: RewardProgram): DeviceReward {
  switch (reward.kind) {
    case "quadratic":
      return { texts: [rewardQuadratic], data: [...reward.center, ...reward.matrix], count: 0 };
    case "linear":
      return { texts: [rewardLinear], data: [reward.offset, ...reward.weights], count: 0 };
    case "bumps":
      return { texts: [rewardBumps], data: bumpData(reward), count: reward.heights.length };
    case "ring":
      return {
        texts: [rewardRing],
        data: [reward.radius, gaussianRate(reward.width), ...reward.center],
        count: 0,
      };
    case "formula":
      return { texts: [formula, formulaText(reward), rewardFormula], data: [0], count: 0 };
  }
}

/** The formula as a function of its own; its text holds numbers, x, y and names of the formula library only. */
function formulaText({ expression }: RewardProgram & { readonly kind: "formula" }): string {
  return `fn reward_formula(x: f32, y: f32) -> f32 {\n  return ${expressionToWgsl(expression)};\n}\n`;
}

function bumpData(reward: RewardProgram & { readonly kind: "bumps" }): number[] {
  const { dim, centers, widths, heights } = reward;
  return Array.from(heights).flatMap((height, b) => [
    height,
    gaussianRate(widths[b] ?? 1),
    ...centers.subarray(b * dim, (b + 1) * dim),
  ]);
}

function gaussianRate(width: number): number {
  return -0.5 / (width * width);
}

export function rewardDefinition(reward: RewardProgram): KernelDefinition {
  return {
    name: "reward_values",
    texts: [sums, ...deviceReward(reward).texts, rewardValues],
    groups: [
      ["uniform", "read", "read"],
      ["write", "write"],
    ],
  };
}

/** Encodes rewards [rows] from index `to` on, and which particles are valid [rows], of positions [rows, d]. */
export type RewardEncoder = (
  pass: GPUComputePassEncoder,
  where: {
    readonly rows: number;
    readonly to: number;
    readonly positions: GPUBuffer;
    readonly rewards: GPUBuffer;
    readonly valid: GPUBuffer;
  },
) => void;

export async function createRewardEncoder(
  { kernels, scope }: Workspace,
  reward: RewardProgram,
): Promise<RewardEncoder> {
  const kernel = await kernels.get(rewardDefinition(reward), { WORKGROUP_SIZE });
  const { data, count } = deviceReward(reward);
  const numbers = scope.upload("reward_values.reward_data", Float32Array.from(data));
  return (pass, { rows, to, positions, rewards, valid }) => {
    const params = scope.uniform(REWARD_PARAMS, {
      rows,
      dim: reward.dim,
      count,
      to,
      limit: COORDINATE_LIMIT,
    });
    bindKernel(kernels.device, pass, kernel, [
      [params, numbers, positions],
      [rewards, valid],
    ]);
    pass.dispatchWorkgroups(workgroups(rows, WORKGROUP_SIZE));
  };
}
