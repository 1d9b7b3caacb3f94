/**
 * How parameters lie on the device. Layers are padded with units that nothing goes into and nothing comes out of: 16 inputs (two of the
 * state, then the time features), hidden layers of a multiple of 16 units, two outputs.
 */
import { layerLayout, parameterCount } from "../network-shape.ts";
import type { NetworkShape } from "../policy-network.ts";

/** Inputs of the first layer, padded. */
export const DEVICE_INPUTS = 16;
/** Numbers of a state, and of an output, padded. */
export const DEVICE_DIM = 2;
/** Rows of a tile. */
export const TILE_ROWS = 16;

/** An invocation of a gradient takes 16 inputs. */
const WIDTH_STEP = 16;
/** Units that an invocation computes. */
const UNITS = 4;

export interface DeviceLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** First number of the weights [inputs, outputs]; the bias [outputs] follows. */
  readonly weight: number;
}

export interface DeviceLayout {
  readonly shape: NetworkShape;
  /** Units of a hidden layer, padded. */
  readonly width: number;
  /** Invocations that share a tile: each computes four units. */
  readonly lanes: number;
  readonly layers: readonly DeviceLayer[];
  /** Numbers of all layers. */
  readonly count: number;
}

/** The layout of a shape. Throws RangeError where the kernels do not reach: more than 2 dimensions or 256 units. */
export function deviceLayout(shape: NetworkShape): DeviceLayout {
  const { dim, width: asked, depth } = shape;
  if (dim > DEVICE_DIM || asked > 256)
    throw new RangeError(
      `network on WebGPU: must have at most ${DEVICE_DIM} dimensions and 256 units, got ${dim} and ${asked}; take the CPU engine`,
    );
  const width = WIDTH_STEP * Math.ceil(asked / WIDTH_STEP);
  const sizes = [DEVICE_INPUTS, ...new Array<number>(depth).fill(width), DEVICE_DIM];
  let count = 0;
  const layers = sizes.slice(1).map((outputs, layer) => {
    const inputs = sizes[layer] ?? 0;
    const weight = count;
    count += (inputs + 1) * outputs;
    return { inputs, outputs, weight };
  });
  return { shape, width, lanes: width / UNITS, layers, count };
}

/** Rows of whole tiles that hold `rows`. */
export function paddedRows(rows: number): number {
  return TILE_ROWS * Math.ceil(rows / TILE_ROWS);
}

/** The flat row as the forward pass reads it, [count]. */
export function packParameters(layout: DeviceLayout, parameters: Float64Array): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(layout.count);
  eachParameter(layout, (flat, place) => (packed[place] = parameters[flat] as number));
  return packed;
}

/** A gradient on the device, [count], as a flat row. */
export function unpackParameters(layout: DeviceLayout, packed: Float32Array): Float64Array {
  const flat = new Float64Array(parameterCount(layout.shape));
  eachParameter(layout, (index, place) => (flat[index] = packed[place] as number));
  return flat;
}

/** What the backward pass reads: output weights, hidden weights transposed from the last layer on, weights of the state. */
export function packTransposed(layout: DeviceLayout, packed: Float32Array): Float32Array<ArrayBuffer> {
  const { width, layers } = layout;
  const [first, ...hidden] = layers.slice(0, -1);
  const output = layers.at(-1);
  if (!first || !output) throw new Error("network: internal: layers expected");
  const turned = new Float32Array(2 * width * DEVICE_DIM + hidden.length * width * width);
  turned.set(packed.subarray(output.weight, output.weight + width * DEVICE_DIM));
  let at = width * DEVICE_DIM;
  for (const { weight } of [...hidden].reverse()) {
    for (let i = 0; i < width; i++)
      for (let j = 0; j < width; j++) turned[at + j * width + i] = packed[weight + i * width + j] as number;
    at += width * width;
  }
  for (let j = 0; j < width; j++)
    for (let i = 0; i < DEVICE_DIM; i++)
      turned[at + DEVICE_DIM * j + i] = packed[first.weight + i * width + j] as number;
  return turned;
}

/** Calls `visit` with the index in the flat row and the place on the device of every parameter. */
function eachParameter({ shape, layers }: DeviceLayout, visit: (flat: number, place: number) => void): void {
  layerLayout(shape).forEach(({ inputs, outputs, weight, bias }, index) => {
    const layer = layers[index];
    if (!layer) throw new Error("network: internal: a layer on the device expected");
    for (let i = 0; i < inputs; i++) {
      const row = index === 0 ? inputPlace(shape.dim, i) : i;
      for (let j = 0; j < outputs; j++)
        visit(weight + i * outputs + j, layer.weight + row * layer.outputs + j);
    }
    for (let j = 0; j < outputs; j++) visit(bias + j, layer.weight + layer.inputs * layer.outputs + j);
  });
}

/** Where input i of the flat row lies among the padded ones: time features follow two numbers of the state. */
function inputPlace(dim: number, i: number): number {
  return i < dim ? i : i - dim + DEVICE_DIM;
}
