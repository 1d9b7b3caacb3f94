import { describe, expect, it } from "vitest";
import type { FieldTypes, UniformLayout } from "../../src/gpu/uniform-layout.ts";
import { HISTOGRAM, HISTOGRAM_PARAMS } from "../../src/engine/webgpu/histogram.ts";
import { DENSE_PARAMS, linearChainDenseDefinition } from "../../src/engine/webgpu/linear-chain-dense.ts";
import { LINEAR_PARAMS, linearChainDefinition } from "../../src/engine/webgpu/linear-chain.ts";
import { CHAIN_PARAMS, mixtureChainDefinition } from "../../src/engine/webgpu/mixture-chain.ts";
import { REDUCE_PARAMS, REDUCE_SUMS } from "../../src/engine/webgpu/reduce-sums.ts";
import { REWARD_PARAMS, rewardDefinition } from "../../src/engine/webgpu/reward-values.ts";
import { NORMALS_PARAMS, rngNormalsDefinition } from "../../src/engine/webgpu/rng-normals.ts";
import { WORDS_PARAMS, rngWordsDefinition } from "../../src/engine/webgpu/rng-words.ts";
import { ROTATE, ROTATE_PARAMS } from "../../src/engine/webgpu/rotate.ts";
import { SCALAR_SUMS, SCALAR_SUMS_PARAMS } from "../../src/engine/webgpu/scalar-sums.ts";
import { TRANSITION_PARAMS, transitionTexts } from "../../src/engine/webgpu/transition.ts";
import { VECTOR_SUMS, VECTOR_SUMS_PARAMS } from "../../src/engine/webgpu/vector-sums.ts";
import {
  ATTENTION,
  ATTENTION_PARAMS,
  GROUP_NORM,
  GUIDE,
  GUIDE_PARAMS,
  NORM_PARAMS,
  PIXEL_PARAMS,
  PRODUCT,
  PRODUCT_PARAMS,
  UNFOLD_PIXELS,
} from "../../src/network/webgpu/kernels.ts";
import {
  GRADIENT_PARAMS,
  INPUTS_PARAMS,
  LAYER_PARAMS,
  NARROW_PARAMS,
  POLICY_INPUTS,
  POLICY_NARROW,
  POLICY_OUTPUT_GRADIENT,
  POLICY_REDUCE,
  POLICY_REDUCE_PARAMS,
  POLICY_START,
  POLICY_STEP_PARAMS,
  policyGradientDefinition,
  policyLayerDefinition,
  policyStepDefinition,
  START_PARAMS,
} from "../../src/alignment/webgpu/kernels.ts";
import { REWARDS } from "./definitions.ts";
import { structOffsets } from "./struct-offsets.ts";

const CHAIN = { dim: 2, affine: false, noisy: true, corrected: false, group: 1 } as const;
const LAYOUTS: readonly [UniformLayout<FieldTypes>, readonly string[]][] = [
  [CHAIN_PARAMS, mixtureChainDefinition(CHAIN, true).texts],
  [LINEAR_PARAMS, linearChainDefinition(true, true).texts],
  [DENSE_PARAMS, linearChainDenseDefinition(true, true).texts],
  [ROTATE_PARAMS, ROTATE.texts],
  [WORDS_PARAMS, rngWordsDefinition(true).texts],
  [NORMALS_PARAMS, rngNormalsDefinition(true).texts],
  [TRANSITION_PARAMS, transitionTexts(true)],
  [REWARD_PARAMS, rewardDefinition(REWARDS[0]!).texts],
  [VECTOR_SUMS_PARAMS, VECTOR_SUMS.texts],
  [SCALAR_SUMS_PARAMS, SCALAR_SUMS.texts],
  [REDUCE_PARAMS, REDUCE_SUMS.texts],
  [HISTOGRAM_PARAMS, HISTOGRAM.texts],
  [PRODUCT_PARAMS, PRODUCT.texts],
  [NORM_PARAMS, GROUP_NORM.texts],
  [ATTENTION_PARAMS, ATTENTION.texts],
  [PIXEL_PARAMS, UNFOLD_PIXELS.texts],
  [GUIDE_PARAMS, GUIDE.texts],
  [INPUTS_PARAMS, POLICY_INPUTS.texts],
  [LAYER_PARAMS, policyLayerDefinition("own").texts],
  [NARROW_PARAMS, POLICY_NARROW.texts],
  [START_PARAMS, POLICY_START.texts],
  [GRADIENT_PARAMS, policyGradientDefinition("own").texts],
  [GRADIENT_PARAMS, POLICY_OUTPUT_GRADIENT.texts],
  [POLICY_REDUCE_PARAMS, POLICY_REDUCE.texts],
  [POLICY_STEP_PARAMS, policyStepDefinition(true).texts],
];

describe("uniform layouts", () => {
  it.each(LAYOUTS.map(([layout, texts]) => ({ name: layout.name, layout, texts })))(
    "$name has the fields, types and offsets of its WGSL struct",
    ({ layout, texts }) => {
      const struct = structOffsets(texts.join("\n"), layout.name);
      const fields = Object.entries(layout.fields).map(([name, type]) => ({
        name,
        type,
        offset: layout.offsets[name],
      }));
      expect(fields).toEqual(struct.fields);
      expect(layout.size).toBe(Math.ceil(struct.size / 16) * 16);
    },
  );
});

describe("the struct reader of these tests", () => {
  const code = "struct P {\n  a: f32, // a note\n  b: vec4f,\n  c: u32,\n  d: vec2u,\n}";

  it("follows WGSL's alignment rules", () => {
    expect(structOffsets(code, "P")).toEqual({
      fields: [
        { name: "a", type: "f32", offset: 0 },
        { name: "b", type: "vec4f", offset: 16 },
        { name: "c", type: "u32", offset: 32 },
        { name: "d", type: "vec2u", offset: 40 },
      ],
      size: 48,
    });
  });

  it("notices a moved field (control)", () => {
    const moved = code.replace("a: f32", "a: vec2f");
    expect(structOffsets(moved, "P")).not.toEqual(structOffsets(code, "P"));
  });
});
