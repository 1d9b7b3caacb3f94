/** Fused trajectories in one and two dimensions; shaders/sampling/mixture_chain.wgsl. */
import cloud1 from "../../../shaders/lib/cloud_1.wgsl?raw";
import cloud4 from "../../../shaders/lib/cloud_4.wgsl?raw";
import correctorHeun from "../../../shaders/lib/corrector_heun.wgsl?raw";
import correctorNone from "../../../shaders/lib/corrector_none.wgsl?raw";
import denoiseAffine from "../../../shaders/lib/denoise_affine.wgsl?raw";
import denoiseMixture from "../../../shaders/lib/denoise_mixture.wgsl?raw";
import points1d from "../../../shaders/lib/points_1d.wgsl?raw";
import points2d from "../../../shaders/lib/points_2d.wgsl?raw";
import group1 from "../../../shaders/lib/group_1.wgsl?raw";
import group2 from "../../../shaders/lib/group_2.wgsl?raw";
import group4 from "../../../shaders/lib/group_4.wgsl?raw";
import posterior from "../../../shaders/lib/posterior.wgsl?raw";
import mixtureChain from "../../../shaders/sampling/mixture_chain.wgsl?raw";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import { WORKGROUP_SIZE, workgroups, type Chain, type Frames, type Workspace } from "./chain.ts";
import type { ChainTable } from "./mixture-table.ts";
import { exp2Text, lanesKeepText, noiseText, randomTexts } from "./shader-math.ts";

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

/** Particles of one invocation, on either kind of adapter: four lanes of one point, or four points of one lane. */
const CLOUD = 4;

const GROUPS = { 1: group1, 2: group2, 4: group4 } as const;

/** The kernel for a table's dimension, kind, noise and corrector. */
export function mixtureChainDefinition(
  {
    dim,
    affine,
    noisy,
    corrected,
    group,
  }: Pick<ChainTable, "dim" | "affine" | "noisy" | "corrected" | "group">,
  software: boolean,
): KernelDefinition {
  return {
    name: "mixture_chain",
    texts: [
      ...randomTexts(software),
      exp2Text(software),
      noiseText(noisy),
      lanesKeepText(software),
      dim === 1 ? points1d : points2d,
      posterior,
      software ? cloud4 : cloud1,
      ...(affine ? [denoiseAffine] : [GROUPS[group], denoiseMixture]),
      corrected ? correctorHeun : correctorNone,
      mixtureChain,
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
  const coefficients = scope.upload("mixture_chain.coefficients", table.coefficients);
  const components = scope.upload("mixture_chain.components", table.components);
  const frames = scope.upload("mixture_chain.frames", Uint32Array.from(stops));
  const stages = table.corrected ? 2 : 1;
  return {
    cost: table.steps * ((table.noisy ? 40 * table.dim : 0) + 20 + stages * 20 * table.count),
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
      pass.dispatchWorkgroups(workgroups(count, CLOUD * WORKGROUP_SIZE));
    },
  };
}
