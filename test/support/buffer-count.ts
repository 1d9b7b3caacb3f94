/** Counts a device's buffers: those made and not yet destroyed. */
export interface BufferCount {
  /** Made since counting began. */
  made(): number;
  /** Of these, not destroyed. */
  alive(): number;
  /** Ends the counting. */
  restore(): void;
}

/** Counts from now on, in place of the device's own way to make buffers. */
export function countBuffers(device: GPUDevice): BufferCount {
  const create = device.createBuffer.bind(device);
  const alive = new Set<GPUBuffer>();
  let made = 0;
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    made++;
    alive.add(buffer);
    buffer.destroy = () => {
      alive.delete(buffer);
      return destroy();
    };
    return buffer;
  };
  return { made: () => made, alive: () => alive.size, restore: () => (device.createBuffer = create) };
}
