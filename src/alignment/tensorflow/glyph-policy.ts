/**
 * The glyph network as a policy: its weights stay as they are, low-rank parts are trained [Hu21]. f32, on the backend that the
 * network was made on. Rows are images; what they ask is a prompt of the list and the jump's target.
 */
import * as tf from "@tensorflow/tfjs";
import { imageSize } from "../../network/architecture.ts";
import type { TensorNetwork } from "../../network/tensorflow/network.ts";
import { type AdaptedLayer, adapterParts, adapterSize } from "../adapter.ts";
import type { PolicyNetwork, RowContext } from "../policy-network.ts";
import { AT_ONCE, type Rest } from "../rest.ts";
import { rowPieces } from "../row-pieces.ts";
import { type GlyphPlace, ON_THIS_THREAD } from "./glyph-place.ts";

export interface GlyphPolicyOptions {
  /** Frozen, and shared by the policies over it: each sets its own parts before it calls. */
  readonly network: TensorNetwork;
  /** Token numbers of each prompt. */
  readonly prompts: readonly (readonly number[])[];
  readonly layers: readonly AdaptedLayer[];
  /** The parts, flat. */
  readonly parameters: Float64Array;
  /** Awaited between the pieces of a call. */
  readonly rest?: Rest;
  /** How the network's backend takes its work; by default one that computes in this thread. */
  readonly place?: GlyphPlace;
}

/** Gradient weights [n, d] of predictions [n, d]. */
type Pull = (x0Hat: Float64Array) => Float64Array;

interface Rows {
  readonly x: Float64Array;
  readonly t: Float64Array;
  readonly asked: RowContext;
}

/** A policy; `dispose` leaves the network alone. Throws RangeError where the parameters do not fit the layers. */
export function createGlyphPolicy(options: GlyphPolicyOptions): PolicyNetwork {
  return new GlyphPolicy(options);
}

class GlyphPolicy implements PolicyNetwork {
  readonly shape;
  readonly parts;
  readonly rowsAtOnce?: number;
  private readonly network: TensorNetwork;
  private readonly prompts: readonly (readonly number[])[];
  private readonly layers: readonly AdaptedLayer[];
  private readonly rest: Rest;
  private readonly place: GlyphPlace;
  private parameters: Float64Array;
  private gradient: Float64Array;
  /** a and b of each layer in turn. */
  private tensors: readonly tf.Tensor2D[];

  constructor(options: GlyphPolicyOptions) {
    const { network, prompts, layers, parameters, rest = AT_ONCE, place = ON_THIS_THREAD } = options;
    this.network = network;
    this.prompts = prompts;
    this.layers = layers;
    this.rest = rest;
    this.place = place;
    // Fewer would be filled up to a whole piece.
    if (place.device) this.rowsAtOnce = place.images;
    this.shape = { dim: imageSize(network.weights.architecture), prediction: "x0" } as const;
    this.parts = adapterParts(layers);
    this.parameters = this.checked(parameters);
    this.gradient = new Float64Array(this.parameters.length);
    this.tensors = this.upload();
  }

  async predict(x: Float64Array, t: Float64Array, asked?: RowContext): Promise<Float64Array> {
    const rows = { x, t, asked: required(asked, t.length) };
    const out = new Float64Array(x.length);
    for (const { first, count } of rowPieces(t.length, this.place.images)) {
      await this.rest();
      const piece = this.piece(rows, first, count);
      const result = tf.tidy(() => this.apply(this.tensors, piece, this.images(piece)));
      await this.fetch(result, out, first, count);
    }
    return out;
  }

  async accumulate(x: Float64Array, t: Float64Array, pull: Pull, asked?: RowContext): Promise<void> {
    const rows = { x, t, asked: required(asked, t.length) };
    // Weights of a row may depend on other rows, so all predictions must be there first. Those of one piece are met on the way,
    // where they can be read there: a device is waited for, which a pass forwards and back cannot do.
    const isOnTheWay = !this.place.device && t.length <= this.place.images;
    const weights = isOnTheWay ? null : pull(await this.predict(x, t, asked));
    for (const { first, count } of rowPieces(t.length, this.place.images)) {
      await this.rest();
      const piece = this.piece(rows, first, count);
      await this.addGradients(piece, (x0Hat) =>
        weights ? this.pulled(weights, first, count) : pull(Float64Array.from(x0Hat.dataSync())),
      );
    }
  }

  async pullToInput(
    x: Float64Array,
    t: Float64Array,
    weights: Float64Array,
    asked?: RowContext,
  ): Promise<Float64Array> {
    const rows = { x, t, asked: required(asked, t.length) };
    const out = new Float64Array(x.length);
    for (const { first, count } of rowPieces(t.length, this.place.images)) {
      await this.rest();
      const piece = this.piece(rows, first, count);
      const pulled = this.pulled(weights, first, count);
      const slope = tf.tidy(() =>
        tf.grad((images) => this.weighed(this.apply(this.tensors, piece, images as tf.Tensor2D), pulled))(
          this.images(piece),
        ),
      );
      await this.fetch(slope, out, first, count);
    }
    return out;
  }

  takeGradient(): Promise<Float64Array> {
    const taken = this.gradient;
    this.gradient = new Float64Array(taken.length);
    return Promise.resolve(taken);
  }

  /** The f64 row that was written, not its f32 rounding: an optimiser's small steps must not be lost. */
  read(): Promise<Float64Array> {
    return Promise.resolve(this.parameters.slice());
  }

