/** Every kernel of the engine in every form it can take, for tests over all of them. */
import type { KernelDefinition } from "../../src/gpu/kernels.ts";
import { denseConstants, linearChainDenseDefinition } from "../../src/engine/webgpu/linear-chain-dense.ts";
import { gaussianLogProbDefinition } from "../../src/engine/webgpu/gaussian-log-prob.ts";
import { gddimStepDefinition } from "../../src/engine/webgpu/gddim-step.ts";
import { HISTOGRAM } from "../../src/engine/webgpu/histogram.ts";
import { linearChainDefinition } from "../../src/engine/webgpu/linear-chain.ts";
import { mixtureChainDefinition } from "../../src/engine/webgpu/mixture-chain.ts";
import { REDUCE_SUMS } from "../../src/engine/webgpu/reduce-sums.ts";
import { rewardDefinition } from "../../src/engine/webgpu/reward-values.ts";
import { rngNormalsDefinition } from "../../src/engine/webgpu/rng-normals.ts";
import { rngWordsDefinition } from "../../src/engine/webgpu/rng-words.ts";
import { ROTATE } from "../../src/engine/webgpu/rotate.ts";
import { SCALAR_SUMS } from "../../src/engine/webgpu/scalar-sums.ts";
import { transitionConstants } from "../../src/engine/webgpu/transition.ts";
import { VECTOR_SUMS } from "../../src/engine/webgpu/vector-sums.ts";
import {
  ATTENTION,
  CONV_3X3,
  FOLD_PIXELS,
  GROUP_NORM,
  GUIDE,
  PRODUCT,
  UNFOLD_PIXELS,
} from "../../src/network/webgpu/kernels.ts";
import {
  POLICY_INPUTS,
  POLICY_NARROW,
  POLICY_OUTPUT_GRADIENT,
  POLICY_REDUCE,
  POLICY_START,
  policyGradientDefinition,
  policyLayerDefinition,
  policyStepDefinition,
} from "../../src/alignment/webgpu/kernels.ts";
import { parseFormula } from "../../src/rewards/formula/parse.ts";
import type { RewardProgram } from "../../src/rewards/program.ts";

export interface KernelCase {
  readonly title: string;
  /** True for the form that software adapters take. */
  readonly software: boolean;
  readonly definition: KernelDefinition;
  readonly constants: Readonly<Record<string, number>>;
}

const LINE = { WORKGROUP_SIZE: 64 };
const BOTH = [true, false];
const NETWORK = [CONV_3X3, PRODUCT, GROUP_NORM, FOLD_PIXELS, UNFOLD_PIXELS, GUIDE];

const POLICY = [POLICY_INPUTS, POLICY_NARROW, POLICY_START, POLICY_OUTPUT_GRADIENT, POLICY_REDUCE];

/** One reward of each kind, in two dimensions. */
export const REWARDS: readonly RewardProgram[] = [
  {
    kind: "quadratic",
    dim: 2,
    center: Float64Array.of(1, -1),
    matrix: Float64Array.of(1, 0.25, 0.25, 2),
  },
  { kind: "linear", dim: 2, weights: Float64Array.of(1, 2), offset: 3 },
  {
    kind: "bumps",
    dim: 2,
    centers: Float64Array.of(0, 0, 1, 1),
    widths: Float64Array.of(0.5, 1),
    heights: Float64Array.of(1, 2),
  },
  { kind: "ring", dim: 2, center: Float64Array.of(0, 0), radius: 1, width: 0.3 },
  formula("sin(x)^3 + exp(-y^2) - max(x, 2)/3"),
];

function formula(text: string): RewardProgram {
  const parsed = parseFormula(text, 2);
  if (!parsed.ok) throw new Error(parsed.message);
  return { kind: "formula", dim: 2, text, expression: parsed.expression };
}

/** All kernels, for GPUs and for software adapters. */
export function kernelCases(): KernelCase[] {
  return BOTH.flatMap((software) => {
    const form = software ? "software" : "GPU";
    const cases: KernelCase[] = [];
    const add = (title: string, definition: KernelDefinition, constants: Record<string, number>) =>
      cases.push({
        title: `${definition.name}, ${form}${title && `, ${title}`}`,
        software,
        definition,
        constants,
      });
    for (const dim of [1, 2] as const)
      for (const affine of BOTH)
        for (const noisy of BOTH)
          for (const corrected of affine ? [false] : BOTH)
            add(
              `${dim}-D${affine ? " affine" : ""}${noisy ? " noisy" : ""}${corrected ? " Heun" : ""}`,
              mixtureChainDefinition({ dim, affine, noisy, corrected, group: noisy ? 4 : 2 }, software),
              { ...LINE, COMPONENTS: affine ? 1 : 4 },
            );
    // The networks' kernels have one form for all adapters.
    if (!software) for (const kernel of [...NETWORK, ...POLICY]) add("", kernel, {});
    add("", policyStepDefinition(software), {});
    const loads = software ? "shared" : "own";
    add(loads, policyLayerDefinition(loads), {});
    add(loads, policyGradientDefinition(loads), {});
    if (!software) add("", ATTENTION, { POSITIONS: 64, QUADS: 6 });
    for (const aligned of BOTH) {
      const title = aligned ? "aligned" : "not aligned";
      add(title, linearChainDefinition(aligned, software), LINE);
      add(title, linearChainDenseDefinition(aligned, software), denseConstants(aligned ? 64 : 5));
      for (const noisy of BOTH)
        add(
          `${title}${noisy ? " noisy" : ""}`,
          gddimStepDefinition(software, { noisy, aligned }),
          transitionConstants(aligned ? 16_384 : 5),
        );
    }
    add("", gaussianLogProbDefinition(software), transitionConstants(16_384));
    add("", rngWordsDefinition(software), LINE);
    add("", rngNormalsDefinition(software), LINE);
    if (!software) return cases;
    add("", ROTATE, LINE);
    add("", VECTOR_SUMS, LINE);
    add("", SCALAR_SUMS, LINE);
    add("", REDUCE_SUMS, LINE);
    add("", HISTOGRAM, LINE);
    for (const reward of REWARDS) add(reward.kind, rewardDefinition(reward), LINE);
    return cases;
  });
}
