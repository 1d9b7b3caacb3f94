/** The policy network's kernels and their parameters; shaders/policy. None depends on the shape: each is made once per device. */
import lanes1 from "../../../shaders/lib/lanes_1.wgsl?raw";
import mulHiInteger from "../../../shaders/lib/mul_hi_integer.wgsl?raw";
import mulHiMagic from "../../../shaders/lib/mul_hi_magic.wgsl?raw";
import noisePrior from "../../../shaders/lib/noise_prior.wgsl?raw";
import normal from "../../../shaders/lib/normal.wgsl?raw";
import philox from "../../../shaders/lib/philox.wgsl?raw";
import gradient from "../../../shaders/policy/policy_gradient.wgsl?raw";
import inputs from "../../../shaders/policy/policy_inputs.wgsl?raw";
import layer from "../../../shaders/policy/policy_layer.wgsl?raw";
import narrow from "../../../shaders/policy/policy_narrow.wgsl?raw";
import outputGradient from "../../../shaders/policy/policy_output_gradient.wgsl?raw";
import quadsOwn from "../../../shaders/policy/policy_quads_own.wgsl?raw";
import quadsShared from "../../../shaders/policy/policy_quads_shared.wgsl?raw";
import reduce from "../../../shaders/policy/policy_reduce.wgsl?raw";
import start from "../../../shaders/policy/policy_start.wgsl?raw";
import step from "../../../shaders/policy/policy_step.wgsl?raw";
import type { Kernel, KernelCache, KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";

export const INPUTS_PARAMS = uniformLayout("InputsParams", {
  rows: "u32",
  level: "u32",
  first: "u32",
  trace: "u32",
});
/** `level` where each row has its own. */
export const PER_ROW = 0xffffffff;

export const LAYER_PARAMS = uniformLayout("LayerParams", {
  tiles: "u32",
  lanes: "u32",
  inputs: "u32",
  weight: "u32",
  slopes: "u32",
  rows: "u32",
  mode: "u32",
});
/** `mode` of a layer. */
export const LAYER_MODE = { forward: 0, traced: 1, backward: 2 } as const;

export const NARROW_PARAMS = uniformLayout("NarrowParams", {
  rows: "u32",
  inputs: "u32",
  weight: "u32",
  biased: "u32",
  result: "u32",
});

export const START_PARAMS = uniformLayout("StartParams", { count: "u32", width: "u32", slopes: "u32" });

export const GRADIENT_PARAMS = uniformLayout("GradientParams", {
  rows: "u32",
  chunk: "u32",
  source: "u32",
  quads: "u32",
  lanes: "u32",
  result: "u32",
  stride: "u32",
});

export const POLICY_REDUCE_PARAMS = uniformLayout("PolicyReduceParams", { count: "u32", chunks: "u32" });

export const POLICY_STEP_PARAMS = uniformLayout("PolicyStepParams", {
  particles: "u32",
  dim: "u32",
  from_state: "u32",
  to_state: "u32",
  output: "u32",
  first: "u32",
  number: "u32",
  seed: "u32",
  stream: "u32",
  fx: "f32",
  fo: "f32",
  cz: "f32",
});

/** Invocations of a workgroup of every kernel. */
export const POLICY_GROUP = 64;

export const POLICY_INPUTS: KernelDefinition = {
  name: "policy_inputs",
  texts: [inputs],
  groups: [
    ["uniform", "read"],
    ["read", "read"],
    ["write", "write"],
  ],
};

/** How neighbours that need the same numbers come by them: each loads them all, or four share what each loads. */
export type QuadLoads = "own" | "shared";

const QUAD_TEXTS: Readonly<Record<QuadLoads, string>> = { own: quadsOwn, shared: quadsShared };

/** A layer; "shared" needs the feature subgroups. */
export function policyLayerDefinition(loads: QuadLoads): KernelDefinition {
  return {
    name: "policy_layer",
    texts: [QUAD_TEXTS[loads], layer],
    groups: [["uniform", "read"], ["read"], ["write", "write", "write"]],
  };
}

export const POLICY_NARROW: KernelDefinition = {
  name: "policy_narrow",
  texts: [narrow],
  groups: [["uniform", "read"], ["read"], ["write"]],
};

export const POLICY_START: KernelDefinition = {
  name: "policy_start",
  texts: [start],
  groups: [
    ["uniform", "read"],
    ["read", "read"],
    ["write", "write"],
  ],
};

/** A layer's gradient; "shared" needs the feature subgroups. */
export function policyGradientDefinition(loads: QuadLoads): KernelDefinition {
  return {
    name: "policy_gradient",
    texts: [QUAD_TEXTS[loads], gradient],
    groups: [["uniform"], ["read", "read"], ["write"]],
  };
}

export const POLICY_OUTPUT_GRADIENT: KernelDefinition = {
  name: "policy_output_gradient",
  texts: [outputGradient],
  groups: [["uniform"], ["read", "read"], ["write"]],
};

export const POLICY_REDUCE: KernelDefinition = {
  name: "policy_reduce",
  texts: [reduce],
  groups: [["uniform"], ["read"], ["write"]],
};

/** The step in the form that suits the adapter; both draw the same noise. */
export function policyStepDefinition(software: boolean): KernelDefinition {
  return {
    name: "policy_step",
    texts: [lanes1, software ? mulHiMagic : mulHiInteger, philox, normal, noisePrior, step],
    groups: [["uniform"], ["read"], ["write"]],
  };
}

export interface PolicyKernels {
  readonly inputs: Kernel;
  readonly layer: Kernel;
  readonly narrow: Kernel;
  readonly start: Kernel;
  readonly gradient: Kernel;
  readonly outputGradient: Kernel;
  readonly reduce: Kernel;
  readonly step: Kernel;
}

/** All kernels, from the cache where they are there, in the form that suits the adapter. */
export async function policyKernels(kernels: KernelCache, software: boolean): Promise<PolicyKernels> {
  const loads: QuadLoads = software && kernels.device.features.has("subgroups") ? "shared" : "own";
  const definitions: Readonly<Record<keyof PolicyKernels, KernelDefinition>> = {
    inputs: POLICY_INPUTS,
    layer: policyLayerDefinition(loads),
    narrow: POLICY_NARROW,
    start: POLICY_START,
    gradient: policyGradientDefinition(loads),
    outputGradient: POLICY_OUTPUT_GRADIENT,
    reduce: POLICY_REDUCE,
    step: policyStepDefinition(software),
  };
  const made = await Promise.all(
    Object.entries(definitions).map(async ([name, definition]) => [name, await kernels.get(definition)]),
  );
  return Object.fromEntries(made) as PolicyKernels;
}
