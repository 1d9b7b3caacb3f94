/** Forward and backward passes over tiles of rows in a kernel's memory. Knows rows of inputs and outputs, no times and no process. */
import type { NetworkShape } from "../policy-network.ts";
import type { PolicyKernel } from "./kernel/kernel.ts";
import { PANEL, TILE_ROWS, type WasmLayer, type WasmLayout, wasmLayout } from "./layout.ts";

export class WasmPasses {
  private readonly kernel: PolicyKernel;
  private readonly layout: WasmLayout;
  private readonly inputs: number;
  private readonly outputs: number;
  private memory: Float32Array;

  constructor(kernel: PolicyKernel, shape: NetworkShape) {
    this.kernel = kernel;
    this.layout = wasmLayout(shape);
    this.inputs = this.layout.layers[0]?.inputs ?? 0;
    this.outputs = shape.dim;
    this.memory = this.reserve(1);
  }

  /** Takes the flat parameters over, rounded to f32. */
  write(parameters: Float64Array): void {
    for (const layer of this.layout.layers) {
      const { inputs, outputs, weight, bias, columns, lower } = layer;
      const at = (i: number, j: number) => parameters[weight + i * outputs + j] as number;
      this.pack(layer.panels, inputs, outputs, columns, at);
      this.pack(layer.transposed, outputs, inputs, lower, (j, i) => at(i, j));
      this.memory.set(parameters.subarray(bias, bias + outputs), layer.biases / 4);
    }
  }

  /**
   * Outputs [n, d] of inputs [n, d + TIME_FEATURES]. If `traced`, what the way back needs stays in the tiles of rows `first` .. first + n,
   * where `first` is a multiple of TILE_ROWS; else all rows share one tile, which must not hold a trace that is still wanted.
   */
  forward(inputs: Float64Array, first: number, traced: boolean): Float64Array {
    const { tile, tiles } = this.layout;
    const count = inputs.length / this.inputs;
    if (traced) this.memory = this.reserve(Math.ceil((first + count) / TILE_ROWS));
    const outputs = new Float64Array(count * this.outputs);
    for (let row = 0; row < count; row += TILE_ROWS) {
      const base = traced ? this.tileOf(first + row) : tiles;
      this.load(inputs, this.inputs, row, base + tile.inputs, this.lowest());
      this.forwardTile(base);
      this.unload(base + (tile.values.at(-1) ?? 0), this.highest(), outputs, this.outputs, row);
    }
    return outputs;
  }

  /** Adds the parameters' gradient of traced rows, flat, to `gradient`; from that of their outputs, pulled [n, d]. */
  accumulate(pulled: Float64Array, first: number, gradient: Float64Array): void {
    const [from, to] = this.layout.gradients;
    this.memory.fill(0, from / 4, to / 4);
    for (let row = 0; row < pulled.length / this.outputs; row += TILE_ROWS) {
      this.loadPulled(pulled, row);
      this.backwardTile(this.tileOf(first + row), true, false);
    }
    this.addGradients(gradient);
  }

  /** The inputs' gradient [n, d + TIME_FEATURES] of traced rows, from that of their outputs, pulled [n, d]. */
  pullBack(pulled: Float64Array, first: number): Float64Array {
    const count = pulled.length / this.outputs;
    const gradient = new Float64Array(count * this.inputs);
    for (let row = 0; row < count; row += TILE_ROWS) {
      this.loadPulled(pulled, row);
      const at = this.backwardTile(this.tileOf(first + row), false, true);
      this.unload(at, this.lowest(), gradient, this.inputs, row);
    }
    return gradient;
  }

  private reserve(tiles: number): Float32Array {
    const { layout } = this;
    return this.kernel.reserve(layout.tiles + tiles * layout.tile.bytes);
  }

  private lowest(): number {
    return this.layout.layers[0]?.lower ?? 0;
  }

  private highest(): number {
    return this.layout.layers.at(-1)?.columns ?? 0;
  }

  /** Panels of a matrix [inner, columns] that is given by its entries; padding stays 0. */
  private pack(
    panels: number,
    inner: number,
    used: number,
    columns: number,
    entry: (k: number, j: number) => number,
  ): void {
    const { memory } = this;
    let to = panels / 4;
    for (let column = 0; column < columns; column += PANEL)
      for (let k = 0; k < inner; k++)
        for (let j = column; j < column + PANEL; j++) memory[to++] = j < used ? entry(k, j) : 0;
  }

