/**
 * The policy network in TensorFlow.js, f32, on the backend that is active when it is made. The backward pass is written out
 * in products of plain matrices: the library's own would multiply transposed ones, for which its WebAssembly backend has
 * only a slow path (ten times slower).
 */
import * as tf from "@tensorflow/tfjs";
import type { Process } from "../../diffusion/process.ts";
import { checkedParameters, layerLayout, parameterParts } from "../network-shape.ts";
import type { NetworkFactory, NetworkShape, PolicyNetwork } from "../policy-network.ts";
import {
  type NetworkRows,
  networkRows,
  outputToX0,
  pullThroughInputs,
  pullToOutput,
} from "../preconditioning.ts";
import { AT_ONCE, type Rest } from "../rest.ts";
import { type RowPiece, rowPieces } from "../row-pieces.ts";

/** Rows of one piece: activations of a few MB, and some ten milliseconds of work for 3 layers of 128. */
const PIECE_ROWS = 1024;

/** Networks over a process. */
export function tensorNetworks(process: Process, rest: Rest = AT_ONCE): NetworkFactory {
  return (shape, parameters) => new TensorPolicyNetwork(process, shape, parameters, rest);
}

// Aliases, not interfaces: only they count as the containers that tf.tidy takes.
type Layer = {
  readonly weight: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
};

/** What the backward pass needs of one layer: its input, and of hidden ones SiLU's slope at the sum. */
type Trace = {
  readonly input: tf.Tensor2D;
  readonly slope: tf.Tensor2D | undefined;
};

interface Piece extends RowPiece {
  readonly output: tf.Tensor2D;
  readonly traces: readonly Trace[];
}

class TensorPolicyNetwork implements PolicyNetwork {
  readonly shape: NetworkShape;
  readonly parts;
  private readonly process: Process;
  private readonly rest: Rest;
  private parameters: Float64Array;
  private layers: readonly Layer[];
  private gradients: readonly Layer[] | null = null;

  constructor(process: Process, shape: NetworkShape, parameters: Float64Array, rest: Rest) {
    this.process = process;
    this.shape = shape;
    this.rest = rest;
    this.parts = parameterParts(shape);
    this.parameters = checkedParameters(shape, parameters);
    this.layers = this.upload();
  }

  async predict(x: Float64Array, t: Float64Array): Promise<Float64Array> {
    const rows = networkRows(this.process, this.shape, x, t);
    const output = new Float64Array(x.length);
    for (const { first, count } of rowPieces(rows.count, PIECE_ROWS)) {
      await this.rest();
      const result = tf.tidy(() => this.outputs(this.inputs(rows, first, count)));
      output.set(await result.data(), first * this.shape.dim);
      result.dispose();
    }
    return outputToX0(rows, x, output);
  }

  async accumulate(
    x: Float64Array,
    t: Float64Array,
    pull: (x0Hat: Float64Array) => Float64Array,
  ): Promise<void> {
    const rows = networkRows(this.process, this.shape, x, t);
    await this.through(rows, async (done) => {
      const x0Hat = outputToX0(rows, x, await this.gather(done, x.length));
      const pulled = pullToOutput(rows, this.shape.dim, pull(x0Hat));
      for (const piece of done) {
        await this.rest();
        this.addGradients(tf.tidy(() => this.backward(piece, this.upper(piece, pulled))));
      }
    });
  }

  async pullToInput(x: Float64Array, t: Float64Array, weights: Float64Array): Promise<Float64Array> {
    const { dim } = this.shape;
    const rows = networkRows(this.process, this.shape, x, t);
    const pulled = pullToOutput(rows, dim, weights);
    const width = rows.inputs.length / Math.max(1, rows.count);
    const gradient = new Float64Array(rows.inputs.length);
    await this.through(rows, async (done) => {
      for (const piece of done) {
        await this.rest();
        const lower = tf.tidy(() => this.pullBack(piece, this.upper(piece, pulled)));
        gradient.set(await lower.data(), piece.first * width);
        lower.dispose();
      }
    });
    return pullThroughInputs(rows, dim, weights, gradient);
  }

  async takeGradient(): Promise<Float64Array> {
    const gradient = new Float64Array(this.parameters.length);
    const taken = this.gradients;
    this.gradients = null;
    if (!taken) return gradient;
    const layout = layerLayout(this.shape);
    for (const [index, layer] of taken.entries()) {
      const place = layout[index];
      if (!place) continue;
      gradient.set(await layer.weight.data(), place.weight);
      gradient.set(await layer.bias.data(), place.bias);
    }
    disposeLayers(taken);
    return gradient;
  }

  /** The f64 row that was written, not its f32 rounding: an optimiser's small steps must not be lost. */
  read(): Promise<Float64Array> {
    return Promise.resolve(this.parameters.slice());
  }

  write(parameters: Float64Array): void {
    this.parameters = checkedParameters(this.shape, parameters);
    disposeLayers(this.layers);
    this.layers = this.upload();
  }

  dispose(): void {
    disposeLayers(this.layers);
    if (this.gradients) disposeLayers(this.gradients);
    this.layers = [];
    this.gradients = null;
  }

