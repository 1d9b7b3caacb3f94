/** The device that an engine shall use by the user's choice, or why it is to do without one. */
import { acquireDevice, type GpuContext } from "./device.ts";

/**
 * The device that `gpu` offers, or a sentence. Unless `choice` asks for WebGPU, a software adapter is declined: WebAssembly is
 * faster on the same cores.
 */
export async function chosenDevice(
  gpu: GPU | undefined,
  choice: "auto" | "webgpu" | "cpu",
): Promise<GpuContext | { readonly declined: string }> {
  if (choice === "cpu") return { declined: "The CPU was chosen." };
  let context: GpuContext;
  try {
    context = await acquireDevice(gpu);
  } catch (error) {
    return { declined: error instanceof Error ? error.message : String(error) };
  }
  if (!context.software || choice === "webgpu") return context;
  context.dispose();
  return { declined: `${context.adapter} computes on the CPU, where WebAssembly is faster.` };
}
