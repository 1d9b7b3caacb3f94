/**
 * The network's operations as dispatches of our kernels. Nothing runs here: `forward` over these operations records the
 * dispatches of one batch size, and plan.ts gives them buffers.
 */
import { type Architecture, COLOURS } from "../architecture.ts";
import type { Finish, NetworkOperations } from "../forward.ts";
import type { BufferScope } from "../../gpu/buffers.ts";
import type { KernelConstants, KernelDefinition } from "../../gpu/kernels.ts";
import type { FieldTypes, FieldValues, UniformLayout } from "../../gpu/uniform-layout.ts";
import {
  ATTENTION,
  ATTENTION_PARAMS,
  CONV_3X3,
  FOLD_PIXELS,
  GROUP_NORM,
  MOST_HEAD,
  NETWORK_GROUP,
  NORM_PARAMS,
  PIXEL_PARAMS,
  PRODUCT,
  PRODUCT_PARAMS,
  PRODUCT_TILE,
  UNFOLD_PIXELS,
} from "./kernels.ts";

/** Numbers in a buffer that does not exist yet: a result, an input of the caller's, or a parameter by name. */
export type Slot =
  | { readonly kind: "result"; readonly index: number }
  | { readonly kind: "input"; readonly name: InputName }
  | { readonly kind: "parameter"; readonly name: string };

/** What the caller binds anew for every call. */
export type InputName = "images" | "timeWaves" | "jumpWaves" | "asked";

/** A vector or map of the batch, or two maps seen as one. */
export interface Value {
  readonly slot: Slot;
  readonly side: number;
  readonly channels: number;
  /** The second of two joined maps; `channels` counts those of both. */
  readonly joined?: Value;
  /** True if the first of them has half the sides and is to be doubled. */
  readonly halved?: boolean;
}

/** One dispatch. The result is always the only binding of group 2. */
export interface Dispatch {
  readonly definition: KernelDefinition;
  readonly constants: KernelConstants;
  /** Makes the uniform buffer of group 0. */
  readonly params: (scope: BufferScope) => GPUBuffer;
  readonly label: string;
  /** Slots of group 0 after the parameters, and of group 1. */
  readonly fixed: readonly Slot[];
  readonly read: readonly Slot[];
  readonly result: Slot & { readonly kind: "result" };
  readonly groups: readonly [number, number];
}

/** Everything that one batch size needs. */
export interface Recording {
  readonly operations: NetworkOperations<Value>;
  readonly dispatches: readonly Dispatch[];
  /** Numbers of each result, by its index. */
  readonly sizes: readonly number[];
}

/** Operations that record dispatches for `images` images. `outputsOf` gives the outputs of a layer. */
export function recordingOperations(
  { patch, heads, groups, image }: Architecture,
  images: number,
  outputsOf: (layer: string) => number,
): Recording {
  const dispatches: Dispatch[] = [];
  const sizes: number[] = [];
  const push = (step: Omit<Dispatch, "result">, side: number, channels: number): Value => {
    const slot = { kind: "result", index: sizes.length } as const;
    sizes.push(images * side * side * channels);
    dispatches.push({ ...step, result: slot });
    return { slot, side, channels };
  };
  const matrix = (
    definition: KernelDefinition,
    layer: string,
    x: Value,
    stride: number,
    { plus, silu }: Finish<Value> = {},
  ): Value => {
    const side = x.side / stride;
    const outputs = outputsOf(layer);
    const rows = images * side * side;
    const values = {
      rows,
      inputs: x.channels,
      outputs,
      side,
      stride,
      split: splitOf(x),
      halved: x.halved ? 1 : 0,
      plus_rows: plus ? (plus.slot.kind === "parameter" ? side * side : rows) : 0,
      silu: silu ? 1 : 0,
    };
    const sources = definition === CONV_3X3 ? [x.slot] : [x.slot, (x.joined ?? x).slot];
    return push(
      {
        definition,
        constants: {},
        params: uniform(PRODUCT_PARAMS, values),
        label: layer,
        fixed: layerSlots(layer),
        read: [...sources, (plus ?? x).slot],
        groups: [Math.ceil(rows / PRODUCT_TILE.rows), Math.ceil(outputs / PRODUCT_TILE.outputs)],
      },
      side,
      outputs,
    );
  };
  const pixels = (definition: KernelDefinition, x: Value, side: number, channels: number): Value => {
    const count = images * COLOURS * image * image;
    const params = uniform(PIXEL_PARAMS, { count, square: patch, side: image / patch });
    const groupCount = [Math.ceil(count / NETWORK_GROUP), 1] as const;
    const { name } = definition;
    return push(
      { definition, constants: {}, params, label: name, fixed: [], read: [x.slot], groups: groupCount },
      side,
      channels,
    );
  };
  const operations: NetworkOperations<Value> = {
    fold: (x) => pixels(FOLD_PIXELS, x, image / patch, COLOURS * patch * patch),
    unfold: (x) => pixels(UNFOLD_PIXELS, x, image, COLOURS),
    shared: (name) => ({ slot: { kind: "parameter", name }, side: image / patch, channels: 0 }),
    product: (layer, x, finish) => matrix(PRODUCT, layer, x, 1, finish),
    convolution: (layer, x, stride, finish) => matrix(CONV_3X3, layer, x, stride, finish),
    norm: (layer, x, { film, silu }) => {
      if (x.channels % (4 * groups) !== 0)
        throw new RangeError(
          `${layer}: a group must have a multiple of 4 channels, got ${x.channels} in ${groups} groups`,
        );
      return push(
        {
          definition: GROUP_NORM,
          constants: {},
          params: uniform(NORM_PARAMS, {
            side: x.side,
            channels: x.channels,
            groups,
            split: splitOf(x),
            halved: x.halved ? 1 : 0,
            film: film ? 1 : 0,
            silu: silu ? 1 : 0,
          }),
          label: layer,
          fixed: layerSlots(layer),
          read: [x.slot, (x.joined ?? x).slot, (film ?? x).slot],
          groups: [images, groups],
        },
        x.side,
        x.channels,
      );
    },
    attention: (qkv) => {
      const channels = qkv.channels / 3;
      const head = channels / heads;
      if (head % 4 !== 0 || head > MOST_HEAD)
        throw new RangeError(`attention: a head must have 4 to ${MOST_HEAD} channels by fours, got ${head}`);
      return push(
        {
          definition: ATTENTION,
          constants: { POSITIONS: qkv.side * qkv.side, QUADS: head / 4 },
          params: uniform(ATTENTION_PARAMS, { channels, scale: head ** -0.5 }),
          label: "attention",
          fixed: [],
          read: [qkv.slot],
          groups: [images, heads],
        },
        qkv.side,
        channels,
      );
    },
    join: (a, b) => ({
      slot: a.slot,
      side: b.side,
      channels: a.channels + b.channels,
      joined: b,
      halved: a.side !== b.side,
    }),
    asMap: ({ slot }, side, channels) => ({ slot, side, channels }),
  };
  return { operations, dispatches, sizes };
}

function uniform<F extends FieldTypes>(
  layout: UniformLayout<F>,
  values: FieldValues<F>,
): (scope: BufferScope) => GPUBuffer {
  return (scope) => scope.uniform(layout, values);
}

function layerSlots(layer: string): readonly Slot[] {
  return ["weight", "bias"].map((part) => ({ kind: "parameter", name: `${layer}.${part}` }));
}

/** Channels that come from the first of two joined maps. */
function splitOf({ channels, joined }: Value): number {
  return joined ? channels - joined.channels : channels;
}
