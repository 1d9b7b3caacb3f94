/**
 * The attribute classifier that judges and is never a reward, in TensorFlow.js: a small residual network whose norms are
 * folded into its convolutions. The same function as EvaluationClassifier of src/train/classifier_networks.py.
 */
import * as tf from "@tensorflow/tfjs";
import type { WeightFile } from "../../network/safetensors.ts";
import type { ImageArray } from "../../rewards/image/pixels.ts";
import {
  classify,
  type ClassifierAnswers,
  convolution,
  convolutionShapes,
  dense,
  denseShapes,
  flattened,
  heads,
  headShapes,
  type NamedShape,
  type Pass,
  readTensors,
  type Tensors,
} from "./classifier-layers.ts";

/** Name, inputs, outputs, side, of each convolution. */
const CONVOLUTIONS = [
  ["stem", 3, 32, 5],
  ["shrink1", 32, 64, 3],
  ["block1a", 64, 64, 3],
  ["block1b", 64, 64, 3],
  ["shrink2", 64, 96, 3],
  ["block2a", 96, 96, 3],
  ["block2b", 96, 96, 3],
] as const;

/** Numbers of a feature vector. */
export const EVALUATION_FEATURES = 128;
/** Numbers of the last map: 96 channels of 4 x 4. */
const LAST = 96 * 16;

/** Tells features [n, 128] and log-probabilities of images [n, 3, 32, 32] in [-1, 1]. */
export type EvaluationClassifier = (images: ImageArray) => Promise<ClassifierAnswers>;

/** Member number `member` of an ensemble's file; `temperatures` one per slot. Throws WeightFileError, which names the tensor. */
export function evaluationClassifier(
  file: WeightFile,
  member: number,
  temperatures: readonly number[],
): EvaluationClassifier {
  const tensors = readTensors(file, member, expectedShapes());
  return (images) => classify((batch) => pass(tensors, batch), images, temperatures);
}

function pass(tensors: Tensors, batch: tf.Tensor4D): Pass {
  const layer = (name: string, x: tf.Tensor4D, stride: 1 | 2) => convolution(tensors, name, x, stride);
  const residual = (name: string, x: tf.Tensor4D): tf.Tensor4D =>
    tf.relu(tf.add(x, layer(`${name}b`, tf.relu(layer(`${name}a`, x, 1)), 1)));
  const narrow = tf.relu(layer("shrink1", tf.relu(layer("stem", batch, 2)), 2));
  const wide = tf.relu(layer("shrink2", residual("block1", narrow), 2));
  const features = tf.relu(dense(tensors, "dense", flattened(residual("block2", wide))));
  return { features, logits: heads(tensors, features) };
}

function expectedShapes(): NamedShape[] {
  return [
    ...CONVOLUTIONS.flatMap(([name, inside, outside, side]) =>
      convolutionShapes(name, inside, outside, side),
    ),
    ...denseShapes("dense", LAST, EVALUATION_FEATURES),
    ...headShapes(EVALUATION_FEATURES),
  ];
}
