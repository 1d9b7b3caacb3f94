/**
 * The teacher's training of src/train/teacher.py: a rectified flow x_t = (1 - t) x0 + t eps [Liu23] whose network predicts x0; loss
 * |x0Hat - x0|^2 / max(t, 0.15)^2 per number; AdamW [Loshchilov19] on gradients no longer than 1; averaged weights.
 */
import * as tf from "@tensorflow/tfjs";
import { type Architecture, imageSize, sizeOf } from "../architecture.ts";
import type { NetworkModel } from "../model.ts";
import type { TrainingBatch } from "../training/batch.ts";
import { averageDecay, LONGEST_GRADIENT } from "../training/schedule.ts";
import type { NetworkWeights } from "../weights.ts";
import {
  applyParameters,
  groupMatrices,
  type GroupMatrices,
  type ParameterTensors,
} from "./trainable-network.ts";

const BETA_1 = 0.9;
const BETA_2 = 0.99;
const WEIGHT_DECAY = 0.01;
const EPSILON = 1e-8;
/** Errors at times below this weigh as much as at it. */
const LEAST_TIME = 0.15;

/** What a step reports, of the weights before it. */
export interface TrainingStep {
  readonly loss: number;
  /** Norm of the whole gradient before it was shortened. */
  readonly gradientNorm: number;
}

/** All parameters in one row, so that the optimiser is a handful of operations instead of a thousand. An alias, as tf.tidy wants it. */
type Rows = {
  readonly parameters: tf.Tensor1D;
  /** Running means of the gradient and of its square. */
  readonly mean: tf.Tensor1D;
  readonly meanSq: tf.Tensor1D;
  readonly average: tf.Tensor1D;
};

/** A training in progress, on the backend that was active when it was made. */
export class GlyphTrainer {
  readonly architecture: Architecture;
  private readonly names: readonly string[];
  private readonly shapes: readonly (readonly number[])[];
  private readonly groups: GroupMatrices;
  private rows: Rows;
  private steps = 0;

  constructor({ architecture, parameters }: NetworkWeights) {
    this.architecture = architecture;
    this.names = [...parameters.keys()];
    this.shapes = [...parameters.values()].map(({ shape }) => shape);
    this.groups = groupMatrices(architecture);
    const all = new Float32Array(this.shapes.reduce((sum, shape) => sum + sizeOf(shape), 0));
    let at = 0;
    for (const { data } of parameters.values()) {
      all.set(data, at);
      at += data.length;
    }
    this.rows = {
      parameters: tf.keep(tf.tensor1d(all)),
      mean: tf.keep(tf.zeros([all.length]) as tf.Tensor1D),
      meanSq: tf.keep(tf.zeros([all.length]) as tf.Tensor1D),
      average: tf.keep(tf.tensor1d(all)),
    };
  }

  /** One step down the gradient of a batch's loss. */
  async step(batch: TrainingBatch, rate: number): Promise<TrainingStep> {
    this.steps++;
    const { rows, loss, norm } = tf.tidy(() => {
      const tensors = this.split(this.rows.parameters);
      const { value, grads } = tf.valueAndGrads(
        (...values: tf.Tensor[]) => tf.mean(this.losses(values, batch)) as tf.Scalar,
      )(tensors);
      const gradient = tf.concat1d(grads.map((part) => tf.reshape(part, [-1]) as tf.Tensor1D));
      const length = tf.sqrt(tf.sum(tf.square(gradient)));
      const rows = this.moved(shortened(gradient, length), rate);
      for (const row of Object.values(rows) as tf.Tensor[]) tf.keep(row);
      return { rows, loss: value, norm: length };
    });
    tf.dispose(Object.values(this.rows) as tf.Tensor[]);
    this.rows = rows;
    const numbers = [await loss.data(), await norm.data()];
    tf.dispose([loss, norm]);
    return { loss: numbers[0]?.[0] ?? NaN, gradientNorm: numbers[1]?.[0] ?? NaN };
  }

  /** Losses [n] of a batch's images under the averaged weights. */
  async averageLosses(batch: TrainingBatch): Promise<Float32Array> {
    const losses = tf.tidy(() => this.losses(this.split(this.rows.average), batch));
    const values = (await losses.data()) as Float32Array;
    losses.dispose();
    return values;
  }

