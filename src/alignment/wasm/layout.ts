/**
 * Where a policy network lies in a kernel's memory: parameters as the products read them, their gradient, and tiles of rows.
 * Columns are padded to eights with zeros, which stay zeros through all layers. Addresses and strides in bytes.
 */
import { layerLayout, type LayerLayout } from "../network-shape.ts";
import type { NetworkShape } from "../policy-network.ts";
import { FREE } from "./kernel/kernel.ts";

/** Rows that go through all layers together: their numbers of one layer, and a panel of weights, fit the fastest cache. */
export const TILE_ROWS = 32;

const F32 = 4;
/** Columns of a panel. */
export const PANEL = 8;

export interface WasmLayer extends LayerLayout {
  /** Outputs and inputs, padded. */
  readonly columns: number;
  readonly lower: number;
  /** Panels of the weight [inputs, outputs] and of its transpose [outputs, inputs]. */
  readonly panels: number;
  readonly transposed: number;
  readonly biases: number;
  /** [lower, columns] and [columns] */
  readonly weightGradient: number;
  readonly biasGradient: number;
}

/** Bytes from the start of a tile. */
export interface TilePlaces {
  /** [TILE_ROWS, lower of the first layer] */
  readonly inputs: number;
  /** [TILE_ROWS, columns] of each layer; of the hidden ones activations. */
  readonly values: readonly number[];
  /** [TILE_ROWS, columns] of each hidden layer. */
  readonly slopes: readonly number[];
  readonly bytes: number;
}

export interface WasmLayout {
  readonly layers: readonly WasmLayer[];
  /** As many zeros as the widest layer has columns. */
  readonly zeros: number;
  /** All layers' gradients, one after the other, and their end. */
  readonly gradients: readonly [number, number];
  /** Two tiles' worth of the widest layer, for the way back. */
  readonly deltas: readonly [number, number];
  readonly tile: TilePlaces;
  /** First tile; as many follow as rows need. */
  readonly tiles: number;
}

/** The layout of a shape. */
export function wasmLayout(shape: NetworkShape): WasmLayout {
  const plain = layerLayout(shape);
  const widest = Math.max(...plain.flatMap(({ inputs, outputs }) => [padded(inputs), padded(outputs)]));
  const take = allocator(FREE);
  const zeros = take(widest);
  const weights = plain.map((layer) => {
    const [columns, lower] = [padded(layer.outputs), padded(layer.inputs)];
    return {
      ...layer,
      columns,
      lower,
      panels: take(layer.inputs * columns),
      transposed: take(layer.outputs * lower),
      biases: take(columns),
    };
  });
  const from = take(0);
  const layers = weights.map((layer) => ({
    ...layer,
    weightGradient: take(layer.lower * layer.columns),
    biasGradient: take(layer.columns),
  }));
  const gradients = [from, take(0)] as const;
  const deltas = [take(TILE_ROWS * widest), take(TILE_ROWS * widest)] as const;
  return { layers, zeros, gradients, deltas, tile: tilePlaces(layers), tiles: take(0) };
}

function tilePlaces(layers: readonly WasmLayer[]): TilePlaces {
  const take = allocator(0);
  const inputs = take(TILE_ROWS * (layers[0]?.lower ?? 0));
  const values = layers.map(({ columns }) => take(TILE_ROWS * columns));
  const slopes = layers.slice(0, -1).map(({ columns }) => take(TILE_ROWS * columns));
  return { inputs, values, slopes, bytes: take(0) };
}

/** Gives out addresses of so many f32 each, on from `first`. */
function allocator(first: number): (numbers: number) => number {
  let next = first;
  return (numbers) => {
    const taken = next;
    next += F32 * numbers;
    return taken;
  };
}

function padded(columns: number): number {
  return PANEL * Math.ceil(columns / PANEL);
}
