/**
 * The policy network in own WebAssembly with 128-bit vectors, f32. A row's numbers do not depend on its neighbours, and sums over
 * rows have one order: for equal inputs the same bits in every browser, on every processor, and with any number of threads.
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
import { AT_ONCE, type Rest } from "../rest.ts";
import { type RowPiece, rowPieces } from "../row-pieces.ts";
import { type Crew, type Helper, shareOut, type SharedWork } from "./crew.ts";
import { createPolicyKernel, type PolicyKernel } from "./kernel/kernel.ts";
import { TILE_ROWS } from "./layout.ts";
import { WasmPasses } from "./passes.ts";

/**
 * Rows of one piece: some milliseconds of work for 3 layers of 128. Their gradient is one f32 sum, pieces are added in f64, in
 * order; so this number is part of what a seed gives.
 */
const PIECE_ROWS = 512;
/** Rows below which a message takes longer than it saves. */
const LEAST_ROWS = 128;

/** Networks over a process, with helpers where there are some. They throw where there are no kernels; `hasPolicyKernel` tells. */
export function wasmNetworks(
  process: Process,
  rest: Rest = AT_ONCE,
  crew: Crew | null = null,
): NetworkFactory {
  return (shape, parameters) =>
    new WasmPolicyNetwork(createPolicyKernel(), { process, rest, crew }, shape, parameters);
}

interface Surroundings {
  readonly process: Process;
  readonly rest: Rest;
  readonly crew: Crew | null;
}

interface ForwardWork extends SharedWork<RowPiece> {
  /** Makes up for a trace that is not in this thread. */
  readonly ensure: (part: RowPiece) => void;
}

/** Networks made so far in this thread, by which its helpers tell them apart. */
let networks = 0;

class WasmPolicyNetwork implements PolicyNetwork {
  readonly shape: NetworkShape;
  readonly parts;
  private readonly number = networks++;
  private readonly around: Surroundings;
  private passes: WasmPasses | null;
  private parameters: Float64Array;
  private gradient: Float64Array;
  /** Writes so far, and the one that each helper knows. */
  private version = 0;
  private readonly told = new Map<Helper, number>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(home: PolicyKernel, around: Surroundings, shape: NetworkShape, parameters: Float64Array) {
    this.around = around;
    this.shape = shape;
    this.parts = parameterParts(shape);
    this.parameters = checkedParameters(shape, parameters);
    this.gradient = new Float64Array(parameters.length);
    this.passes = new WasmPasses(home, shape);
    this.passes.write(this.parameters);
  }

  predict(x: Float64Array, t: Float64Array): Promise<Float64Array> {
    return this.inTurn(async (passes) => {
      const rows = networkRows(this.around.process, this.shape, x, t);
      const helpers = this.helpers(rows.count);
      const parts = rowPieces(rows.count, evenRows(rows.count, helpers.length + 1));
      const outputs = await this.shareOut(helpers, this.forward(passes, rows, parts, false));
      return outputToX0(rows, x, joined(outputs, x.length));
    });
  }

  accumulate(x: Float64Array, t: Float64Array, pull: (x0Hat: Float64Array) => Float64Array): Promise<void> {
    return this.inTurn(async (passes) => {
      const { dim } = this.shape;
      const rows = networkRows(this.around.process, this.shape, x, t);
      const parts = rowPieces(rows.count, PIECE_ROWS);
      const helpers = this.helpers(rows.count);
      const traces = this.forward(passes, rows, parts, true);
      const outputs = await this.shareOut(helpers, traces);
      const pulled = pullToOutput(rows, dim, pull(outputToX0(rows, x, joined(outputs, x.length))));
      await this.addGradients(passes, helpers, traces, pulled);
    });
  }

