/** What a training from scratch runs on in a browser worker: TensorFlow.js on a WebGPU device or on WebAssembly. */
import { acquireDevice, type GpuContext } from "../../gpu/device.ts";
import type { ScratchDevice } from "../scratch-training.ts";
import { startBrowserWasm } from "../tensorflow/browser-wasm.ts";
import { startDeviceBackend } from "../tensorflow/device-backend.ts";

export interface ScratchBackend {
  readonly adapter: string;
  /** Why this one, and what to expect of it. */
  readonly reason: string;
  /** Rejects when the device is lost. */
  readonly lost: Promise<never>;
}

const NEVER = new Promise<never>(() => undefined);

/** Makes a backend the active one. Unless `choice` asks for WebGPU, a software adapter is left for WebAssembly. */
export async function startScratchBackend(choice: ScratchDevice): Promise<ScratchBackend> {
  if (choice === "cpu") return onWasm("The CPU was chosen.");
  let context: GpuContext;
  try {
    context = await acquireDevice(navigator.gpu);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (choice === "webgpu") throw new Error(message, { cause: error });
    return onWasm(message);
  }
  if (!context.software) return onDevice(context, "Trains on this graphics device.");
  if (choice === "webgpu")
    return onDevice(
      context,
      `${context.adapter} computes on the CPU: the first step takes many minutes, WebAssembly is faster.`,
    );
  context.dispose();
  return onWasm(`${context.adapter} computes on the CPU, where WebAssembly is faster.`);
}

async function onWasm(why: string): Promise<ScratchBackend> {
  await startBrowserWasm("training");
  return {
    adapter: "CPU (WebAssembly)",
    reason: `${why} One core trains some hundred times slower than a graphics card.`,
    lost: NEVER,
  };
}

async function onDevice(context: GpuContext, reason: string): Promise<ScratchBackend> {
  const { device, adapter } = context;
  await startDeviceBackend("training", device);
  const lost = context.lost.then((why): never => {
    throw new Error(`training: the graphics device was lost (${why}); start again`);
  });
  // Heard by whoever waits for a step; without one nobody does.
  lost.catch(() => undefined);
  return { adapter, reason, lost };
}
