/** The passes of the policy network as dispatches on a device; its weights, and the gradient that builds up. */
import { BufferScope } from "../../gpu/buffers.ts";
import { bindKernel, type Kernel } from "../../gpu/kernels.ts";
import {
  GRADIENT_PARAMS,
  INPUTS_PARAMS,
  LAYER_MODE,
  LAYER_PARAMS,
  NARROW_PARAMS,
  PER_ROW,
  POLICY_GROUP,
  POLICY_REDUCE_PARAMS,
  POLICY_STEP_PARAMS,
  type PolicyKernels,
  START_PARAMS,
} from "./kernels.ts";
import {
  DEVICE_DIM,
  DEVICE_INPUTS,
  type DeviceLayout,
  packParameters,
  packTransposed,
  paddedRows,
  TILE_ROWS,
} from "./layout.ts";
import { CHUNK_ROWS, type Piece, type PieceTraces, Scratch } from "./piece.ts";
import type { Recording, RowPlaces, StepNumbers } from "./recording.ts";

const F32 = 4;

/** One network's buffers and kernels. */
export class PolicyPasses {
  readonly layout: DeviceLayout;
  readonly gradient: GPUBuffer;
  private readonly device: GPUDevice;
  private readonly kernels: PolicyKernels;
  private readonly scope: BufferScope;
  private readonly weights: GPUBuffer;
  private readonly transposed: GPUBuffer;
  private readonly scratch: Scratch;
  /** Bound where a pass writes nothing. */
  private readonly unused: readonly [GPUBuffer, GPUBuffer];

  /** Passes of at most `rows` rows. */
  constructor(device: GPUDevice, kernels: PolicyKernels, layout: DeviceLayout, rows: number) {
    this.device = device;
    this.kernels = kernels;
    this.layout = layout;
    this.scope = new BufferScope(device);
    this.weights = this.scope.storage("policy.weights", layout.count * F32);
    const { width, shape, count } = layout;
    const hidden = width * width * (shape.depth - 1);
    this.transposed = this.scope.storage("policy.transposed", (2 * DEVICE_DIM * width + hidden) * F32);
    this.gradient = this.scope.storage("policy.gradient", count * F32);
    this.unused = [this.scope.storage("policy.unused0", F32), this.scope.storage("policy.unused1", F32)];
    this.scratch = new Scratch(device, layout, rows);
  }

  /** Rows that one pass may have. */
  get rows(): number {
    return this.scratch.rows;
  }

  /** Takes new parameters; work submitted before still uses the old ones. */
  write(parameters: Float64Array): void {
    const packed = packParameters(this.layout, parameters);
    this.device.queue.writeBuffer(this.weights, 0, packed);
    this.device.queue.writeBuffer(this.transposed, 0, packTransposed(this.layout, packed));
  }

  /** Records dispatches and submits them. */
  submit(record: (recording: Recording) => void): void {
    const scope = new BufferScope(this.device);
    try {
      const encoder = this.device.createCommandEncoder({ label: "policy.encoder" });
      const pass = encoder.beginComputePass({ label: "policy.pass" });
      record({ pass, scope });
      pass.end();
      this.device.queue.submit([encoder.finish()]);
    } finally {
      scope.dispose();
    }
  }

  /** Outputs of rows; with traces what a backward pass needs is kept. */
  forward(recording: Recording, places: RowPlaces): void {
    const { layout, kernels } = this;
    const { rows, traces, level, levels, x, first } = places;
    const [tiles, other] = this.scratch.tiles;
    const [unused, unusedToo] = this.unused;
    const params = recording.scope.uniform(INPUTS_PARAMS, {
      ...{ rows, first, trace: traces ? 1 : 0 },
      level: typeof level === "number" ? level : PER_ROW,
    });
    const levelOf = typeof level === "number" ? levels : level;
    this.dispatch(
      recording,
      kernels.inputs,
      [
        [params, levels],
        [x, levelOf],
        [tiles, traces?.values ?? unused],
      ],
      paddedRows(rows) * (DEVICE_INPUTS / 4),
    );
    const mode = traces ? LAYER_MODE.traced : LAYER_MODE.forward;
    const kept = traces ? [traces.slopes, traces.values] : [unused, unusedToo];
    let [source, result] = [tiles, other];
    layout.layers.slice(0, -1).forEach(({ inputs, weight }, layer) => {
      const [slopes, rowQuads] = [this.slopesAt(rows, layer), this.valuesAt(rows, layer + 1) / 4];
      const at = { weight, slopes, rows: rowQuads, mode };
      this.product(recording, rows, inputs, at, [[this.weights], [source], [result, ...kept]]);
      [source, result] = [result, source];
    });
    const weight = layout.layers.at(-1)?.weight ?? 0;
    this.narrow(recording, { rows, weight, biased: 1, result: places.result }, [
      this.weights,
      source,
      places.outputs,
    ]);
  }

  /** One step of all particles from their outputs. */
  step({ pass, scope }: Recording, states: GPUBuffer, outputs: GPUBuffer, numbers: StepNumbers): void {
    const params = scope.uniform(POLICY_STEP_PARAMS, { ...numbers, dim: this.layout.shape.dim });
    this.dispatch({ pass }, this.kernels.step, [[params], [outputs], [states]], numbers.particles);
  }