  write(parameters: Float64Array): void {
    this.parameters = this.checked(parameters);
    tf.dispose([...this.tensors]);
    this.tensors = this.upload();
  }

  dispose(): void {
    tf.dispose([...this.tensors]);
    this.tensors = [];
  }

  private checked(parameters: Float64Array): Float64Array {
    const expected = adapterSize(this.layers);
    if (parameters.length === expected) return parameters.slice();
    throw new RangeError(
      `adapter: parameters must be ${expected} numbers for ${this.layers.length} layers, got ${parameters.length}; use weights of the same adapter`,
    );
  }

  private upload(): readonly tf.Tensor2D[] {
    const at = (offset: number, rows: number, columns: number): tf.Tensor2D =>
      tf.tensor2d(Float32Array.from(this.parameters.subarray(offset, offset + rows * columns)), [
        rows,
        columns,
      ]);
    return this.layers.flatMap(({ inputs, outputs, rank, a, b }) => [
      at(a, inputs, rank),
      at(b, rank, outputs),
    ]);
  }

  /** Rows [first, first + count), on a device with the last one again up to a whole piece. */
  private piece({ x, t, asked }: Rows, first: number, count: number): Rows {
    const at = Int32Array.from(
      { length: this.place.device ? this.place.images : count },
      (_, i) => first + Math.min(i, count - 1),
    );
    const pick = (values: Float64Array) => Float64Array.from(at, (row) => values[row] as number);
    const images = new Float64Array(at.length * this.shape.dim);
    at.forEach((row, i) => images.set(this.slice(x, row, 1), i * this.shape.dim));
    return {
      x: images,
      t: pick(t),
      asked: { prompt: at.map((row) => asked.prompt[row] as number), jump: pick(asked.jump) },
    };
  }

  /** Weights of a piece's rows; the repeated ones have none. */
  private pulled(weights: Float64Array, first: number, count: number): Float64Array {
    const own = this.slice(weights, first, count);
    if (!this.place.device) return own;
    const all = new Float64Array(this.place.images * this.shape.dim);
    all.set(own);
    return all;
  }

  private slice(values: Float64Array, first: number, count: number): Float64Array {
    const { dim } = this.shape;
    return values.subarray(first * dim, (first + count) * dim);
  }

  /** Brings the numbers of a piece's own rows to their place in `out`, and lets the tensor go. */
  private async fetch(tensor: tf.Tensor, out: Float64Array, first: number, count: number): Promise<void> {
    try {
      const { dim } = this.shape;
      out.set((await tensor.data()).subarray(0, count * dim), first * dim);
    } finally {
      tensor.dispose();
    }
  }

  private images({ x, t }: Rows): tf.Tensor2D {
    return tf.tensor2d(Float32Array.from(x), [t.length, this.shape.dim]);
  }

  /** x0Hat [n, d] with the parts `tensors`, which may be those that a gradient is taken along. */
  private apply(tensors: readonly tf.Tensor[], { t, asked }: Rows, x: tf.Tensor2D): tf.Tensor2D {
    const parts = this.layers.map(({ layer }, i) => {
      const [a, b] = tensors.slice(2 * i, 2 * i + 2) as [tf.Tensor2D, tf.Tensor2D];
      return [layer, { a, b }] as const;
    });
    this.network.setLowRank(new Map(parts));
    const tokens = Array.from(asked.prompt, (number) => this.promptAt(number)).flat();
    return this.network.apply({ x, t, s: asked.jump, prompts: Int32Array.from(tokens) });
  }

  private promptAt(number: number): readonly number[] {
    const prompt = this.prompts[number];
    if (prompt) return prompt;
    throw new RangeError(
      `glyph policy: prompt must be one of 0..${this.prompts.length - 1}, got ${number}; give a number of the list`,
    );
  }

  private weighed(x0Hat: tf.Tensor2D, weights: Float64Array): tf.Scalar {
    return tf.sum(tf.mul(x0Hat, tf.tensor2d(Float32Array.from(weights), x0Hat.shape))) as tf.Scalar;
  }

  /** One pass forwards and back; the weights are asked for in between. */
  private async addGradients(piece: Rows, weightsOf: (x0Hat: tf.Tensor2D) => Float64Array): Promise<void> {
    const slopes = tf.tidy(() => {
      const { grads, value } = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
        const x0Hat = this.apply(tensors, piece, this.images(piece));
        return this.weighed(x0Hat, weightsOf(x0Hat));
      })([...this.tensors]);
      value.dispose();
      return grads;
    });
    try {
      const numbers = await Promise.all(slopes.map((slope) => slope.data()));
      numbers.forEach((slope, i) => this.addSlope(i, slope));
    } finally {
      tf.dispose(slopes);
    }
  }

  private addSlope(i: number, slope: ArrayLike<number>): void {
    const layer = this.layers[Math.floor(i / 2)];
    const offset = (i % 2 === 0 ? layer?.a : layer?.b) ?? 0;
    for (let j = 0; j < slope.length; j++)
      this.gradient[offset + j] = (this.gradient[offset + j] as number) + (slope[j] as number);
  }
}

function required(asked: RowContext | undefined, count: number): RowContext {
  if (asked && asked.prompt.length === count && asked.jump.length === count) return asked;
  throw new Error(`glyph policy: internal: prompts and jumps of ${count} rows must be given`);
}
