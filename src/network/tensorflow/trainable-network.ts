/** The glyph network with parameters that can all be differentiated: for training from scratch. */
import * as tf from "@tensorflow/tfjs";
import { type Architecture, imageSize } from "../architecture.ts";
import { type Finish, forward, type NetworkOperations, timeWaves } from "../forward.ts";
import { checkPrompts, oneHotPrompts } from "../prompt-tokens.ts";
import { trainedProduct } from "./gradients.ts";
import { trainedConvolution } from "./trained-convolution.ts";
import type { TensorInputs } from "./network.ts";
import { tensorOperations } from "./operations.ts";

/** Parameters by name, in the form of NetworkWeights. */
export type ParameterTensors = ReadonlyMap<string, tf.Tensor>;

/** Matrices of group norms by number of channels, see `groupMatrices`; kept by the caller. */
export type GroupMatrices = ReadonlyMap<number, tf.Tensor2D>;

/** x0Hat [P, D], a tensor of the surrounding tidy; differentiable by every parameter. */
export function applyParameters(
  architecture: Architecture,
  parameters: ParameterTensors,
  groups: GroupMatrices,
  { x, t, s, prompts }: TensorInputs,
): tf.Tensor2D {
  const count = x.shape[0];
  checkPrompts(architecture, prompts, count);
  const waves = (times: ArrayLike<number>): tf.Tensor2D =>
    tf.tensor2d(timeWaves(architecture, times), [count, 2 * architecture.frequencies]);
  const { slots } = architecture;
  const tables = slots.map((_, slot) => named(parameters, `tokens.${slot}.weight`) as tf.Tensor2D);
  const table = tf.concat2d(tables, 0);
  const rows = tf.tensor2d(oneHotPrompts(slots, prompts), [count, table.shape[0]]);
  const images = forward(architecture, trainableOperations(architecture, parameters, groups), {
    images: x,
    timeWaves: waves(t),
    jumpWaves: waves(s),
    asked: trainedProduct(rows, table),
  });
  return tf.reshape(images, [count, imageSize(architecture)]) as tf.Tensor2D;
}

/** [channels, channels] for each width that the network norms: 1 / size where two channels are of one group of `size`. */
export function groupMatrices({ channels, groups }: Architecture): GroupMatrices {
  const [low, middle, high] = channels;
  const widths = new Set([low, middle, high, 2 * high, high + middle, middle + low]);
  return new Map([...widths].map((width) => [width, tf.keep(groupMatrix(width, width / groups))]));
}

function groupMatrix(channels: number, size: number): tf.Tensor2D {
  const entries = Float32Array.from({ length: channels * channels }, (_, i) =>
    Math.floor(i / channels / size) === Math.floor((i % channels) / size) ? 1 / size : 0,
  );
  return tf.tensor2d(entries, [channels, channels]);
}

/** The operations of frozen networks, with products and convolutions that have gradients by their weights too. */
function trainableOperations(
  architecture: Architecture,
  parameters: ParameterTensors,
  groups: GroupMatrices,
): NetworkOperations<tf.Tensor> {
  const parameter = (name: string) => named(parameters, name);
  return {
    ...tensorOperations(architecture, {
      parameter,
      lowRank: () => undefined,
      groupMatrix: (channels) => found(groups.get(channels), `groups of ${channels} channels`),
      turnedFilter: (layer) => found<tf.Tensor4D>(undefined, `frozen filter ${layer}`),
    }),
    product(layer, x, options) {
      const channels = x.shape.at(-1) ?? 0;
      const rows = tf.reshape(x, [-1, channels]) as tf.Tensor2D;
      const product = trainedProduct(rows, parameter(`${layer}.weight`) as tf.Tensor2D);
      const sum = tf.add(product, parameter(`${layer}.bias`));
      return finish(tf.reshape(sum, [...x.shape.slice(0, -1), product.shape[1]]), options);
    },
    convolution(layer, x, stride, options) {
      const filter = tf.reshape(parameter(`${layer}.weight`), [3, 3, x.shape[3] ?? 0, -1]) as tf.Tensor4D;
      const map = trainedConvolution(x as tf.Tensor4D, filter, stride);
      return finish(tf.add(map, parameter(`${layer}.bias`)), options);
    },
    join: (a, b) => tf.concat([a.shape[1] === b.shape[1] ? a : doubled(a as tf.Tensor4D), b], 3),
  };
}

/** Every entry of a map four times. The library's own gradient of it is wrong on its CPU backend. */
function doubled(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  const twice = tf.customGrad((...args: unknown[]) => {
    const [map] = args as [tf.Tensor4D];
    return {
      value: tf.image.resizeNearestNeighbor(map, [2 * height, 2 * width]) as tf.Tensor,
      gradFunc: (dy: tf.Tensor) => tf.mul(tf.avgPool(dy as tf.Tensor4D, 2, 2, "valid"), 4),
    };
  });
  return twice(x) as tf.Tensor4D;
}

function finish(x: tf.Tensor, { plus, silu }: Finish<tf.Tensor> = {}): tf.Tensor {
  const sum = plus ? tf.add(x, plus) : x;
  return silu ? tf.mul(sum, tf.sigmoid(sum)) : sum;
}

function named(parameters: ParameterTensors, name: string): tf.Tensor {
  return found(parameters.get(name), name);
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what}: internal: a network that is trained must have it`);
  return value;
}
