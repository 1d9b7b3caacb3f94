/** The glyph network in TensorFlow.js: parameters as tensors, low-rank slots, forward pass and one-call prediction. */
import * as tf from "@tensorflow/tfjs";
import { imageSize } from "../architecture.ts";
import { forward, timeWaves } from "../forward.ts";
import { lowRankShapes } from "../low-rank.ts";
import type { NetworkModel } from "../model.ts";
import { checkPrompts, oneHotPrompts } from "../prompt-tokens.ts";
import { type NetworkWeights, parameterOf } from "../weights.ts";
import { turnedFilter } from "./gradients.ts";
import { type LowRank, tensorOperations } from "./operations.ts";

/** What a differentiable call reads: x [P, D], t [P], s [P], prompts [P slots] of token numbers. */
export interface TensorInputs {
  readonly x: tf.Tensor2D;
  readonly t: ArrayLike<number>;
  readonly s: ArrayLike<number>;
  readonly prompts: Int32Array;
}

/** A network on the backend that was active when it was made. */
export class TensorNetwork implements NetworkModel {
  readonly weights: NetworkWeights;
  /** Images of one call of `predict`: larger batches are split. */
  readonly batch: number;
  private readonly parameters: ReadonlyMap<string, tf.Tensor>;
  private readonly groupMatrices = new Map<number, tf.Tensor2D>();
  private readonly turnedFilters = new Map<string, tf.Tensor4D>();
  private lowRanks: ReadonlyMap<string, LowRank> = new Map();

  constructor(weights: NetworkWeights, batch = 16) {
    this.weights = weights;
    this.batch = batch;
    this.parameters = new Map(
      [...weights.parameters].map(([name, { shape, data }]) => [
        name,
        tf.keep(tf.tensor(data, [...shape], "float32")),
      ]),
    );
  }

  /** Uses low-rank parts by layer name, see lowRankShapes; the caller keeps and disposes their tensors. */
  setLowRank(parts: ReadonlyMap<string, LowRank>): void {
    const known = new Map(lowRankShapes(this.weights.architecture).map((entry) => [entry.layer, entry]));
    for (const [layer, { a, b }] of parts) {
      const slot = known.get(layer);
      const [inputs, rank] = a.shape;
      if (!slot || inputs !== slot.inputs || b.shape[0] !== rank || b.shape[1] !== slot.outputs)
        throw new RangeError(
          `low-rank part of ${layer}: must be a layer of lowRankShapes with a [${slot?.inputs}, r] and b [r, ${slot?.outputs}], ` +
            `got [${a.shape.join(", ")}] and [${b.shape.join(", ")}]`,
        );
    }
    this.lowRanks = parts;
  }

  /** x0Hat [P, D], a tensor of the surrounding tidy; differentiable by x and by the low-rank parts. */
  apply({ x, t, s, prompts }: TensorInputs): tf.Tensor2D {
    const { architecture } = this.weights;
    const count = x.shape[0];
    checkPrompts(architecture, prompts, count);
    const operations = tensorOperations(architecture, {
      parameter: (name) => this.parameter(name),
      lowRank: (layer) => this.lowRanks.get(layer),
      groupMatrix: (channels) => this.groupMatrix(channels),
      turnedFilter: (layer) => this.turnedFilter(layer),
    });
    const waves = (times: ArrayLike<number>): tf.Tensor2D =>
      tf.tensor2d(timeWaves(architecture, times), [count, 2 * architecture.frequencies]);
    const images = forward(architecture, operations, {
      images: x,
      timeWaves: waves(t),
      jumpWaves: waves(s),
      asked: this.asked(prompts, count),
    });
    return tf.reshape(images, [count, imageSize(architecture)]) as tf.Tensor2D;
  }

  async predict(
    x: Float32Array,
    t: number,
    s: number,
    prompts: Int32Array,
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    const dim = imageSize(this.weights.architecture);
    const slots = this.weights.architecture.slots.length;
    const count = x.length / dim;
    const out = new Float32Array(x.length);
    for (let first = 0; first < count; first += this.batch) {
      signal?.throwIfAborted();
      const last = Math.min(count, first + this.batch);
      const result = tf.tidy(() =>
        this.apply({
          x: tf.tensor2d(x.subarray(first * dim, last * dim), [last - first, dim]),
          t: new Array<number>(last - first).fill(t),
          s: new Array<number>(last - first).fill(s),
          prompts: prompts.subarray(first * slots, last * slots),
        }),
      );
      out.set(await result.data(), first * dim);
      result.dispose();
    }
    return out;
  }

  dispose(): void {
    const { parameters, groupMatrices, turnedFilters } = this;
    tf.dispose([...parameters.values(), ...groupMatrices.values(), ...turnedFilters.values()]);
  }

  private parameter(name: string): tf.Tensor {
    const found = this.parameters.get(name);
    if (!found) throw new Error(`${name}: internal: the network must have this parameter`);
    return found;
  }

  private groupMatrix(channels: number): tf.Tensor2D {
    const found = this.groupMatrices.get(channels);
    if (found) return found;
    const size = channels / this.weights.architecture.groups;
    const entries = Float32Array.from({ length: channels * channels }, (_, i) =>
      Math.floor(i / channels / size) === Math.floor((i % channels) / size) ? 1 / size : 0,
    );
    const matrix = tf.keep(tf.tensor2d(entries, [channels, channels]));
    this.groupMatrices.set(channels, matrix);
    return matrix;
  }

  /** [3, 3, outputs, inputs] of a convolution's filter, made when a backward pass first asks for it. */
  private turnedFilter(layer: string): tf.Tensor4D {
    const found = this.turnedFilters.get(layer);
    if (found) return found;
    const { shape, data } = parameterOf(this.weights, `${layer}.weight`);
    const [rows = 0, outputs = 0] = shape;
    const inputs = rows / 9;
    const filter = tf.keep(tf.tensor4d(turnedFilter(data, inputs, outputs), [3, 3, outputs, inputs]));
    this.turnedFilters.set(layer, filter);
    return filter;
  }

  /** Sum of the token embeddings by one-hot rows, since not every backend has a gradient of gather. */
  private asked(prompts: Int32Array, count: number): tf.Tensor2D {
    const { slots } = this.weights.architecture;
    const table = tf.concat2d(
      slots.map((_, slot) => this.parameter(`tokens.${slot}.weight`) as tf.Tensor2D),
      0,
    );
    return tf.matMul(
      tf.tensor2d(oneHotPrompts(slots, prompts), [count, table.shape[0]]),
      table,
    ) as tf.Tensor2D;
  }
}
