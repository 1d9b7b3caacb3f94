/** The policy network in own WGSL kernels, f32: all layers of a tile of rows at once, gradients added up in a fixed order. */
import type { Process } from "../../diffusion/process.ts";
import { readBuffers } from "../../gpu/buffers.ts";
import { whileAlive } from "../../gpu/device-loss.ts";
import { checkedParameters, parameterCount, parameterParts } from "../network-shape.ts";
import type { NetworkFactory, NetworkShape } from "../policy-network.ts";
import { outputToX0, pullToOutput } from "../preconditioning.ts";
import { AT_ONCE, type Rest } from "../rest.ts";
import type { StepRun, StepSampler, StepStates } from "../step-sampler.ts";
import type { PolicyDevice } from "./device.ts";
import { policyKernels } from "./kernels.ts";
import { deviceLayout, type DeviceLayout, unpackParameters } from "./layout.ts";
import { type DeviceLevels, deviceLevels, fromPairs, toPairs } from "./levels.ts";
import { PolicyPasses } from "./passes.ts";
import { Piece } from "./piece.ts";
import { runStepsOnDevice } from "./steps.ts";

/** Rows of one piece: some milliseconds of work for 3 layers of 128. Software adapters take some hundred times as long for a row. */
const PIECE_ROWS = { software: 1024, hardware: 4096 };

/** Networks over a process on a device. */
export function webGpuNetworks(device: PolicyDevice, process: Process, rest: Rest = AT_ONCE): NetworkFactory {
  return (shape, parameters) => new WebGpuPolicyNetwork(device, process, shape, parameters, rest);
}

/** Rows of a call that lie in one piece. */
interface Part {
  readonly piece: Piece;
  readonly first: number;
  readonly count: number;
}

