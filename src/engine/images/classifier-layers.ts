/** What the two kinds of attribute classifiers share in TensorFlow.js: tensors from files, PyTorch's layers, batches, heads. */
import * as tf from "@tensorflow/tfjs";
import { type WeightFile, WeightFileError } from "../../network/safetensors.ts";
import { SLOT_NAMES, SLOT_VALUES, type SlotName } from "../../prompt/slots.ts";
import type { SlotLogProbs } from "../../rewards/image/classifier.ts";
import { IMAGE_SIDE, IMAGE_SIZE } from "../image-engine.ts";
import { joinFloats } from "./join.ts";

/** A classifier's tensors by name, convolution filters as [side, side, inputs, outputs]. */
export type Tensors = ReadonlyMap<string, tf.Tensor>;

/** What one pass gives: features [n, F] and logits [n, values] per slot. */
export interface Pass {
  readonly features: tf.Tensor2D;
  readonly logits: readonly tf.Tensor2D[];
}

/** Answers for n images. */
export interface ClassifierAnswers {
  /** [n, F] */
  readonly features: Float32Array;
  readonly logProbs: SlotLogProbs;
}

/** Images of one pass. */
const BATCH = 32;

/** Features and log-probabilities of images [n, 3, 32, 32] at temperatures per slot, in passes of bounded size. */
export async function classify(
  pass: (batch: tf.Tensor4D) => Pass,
  images: ArrayLike<number> & { subarray(first: number, last: number): ArrayLike<number> },
  temperatures: readonly number[],
): Promise<ClassifierAnswers> {
  const count = images.length / IMAGE_SIZE;
  const features: Float32Array[] = [];
  const slots: Float32Array[][] = SLOT_NAMES.map(() => []);
  for (let first = 0; first < count; first += BATCH) {
    const last = Math.min(count, first + BATCH);
    const batch = Float32Array.from(images.subarray(first * IMAGE_SIZE, last * IMAGE_SIZE));
    const tensors = tf.tidy(() => {
      const { features: found, logits } = pass(planesOf(batch));
      return [found, ...logits.map((one, slot) => tf.logSoftmax(tf.div(one, temperatures[slot] ?? 1)))];
    });
    const [found, ...logProbs] = await Promise.all(tensors.map((one) => one.data()));
    tf.dispose(tensors);
    features.push(found as Float32Array);
    logProbs.forEach((values, slot) => slots[slot]?.push(values as Float32Array));
  }
  const joined = SLOT_NAMES.map((name, slot): [SlotName, Float32Array] => [
    name,
    joinFloats(slots[slot] ?? []),
  ]);
  return { features: joinFloats(features), logProbs: Object.fromEntries(joined) as SlotLogProbs };
}

/** Slope [n, 3, 32, 32] of the sum of weights [n, values] times log-probabilities, in passes of bounded size. */
export async function pullToImages(
  pass: (batch: tf.Tensor4D) => Pass,
  images: Float32Array | Float64Array,
  temperatures: readonly number[],
  weights: SlotLogProbs,
): Promise<Float32Array> {
  const count = images.length / IMAGE_SIZE;
  const parts: Float32Array[] = [];
  for (let first = 0; first < count; first += BATCH) {
    const last = Math.min(count, first + BATCH);
    const batch = Float32Array.from(images.subarray(first * IMAGE_SIZE, last * IMAGE_SIZE));
    const slope = tf.tidy(() =>
      tf.grad((x) => {
        const { logits } = pass(shown(x as tf.Tensor4D));
        const sums = logits.map((one, slot) => {
          const name = SLOT_NAMES[slot] ?? "character";
          const width = SLOT_VALUES[name].length;
          const rows = Float32Array.from(weights[name].subarray(first * width, last * width));
          const logProbs = tf.logSoftmax(tf.div(one, temperatures[slot] ?? 1));
          return tf.sum(tf.mul(logProbs, tf.tensor2d(rows, [last - first, width])));
        });
        return tf.addN(sums);
      })(tf.tensor4d(batch, [last - first, 3, IMAGE_SIDE, IMAGE_SIDE])),
    );
    parts.push((await slope.data()) as Float32Array);
    slope.dispose();
  }
  return joinFloats(parts);
}

