/** The network's operations in TensorFlow.js, for any of its backends. */
import * as tf from "@tensorflow/tfjs";
import { type Architecture, COLOURS } from "../architecture.ts";
import type { Finish, NetworkOperations } from "../forward.ts";
import { frozenConvolution, frozenProduct, positionMeans, trainedProduct } from "./gradients.ts";

/** Trainable low-rank part of a layer: a [inputs, rank], b [rank, outputs]; adds x a b to the layer's result [Hu21]. */
export interface LowRank {
  readonly a: tf.Tensor2D;
  readonly b: tf.Tensor2D;
}

/** Where the operations find their numbers. */
export interface Parameters {
  parameter(name: string): tf.Tensor;
  /** The layer's low-rank part, if it has one. */
  lowRank(layer: string): LowRank | undefined;
  /** [channels, channels]: 1 / size where two channels are of one group of `size`. */
  groupMatrix(channels: number): tf.Tensor2D;
  /** [3, 3, outputs, inputs] of a convolution, for its backward pass. */
  turnedFilter(layer: string): tf.Tensor4D;
}

const EPSILON = 1e-5;

/** Operations on tensors; results belong to the surrounding tf.tidy. */
export function tensorOperations(
  { patch, heads }: Architecture,
  { parameter, lowRank, groupMatrix, turnedFilter }: Parameters,
): NetworkOperations<tf.Tensor> {
  return {
    fold: (images) => foldPixels(images, patch),
    unfold: (map) => unfoldPixels(map, patch),
    shared: parameter,
    product(layer, x, options) {
      const { rows, back } = asRows(x);
      const low = lowRank(layer);
      const plain = frozenProduct(rows, parameter(`${layer}.weight`) as tf.Tensor2D);
      const product = low ? tf.add(plain, trainedProduct(trainedProduct(rows, low.a), low.b)) : plain;
      return finish(back(tf.add(product, parameter(`${layer}.bias`))), options);
    },
    convolution(layer, x, stride, options) {
      const channels = x.shape[3] ?? 0;
      const weight = parameter(`${layer}.weight`);
      const filter = tf.reshape(weight, [3, 3, channels, -1]) as tf.Tensor4D;
      const bias = parameter(`${layer}.bias`) as tf.Tensor1D;
      const frozen = { filter, bias, turned: () => turnedFilter(layer) };
      return finish(frozenConvolution(x as tf.Tensor4D, frozen, stride), options);
    },
    norm(layer, x, { film, silu }) {
      const [weight, bias] = [parameter(`${layer}.weight`), parameter(`${layer}.bias`)];
      const { gain, offset } = normLines(x, groupMatrix(x.shape[3] ?? 0), weight, bias, film);
      const y = tf.add(tf.mul(x, gain), offset);
      return silu ? swish(y) : y;
    },
    attention: (qkv) => attend(qkv, heads),
    join(a, b) {
      const side = b.shape[1] ?? 0;
      const wide = a.shape[1] === side ? a : tf.image.resizeNearestNeighbor(a as tf.Tensor4D, [side, side]);
      return tf.concat([wide, b], 3);
    },
    asMap: (vector, side, channels) => tf.reshape(vector, [-1, side, side, channels]),
  };
}

function finish(x: tf.Tensor, { plus, silu }: Finish<tf.Tensor> = {}): tf.Tensor {
  const sum = plus ? tf.add(x, plus) : x;
  return silu ? swish(sum) : sum;
}

function swish(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.sigmoid(x));
}

/** A map as matrix [rows, channels], and back. */
function asRows(x: tf.Tensor): { rows: tf.Tensor2D; back: (y: tf.Tensor) => tf.Tensor } {
  const channels = x.shape[x.shape.length - 1] ?? 0;
  return {
    rows: tf.reshape(x, [-1, channels]) as tf.Tensor2D,
    back: (y) => tf.reshape(y, [...x.shape.slice(0, -1), y.shape[1] ?? 0]),
  };
}

/** GroupNorm as one line y = x gain + offset per image and channel, [images, 1, 1, channels]. */
function normLines(
  x: tf.Tensor,
  groups: tf.Tensor2D,
  weight: tf.Tensor,
  bias: tf.Tensor,
  film: tf.Tensor | undefined,
): { gain: tf.Tensor; offset: tf.Tensor } {
  const mean = groupMeans(x, groups);
  const variance = groupMeans(tf.square(tf.sub(x, mean)), groups);
  const gain = tf.mul(tf.rsqrt(tf.add(variance, EPSILON)), weight);
  const offset = tf.sub(bias, tf.mul(mean, gain));
  return film ? filmed(gain, offset, film) : { gain, offset };
}

/** After the norm, h (1 + scale) + shift for film = [scale, shift]. */
function filmed(gain: tf.Tensor, offset: tf.Tensor, film: tf.Tensor) {
  const [images = 0, twice = 0] = film.shape;
  const [scale, shift] = tf.split(film, 2, 1).map((half) => tf.reshape(half, [images, 1, 1, twice / 2]));
  if (!scale || !shift) throw new Error("film: internal: two halves expected");
  const factor = tf.add(scale, 1);
  return { gain: tf.mul(gain, factor), offset: tf.add(tf.mul(offset, factor), shift) };
}

/** Means over the positions and channels of each group, given to all its channels: [images, 1, 1, channels]. */
function groupMeans(x: tf.Tensor, groups: tf.Tensor2D): tf.Tensor {
  const [images = 0, , , channels = 0] = x.shape;
  return tf.reshape(frozenProduct(positionMeans(x as tf.Tensor4D), groups), [images, 1, 1, channels]);
}

/** [images, side, side, 3 channels] to [images, side, side, channels]. */
function attend(qkv: tf.Tensor, heads: number): tf.Tensor {
  const [images = 0, side = 0, , wide = 0] = qkv.shape;
  const channels = wide / 3;
  const size = channels / heads;
  const parts = tf
    .split(tf.reshape(qkv, [images, side * side, wide]), 3, 2)
    .map((part) => tf.transpose(tf.reshape(part, [images, side * side, heads, size]), [0, 2, 1, 3]));
  const [q, k, v] = parts;
  if (!q || !k || !v) throw new Error("attention: internal: three parts expected");
  const weights = tf.softmax(tf.matMul(tf.mul(q, size ** -0.5), k, false, true));
  return tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [images, side, side, channels]);
}

/** [images, 3 image^2] row by row to [images, side, side, 3 patch^2], channel (colour, row, column). */
function foldPixels(images: tf.Tensor, patch: number): tf.Tensor {
  const [count = 0, numbers = 0] = images.shape;
  const side = Math.sqrt(numbers / COLOURS) / patch;
  const split = tf.reshape(images, [count, COLOURS, side, patch, side, patch]);
  return tf.reshape(tf.transpose(split, [0, 2, 4, 1, 3, 5]), [count, side, side, -1]);
}

function unfoldPixels(map: tf.Tensor, patch: number): tf.Tensor {
  const [count = 0, side = 0] = map.shape;
  const split = tf.reshape(map, [count, side, side, COLOURS, patch, patch]);
  return tf.reshape(tf.transpose(split, [0, 3, 1, 4, 2, 5]), [count, -1]);
}
