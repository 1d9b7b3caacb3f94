/**
 * The policy network in own WebAssembly with 128-bit vectors, f32. A row's numbers do not depend on its neighbours, and sums over
 * rows have one order: the same bits in every browser and on every processor.
 */
import type { Process } from "../../diffusion/process.ts";
import { checkedParameters, parameterParts } from "../network-shape.ts";
import type { NetworkFactory, NetworkShape, PolicyNetwork } from "../policy-network.ts";
import {
  type NetworkRows,
  networkRows,
  outputToX0,
  pullThroughInputs,
  pullToOutput,
} from "../preconditioning.ts";
import { createPolicyKernel, type PolicyKernel } from "./kernel/kernel.ts";
import { type RowRange, WasmPasses } from "./passes.ts";

/** Awaited between the pieces of a call, so that whoever runs the network can pause or cancel. */
export type Rest = () => Promise<void>;

const AT_ONCE: Rest = () => Promise.resolve();

/** Rows of one piece: some milliseconds of work for 3 layers of 128. Their gradient is one f32 sum, pieces are added in f64. */
const PIECE_ROWS = 1024;

/** Networks over a process. They throw where there are no kernels; `hasPolicyKernel` tells. */
export function wasmNetworks(process: Process, rest: Rest = AT_ONCE): NetworkFactory {
  return (shape, parameters) => new WasmPolicyNetwork(createPolicyKernel(), process, shape, parameters, rest);
}

class WasmPolicyNetwork implements PolicyNetwork {
  readonly shape: NetworkShape;
  readonly parts;
  private readonly process: Process;
  private readonly rest: Rest;
  private passes: WasmPasses | null;
  private parameters: Float64Array;
  private gradient: Float64Array;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    home: PolicyKernel,
    process: Process,
    shape: NetworkShape,
    parameters: Float64Array,
    rest: Rest,
  ) {
    this.process = process;
    this.shape = shape;
    this.rest = rest;
    this.parts = parameterParts(shape);
    this.parameters = checkedParameters(shape, parameters);
    this.gradient = new Float64Array(parameters.length);
    this.passes = new WasmPasses(home, shape);
    this.passes.write(this.parameters);
  }

  predict(x: Float64Array, t: Float64Array): Promise<Float64Array> {
    return this.inTurn(async (passes) => {
      const rows = networkRows(this.process, this.shape, x, t);
      return outputToX0(rows, x, await this.forward(passes, rows, false));
    });
  }

  accumulate(x: Float64Array, t: Float64Array, pull: (x0Hat: Float64Array) => Float64Array): Promise<void> {
    return this.inTurn(async (passes) => {
      const rows = networkRows(this.process, this.shape, x, t);
      const x0Hat = outputToX0(rows, x, await this.forward(passes, rows, true));
      const pulled = pullToOutput(rows, this.shape.dim, pull(x0Hat));
      for (const piece of pieces(rows.count)) {
        await this.rest();
        passes.accumulate(pulled, piece, this.gradient);
      }
    });
  }

  pullToInput(x: Float64Array, t: Float64Array, weights: Float64Array): Promise<Float64Array> {
    return this.inTurn(async (passes) => {
      const { dim } = this.shape;
      const rows = networkRows(this.process, this.shape, x, t);
      const pulled = pullToOutput(rows, dim, weights);
      const gradient = new Float64Array(rows.inputs.length);
      await this.forward(passes, rows, true);
      for (const piece of pieces(rows.count)) {
        await this.rest();
        passes.pullBack(pulled, piece, gradient);
      }
      return pullThroughInputs(rows, dim, weights, gradient);
    });
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
    this.parameters = checkedParameters(this.shape, parameters);
    this.passes?.write(this.parameters);
  }

  dispose(): void {
    this.passes = null;
  }

  /** Outputs of all rows, [n, d]. */
  private async forward(passes: WasmPasses, rows: NetworkRows, traced: boolean): Promise<Float64Array> {
    const outputs = new Float64Array(rows.count * this.shape.dim);
    for (const piece of pieces(rows.count)) {
      await this.rest();
      passes.forward(rows.inputs, piece, traced, outputs);
    }
    return outputs;
  }

  /** One call after the other, since they share the kernel's memory. */
  private inTurn<T>(work: (passes: WasmPasses) => Promise<T>): Promise<T> {
    const turn = this.last.then(() => {
      if (!this.passes) throw new Error("network: internal: used after it was disposed of");
      return work(this.passes);
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }
}

/** The pieces of n rows, in order. */
function pieces(rows: number): readonly RowRange[] {
  return Array.from({ length: Math.ceil(rows / PIECE_ROWS) }, (_, piece) => {
    const first = piece * PIECE_ROWS;
    return { first, count: Math.min(PIECE_ROWS, rows - first) };
  });
}
