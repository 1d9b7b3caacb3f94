/** Buffers with labels and a common end of life, and reading them back. */
import type { FieldTypes, FieldValues, UniformLayout } from "./uniform-layout.ts";

/** Makes buffers that are destroyed together. */
export class BufferScope {
  readonly device: GPUDevice;
  private readonly buffers: GPUBuffer[] = [];

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /** A zeroed storage buffer of at least `bytes`. Throws RangeError where the device cannot bind as much. */
  storage(label: string, bytes: number): GPUBuffer {
    checkStorageSize(this.device, label, bytes);
    return this.keep(
      this.device.createBuffer({
        label,
        size: paddedSize(bytes),
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      }),
    );
  }

  /** A storage buffer with the given contents. */
  upload(label: string, data: Float32Array | Uint32Array): GPUBuffer {
    checkStorageSize(this.device, label, data.byteLength);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.mapped(label, data, usage);
  }

  /** A uniform buffer with the given fields. */
  uniform<F extends FieldTypes>(layout: UniformLayout<F>, values: FieldValues<F>): GPUBuffer {
    return this.mapped(layout.name, new Uint32Array(layout.pack(values)), GPUBufferUsage.UNIFORM);
  }

  /** Destroys the buffers; work already submitted still finishes. */
  dispose(): void {
    for (const buffer of this.buffers.splice(0)) buffer.destroy();
  }

  private mapped(label: string, data: Float32Array | Uint32Array, usage: GPUBufferUsageFlags): GPUBuffer {
    const size = paddedSize(data.byteLength);
    const buffer = this.device.createBuffer({ label, size, usage, mappedAtCreation: true });
    new Uint8Array(buffer.getMappedRange()).set(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
    buffer.unmap();
    return this.keep(buffer);
  }

  private keep(buffer: GPUBuffer): GPUBuffer {
    this.buffers.push(buffer);
    return buffer;
  }
}

/** Sizes must be multiples of 4 and, for uniforms and vec4 arrays, cover at least one element. */
function paddedSize(bytes: number): number {
  return Math.max(16, Math.ceil(bytes / 16) * 16);
}

/** Largest storage buffer of a device, bytes. */
export function largestStorage(device: GPUDevice): number {
  return Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
}

function checkStorageSize(device: GPUDevice, label: string, bytes: number): void {
  const largest = largestStorage(device);
  if (bytes > largest)
    throw new RangeError(
      `${label}: must fit ${largest} bytes, the largest buffer of this adapter, got ${bytes}; ` +
        "take fewer particles, frames or steps, or the CPU engine",
    );
}

/** Copies of the first `bytes` of each buffer, in one round trip. */
export async function readBuffers(
  device: GPUDevice,
  wanted: readonly { readonly buffer: GPUBuffer; readonly bytes: number }[],
): Promise<ArrayBuffer[]> {
  const offsets: number[] = [];
  let size = 0;
  for (const { bytes } of wanted) {
    offsets.push(size);
    size += paddedSize(bytes);
  }
  const staging = device.createBuffer({
    label: "readBuffers.staging",
    size: paddedSize(size),
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  try {
    const encoder = device.createCommandEncoder({ label: "readBuffers.encoder" });
    wanted.forEach(({ buffer, bytes }, i) =>
      encoder.copyBufferToBuffer(buffer, 0, staging, offsets[i] ?? 0, Math.ceil(bytes / 4) * 4),
    );
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const all = staging.getMappedRange();
    return wanted.map(({ bytes }, i) => all.slice(offsets[i] ?? 0, (offsets[i] ?? 0) + bytes));
  } finally {
    staging.destroy();
  }
}