class WebGpuPolicyNetwork implements StepSampler {
  readonly shape: NetworkShape;
  readonly parts;
  private readonly home: PolicyDevice;
  private readonly device: GPUDevice;
  private readonly process: Process;
  private readonly rest: Rest;
  private readonly layout: DeviceLayout;
  private readonly pieces: Piece[] = [];
  private readonly pieceRows: number;
  private parameters: Float64Array;
  private passes: PolicyPasses | null = null;
  private isWritten = false;
  private hasGradient = false;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    home: PolicyDevice,
    process: Process,
    shape: NetworkShape,
    parameters: Float64Array,
    rest: Rest,
  ) {
    this.home = home;
    this.device = home.kernels.device;
    this.process = process;
    this.shape = shape;
    this.rest = rest;
    this.parts = parameterParts(shape);
    this.layout = deviceLayout(shape);
    this.parameters = checkedParameters(shape, parameters);
    this.pieceRows = PIECE_ROWS[home.software ? "software" : "hardware"];
  }

  predict(x: Float64Array, t: Float64Array): Promise<Float64Array> {
    return this.inTurn(async (passes) => {
      const levels = this.levels(x, t);
      const parts = await this.forward(passes, x, t, false);
      return outputToX0(levels, x, await this.outputs(parts));
    });
  }

  accumulate(x: Float64Array, t: Float64Array, pull: (x0Hat: Float64Array) => Float64Array): Promise<void> {
    return this.inTurn(async (passes) => {
      const levels = this.levels(x, t);
      const parts = await this.forward(passes, x, t, true);
      const x0Hat = outputToX0(levels, x, await this.outputs(parts));
      const pulled = pullToOutput(levels, this.shape.dim, pull(x0Hat));
      for (const part of parts) {
        await this.pause();
        this.writePulled(part, pulled);
        passes.submit((recording) => passes.backward(recording, part.piece, part.count, "weights"));
        this.hasGradient = true;
      }
    });
  }

  pullToInput(x: Float64Array, t: Float64Array, weights: Float64Array): Promise<Float64Array> {
    return this.inTurn(async (passes) => {
      const { dim } = this.shape;
      const levels = this.levels(x, t);
      const pulled = pullToOutput(levels, dim, weights);
      const parts = await this.forward(passes, x, t, true);
      for (const part of parts) {
        await this.pause();
        this.writePulled(part, pulled);
        passes.submit((recording) => passes.backward(recording, part.piece, part.count, "inputs"));
      }
      const through = await this.gather(parts, ({ traces }) => traces.inputs);
      const { skip, scale } = levels;
      return weights.map((weight, j) => {
        const n = Math.floor(j / dim);
        return (skip[n] as number) * weight + (scale[n] as number) * (through[j] as number);
      });
    });
  }

  runSteps(run: StepRun): Promise<{ end: Float64Array; kept: readonly StepStates[] }> {
    return this.inTurn((passes) =>
      runStepsOnDevice({ ...this.home, process: this.process, passes, rest: () => this.pause() }, run),
    );
  }

  takeGradient(): Promise<Float64Array> {
    if (!this.hasGradient) return Promise.resolve(new Float64Array(parameterCount(this.shape)));
    return this.inTurn(async (passes) => {
      const bytes = 4 * this.layout.count;
      const [data] = await readBuffers(this.device, [{ buffer: passes.gradient, bytes }]);
      passes.clearGradient();
      this.hasGradient = false;
      return unpackParameters(this.layout, new Float32Array(data ?? new ArrayBuffer(bytes)));
    });
  }

  /** The f64 row that was written, not its f32 rounding: an optimiser's small steps must not be lost. */
  read(): Promise<Float64Array> {
    return Promise.resolve(this.parameters.slice());
  }

  write(parameters: Float64Array): void {
    this.parameters = checkedParameters(this.shape, parameters);
    this.isWritten = false;
  }

  dispose(): void {
    for (const piece of this.pieces.splice(0)) piece.dispose();
    this.passes?.dispose();
    this.passes = null;
  }

  private levels(x: Float64Array, t: Float64Array): DeviceLevels {
    if (x.length !== t.length * this.shape.dim)
      throw new RangeError(
        `network: x must be [n, d] = ${t.length} x ${this.shape.dim} numbers for ${t.length} times, got ${x.length}; give each state its time`,
      );
    return deviceLevels(this.process, this.shape.prediction, t);
  }

  /** Outputs of all rows, each piece's in its buffers. */
  private async forward(
    passes: PolicyPasses,
    x: Float64Array,
    t: Float64Array,
    trace: boolean,
  ): Promise<readonly Part[]> {
    const { dim, prediction } = this.shape;
    const parts: Part[] = [];
    for (let first = 0; first < t.length; first += this.pieceRows) {
      await this.pause();
      const count = Math.min(this.pieceRows, t.length - first);
      const piece = (this.pieces[parts.length] ??= new Piece(this.device, this.layout, this.pieceRows));
      piece.upload(
        toPairs(x.subarray(first * dim, (first + count) * dim), dim),
        deviceLevels(this.process, prediction, t.subarray(first, first + count)),
      );
      const { x: states, levels, levelOf: level, outputs } = piece;
      const places = { rows: count, x: states, first: 0, levels, level, outputs, result: 0 };
      passes.submit((recording) =>
        passes.forward(recording, { ...places, traces: trace ? piece.traces : null }),
      );
      parts.push({ piece, first, count });
    }
    return parts;
  }

  private outputs(parts: readonly Part[]): Promise<Float64Array> {
    return this.gather(parts, ({ outputs }) => outputs);
  }

  /** Pairs of all parts as rows [n, d]. */
  private async gather(parts: readonly Part[], of: (piece: Piece) => GPUBuffer): Promise<Float64Array> {
    const { dim } = this.shape;
    const wanted = parts.map(({ piece, count }) => ({ buffer: of(piece), bytes: 8 * count }));
    const rows = new Float64Array(parts.reduce((sum, { count }) => sum + count, 0) * dim);
    if (parts.length === 0) return rows;
    const data = await readBuffers(this.device, wanted);
    parts.forEach(({ first }, i) =>
      rows.set(fromPairs(new Float32Array(data[i] ?? new ArrayBuffer(0)), dim), first * dim),
    );
    return rows;
  }

  private writePulled({ piece, first, count }: Part, pulled: Float64Array): void {
    const { dim } = this.shape;
    const rows = toPairs(pulled.subarray(first * dim, (first + count) * dim), dim);
    this.device.queue.writeBuffer(piece.traces.pulled, 0, rows);
  }

  /** Lets the device finish and others have their turn, so that work that was cancelled does not pile up. */
  private async pause(): Promise<void> {
    if (this.home.software) await this.device.queue.onSubmittedWorkDone();
    await this.rest();
  }

  /** One call after the other, since they share buffers; with the newest parameters on the device. */
  private inTurn<T>(work: (passes: PolicyPasses) => Promise<T>): Promise<T> {
    const turn = this.last.then(() => whileAlive(this.home.lostReason, async () => work(await this.ready())));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async ready(): Promise<PolicyPasses> {
    const { kernels, software } = this.home;
    this.passes ??= new PolicyPasses(
      this.device,
      await policyKernels(kernels, software),
      this.layout,
      this.pieceRows,
    );
    if (!this.isWritten) this.passes.write(this.parameters);
    this.isWritten = true;
    return this.passes;
  }
}
