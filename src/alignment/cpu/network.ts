/** The policy network in f64, written out: the reference that the others are tested against. */
import type { Process } from "../../diffusion/process.ts";
import { checkedParameters, layerLayout, type LayerLayout, parameterParts } from "../network-shape.ts";
import type { NetworkFactory, NetworkShape, PolicyNetwork } from "../policy-network.ts";
import {
  type NetworkRows,
  networkRows,
  outputToX0,
  pullThroughInputs,
  pullToOutput,
} from "../preconditioning.ts";
import { AT_ONCE, type Rest } from "../rest.ts";

/** Networks over a process. */
export function cpuNetworks(process: Process, rest: Rest = AT_ONCE): NetworkFactory {
  return (shape, parameters) => new CpuNetwork(process, shape, parameters, rest);
}

/** What the backward pass needs of one layer: its input [n, inputs] and, of hidden ones, the sum before SiLU [n, outputs]. */
interface Trace {
  readonly layer: LayerLayout;
  readonly input: Float64Array;
  readonly sum: Float64Array;
  readonly hidden: boolean;
}

class CpuNetwork implements PolicyNetwork {
  readonly shape: NetworkShape;
  readonly parts;
  private readonly process: Process;
  private readonly rest: Rest;
  private readonly layers: readonly LayerLayout[];
  private parameters: Float64Array;
  private gradient: Float64Array;

  constructor(process: Process, shape: NetworkShape, parameters: Float64Array, rest: Rest) {
    this.process = process;
    this.shape = shape;
    this.rest = rest;
    this.parts = parameterParts(shape);
    this.layers = layerLayout(shape);
    this.parameters = checkedParameters(shape, parameters);
    this.gradient = new Float64Array(parameters.length);
  }

  async predict(x: Float64Array, t: Float64Array): Promise<Float64Array> {
    await this.rest();
    const rows = networkRows(this.process, this.shape, x, t);
    return outputToX0(rows, x, lastOf(this.forward(rows)));
  }

  async accumulate(
    x: Float64Array,
    t: Float64Array,
    pull: (x0Hat: Float64Array) => Float64Array,
  ): Promise<void> {
    await this.rest();
    const rows = networkRows(this.process, this.shape, x, t);
    const traces = this.forward(rows);
    const pulled = pull(outputToX0(rows, x, lastOf(traces)));
    this.backward(traces, rows.count, pullToOutput(rows, this.shape.dim, pulled), this.gradient);
  }

  async pullToInput(x: Float64Array, t: Float64Array, weights: Float64Array): Promise<Float64Array> {
    await this.rest();
    const rows = networkRows(this.process, this.shape, x, t);
    const traces = this.forward(rows);
    const { dim } = this.shape;
    const pulled = this.backward(traces, rows.count, pullToOutput(rows, dim, weights), null);
    return pullThroughInputs(rows, dim, weights, pulled);
  }

  takeGradient(): Promise<Float64Array> {
    const taken = this.gradient;
    this.gradient = new Float64Array(taken.length);
    return Promise.resolve(taken);
  }

  read(): Promise<Float64Array> {
    return Promise.resolve(this.parameters.slice());
  }

  write(parameters: Float64Array): void {
    this.parameters = checkedParameters(this.shape, parameters);
  }

  dispose(): void {
    this.gradient = new Float64Array(0);
  }

  private forward({ inputs, count }: NetworkRows): readonly Trace[] {
    let input = inputs;
    return this.layers.map((layer, index) => {
      const hidden = index < this.shape.depth;
      const sum = this.sums(layer, input, count);
      const trace = { layer, input, sum, hidden };
      if (hidden) input = sum.map(silu);
      return trace;
    });
  }

  /** input weight + bias, [n, outputs]. */
  private sums(
    { inputs, outputs, weight, bias }: LayerLayout,
    input: Float64Array,
    count: number,
  ): Float64Array {
    const { parameters } = this;
    const sums = new Float64Array(count * outputs);
    for (let n = 0; n < count; n++) {
      const row = sums.subarray(n * outputs, (n + 1) * outputs);
      row.set(parameters.subarray(bias, bias + outputs));
      for (let i = 0; i < inputs; i++) {
        const value = input[n * inputs + i] as number;
        const from = weight + i * outputs;
        for (let j = 0; j < outputs; j++)
          row[j] = (row[j] as number) + value * (parameters[from + j] as number);
      }
    }
    return sums;
  }

  /** Adds the parameters' gradient to `gradient`, if given, and returns that of the inputs [n, inputs of the first layer]. */
  private backward(
    traces: readonly Trace[],
    count: number,
    pulled: Float64Array,
    gradient: Float64Array | null,
  ): Float64Array {
    return traces.reduceRight((upper, { layer, input, sum, hidden }) => {
      const delta = hidden ? upper.map((value, j) => value * siluSlope(sum[j] as number)) : upper;
      if (gradient) addOuter(layer, input, delta, count, gradient);
      return this.pullBack(layer, delta, count);
    }, pulled);
  }

  /** delta weight', [n, inputs]. */
  private pullBack(
    { inputs, outputs, weight }: LayerLayout,
    delta: Float64Array,
    count: number,
  ): Float64Array {
    const { parameters } = this;
    const lower = new Float64Array(count * inputs);
    for (let n = 0; n < count; n++)
      for (let i = 0; i < inputs; i++) {
        const from = weight + i * outputs;
        let total = 0;
        for (let j = 0; j < outputs; j++)
          total += (delta[n * outputs + j] as number) * (parameters[from + j] as number);
        lower[n * inputs + i] = total;
      }
    return lower;
  }
}

/** gradient += input' delta for the weight and the column sums of delta for the bias. */
function addOuter(
  { inputs, outputs, weight, bias }: LayerLayout,
  input: Float64Array,
  delta: Float64Array,
  count: number,
  gradient: Float64Array,
): void {
  for (let n = 0; n < count; n++) {
    for (let j = 0; j < outputs; j++)
      gradient[bias + j] = (gradient[bias + j] as number) + (delta[n * outputs + j] as number);
    for (let i = 0; i < inputs; i++) {
      const value = input[n * inputs + i] as number;
      const from = weight + i * outputs;
      for (let j = 0; j < outputs; j++)
        gradient[from + j] = (gradient[from + j] as number) + value * (delta[n * outputs + j] as number);
    }
  }
}

function lastOf(traces: readonly Trace[]): Float64Array {
  return traces.at(-1)?.sum ?? new Float64Array(0);
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function silu(x: number): number {
  return x * sigmoid(x);
}

function siluSlope(x: number): number {
  const s = sigmoid(x);
  return s * (1 + x * (1 - s));
}
