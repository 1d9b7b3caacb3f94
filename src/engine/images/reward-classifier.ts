/**
 * The attribute classifier that may be a reward, in TensorFlow.js: four 3x3 convolutions (strides 2, 2, 2, 1) with GroupNorm
 * of 8 groups and SiLU, a dense layer, and a head for each slot; log-probabilities at the temperatures that calibrated it.
 * The same function as RewardClassifier of src/train/classifier_networks.py.
 */
import * as tf from "@tensorflow/tfjs";
import type { WeightFile } from "../../network/safetensors.ts";
import type { ImageClassifier } from "../../rewards/image/classifier.ts";
import {
  classify,
  convolution,
  convolutionShapes,
  dense,
  denseShapes,
  flattened,
  heads,
  headShapes,
  type NamedShape,
  type Pass,
  pullToImages,
  readTensors,
  tensorOf,
  type Tensors,
} from "./classifier-layers.ts";

const WIDTHS = [3, 32, 64, 128, 128] as const;
const STRIDES = [2, 2, 2, 1] as const;
const GROUPS = 8;
const FEATURES = 96;
/** Side of the last map: 32 halved three times. */
const LAST_SIDE = 4;
const EPSILON = 1e-5;

/** Member number `member` of an ensemble's file; `temperatures` one per slot. Throws WeightFileError, which names the tensor. */
export function rewardClassifier(
  file: WeightFile,
  member: number,
  temperatures: readonly number[],
): ImageClassifier {
  const tensors = readTensors(file, member, expectedShapes());
  return {
    name: `reward classifier ${member + 1}`,
    role: "reward",
    logProbabilities: async (images) =>
      (await classify((batch) => pass(tensors, batch), images, temperatures)).logProbs,
    pull: (images, weights) => pullToImages((batch) => pass(tensors, batch), images, temperatures, weights),
  };
}

function pass(tensors: Tensors, batch: tf.Tensor4D): Pass {
  const map = STRIDES.reduce((x, stride, i) => {
    const y = convolution(tensors, `convs.${i}`, x, stride);
    return swish(groupNorm(y, tensorOf(tensors, `norms.${i}.weight`), tensorOf(tensors, `norms.${i}.bias`)));
  }, batch);
  const features = swish(dense(tensors, "dense", flattened(map)));
  return { features, logits: heads(tensors, features) };
}

function groupNorm(x: tf.Tensor4D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const grouped = tf.reshape(x, [count, height * width, GROUPS, channels / GROUPS]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  const normal = tf.div(tf.sub(grouped, mean), tf.sqrt(tf.add(variance, EPSILON)));
  return tf.add(tf.mul(tf.reshape(normal, x.shape), weight), bias);
}

function swish<T extends tf.Tensor>(x: T): T {
  return tf.mul(x, tf.sigmoid(x));
}

function expectedShapes(): NamedShape[] {
  const convolutions = STRIDES.flatMap((_, i): NamedShape[] => {
    const [inside = 0, outside = 0] = WIDTHS.slice(i, i + 2);
    return [
      ...convolutionShapes(`convs.${i}`, inside, outside, 3),
      [`norms.${i}.weight`, [outside]],
      [`norms.${i}.bias`, [outside]],
    ];
  });
  return [
    ...convolutions,
    ...denseShapes("dense", 128 * LAST_SIDE * LAST_SIDE, FEATURES),
    ...headShapes(FEATURES),
  ];
}
