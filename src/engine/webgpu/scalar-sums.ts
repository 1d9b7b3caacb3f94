/** Running sums of rewards and of paired differences on the device; shaders/measure/scalar_sums.wgsl. */
import sums from "../../../shaders/lib/sums.wgsl?raw";
import scalarSums from "../../../shaders/measure/scalar_sums.wgsl?raw";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import type { ScalarSums } from "../../measure/estimate.ts";
import { REWARD_LIMIT } from "../../rewards/evaluate.ts";
import { WORKGROUP_SIZE, workgroups, type Workspace } from "./chain.ts";

export const SCALAR_SUMS_PARAMS = uniformLayout("ScalarSumsParams", {
  rows: "u32",
  values: "u32",
  baseline: "u32",
  slices: "u32",
  to: "u32",
  zero: "u32",
  shift: "f32",
  difference_shift: "f32",
  limit: "f32",
});

export const SCALAR_SUMS: KernelDefinition = {
  name: "scalar_sums",
  texts: [sums, scalarSums],
  groups: [["uniform", "read"], ["write"]],
};

/** Sums per arm: n, left out, y, y^2 of the reward, then of its difference from the baseline. */
const SUMS_PER_ARM = 8;
const SLICES = 1024;

/** Where an arm's rewards lie and what they are compared with. */
export interface RewardRows {
  readonly rows: number;
  /** Index of the arm's first reward. */
  readonly values: number;
  /** Index of the baseline's first reward; the arm's own where there is none. */
  readonly baseline: number;
  readonly shift: number;
  readonly differenceShift: number;
}

/** Running sums of all arms. */
export interface ScalarSumsAccumulator {
  readonly count: number;
  readonly slices: number;
  readonly buffer: GPUBuffer;
  encode(pass: GPUComputePassEncoder, arm: number, rewards: GPUBuffer, rows: RewardRows): void;
  /** Sums of one arm from the merged totals [count]. */
  read(
    totals: Float64Array,
    arm: number,
    shift: number,
    differenceShift: number,
  ): { readonly reward: ScalarSums; readonly difference: ScalarSums };
}

export async function createScalarSums(
  { kernels, scope }: Workspace,
  arms: number,
): Promise<ScalarSumsAccumulator> {
  const kernel = await kernels.get(SCALAR_SUMS, { WORKGROUP_SIZE });
  const count = SUMS_PER_ARM * arms;
  const buffer = scope.storage("scalar_sums.sums", count * SLICES * 8);
  return {
    count,
    slices: SLICES,
    buffer,
    encode(pass, arm, rewards, { rows, values, baseline, shift, differenceShift }) {
      const params = scope.uniform(SCALAR_SUMS_PARAMS, {
        rows,
        values,
        baseline,
        slices: SLICES,
        to: arm * SUMS_PER_ARM * SLICES,
        zero: 0,
        shift,
        difference_shift: differenceShift,
        limit: REWARD_LIMIT,
      });
      bindKernel(kernels.device, pass, kernel, [[params, rewards], [buffer]]);
      pass.dispatchWorkgroups(workgroups(SLICES, WORKGROUP_SIZE));
    },
    read(totals, arm, shift, differenceShift) {
      const at = arm * SUMS_PER_ARM;
      return {
        reward: readSums(totals.subarray(at, at + 4), shift),
        difference: readSums(totals.subarray(at + 4, at + 8), differenceShift),
      };
    },
  };
}

/** The device subtracted the shift as an f32, so that is the shift of the sums. */
function readSums([n = 0, nonFinite = 0, s1 = 0, s2 = 0]: Float64Array, shift: number): ScalarSums {
  return { n, nonFinite, shift: Math.fround(shift), s1, s2 };
}