  /** The network of the averaged weights as they are at each call. */
  averageModel(): NetworkModel {
    const size = imageSize(this.architecture);
    return {
      predict: async (x, t, s, prompts) => {
        const count = x.length / size;
        const times = (time: number) => new Array<number>(count).fill(time);
        const result = tf.tidy(() =>
          this.apply(this.split(this.rows.average), {
            x: tf.tensor2d(x, [count, size]),
            t: times(t),
            s: times(s),
            prompts,
          }),
        );
        const values = (await result.data()) as Float32Array;
        result.dispose();
        return values;
      },
    };
  }

  /** The averaged weights, read back. */
  async averageWeights(): Promise<NetworkWeights> {
    const all = (await this.rows.average.data()) as Float32Array;
    let at = 0;
    const parameters = this.names.map((name, i) => {
      const shape = this.shapes[i] ?? [];
      const data = all.slice(at, at + sizeOf(shape));
      at += data.length;
      return [name, { shape, data }] as const;
    });
    return { architecture: this.architecture, parameters: new Map(parameters) };
  }

  dispose(): void {
    tf.dispose([...(Object.values(this.rows) as tf.Tensor[]), ...this.groups.values()]);
  }

  /** Weighted squared error of x0Hat per image, [n]. */
  private losses(parameters: readonly tf.Tensor[], { x0, eps, t, prompts }: TrainingBatch): tf.Tensor1D {
    const shape: [number, number] = [t.length, imageSize(this.architecture)];
    const image = tf.tensor2d(x0, shape);
    const time = tf.tensor2d(Float32Array.from(t), [t.length, 1]);
    const x = tf.add(tf.mul(tf.sub(1, time), image), tf.mul(time, tf.tensor2d(eps, shape))) as tf.Tensor2D;
    const s = new Float64Array(t.length);
    const x0Hat = this.apply(parameters, { x, t, s, prompts });
    const weights = Float32Array.from(t, (value) => Math.max(value, LEAST_TIME) ** -2);
    return tf.mul(tf.mean(tf.square(tf.sub(x0Hat, image)), 1), tf.tensor1d(weights));
  }

  private apply(
    parameters: readonly tf.Tensor[],
    inputs: Parameters<typeof applyParameters>[3],
  ): tf.Tensor2D {
    const named: ParameterTensors = new Map(parameters.map((tensor, i) => [this.names[i] ?? "", tensor]));
    return applyParameters(this.architecture, named, this.groups, inputs);
  }

  private split(row: tf.Tensor1D): tf.Tensor[] {
    const parts = tf.split(row, this.shapes.map(sizeOf));
    return parts.map((part, i) => tf.reshape(part, [...(this.shapes[i] ?? [])]));
  }

  /** AdamW as PyTorch writes it: the decay first, then the step along the corrected means. */
  private moved(gradient: tf.Tensor1D, rate: number): Rows {
    const mean = mixed(this.rows.mean, gradient, BETA_1);
    const meanSq = mixed(this.rows.meanSq, tf.square(gradient), BETA_2);
    const spread = tf.add(tf.sqrt(tf.div(meanSq, 1 - BETA_2 ** this.steps)), EPSILON);
    const change = tf.mul(tf.div(mean, spread), rate / (1 - BETA_1 ** this.steps));
    const parameters = tf.sub(tf.mul(this.rows.parameters, 1 - rate * WEIGHT_DECAY), change) as tf.Tensor1D;
    return {
      parameters,
      mean,
      meanSq,
      average: mixed(this.rows.average, parameters, averageDecay(this.steps)),
    };
  }
}

function mixed(old: tf.Tensor1D, next: tf.Tensor1D, share: number): tf.Tensor1D {
  return tf.add(tf.mul(old, share), tf.mul(next, 1 - share)) as tf.Tensor1D;
}

/** As PyTorch's clip_grad_norm_. */
function shortened(gradient: tf.Tensor1D, length: tf.Tensor): tf.Tensor1D {
  return tf.mul(gradient, tf.minimum(1, tf.div(LONGEST_GRADIENT, tf.add(length, 1e-6)))) as tf.Tensor1D;
}