  private upload(): readonly Layer[] {
    return layerLayout(this.shape).map(({ inputs, outputs, weight, bias }) => ({
      weight: tf.tensor2d(Float32Array.from(this.parameters.subarray(weight, bias)), [inputs, outputs]),
      bias: tf.tensor1d(Float32Array.from(this.parameters.subarray(bias, bias + outputs))),
    }));
  }

  private inputs({ inputs, count: total }: NetworkRows, first: number, count: number): tf.Tensor2D {
    const width = inputs.length / total;
    return tf.tensor2d(Float32Array.from(inputs.subarray(first * width, (first + count) * width)), [
      count,
      width,
    ]);
  }

  private outputs(inputs: tf.Tensor2D): tf.Tensor2D {
    return this.layers.reduce((input, layer, index) => {
      const sum = linear(input, layer);
      return index < this.shape.depth ? tf.mul<tf.Tensor2D>(sum, tf.sigmoid(sum)) : sum;
    }, inputs);
  }

  /** Runs the forward pass of all rows, hands its pieces on and lets go of them, whatever happens. */
  private async through(rows: NetworkRows, use: (done: readonly Piece[]) => Promise<void>): Promise<void> {
    const done: Piece[] = [];
    try {
      for (const { first, count } of rowPieces(rows.count, PIECE_ROWS)) {
        await this.rest();
        const { output, traces } = tf.tidy(() => this.traced(this.inputs(rows, first, count)));
        done.push({ first, count, output, traces });
      }
      await use(done);
    } finally {
      for (const { output, traces } of done) tf.dispose([output, ...traces.flatMap(tensorsOf)]);
    }
  }

  private traced(inputs: tf.Tensor2D): { output: tf.Tensor2D; traces: Trace[] } {
    const traces: Trace[] = [];
    const output = this.layers.reduce((input, layer, index) => {
      const sum = linear(input, layer);
      if (index === this.shape.depth) {
        traces.push({ input, slope: undefined });
        return sum;
      }
      const gate = tf.sigmoid(sum);
      const result = tf.mul<tf.Tensor2D>(sum, gate);
      // d silu = gate + silu (1 - gate)
      traces.push({ input, slope: tf.sub(tf.add(gate, result), tf.mul(result, gate)) });
      return result;
    }, inputs);
    return { output, traces };
  }

  private async gather(done: readonly Piece[], length: number): Promise<Float64Array> {
    const output = new Float64Array(length);
    for (const piece of done) output.set(await piece.output.data(), piece.first * this.shape.dim);
    return output;
  }

  private upper({ first, count }: Piece, pulled: Float64Array): tf.Tensor2D {
    const { dim } = this.shape;
    return tf.tensor2d(Float32Array.from(pulled.subarray(first * dim, (first + count) * dim)), [count, dim]);
  }

  /** Gradients of all layers, in order, from that of the output. */
  private backward({ traces, count }: Piece, upper: tf.Tensor2D): Layer[] {
    const ones = tf.ones<tf.Rank.R2>([1, count]);
    const gradients: Layer[] = [];
    let delta = upper;
    for (let index = traces.length - 1; index >= 0; index--) {
      const { layer, trace } = this.at(traces, index);
      if (trace.slope) delta = tf.mul(delta, trace.slope);
      gradients.unshift({
        weight: tf.matMul(tf.transpose(trace.input), delta),
        bias: tf.reshape(tf.matMul(ones, delta), [-1]),
      });
      if (index > 0) delta = tf.matMul(delta, tf.transpose(layer.weight));
    }
    return gradients;
  }

  /** Gradient of the inputs [count, inputs of the first layer] from that of the output. */
  private pullBack({ traces }: Piece, upper: tf.Tensor2D): tf.Tensor2D {
    return traces.reduceRight((delta, _, index) => {
      const { layer, trace } = this.at(traces, index);
      const inner = trace.slope ? tf.mul<tf.Tensor2D>(delta, trace.slope) : delta;
      return tf.matMul(inner, tf.transpose(layer.weight));
    }, upper);
  }

  private at(traces: readonly Trace[], index: number): { layer: Layer; trace: Trace } {
    const layer = this.layers[index];
    const trace = traces[index];
    if (!layer || !trace) throw new Error("network: internal: used after it was disposed of");
    return { layer, trace };
  }

  private addGradients(fresh: Layer[]): void {
    const before = this.gradients;
    if (before === null) {
      this.gradients = fresh;
      return;
    }
    this.gradients = tf.tidy(() => before.map((layer, index) => sumOfLayers(layer, fresh[index])));
    disposeLayers(before);
    disposeLayers(fresh);
  }
}

function sumOfLayers(a: Layer, b: Layer | undefined): Layer {
  if (!b) throw new Error("network: internal: gradients of all layers expected");
  return { weight: tf.add(a.weight, b.weight), bias: tf.add(a.bias, b.bias) };
}

function linear(input: tf.Tensor2D, { weight, bias }: Layer): tf.Tensor2D {
  return tf.fused.matMul({ a: input, b: weight, bias }) as tf.Tensor2D;
}

function tensorsOf({ input, slope }: Trace): tf.Tensor[] {
  return slope ? [input, slope] : [input];
}

function disposeLayers(layers: readonly Layer[]): void {
  for (const { weight, bias } of layers) tf.dispose([weight, bias]);
}
