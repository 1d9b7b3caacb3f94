/** Fused trajectories under a mixture's exact score, in one and two dimensions; shaders/sampling/mixture_chain_{1d,2d}.wgsl. */
import correctorHeun1d from "../../../shaders/lib/corrector_heun_1d.wgsl?raw";
import correctorHeun2d from "../../../shaders/lib/corrector_heun_2d.wgsl?raw";
import correctorNone1d from "../../../shaders/lib/corrector_none_1d.wgsl?raw";
import correctorNone2d from "../../../shaders/lib/corrector_none_2d.wgsl?raw";
import mixture1d from "../../../shaders/lib/mixture_1d.wgsl?raw";
import mixture2d from "../../../shaders/lib/mixture_2d.wgsl?raw";
import chain1d from "../../../shaders/sampling/mixture_chain_1d.wgsl?raw";
import chain2d from "../../../shaders/sampling/mixture_chain_2d.wgsl?raw";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import { WORKGROUP_SIZE, workgroups, type Chain, type Frames, type Workspace } from "./chain.ts";
import type { ChainTable } from "./mixture-table.ts";
import { exp2Text, noiseText, randomTexts } from "./shader-math.ts";

export const CHAIN_PARAMS = uniformLayout("ChainParams", {
  basis: "vec4f",
  first: "u32",
  count: "u32",
  base: "u32",
  rows: "u32",
  frames: "u32",
  keep_prior: "u32",
  seed: "u32",
  prior_std: "f32",
});

const PARTS = {
  1: { mixture: mixture1d, none: correctorNone1d, heun: correctorHeun1d, kernel: chain1d },
  2: { mixture: mixture2d, none: correctorNone2d, heun: correctorHeun2d, kernel: chain2d },
} as const;

/** The kernel for a table's dimension, noise and corrector. */
export function mixtureChainDefinition(
  table: Pick<ChainTable, "dim" | "noisy" | "corrected">,
  software: boolean,
): KernelDefinition {
  const parts = PARTS[table.dim];
  return {
    name: `mixture_chain_${table.dim}d`,
    texts: [
      ...randomTexts(software),
      exp2Text(software),
      noiseText(table.noisy),
      parts.mixture,
      table.corrected ? parts.heun : parts.none,
      parts.kernel,
    ],
    groups: [["uniform", "read", "read", "read"], ["write"]],
  };
}

/** A chain of tables; see ChainTable. */
export async function createMixtureChain(
  { kernels, software, scope }: Workspace,
  table: ChainTable,
  { keepPrior, stops }: Frames,
): Promise<Chain> {
  const kernel = await kernels.get(mixtureChainDefinition(table, software), {
    WORKGROUP_SIZE,
    COMPONENTS: table.count,
  });
  const coefficients = scope.upload(`${kernel.name}.coefficients`, table.coefficients);
  const components = scope.upload(`${kernel.name}.components`, table.components);
  const frames = scope.upload(`${kernel.name}.frames`, Uint32Array.from(stops));
  const stages = table.corrected ? 2 : 1;
  return {
    cost: table.steps * ((table.noisy ? 25 * table.dim : 0) + 10 + stages * 15 * table.count),
    encode(pass, { first, count, base, rows, seed, positions }) {
      const params = scope.uniform(CHAIN_PARAMS, {
        basis: table.basis,
        first,
        count,
        base,
        rows,
        frames: stops.length,
        keep_prior: keepPrior ? 1 : 0,
        seed,
        prior_std: table.priorStd,
      });
      bindKernel(kernels.device, pass, kernel, [[params, coefficients, components, frames], [positions]]);
      pass.dispatchWorkgroups(workgroups(count, 4 * WORKGROUP_SIZE));
    },
  };
}
