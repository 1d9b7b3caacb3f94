/** Normals of particles' rows, as the kernels draw them; shaders/sampling/rng_normals.wgsl. */
import rngNormals from "../../../shaders/sampling/rng_normals.wgsl?raw";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import { WORKGROUP_SIZE, workgroups, type Workspace } from "./chain.ts";
import { lanesKeepText, lanesPerPoint, noiseQuadText, noiseText, randomTexts } from "./shader-math.ts";

export const NORMALS_PARAMS = uniformLayout("NormalsParams", {
  seed: "u32",
  stream: "u32",
  start: "u32",
  count: "u32",
  dim: "u32",
});

export function rngNormalsDefinition(software: boolean): KernelDefinition {
  return {
    name: "rng_normals",
    texts: [
      ...randomTexts(software),
      noiseText(true),
      noiseQuadText(false),
      lanesKeepText(software),
      rngNormals,
    ],
    groups: [["uniform"], ["write"]],
  };
}

/** Encodes normals number start .. start + dim - 1 of particles 0 .. count - 1, [count, dim], and returns their buffer. */
export async function prepareRngNormals(
  { kernels, software, scope }: Workspace,
  key: { readonly seed: number; readonly stream: number; readonly start: number },
  count: number,
  dim: number,
): Promise<{ readonly buffer: GPUBuffer; encode(pass: GPUComputePassEncoder): void }> {
  const kernel = await kernels.get(rngNormalsDefinition(software), { WORKGROUP_SIZE });
  const buffer = scope.storage("rng_normals.normals", 4 * count * dim);
  const params = scope.uniform(NORMALS_PARAMS, { ...key, count, dim });
  return {
    buffer,
    encode(pass) {
      bindKernel(kernels.device, pass, kernel, [[params], [buffer]]);
      pass.dispatchWorkgroups(
        workgroups(count, lanesPerPoint(software) * WORKGROUP_SIZE),
        Math.ceil(dim / 4),
      );
    },
  };
}