function planesOf(batch: Float32Array): tf.Tensor4D {
  return shown(tf.tensor4d(batch, [batch.length / IMAGE_SIZE, 3, IMAGE_SIDE, IMAGE_SIDE]));
}

/** [n, 3, 32, 32] as [n, 32, 32, 3], clipped to the range of images. */
function shown(planes: tf.Tensor4D): tf.Tensor4D {
  return tf.transpose(tf.clipByValue(planes, -1, 1), [0, 2, 3, 1]);
}

/** The convolution `name` with half a filter of padding on every side, as PyTorch pads; "same" with a stride would not. */
export function convolution(tensors: Tensors, name: string, x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  const filter = tensorOf(tensors, `${name}.weight`) as tf.Tensor4D;
  const pad = (filter.shape[0] - 1) / 2;
  const padded = tf.pad4d(x, [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ]);
  return tf.add(tf.conv2d(padded, filter, stride, "valid"), tensorOf(tensors, `${name}.bias`));
}

/** [n, H, W, C] as rows in PyTorch's order, channels first. */
export function flattened(x: tf.Tensor4D): tf.Tensor2D {
  return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]);
}

/** x [n, inputs] W^T + b. */
export function dense(tensors: Tensors, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const weight = tensorOf(tensors, `${name}.weight`) as tf.Tensor2D;
  return tf.add(tf.matMul(x, weight, false, true), tensorOf(tensors, `${name}.bias`));
}

/** Logits of each slot from features. */
export function heads(tensors: Tensors, features: tf.Tensor2D): tf.Tensor2D[] {
  return SLOT_NAMES.map((_, slot) => dense(tensors, `heads.${slot}`, features));
}

/** A tensor that reading has made sure of. */
export function tensorOf(tensors: Tensors, name: string): tf.Tensor {
  const found = tensors.get(name);
  if (!found) throw new Error(`${name}: internal: the classifier must have this tensor`);
  return found;
}

/** Name and shape of a weight and its bias, by PyTorch. */
export type NamedShape = readonly [name: string, shape: readonly number[]];

export function convolutionShapes(name: string, inside: number, outside: number, side: number): NamedShape[] {
  return [
    [`${name}.weight`, [outside, inside, side, side]],
    [`${name}.bias`, [outside]],
  ];
}

export function denseShapes(name: string, inputs: number, outputs: number): NamedShape[] {
  return [
    [`${name}.weight`, [outputs, inputs]],
    [`${name}.bias`, [outputs]],
  ];
}

export function headShapes(features: number): NamedShape[] {
  return SLOT_NAMES.flatMap((slot, i) => denseShapes(`heads.${i}`, features, SLOT_VALUES[slot].length));
}

/** Tensors of a member of an ensemble. Throws WeightFileError, which names the tensor that is missing or of another shape. */
export function readTensors({ tensors }: WeightFile, member: number, shapes: readonly NamedShape[]): Tensors {
  return new Map(
    shapes.map(([name, shape]) => {
      const stored = tensors.get(`${member}.${name}`);
      if (!stored || stored.shape.join() !== shape.join())
        throw new WeightFileError(
          "classifier",
          `tensor ${member}.${name} must have shape [${shape.join(", ")}]`,
          stored ? `[${stored.shape.join(", ")}]` : "none of that name",
        );
      return [
        name,
        tf.tidy(() => {
          const tensor = tf.tensor(stored.data, [...shape], "float32");
          return tf.keep(shape.length === 4 ? tf.transpose(tensor, [2, 3, 1, 0]) : tensor);
        }),
      ] as const;
    }),
  );
}
