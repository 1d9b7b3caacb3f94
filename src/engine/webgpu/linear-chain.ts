/** Fused trajectories of diagonal linear chains in any dimension; shaders/sampling/linear_chain.wgsl. */
import linearChain from "../../../shaders/sampling/linear_chain.wgsl?raw";
import type { LinearProgram } from "../../diffusion/program.ts";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import { WORKGROUP_SIZE, workgroups, type Chain, type Frames, type Workspace } from "./chain.ts";
import { lanesKeepText, lanesPerPoint, noiseQuadText, noiseText, randomTexts } from "./shader-math.ts";

export const LINEAR_PARAMS = uniformLayout("LinearParams", {
  first: "u32",
  count: "u32",
  base: "u32",
  rows: "u32",
  dim: "u32",
  quads: "u32",
  frames: "u32",
  keep_prior: "u32",
  seed: "u32",
  prior_std: "f32",
});

/** aligned: d is a multiple of 4, so that every quad of normals is one block of random words. */
export function linearChainDefinition(aligned: boolean, software: boolean): KernelDefinition {
  return {
    name: "linear_chain",
    texts: [
      ...randomTexts(software),
      noiseText(true),
      noiseQuadText(aligned),
      lanesKeepText(software),
      linearChain,
    ],
    groups: [["uniform", "read", "read"], ["write"]],
  };
}

/** A diagonal chain without its basis: writes states, not positions. */
export async function createLinearChain(
  { kernels, software, scope }: Workspace,
  program: LinearProgram,
  { keepPrior, stops }: Frames,
): Promise<Chain> {
  const { dim, steps, priorStd } = program;
  const quads = Math.ceil(dim / 4);
  const aligned = dim % 4 === 0;
  const kernel = await kernels.get(linearChainDefinition(aligned, software), { WORKGROUP_SIZE });
  const coefficients = scope.upload("linear_chain.coefficients", diagonalTable(program, quads));
  const frames = scope.upload("linear_chain.frames", Uint32Array.from(stops));
  return {
    cost: steps * quads * (aligned ? 120 : 240),
    encode(pass, { first, count, base, rows, seed, positions }) {
      const params = scope.uniform(LINEAR_PARAMS, {
        first,
        count,
        base,
        rows,
        dim,
        quads,
        frames: stops.length,
        keep_prior: keepPrior ? 1 : 0,
        seed,
        prior_std: priorStd,
      });
      bindKernel(kernels.device, pass, kernel, [[params, coefficients, frames], [positions]]);
      pass.dispatchWorkgroups(workgroups(count, lanesPerPoint(software) * WORKGROUP_SIZE), quads);
    },
  };
}

/** [N, quads, 3] vec4: A, b and noise of four coordinates. */
function diagonalTable({ dim, steps, A, b, c, noise }: LinearProgram, quads: number): Float32Array {
  const table = new Float32Array(steps * quads * 12);
  for (let k = 0; k < steps; k++)
    for (let i = 0; i < dim; i++) {
      const at = 12 * (k * quads + (i >> 2)) + (i & 3);
      table[at] = A[k * dim + i] ?? 0;
      table[at + 4] = b[k * dim + i] ?? 0;
      table[at + 8] = (noise ? noise[k * dim + i] : c[k]) ?? 0;
    }
  return table;
}
