/** Merging the slices of running sums; shaders/measure/reduce_sums.wgsl. */
import sums from "../../../shaders/lib/sums.wgsl?raw";
import reduceSums from "../../../shaders/measure/reduce_sums.wgsl?raw";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import { WORKGROUP_SIZE, workgroups, type Workspace } from "./chain.ts";

export const REDUCE_PARAMS = uniformLayout("ReduceParams", {
  count: "u32",
  slices: "u32",
  to: "u32",
  zero: "u32",
});

export const REDUCE_SUMS: KernelDefinition = {
  name: "reduce_sums",
  texts: [sums, reduceSums],
  groups: [["uniform", "read"], ["write"]],
};

/** Running sums [count, slices] of pairs. */
export interface SlicedSums {
  readonly count: number;
  readonly slices: number;
  readonly buffer: GPUBuffer;
}

/** Encodes totals [count] of pairs from index `to` on. */
export type SumsReduction = (
  pass: GPUComputePassEncoder,
  sums: SlicedSums,
  totals: GPUBuffer,
  to: number,
) => void;

export async function createSumsReduction({ kernels, scope }: Workspace): Promise<SumsReduction> {
  const kernel = await kernels.get(REDUCE_SUMS, { WORKGROUP_SIZE });
  return (pass, { count, slices, buffer }, totals, to) => {
    const params = scope.uniform(REDUCE_PARAMS, { count, slices, to, zero: 0 });
    bindKernel(kernels.device, pass, kernel, [[params, buffer], [totals]]);
    pass.dispatchWorkgroups(workgroups(count, WORKGROUP_SIZE));
  };
}

/** Pairs (total, lost) as numbers. */
export function joinPairs(pairs: Float32Array): Float64Array {
  return Float64Array.from(
    { length: pairs.length / 2 },
    (_, i) => (pairs[2 * i] ?? 0) + (pairs[2 * i + 1] ?? 0),
  );
}
