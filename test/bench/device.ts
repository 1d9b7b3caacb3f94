/** The device that all GPU benchmarks of a run share. */
import { create, globals } from "webgpu";
import { acquireDevice, type GpuContext } from "../../src/gpu/device.ts";
import { KernelCache } from "../../src/gpu/kernels.ts";

export interface BenchDevice {
  readonly gpu: GPU;
  readonly context: GpuContext;
  readonly kernels: KernelCache;
}

/** Dawn's WebGPU, kept referenced: it closes with its GPU object. */
export async function openDevice(): Promise<BenchDevice> {
  Object.assign(globalThis, globals);
  const gpu = create([]);
  const context = await acquireDevice(gpu);
  return { gpu, context, kernels: new KernelCache(context.device) };
}

/** Runs one compute pass to its end. */
export async function runPass(
  device: GPUDevice,
  encode: (pass: GPUComputePassEncoder) => void,
): Promise<void> {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  encode(pass);
  pass.end();
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
}
