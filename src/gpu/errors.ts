/** Errors of the GPU layer, by who must act. */

/** There is no usable WebGPU here; the message is a plain sentence for the reader. The lab then runs on the CPU. */
export class GpuUnavailableError extends Error {
  override readonly name = "GpuUnavailableError";
}

/** A shader or pipeline was refused: a bug of ours. Names the kernel and lists line:col messages. */
export class ShaderError extends Error {
  override readonly name = "ShaderError";
}

/** The device went away in mid-run; running again on a new device is worth a try. */
export class DeviceLostError extends Error {
  override readonly name = "DeviceLostError";
}
