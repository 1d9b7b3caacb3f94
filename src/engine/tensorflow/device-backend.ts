/**
 * TensorFlow.js on a WebGPU device that our own kernels use too: tensors and buffers change hands on the device. What either side
 * submits runs in order, so neither waits for the other.
 */
import * as tf from "@tensorflow/tfjs";

let made = 0;

/** TensorFlow.js' number for products in tiles of 32 x 32 whatever their shape, which add in one order. */
const PACKED_PRODUCTS = 3;

/** A backend on a device, in the place of another one. */
export interface DeviceBackend {
  /** Name of the backend that was active before. */
  readonly before: string;
  /** Makes that one active again, and lets go of what this one holds on the device. */
  leave(): Promise<void>;
}

/**
 * Makes the device the active backend of this thread, in place of one that was started here before. `user` begins the error
 * where TensorFlow.js does not start on it.
 */
export async function startDeviceBackend(user: string, device: GPUDevice): Promise<DeviceBackend> {
  // Loaded here only: WebAssembly needs none of it.
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  // A name of its own for each device: kernels are registered by name, once.
  const name = `etalon-device-${made++}`;
  const before = tf.getBackend();
  // Types of another version of the WebGPU declarations.
  tf.registerBackend(name, () => new WebGPUBackend(device as never, device.adapterInfo as never));
  tf.copyRegisteredKernels("webgpu", name);
  tf.enableProdMode();
  if (!(await tf.setBackend(name)))
    throw new Error(`${user}: TensorFlow.js must start on the device, it did not; choose the CPU`);
  await tf.ready();
  return {
    before,
    leave: async () => {
      await tf.setBackend(before);
      tf.removeBackend(name);
    },
  };
}

/**
 * Gives up the kernels that add partial sums in the order in which they come: the same product is then the same to the last bit.
 * For the backends of this thread, once one was started.
 */
export function makeProductsRepeatable(): void {
  tf.env().set("WEBGPU_MATMUL_PROGRAM_TYPE", PACKED_PRODUCTS);
}

/**
 * The f32 numbers of a storage buffer as a tensor, without a copy. The buffer stays its owner's, must be copyable, and must live
 * as long as the tensor.
 */
export function tensorOfBuffer<R extends tf.Rank>(buffer: GPUBuffer, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return tf.tensor<R>({ buffer: buffer as never, zeroCopy: true }, shape, "float32");
}

/** A tensor's numbers in a buffer on the device, until `release` is called. */
export interface LentBuffer {
  readonly buffer: GPUBuffer;
  release(): void;
}

/** Copies a tensor on the device; what computes it is submitted before this returns. */
export function bufferOfTensor(tensor: tf.Tensor): LentBuffer {
  const { buffer, tensorRef } = tensor.dataToGPU();
  if (!buffer) throw new Error("TensorFlow.js: internal: a tensor on the device must have a buffer");
  return { buffer: buffer as unknown as GPUBuffer, release: () => tensorRef.dispose() };
}
