/** Chain coordinates to data coordinates, x = basis y; shaders/sampling/rotate.wgsl. */
import rotate from "../../../shaders/sampling/rotate.wgsl?raw";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import { WORKGROUP_SIZE, workgroups, type Workspace } from "./chain.ts";

export const ROTATE_PARAMS = uniformLayout("RotateParams", { rows: "u32", dim: "u32" });

export const ROTATE: KernelDefinition = {
  name: "rotate",
  texts: [rotate],
  groups: [["uniform", "read", "read"], ["write"]],
};

/** Encodes positions [rows, d] = states [rows, d] basis'. */
export type Rotation = (
  pass: GPUComputePassEncoder,
  states: GPUBuffer,
  positions: GPUBuffer,
  rows: number,
) => void;

/** basis [d, d] row-major. */
export async function createRotation(
  { kernels, scope }: Workspace,
  basis: Float64Array,
  dim: number,
): Promise<Rotation> {
  const kernel = await kernels.get(ROTATE, { WORKGROUP_SIZE });
  const quads = Math.ceil(dim / 4);
  const columns = new Float32Array(quads * dim * 4);
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < dim; j++) columns[4 * ((i >> 2) * dim + j) + (i & 3)] = basis[i * dim + j] ?? 0;
  const columnsBuffer = scope.upload("rotate.basis", columns);
  return (pass, states, positions, rows) => {
    const params = scope.uniform(ROTATE_PARAMS, { rows, dim });
    bindKernel(kernels.device, pass, kernel, [[params, columnsBuffer, states], [positions]]);
    pass.dispatchWorkgroups(workgroups(rows, WORKGROUP_SIZE), quads);
  };
}