  /** Address of the tile that begins with a row. */
  private tileOf(row: number): number {
    const { tile, tiles } = this.layout;
    return tiles + (row / TILE_ROWS) * tile.bytes;
  }

  private forwardTile(base: number): void {
    const { kernel } = this;
    const { layers, tile } = this.layout;
    let from = base + tile.inputs;
    layers.forEach(({ inputs, columns, lower, panels, biases }, index) => {
      const to = base + (tile.values[index] as number);
      kernel.multiply(from, 4 * lower, panels, biases, to, 4 * columns, TILE_ROWS, inputs, columns);
      const slopes = tile.slopes[index];
      if (slopes !== undefined) kernel.activate(to, base + slopes, TILE_ROWS * columns);
      from = to;
    });
  }

  /** From the outputs' gradient in the first of the deltas; returns where that of the inputs is, if it is wanted. */
  private backwardTile(base: number, toWeights: boolean, toInputs: boolean): number {
    const { kernel, layout } = this;
    const { layers, tile, zeros } = layout;
    let [delta, other] = layout.deltas;
    for (let index = layers.length - 1; index >= 0; index--) {
      const layer = layers[index] as WasmLayer;
      const { columns, lower, outputs, transposed } = layer;
      const slopes = tile.slopes[index];
      if (slopes !== undefined) kernel.scale(delta, base + slopes, TILE_ROWS * columns);
      if (toWeights) this.addOuter(base, index, layer, delta);
      if (index === 0 && !toInputs) break;
      kernel.multiply(delta, 4 * columns, transposed, zeros, other, 4 * lower, TILE_ROWS, outputs, lower);
      [delta, other] = [other, delta];
    }
    return delta;
  }

  private addOuter(base: number, index: number, layer: WasmLayer, delta: number): void {
    const { kernel, layout } = this;
    const { columns, lower, weightGradient, biasGradient } = layer;
    const input = base + (index === 0 ? layout.tile.inputs : (layout.tile.values[index - 1] as number));
    kernel.addOuter(input, 4 * lower, delta, 4 * columns, TILE_ROWS, weightGradient, lower, columns);
    kernel.addRows(delta, 4 * columns, TILE_ROWS, biasGradient, columns);
  }

  private loadPulled(pulled: Float64Array, row: number): void {
    this.load(pulled, this.outputs, row, this.layout.deltas[0], this.highest());
  }

  /** A tile's rows from `row` on of [n, width] to columns of a tile; what is left of it becomes 0. */
  private load(from: Float64Array, width: number, row: number, address: number, columns: number): void {
    const { memory } = this;
    const to = address / 4;
    const count = rowsOfTile(from, width, row);
    memory.fill(0, to, to + TILE_ROWS * columns);
    for (let i = 0; i < count; i++)
      for (let j = 0; j < width; j++) memory[to + i * columns + j] = from[(row + i) * width + j] as number;
  }

  private unload(address: number, columns: number, out: Float64Array, width: number, row: number): void {
    const { memory } = this;
    const from = address / 4;
    const count = rowsOfTile(out, width, row);
    for (let i = 0; i < count; i++)
      for (let j = 0; j < width; j++) out[(row + i) * width + j] = memory[from + i * columns + j] as number;
  }

  private addGradients(gradient: Float64Array): void {
    const { memory } = this;
    for (const layer of this.layout.layers) {
      const { inputs, outputs, columns, weight, bias, weightGradient, biasGradient } = layer;
      for (let i = 0; i < inputs; i++)
        addTo(gradient, weight + i * outputs, memory, weightGradient / 4 + i * columns, outputs);
      addTo(gradient, bias, memory, biasGradient / 4, outputs);
    }
  }
}

/** Rows from `row` on of [n, width], at most a tile's. */
function rowsOfTile(rows: Float64Array, width: number, row: number): number {
  return Math.min(TILE_ROWS, rows.length / width - row);
}

function addTo(sum: Float64Array, at: number, row: Float32Array, from: number, count: number): void {
  for (let j = 0; j < count; j++) sum[at + j] = (sum[at + j] as number) + (row[from + j] as number);
}
