/** The network's kernels and their parameters; shaders/network. */
import attention from "../../../shaders/network/attention.wgsl?raw";
import conv3x3 from "../../../shaders/network/conv_3x3.wgsl?raw";
import foldPixels from "../../../shaders/network/fold_pixels.wgsl?raw";
import groupNorm from "../../../shaders/network/group_norm.wgsl?raw";
import guide from "../../../shaders/network/guide.wgsl?raw";
import joinedRow from "../../../shaders/network/joined_row.wgsl?raw";
import pixelPlace from "../../../shaders/network/pixel_place.wgsl?raw";
import product from "../../../shaders/network/product.wgsl?raw";
import productTile from "../../../shaders/network/product_tile.wgsl?raw";
import silu from "../../../shaders/network/silu.wgsl?raw";
import unfoldPixels from "../../../shaders/network/unfold_pixels.wgsl?raw";
import type { KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";

export const PRODUCT_PARAMS = uniformLayout("ProductParams", {
  rows: "u32",
  inputs: "u32",
  outputs: "u32",
  side: "u32",
  stride: "u32",
  split: "u32",
  halved: "u32",
  plus_rows: "u32",
  silu: "u32",
});

export const NORM_PARAMS = uniformLayout("NormParams", {
  side: "u32",
  channels: "u32",
  groups: "u32",
  split: "u32",
  halved: "u32",
  film: "u32",
  silu: "u32",
});

export const ATTENTION_PARAMS = uniformLayout("AttentionParams", { channels: "u32", scale: "f32" });

export const PIXEL_PARAMS = uniformLayout("PixelParams", { count: "u32", square: "u32", side: "u32" });

export const GUIDE_PARAMS = uniformLayout("GuideParams", { count: "u32", scale: "f32" });

/** Rows and outputs of one workgroup of a product. */
export const PRODUCT_TILE = { rows: 64, outputs: 32 } as const;

/** Invocations of every workgroup. */
export const NETWORK_GROUP = 64;

/** Most numbers of an attention head. */
export const MOST_HEAD = 32;

export const CONV_3X3: KernelDefinition = {
  name: "conv_3x3",
  texts: [silu, productTile, conv3x3],
  groups: [["uniform", "read", "read"], ["read", "read"], ["write"]],
};

export const PRODUCT: KernelDefinition = {
  name: "product",
  texts: [silu, joinedRow, productTile, product],
  groups: [["uniform", "read", "read"], ["read", "read", "read"], ["write"]],
};

export const GROUP_NORM: KernelDefinition = {
  name: "group_norm",
  texts: [silu, joinedRow, groupNorm],
  groups: [["uniform", "read", "read"], ["read", "read", "read"], ["write"]],
};

/** Needs the constants POSITIONS and QUADS. */
export const ATTENTION: KernelDefinition = {
  name: "attention",
  texts: [attention],
  groups: [["uniform"], ["read"], ["write"]],
};

export const FOLD_PIXELS: KernelDefinition = {
  name: "fold_pixels",
  texts: [pixelPlace, foldPixels],
  groups: [["uniform"], ["read"], ["write"]],
};

export const UNFOLD_PIXELS: KernelDefinition = {
  name: "unfold_pixels",
  texts: [pixelPlace, unfoldPixels],
  groups: [["uniform"], ["read"], ["write"]],
};

export const GUIDE: KernelDefinition = {
  name: "guide",
  texts: [guide],
  groups: [["uniform"], ["read", "read"], ["write"]],
};