  /**
   * From the pulled rows of a traced piece back through its layers: adds the gradient of all weights, or works out that of
   * the states.
   */
  backward(recording: Recording, piece: Piece, rows: number, wanted: "weights" | "inputs"): void {
    const { layout, kernels } = this;
    const { width, shape } = layout;
    const { traces } = piece;
    const [first, second] = this.scratch.tiles;
    const { deltas } = this.scratch.backward;
    const last = shape.depth - 1;
    const start = { count: rows, width, slopes: this.slopesAt(rows, last) };
    this.dispatch(
      recording,
      kernels.start,
      [
        [recording.scope.uniform(START_PARAMS, start), this.transposed],
        [traces.pulled, traces.slopes],
        [first, deltas],
      ],
      (paddedRows(rows) / TILE_ROWS) * width,
    );
    if (wanted === "weights") this.outputGradient(recording, traces, rows);
    let [source, result] = [first, second];
    let weight = DEVICE_DIM * width;
    for (let layer = last; layer > 0; layer--) {
      if (wanted === "weights") this.layerGradient(recording, traces, rows, layer);
      const at = { weight, slopes: this.slopesAt(rows, layer - 1), rows: 0, mode: LAYER_MODE.backward };
      this.product(recording, rows, width, at, [
        [this.transposed],
        [source],
        [result, traces.slopes, deltas],
      ]);
      [source, result] = [result, source];
      weight += width * width;
    }
    if (wanted === "inputs")
      return this.narrow(recording, { rows, weight, biased: 0, result: 0 }, [
        this.transposed,
        source,
        traces.inputs,
      ]);
    this.layerGradient(recording, traces, rows, 0);
    this.reduce(recording, rows);
  }

  /** Sets the accumulated gradient to 0. */
  clearGradient(): void {
    const encoder = this.device.createCommandEncoder({ label: "policy.clear" });
    encoder.clearBuffer(this.gradient);
    this.device.queue.submit([encoder.finish()]);
  }

  dispose(): void {
    this.scope.dispose();
    this.scratch.dispose();
  }

  private product(
    recording: Recording,
    rows: number,
    inputs: number,
    at: {
      readonly weight: number;
      readonly slopes: number;
      readonly rows: number;
      readonly mode: number;
    },
    [weights, source, results]: readonly (readonly GPUBuffer[])[],
  ): void {
    const { lanes } = this.layout;
    const tiles = paddedRows(rows) / TILE_ROWS;
    const params = recording.scope.uniform(LAYER_PARAMS, { ...at, tiles, lanes, inputs });
    const buffers = [[params, ...(weights ?? [])], source ?? [], results ?? []];
    this.dispatch(recording, this.kernels.layer, buffers, tiles * lanes);
  }

  private narrow(
    recording: Recording,
    at: {
      readonly rows: number;
      readonly weight: number;
      readonly biased: number;
      readonly result: number;
    },
    [weights, source, result]: readonly [GPUBuffer, GPUBuffer, GPUBuffer],
  ): void {
    const params = recording.scope.uniform(NARROW_PARAMS, { ...at, inputs: this.layout.width });
    this.dispatch(recording, this.kernels.narrow, [[params, weights], [source], [result]], at.rows / 4);
  }

  private outputGradient(recording: Recording, { values, pulled }: PieceTraces, rows: number): void {
    const { shape, width } = this.layout;
    const source = this.valuesAt(rows, shape.depth);
    const { params, parts, chunks } = this.gradientOf(recording, rows, shape.depth, source);
    const buffers = [[params], [values, pulled], [parts]];
    this.dispatch(recording, this.kernels.outputGradient, buffers, width, chunks);
  }

  /** Gradient of a hidden layer, from the deltas in hand. */
  private layerGradient(recording: Recording, { values }: PieceTraces, rows: number, layer: number): void {
    const { lanes, layers } = this.layout;
    const blocks = (layers[layer]?.inputs ?? 0) / TILE_ROWS;
    const source = this.valuesAt(rows, layer) / 4;
    const { params, parts, chunks } = this.gradientOf(recording, rows, layer, source);
    const buffers = [[params], [values, this.scratch.backward.deltas], [parts]];
    this.dispatch(recording, this.kernels.gradient, buffers, blocks * lanes, chunks);
  }

  private gradientOf({ scope }: Recording, rows: number, layer: number, source: number) {
    const { lanes, layers, count } = this.layout;
    const { inputs, weight } = layers[layer] ?? { inputs: 0, weight: 0 };
    const params = scope.uniform(GRADIENT_PARAMS, {
      ...{ rows, source, lanes },
      chunk: CHUNK_ROWS,
      quads: inputs / 4,
      result: weight,
      stride: count,
    });
    return { params, parts: this.scratch.backward.parts, chunks: Math.ceil(rows / CHUNK_ROWS) };
  }

  private reduce(recording: Recording, rows: number): void {
    const { count } = this.layout;
    const numbers = { count, chunks: Math.ceil(rows / CHUNK_ROWS) };
    const params = recording.scope.uniform(POLICY_REDUCE_PARAMS, numbers);
    const buffers = [[params], [this.scratch.backward.parts], [this.gradient]];
    this.dispatch(recording, this.kernels.reduce, buffers, count);
  }

  /** First quad of a hidden layer's slopes. */
  private slopesAt(rows: number, layer: number): number {
    return (layer * paddedRows(rows) * this.layout.width) / 4;
  }

  /** First number of what layer `layer` takes in, row by row. */
  private valuesAt(rows: number, layer: number): number {
    const { width } = this.layout;
    return layer === 0 ? 0 : paddedRows(rows) * (DEVICE_INPUTS + (layer - 1) * width);
  }

  private dispatch(
    { pass }: Pick<Recording, "pass">,
    kernel: Kernel,
    buffers: readonly (readonly GPUBuffer[])[],
    invocations: number,
    times = 1,
  ): void {
    bindKernel(this.device, pass, kernel, buffers);
    pass.dispatchWorkgroups(Math.ceil(invocations / POLICY_GROUP), times);
  }
}
