/** Fused trajectories of dense linear chains up to 64 dimensions; shaders/sampling/linear_chain_dense.wgsl. */
import linearChainDense from "../../../shaders/sampling/linear_chain_dense.wgsl?raw";
import type { LinearProgram } from "../../diffusion/program.ts";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import { workgroups, type Chain, type Frames, type Workspace } from "./chain.ts";
import { lanesKeepText, lanesPerPoint, noiseQuadText, noiseText, randomTexts } from "./shader-math.ts";

export const DENSE_PARAMS = uniformLayout("LinearParams", {
  first: "u32",
  count: "u32",
  base: "u32",
  rows: "u32",
  dim: "u32",
  steps: "u32",
  frames: "u32",
  keep_prior: "u32",
  seed: "u32",
  prior_std: "f32",
});

/** Invocations of a workgroup: also the cells of its memory over 4. */
const GROUP_INVOCATIONS = 64;

export function linearChainDenseDefinition(aligned: boolean, software: boolean): KernelDefinition {
  return {
    name: "linear_chain_dense",
    texts: [
      ...randomTexts(software),
      noiseText(true),
      noiseQuadText(aligned),
      lanesKeepText(software),
      linearChainDense,
    ],
    groups: [["uniform", "read", "read"], ["write"]],
  };
}

/** Constants of the kernel for d dimensions: as many particle groups as fit the workgroup. */
export function denseConstants(dim: number): { QUADS: number; GROUPS: number; CELLS: number } {
  const QUADS = Math.ceil(dim / 4);
  const GROUPS = Math.max(1, Math.floor(GROUP_INVOCATIONS / QUADS));
  return { QUADS, GROUPS, CELLS: 4 * QUADS * GROUPS };
}

/** A dense chain without its basis: writes states, not positions. */
export async function createLinearChainDense(
  { kernels, software, scope }: Workspace,
  program: LinearProgram,
  { keepPrior, stops }: Frames,
): Promise<Chain> {
  const { dim, steps, priorStd } = program;
  if (dim > 64) throw new RangeError(`linear chain: a dense program must have d <= 64, got ${dim}`);
  const constants = denseConstants(dim);
  const kernel = await kernels.get(linearChainDenseDefinition(dim % 4 === 0, software), constants);
  const coefficients = scope.upload("linear_chain_dense.coefficients", denseTable(program, constants.QUADS));
  const frames = scope.upload("linear_chain_dense.frames", Uint32Array.from(stops));
  return {
    cost: steps * (constants.QUADS * 250 + dim * dim * 4),
    encode(pass, { first, count, base, rows, seed, positions }) {
      const params = scope.uniform(DENSE_PARAMS, {
        first,
        count,
        base,
        rows,
        dim,
        steps,
        frames: stops.length,
        keep_prior: keepPrior ? 1 : 0,
        seed,
        prior_std: priorStd,
      });
      bindKernel(kernels.device, pass, kernel, [[params, coefficients, frames], [positions]]);
      pass.dispatchWorkgroups(workgroups(count, lanesPerPoint(software) * constants.GROUPS));
    },
  };
}

/** [N, Q, 4Q] columns of A for four rows, then [N, Q] b, then [N, Q, 4Q] noise, all vec4, Q = quads. */
function denseTable(program: LinearProgram, quads: number): Float32Array {
  const { dim, steps, b, c } = program;
  const block = steps * quads * quads * 16;
  const table = new Float32Array(2 * block + steps * quads * 4);
  const entry = (k: number, i: number, j: number) => 4 * ((k * quads + (i >> 2)) * 4 * quads + j) + (i & 3);
  const matrixAt = (source: Float64Array, k: number, i: number, j: number) =>
    (program.diagonal ? (i === j ? source[k * dim + i] : 0) : source[(k * dim + i) * dim + j]) ?? 0;
  for (let k = 0; k < steps; k++)
    for (let i = 0; i < dim; i++) {
      table[block + 4 * (k * quads + (i >> 2)) + (i & 3)] = b[k * dim + i] ?? 0;
      for (let j = 0; j < dim; j++) {
        table[entry(k, i, j)] = matrixAt(program.A, k, i, j);
        const scalar = i === j ? (c[k] ?? 0) : 0;
        table[block + 4 * steps * quads + entry(k, i, j)] = program.noise
          ? matrixAt(program.noise, k, i, j)
          : scalar;
      }
    }
  return table;
}
