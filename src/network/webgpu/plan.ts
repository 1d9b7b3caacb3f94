/** A recording with buffers and pipelines: ready to be encoded any number of times. */
import type { BufferScope } from "../../gpu/buffers.ts";
import type { Kernel, KernelCache } from "../../gpu/kernels.ts";
import type { Dispatch, InputName, Slot } from "./operations.ts";

/** Buffers that the caller gives to one call: inputs, and where the last dispatch writes. */
export type CallBuffers = Readonly<Record<InputName | "result", GPUBuffer>>;

/** Encodes the dispatches of one call. */
export type Plan = (pass: GPUComputePassEncoder, buffers: CallBuffers) => void;

/**
 * Gives every result a buffer and makes the pipelines. Buffers are taken again as soon as their last reader is encoded: the
 * dispatches of a pass run one after the other.
 */
export async function createPlan(
  kernels: KernelCache,
  scope: BufferScope,
  dispatches: readonly Dispatch[],
  sizes: readonly number[],
  parameter: (name: string) => GPUBuffer,
): Promise<Plan> {
  const places = placeResults(dispatches, sizes);
  const buffers = places.bytes.map((bytes, i) => scope.storage(`network.values${i}`, bytes));
  const ready = await Promise.all(
    dispatches.map(({ definition, constants }) => kernels.get(definition, constants)),
  );
  const fixedBuffer = (slot: Slot): GPUBuffer | null => {
    if (slot.kind === "input") return null;
    if (slot.kind === "parameter") return parameter(slot.name);
    return buffers[places.of[slot.index] ?? -1] ?? null;
  };
  const steps = dispatches.map((dispatch, i) =>
    encoder(kernels.device, scope, ready[i], dispatch, fixedBuffer),
  );
  return (pass, call) => {
    for (const step of steps) step(pass, call);
  };
}

/** Encodes a dispatch; bindings that no call changes are made once. */
function encoder(
  device: GPUDevice,
  scope: BufferScope,
  kernel: Kernel | undefined,
  { fixed, read, result, groups, label, params }: Dispatch,
  fixedBuffer: (slot: Slot) => GPUBuffer | null,
): Plan {
  if (!kernel) throw new Error(`${label}: internal: a kernel expected`);
  const uniform = params(scope);
  const bind = (index: number, buffers: readonly GPUBuffer[]): GPUBindGroup => {
    const layout = kernel.layouts[index];
    if (!layout) throw new RangeError(`${kernel.name}: must have a group ${index}`);
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    return device.createBindGroup({ label: `${label}.bindings${index}`, layout, entries });
  };
  const slots: readonly (readonly Slot[])[] = [fixed, read, [result]];
  const made = slots.map((group, index) => {
    const found = group.map(fixedBuffer);
    if (!found.every((buffer) => buffer !== null)) return null;
    return bind(index, index === 0 ? [uniform, ...found] : found);
  });
  return (pass, call) => {
    pass.setPipeline(kernel.pipeline);
    slots.forEach((group, index) => {
      const now = () => group.map((slot) => fixedBuffer(slot) ?? callBuffer(slot, call));
      pass.setBindGroup(index, made[index] ?? bind(index, now()));
    });
    pass.dispatchWorkgroups(...groups);
  };
}

function callBuffer(slot: Slot, call: CallBuffers): GPUBuffer {
  return slot.kind === "input" ? call[slot.name] : call.result;
}

interface Places {
  /** Bytes of each buffer. */
  readonly bytes: readonly number[];
  /** Buffer of each result; none for the last, which the caller gives. */
  readonly of: readonly (number | undefined)[];
}

/** Shares buffers between results that do not live at the same time: the smallest free one that is large enough. */
export function placeResults(dispatches: readonly Dispatch[], sizes: readonly number[]): Places {
  const lastRead = sizes.map((_, index) =>
    dispatches.findLastIndex(({ read }) =>
      read.some((slot) => slot.kind === "result" && slot.index === index),
    ),
  );
  const bytes: number[] = [];
  const of: (number | undefined)[] = [];
  const busyUntil: number[] = [];
  dispatches.forEach(({ result: { index } }, at) => {
    if (at === dispatches.length - 1) return;
    const wanted = 4 * (sizes[index] ?? 0);
    const free = bytes
      .map((size, place) => ({ size, place }))
      .filter(({ size, place }) => size >= wanted && (busyUntil[place] ?? 0) < at)
      .sort((a, b) => a.size - b.size)[0];
    const place = free?.place ?? bytes.push(wanted) - 1;
    of[index] = place;
    busyUntil[place] = lastRead[index] ?? at;
  });
  return { bytes, of };
}
