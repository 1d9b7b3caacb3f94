/** Buffers of the rows that a pass through the network takes at once; made once and used again. */
import { BufferScope } from "../../gpu/buffers.ts";
import type { DeviceLevels } from "./levels.ts";
import { DEVICE_DIM, DEVICE_INPUTS, type DeviceLayout, paddedRows } from "./layout.ts";

const F32 = 4;
/** Rows whose gradients one invocation adds up. */
export const CHUNK_ROWS = 256;

/** Rows with their times, outputs and traces. What only a backward pass needs is made when it is first asked for. */
export class Piece {
  readonly x: GPUBuffer;
  readonly levelOf: GPUBuffer;
  readonly levels: GPUBuffer;
  readonly outputs: GPUBuffer;
  private readonly layout: DeviceLayout;
  private readonly rows: number;
  private readonly scope: BufferScope;
  private made: PieceTraces | null = null;

  /** Room for `rows` rows. */
  constructor(device: GPUDevice, layout: DeviceLayout, rows: number) {
    this.layout = layout;
    this.rows = rows;
    this.scope = new BufferScope(device);
    this.x = this.scope.storage("policy.x", rows * DEVICE_DIM * F32);
    this.levelOf = this.scope.storage("policy.levelOf", rows * F32);
    this.levels = this.scope.storage("policy.levels", rows * DEVICE_INPUTS * F32);
    this.outputs = this.scope.storage("policy.outputs", rows * DEVICE_DIM * F32);
  }

  /** Puts rows in; x [n, 2], not more than there is room for. */
  upload(x: Float32Array<ArrayBuffer>, { table, levelOf }: DeviceLevels): void {
    const { queue } = this.scope.device;
    queue.writeBuffer(this.x, 0, x);
    queue.writeBuffer(this.levelOf, 0, levelOf);
    queue.writeBuffer(this.levels, 0, table);
  }

  get traces(): PieceTraces {
    return (this.made ??= makeTraces(this.scope, this.layout, this.rows));
  }

  dispose(): void {
    this.scope.dispose();
  }
}

export interface PieceTraces {
  /** [rows, 16] inputs, then [rows, width] of each hidden layer; rows of whole tiles. */
  readonly values: GPUBuffer;
  /** Tiles of SiLU's slopes, layer after layer. */
  readonly slopes: GPUBuffer;
  /** [rows, 2] each. */
  readonly pulled: GPUBuffer;
  readonly inputs: GPUBuffer;
}

function makeTraces(scope: BufferScope, { width, shape }: DeviceLayout, rows: number): PieceTraces {
  const padded = paddedRows(rows);
  const hidden = padded * width * shape.depth;
  return {
    values: scope.storage("policy.values", (padded * DEVICE_INPUTS + hidden) * F32),
    slopes: scope.storage("policy.slopes", hidden * F32),
    pulled: scope.storage("policy.pulled", rows * DEVICE_DIM * F32),
    inputs: scope.storage("policy.inputs", rows * DEVICE_DIM * F32),
  };
}

/** What passes leave behind for their next dispatch: shared by all pieces, since dispatches follow each other. */
export class Scratch {
  /** Tiles of a layer's inputs and results, by turns. */
  readonly tiles: readonly [GPUBuffer, GPUBuffer];
  readonly rows: number;
  private readonly layout: DeviceLayout;
  private readonly scope: BufferScope;
  private made: { readonly deltas: GPUBuffer; readonly parts: GPUBuffer } | null = null;

  constructor(device: GPUDevice, layout: DeviceLayout, rows: number) {
    this.layout = layout;
    this.rows = rows;
    this.scope = new BufferScope(device);
    const bytes = paddedRows(rows) * layout.width * F32;
    this.tiles = [this.scope.storage("policy.tiles0", bytes), this.scope.storage("policy.tiles1", bytes)];
  }

  /** dLoss / dsums of the layer in hand [rows, width], and the gradient of each chunk of rows [chunks, parameters]. */
  get backward(): { readonly deltas: GPUBuffer; readonly parts: GPUBuffer } {
    const { width, count } = this.layout;
    return (this.made ??= {
      deltas: this.scope.storage("policy.deltas", paddedRows(this.rows) * width * F32),
      parts: this.scope.storage("policy.parts", Math.ceil(this.rows / CHUNK_ROWS) * count * F32),
    });
  }

  dispose(): void {
    this.scope.dispose();
  }
}
