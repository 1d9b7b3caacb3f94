/**
 * The hot loops of the CPU engine in WebAssembly with 128-bit vectors: the same operations in the same order as the TypeScript
 * loops of ../mixture-denoiser.ts and ../normals.ts, so bit for bit the same numbers, only sooner.
 */
import type { RandomKey } from "../../../math/philox.ts";
import { COS_TABLE, EXP_TABLE, LOG_TABLE, RECIPROCAL_TABLE, SIN_TABLE } from "../elementary.ts";
import { KERNEL_WASM } from "./kernel-wasm.ts";

/** Where in a row of counters a normal's block comes from: counter (first + p stepParticle, block + p stepBlock, 0, 0). */
export interface Counters {
  readonly first: number;
  readonly block: number;
  readonly stepParticle: number;
  readonly stepBlock: number;
}

export interface Kernel {
  /** x0Hat [dim, stride] of `count` particles x [dim, stride], dim 1 or 2, under a table of `components` components. */
  denoise(
    dim: number,
    table: Float64Array,
    components: number,
    stride: number,
    x: Float64Array,
    out: Float64Array,
    count: number,
  ): void;
  /** The four normals of `count` counters to out [4, stride]. */
  normals(out: Float64Array, stride: number, key: RandomKey, counters: Counters, count: number): void;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly denoise1d: (...addressesAndCounts: number[]) => void;
  readonly denoise2d: (...addressesAndCounts: number[]) => void;
  readonly normals: (...addressesAndCounts: number[]) => void;
}

/** Particles per call: rows that stay in the fastest cache. */
const ROW = 512;

/** The kernel's memory in f64: constants, rows, and last what grows with the number of components. */
const EXPONENTIALS = 0;
const LOGARITHMS = EXPONENTIALS + 2048;
const TURNS = LOGARITHMS + 2 * LOG_TABLE.length;
const ROWS = TURNS + 2 * COS_TABLE.length;
const TABLE = ROWS + 4 * ROW;
/** Exponents of four particles. */
const EXPONENTS_PER_COMPONENT = 4;

let ofThisThread: Kernel | null | undefined;

/** The kernel of this thread, made at the first call; null where WebAssembly or its vectors are missing or forbidden. */
export function threadKernel(): Kernel | null {
  if (ofThisThread === undefined) ofThisThread = createKernel();
  return ofThisThread;
}

/** A new kernel with a memory of its own; null where there can be none. */
export function createKernel(): Kernel | null {
  const wasm = instantiate();
  if (!wasm) return null;
  let memory = reserve(wasm.memory, TABLE);
  memory.set(EXP_TABLE, EXPONENTIALS);
  memory.set(interleave(RECIPROCAL_TABLE, LOG_TABLE), LOGARITHMS);
  memory.set(interleave(COS_TABLE, SIN_TABLE), TURNS);
  const row = (i: number): number => ROWS + i * ROW;
  return {
    denoise(dim, table, components, stride, x, out, count) {
      const scratch = TABLE + table.length;
      const size = scratch + EXPONENTS_PER_COMPONENT * components;
      if (size > memory.length) memory = reserve(wasm.memory, size);
      memory.set(table, TABLE);
      for (let from = 0; from < count; from += ROW) {
        const n = Math.min(ROW, count - from);
        for (let i = 0; i < dim; i++)
          memory.set(x.subarray(i * stride + from, i * stride + from + n), row(i));
        const before = [8 * EXPONENTIALS, 8 * TABLE, components, 8 * scratch] as const;
        if (dim === 1) wasm.denoise1d(...before, 8 * row(0), 8 * row(2), n);
        else wasm.denoise2d(...before, 8 * row(0), 8 * row(1), 8 * row(2), 8 * row(3), n);
        for (let i = 0; i < dim; i++) out.set(memory.subarray(row(2 + i), row(2 + i) + n), i * stride + from);
      }
    },
    normals(out, stride, { seed, stream }, { first, block, stepParticle, stepBlock }, count) {
      for (let from = 0; from < count; from += ROW) {
        const n = Math.min(ROW, count - from);
        const particle = first + from * stepParticle;
        const startBlock = block + from * stepBlock;
        const tables = [8 * LOGARITHMS, 8 * TURNS, 8 * row(0), 8 * ROW] as const;
        wasm.normals(...tables, seed, stream, startBlock, particle, stepParticle, stepBlock, n);
        for (let lane = 0; lane < 4; lane++)
          out.set(memory.subarray(row(lane), row(lane) + n), lane * stride + from);
      }
    },
  };
}

/** Null where WebAssembly is missing, knows no vectors or may not be compiled: engines differ in what they throw then. */
function instantiate(): Exports | null {
  try {
    const bytes = Uint8Array.from(atob(KERNEL_WASM), (char) => char.charCodeAt(0));
    return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Exports;
  } catch {
    return null;
  }
}

const PAGE = 65_536;

/** All of the memory as f64, after growing it to at least `size` numbers. */
function reserve(memory: WebAssembly.Memory, size: number): Float64Array {
  const missing = 8 * size - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  return new Float64Array(memory.buffer);
}

/** [a0, b0, a1, b1, ...] */
function interleave(a: Float64Array, b: Float64Array): Float64Array {
  return Float64Array.from({ length: 2 * a.length }, (_, i) => (i % 2 === 0 ? a : b)[i >> 1] ?? NaN);
}
