/**
 * The attribute classifier that may be a reward, in TensorFlow.js: four 3x3 convolutions (strides 2, 2, 2, 1) with GroupNorm
 * of 8 groups and SiLU, a dense layer, and a head for each slot; log-probabilities at the temperatures that calibrated it.
 * The same function as RewardClassifier of src/train/classifier_networks.py.
 */
import * as tf from "@tensorflow/tfjs";
import { WeightFileError, type WeightFile } from "../../network/safetensors.ts";
import { SLOT_NAMES, SLOT_VALUES, type SlotName } from "../../prompt/slots.ts";
import type { ImageClassifier, SlotLogProbs } from "../../rewards/image/classifier.ts";
import { joinFloats } from "./join.ts";
import { IMAGE_SIDE, IMAGE_SIZE } from "../image-engine.ts";

const WIDTHS = [3, 32, 64, 128, 128] as const;
const STRIDES = [2, 2, 2, 1] as const;
const GROUPS = 8;
const FEATURES = 96;
/** Side of the last map: 32 halved three times. */
const LAST_SIDE = 4;
const EPSILON = 1e-5;
/** Images of one pass. */
const BATCH = 32;

type Tensors = ReadonlyMap<string, tf.Tensor>;

/** Member number `member` of an ensemble's file; `temperatures` one per slot. Throws WeightFileError, which names the tensor. */
export function rewardClassifier(
  file: WeightFile,
  member: number,
  temperatures: readonly number[],
): ImageClassifier {
  const tensors = readTensors(file, member);
  return {
    name: `reward classifier ${member + 1}`,
    role: "reward",
    logProbabilities: async (images) => {
      const count = images.length / IMAGE_SIZE;
      const parts: Float32Array[][] = SLOT_NAMES.map(() => []);
      for (let first = 0; first < count; first += BATCH) {
        const last = Math.min(count, first + BATCH);
        const batch = Float32Array.from(images.subarray(first * IMAGE_SIZE, last * IMAGE_SIZE));
        const slots = tf.tidy(() => passThrough(tensors, batch, temperatures));
        for (const [i, slot] of slots.entries()) parts[i]?.push((await slot.data()) as Float32Array);
        tf.dispose(slots);
      }
      const joined = SLOT_NAMES.map((slot, i): [SlotName, Float32Array] => [
        slot,
        joinFloats(parts[i] ?? []),
      ]);
      return Object.fromEntries(joined) as SlotLogProbs;
    },
  };
}

function passThrough(tensors: Tensors, batch: Float32Array, temperatures: readonly number[]): tf.Tensor2D[] {
  const planes = tf.tensor4d(batch, [batch.length / IMAGE_SIZE, 3, IMAGE_SIDE, IMAGE_SIDE]);
  let x = tf.transpose(tf.clipByValue(planes, -1, 1), [0, 2, 3, 1]) as tf.Tensor4D;
  for (const [i, stride] of STRIDES.entries()) {
    // PyTorch pads by one on each side; "same" with stride 2 would pad by one on the far side only.
    const padded = tf.pad4d(x, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    const filter = get(tensors, `convs.${i}.weight`) as tf.Tensor4D;
    const y = tf.add(tf.conv2d(padded, filter, stride, "valid"), get(tensors, `convs.${i}.bias`));
    x = swish(
      groupNorm(y as tf.Tensor4D, get(tensors, `norms.${i}.weight`), get(tensors, `norms.${i}.bias`)),
    );
  }
  // PyTorch flattens channels first.
  const flat = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]) as tf.Tensor2D;
  const features = swish(dense(tensors, "dense", flat));
  return SLOT_NAMES.map((_, slot) => {
    const logits = dense(tensors, `heads.${slot}`, features);
    return tf.logSoftmax(tf.div(logits, temperatures[slot] ?? 1)) as tf.Tensor2D;
  });
}

function groupNorm(x: tf.Tensor4D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const grouped = tf.reshape(x, [count, height * width, GROUPS, channels / GROUPS]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  const normal = tf.div(tf.sub(grouped, mean), tf.sqrt(tf.add(variance, EPSILON)));
  return tf.add(tf.mul(tf.reshape(normal, x.shape), weight), bias) as tf.Tensor4D;
}

function dense(tensors: Tensors, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const weight = get(tensors, `${name}.weight`) as tf.Tensor2D;
  return tf.add(tf.matMul(x, weight, false, true), get(tensors, `${name}.bias`)) as tf.Tensor2D;
}

function swish<T extends tf.Tensor>(x: T): T {
  return tf.mul(x, tf.sigmoid(x)) as T;
}

function get(tensors: Tensors, name: string): tf.Tensor {
  const found = tensors.get(name);
  if (!found) throw new Error(`${name}: internal: the classifier must have this tensor`);
  return found;
}

/** Tensors of a member by name, convolution filters as [side, side, inputs, outputs]. */
function readTensors({ tensors }: WeightFile, member: number): Tensors {
  return new Map(
    expectedShapes().map(([name, shape]) => {
      const stored = tensors.get(`${member}.${name}`);
      if (!stored || stored.shape.join() !== shape.join())
        throw new WeightFileError(
          "classifier",
          `tensor ${member}.${name} must have shape [${shape.join(", ")}]`,
          stored ? `[${stored.shape.join(", ")}]` : "none of that name",
        );
      const tensor = tf.tensor(stored.data, [...shape], "float32");
      const turned = shape.length === 4 ? tf.transpose(tensor, [2, 3, 1, 0]) : tensor;
      return [name, tf.keep(turned)] as const;
    }),
  );
}

function expectedShapes(): [string, readonly number[]][] {
  const convolutions = STRIDES.flatMap((_, i): [string, readonly number[]][] => {
    const [inside = 0, outside = 0] = WIDTHS.slice(i, i + 2);
    return [
      [`convs.${i}.weight`, [outside, inside, 3, 3]],
      [`convs.${i}.bias`, [outside]],
      [`norms.${i}.weight`, [outside]],
      [`norms.${i}.bias`, [outside]],
    ];
  });
  const heads = SLOT_NAMES.flatMap((slot, i): [string, readonly number[]][] => [
    [`heads.${i}.weight`, [SLOT_VALUES[slot].length, FEATURES]],
    [`heads.${i}.bias`, [SLOT_VALUES[slot].length]],
  ]);
  return [
    ...convolutions,
    ["dense.weight", [FEATURES, 128 * LAST_SIDE * LAST_SIDE]],
    ["dense.bias", [FEATURES]],
    ...heads,
  ];
}
