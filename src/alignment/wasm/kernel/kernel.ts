/** The policy network's loops in WebAssembly with 128-bit vectors, each instance with a memory of its own. */
import { KERNEL_WASM } from "./kernel-wasm.ts";

/** What products.as and activation.as export; addresses and strides in bytes. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly multiply: (
    a: number,
    aStride: number,
    panels: number,
    bias: number,
    out: number,
    outStride: number,
    rows: number,
    inner: number,
    columns: number,
  ) => void;
  readonly addOuter: (
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    rows: number,
    out: number,
    aColumns: number,
    bColumns: number,
  ) => void;
  readonly addRows: (b: number, bStride: number, rows: number, out: number, columns: number) => void;
  readonly activate: (values: number, slopes: number, count: number) => void;
  readonly scale: (values: number, factors: number, count: number) => void;
}

export interface PolicyKernel extends Omit<Exports, "memory"> {
  /** The memory as f32, at least `bytes` of it; what was read before may be detached. */
  reserve(bytes: number): Float32Array;
}

/** First byte that the module does not use itself: its constants lie in the first page. */
export const FREE = 65_536;
const PAGE = 65_536;

let module: WebAssembly.Module | null | undefined;

/** Whether there can be kernels here: not where WebAssembly or its vectors are missing or forbidden. */
export function hasPolicyKernel(): boolean {
  if (module === undefined) module = compile();
  return module !== null;
}

/** A kernel with a fresh memory. Throws where there can be none. */
export function createPolicyKernel(): PolicyKernel {
  if (!hasPolicyKernel() || !module)
    throw new Error("policy kernel: must have WebAssembly with vectors, got none; use other networks");
  const { memory, ...loops } = new WebAssembly.Instance(module).exports as unknown as Exports;
  return {
    ...loops,
    reserve: (bytes) => {
      const missing = bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
      return new Float32Array(memory.buffer);
    },
  };
}

/** Null where it cannot be had: engines differ in what they throw then. */
function compile(): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(KERNEL_WASM), (char) => char.charCodeAt(0)));
  } catch {
    return null;
  }
}