  pullToInput(x: Float64Array, t: Float64Array, weights: Float64Array): Promise<Float64Array> {
    return this.inTurn(async (passes) => {
      const { dim } = this.shape;
      const rows = networkRows(this.around.process, this.shape, x, t);
      const pulled = pullToOutput(rows, dim, weights);
      const helpers = this.helpers(rows.count);
      const parts = rowPieces(rows.count, evenRows(rows.count, helpers.length + 1));
      const traces = this.forward(passes, rows, parts, true);
      await this.shareOut(helpers, traces);
      const gradients = await this.shareOut(helpers, {
        parts,
        here: (part) => {
          traces.ensure(part);
          return passes.pullBack(view(pulled, part, dim), part.first);
        },
        there: (helper, part) => helper.ask(this.backward("pull-back", pulled, part)),
      });
      return pullThroughInputs(rows, dim, weights, joined(gradients, rows.inputs.length));
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
    this.version++;
  }

  /** A call under way ends as it would have; those that wait for their turn are refused. */
  dispose(): void {
    this.passes = null;
    // A helper that is asked about a network which it was told to forget fails, and is lost to all networks.
    void this.last.then(() => {
      for (const helper of this.told.keys()) helper.tell({ kind: "close", network: this.number });
      this.told.clear();
    });
  }

  /** The forward pass of the parts. */
  private forward(
    passes: WasmPasses,
    { inputs, count }: NetworkRows,
    parts: readonly RowPiece[],
    traced: boolean,
  ): ForwardWork {
    const width = inputs.length / Math.max(1, count);
    const traces = new Set<number>();
    const here = (part: RowPiece): Float64Array => {
      traces.add(part.first);
      return passes.forward(view(inputs, part, width), part.first, traced);
    };
    return {
      parts,
      here,
      there: (helper, part) =>
        helper.ask({
          ...{ kind: "forward", network: this.number, first: part.first, traced },
          inputs: view(inputs, part, width).slice(),
        }),
      ensure: (part) => {
        if (!traces.has(part.first)) here(part);
      },
    };
  }

  /** Adds the parts' gradients to the accumulated one, in the order of the parts. */
  private async addGradients(
    passes: WasmPasses,
    helpers: readonly Helper[],
    traces: ForwardWork,
    pulled: Float64Array,
  ): Promise<void> {
    const { parts } = traces;
    const addHere = (part: RowPiece, gradient: Float64Array): Float64Array => {
      traces.ensure(part);
      passes.accumulate(view(pulled, part, this.shape.dim), part.first, gradient);
      return gradient;
    };
    // Alone, no part waits for another: the same additions in the same order.
    if (helpers.length === 0) {
      for (const part of parts) {
        await this.around.rest();
        addHere(part, this.gradient);
      }
      return;
    }
    const gradients = await this.shareOut(helpers, {
      parts,
      here: (part) => addHere(part, new Float64Array(this.parameters.length)),
      there: (helper, part) => helper.ask(this.backward("gradient", pulled, part)),
    });
    for (const gradient of gradients) addTo(this.gradient, gradient);
  }

  private backward<K extends "gradient" | "pull-back">(kind: K, pulled: Float64Array, part: RowPiece) {
    const rows = view(pulled, part, this.shape.dim).slice();
    return { kind, network: this.number, first: part.first, pulled: rows };
  }

  /** Those who share the work on so many rows, with the newest parameters. */
  private helpers(rows: number): readonly Helper[] {
    const all = this.around.crew?.helpers.filter(({ isReady }) => isReady) ?? [];
    const wanted = all.slice(0, Math.max(0, Math.ceil(rows / LEAST_ROWS) - 1));
    const { number: network, shape, parameters, version } = this;
    for (const helper of wanted) {
      if (this.told.get(helper) === version) continue;
      helper.tell({ kind: "write", network, shape, parameters });
      this.told.set(helper, version);
    }
    return wanted;
  }

  private shareOut(helpers: readonly Helper[], work: SharedWork<RowPiece>): Promise<Float64Array[]> {
    const { rest, crew } = this.around;
    if (helpers.length === 0 || !crew) return shareOut(work, [], rest);
    return shareOut(work, helpers, async () => {
      await rest();
      await crew.pause();
    });
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

/** Whole tiles of rows that leave none of the threads idle, at most a piece. */
function evenRows(rows: number, threads: number): number {
  return Math.min(PIECE_ROWS, TILE_ROWS * Math.max(1, Math.ceil(rows / threads / TILE_ROWS)));
}

/** A part of [n, width]. */
function view(rows: Float64Array, { first, count }: RowPiece, width: number): Float64Array {
  return rows.subarray(first * width, (first + count) * width);
}

function joined(parts: readonly Float64Array[], length: number): Float64Array {
  const all = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function addTo(sum: Float64Array, more: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (more[i] as number);
}
