/** Running moments of particles on the device; shaders/measure/vector_sums.wgsl. */
import sums from "../../../shaders/lib/sums.wgsl?raw";
import vectorSums from "../../../shaders/measure/vector_sums.wgsl?raw";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import type { VectorSums } from "../../measure/estimate.ts";
import { pairCount } from "../../measure/vector-sums.ts";
import { WORKGROUP_SIZE, type Workspace } from "./chain.ts";

export const VECTOR_SUMS_PARAMS = uniformLayout("VectorSumsParams", {
  rows: "u32",
  dim: "u32",
  pairs: "u32",
  slices: "u32",
  across: "u32",
  zero: "u32",
});

export const VECTOR_SUMS: KernelDefinition = {
  name: "vector_sums",
  texts: [sums, vectorSums],
  groups: [["uniform", "read", "read", "read", "read"], ["write"]],
};

/** Sums per pair: n, y_i, y_i y_j, y_i^2 y_j, y_i y_j^2, y_i^2 y_j^2. */
const SUMS_PER_PAIR = 6;
/** Invocations aimed at: enough to fill a GPU, few enough to merge quickly. */
const INVOCATIONS = 8192;

/** Slices per pair: a power of two, so that the tree does not depend on the number of particles. */
export function slicesFor(pairs: number): number {
  return Math.max(16, Math.min(1024, 2 ** Math.floor(Math.log2(INVOCATIONS / pairs))));
}

/** Running sums of one arm. */
export interface VectorSumsAccumulator {
  /** Number of sums, each of `slices` slices in `buffer` [count, slices] vec2f. */
  readonly count: number;
  readonly slices: number;
  readonly buffer: GPUBuffer;
  /** Encodes the addition of positions [rows, d] where valid [rows] is not 0. */
  encode(pass: GPUComputePassEncoder, positions: GPUBuffer, valid: GPUBuffer, rows: number): void;
  /** VectorSums from the merged totals [count]. */
  read(totals: Float64Array): VectorSums;
}

/** Sums about `shift` [d], rounded to f32. */
export async function createVectorSums(
  { kernels, scope }: Workspace,
  shift: Float64Array,
): Promise<VectorSumsAccumulator> {
  const { device } = kernels;
  const kernel = await kernels.get(VECTOR_SUMS, { WORKGROUP_SIZE });
  const dim = shift.length;
  const pairs = pairCount(dim);
  const slices = slicesFor(pairs);
  const count = SUMS_PER_PAIR * pairs;
  const pairBuffer = scope.upload("vector_sums.pairs", pairList(dim));
  const shift32 = Float32Array.from(shift);
  const shiftBuffer = scope.upload("vector_sums.shift", shift32);
  const buffer = scope.storage("vector_sums.sums", count * slices * 8);
  const groups = Math.ceil((pairs * slices) / WORKGROUP_SIZE);
  const across = Math.min(groups, 1024);
  return {
    count,
    slices,
    buffer,
    encode(pass, positions, valid, rows) {
      const params = scope.uniform(VECTOR_SUMS_PARAMS, {
        rows,
        dim,
        pairs,
        slices,
        across: across * WORKGROUP_SIZE,
        zero: 0,
      });
      bindKernel(device, pass, kernel, [[params, pairBuffer, shiftBuffer, positions, valid], [buffer]]);
      pass.dispatchWorkgroups(across, Math.ceil(groups / across));
    },
    read: (totals) => readVectorSums(totals, Float64Array.from(shift32)),
  };
}

/** (i, j) with i <= j, in the order of VectorSums. */
function pairList(dim: number): Uint32Array {
  const list: number[] = [];
  for (let i = 0; i < dim; i++) for (let j = i; j < dim; j++) list.push(i, j);
  return Uint32Array.from(list);
}

function readVectorSums(totals: Float64Array, shift: Float64Array): VectorSums {
  const dim = shift.length;
  const pairs = pairCount(dim);
  const part = (sum: number) =>
    Float64Array.from({ length: pairs }, (_, pair) => totals[SUMS_PER_PAIR * pair + sum] ?? 0);
  const s1 = new Float64Array(dim);
  let pair = 0;
  for (let i = 0; i < dim; pair += dim - i, i++) s1[i] = totals[SUMS_PER_PAIR * pair + 1] ?? 0;
  return { n: totals[0] ?? 0, dim, shift, s1, s11: part(2), s21: part(3), s12: part(4), s22: part(5) };
}
