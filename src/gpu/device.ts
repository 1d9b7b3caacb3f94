/** Acquisition of a GPU device, with everything that is asked of it said explicitly. */
import { GpuUnavailableError } from "./errors.ts";

/** A device with what the rest of the project needs to know about it. */
export interface GpuContext {
  readonly device: GPUDevice;
  /** Name a person recognises: "SwiftShader (software)", "NVIDIA H100". */
  readonly adapter: string;
  /** True if the adapter computes on the CPU. */
  readonly software: boolean;
  /** Settles with the reason when the device can no longer be used. Never rejects. */
  readonly lost: Promise<string>;
  /** Destroys the device, if it was acquired here. */
  dispose(): void;
}

/** Software rasterisers by the words they put in their adapter information. */
const SOFTWARE = [
  [/swiftshader/i, "SwiftShader"],
  [/llvmpipe|lavapipe|softpipe/i, "llvmpipe"],
  [/basic render|\bwarp\b/i, "Windows WARP"],
] as const;

/** Largest buffer asked for, bytes: more than any job uses, so that a request does not fail on odd adapters. */
const LARGEST_BUFFER = 2 ** 30;

/** Optional features that are used where present. */
const WANTED_FEATURES: readonly GPUFeatureName[] = ["timestamp-query", "subgroups"];

/**
 * Requests an adapter and a device.
 *
 * gpu   navigator.gpu of a browser, or that of a WebGPU package in Node; undefined where there is none
 *
 * Throws GpuUnavailableError with a plain sentence.
 */
export async function acquireDevice(gpu: GPU | undefined): Promise<GpuContext> {
  if (!gpu) throw new GpuUnavailableError("This browser has no WebGPU, so the lab computes on the CPU.");
  const adapter = await requestAdapter(gpu);
  try {
    const device = await adapter.requestDevice({
      label: "Etalon.device",
      requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
      requiredLimits: requestedLimits(adapter.limits),
    });
    return contextOf(device, adapter.info, () => device.destroy());
  } catch (cause) {
    throw new GpuUnavailableError(
      `The graphics adapter refused to give a WebGPU device (${messageOf(cause)}), so the lab computes on the CPU.`,
      { cause },
    );
  }
}

/** Wraps a device that belongs to someone else, for example one shared with a neural network library. */
export function adoptDevice(device: GPUDevice, info?: GPUAdapterInfo): GpuContext {
  return contextOf(device, info ?? device.adapterInfo, () => undefined);
}

async function requestAdapter(gpu: GPU): Promise<GPUAdapter> {
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  } catch (cause) {
    throw new GpuUnavailableError(
      `WebGPU found no graphics adapter (${messageOf(cause)}), so the lab computes on the CPU.`,
      { cause },
    );
  }
  if (adapter) return adapter;
  throw new GpuUnavailableError(
    "This browser has WebGPU but no graphics adapter it may use, so the lab computes on the CPU.",
  );
}

function requestedLimits(limits: GPUSupportedLimits): Record<string, number> {
  return {
    // Tables of many steps, particle chunks and recordings: as large as the adapter allows.
    maxBufferSize: Math.min(limits.maxBufferSize, LARGEST_BUFFER),
    maxStorageBufferBindingSize: Math.min(limits.maxStorageBufferBindingSize, LARGEST_BUFFER),
  };
}

function contextOf(device: GPUDevice, info: GPUAdapterInfo | undefined, dispose: () => void): GpuContext {
  const { adapter, software } = describeAdapter(info);
  return {
    device,
    adapter,
    software,
    lost: device.lost.then(
      ({ reason, message }) =>
        reason === "destroyed"
          ? "The WebGPU device was closed."
          : `The WebGPU device was lost${message ? ` (${message})` : ""}.`,
      (cause) => `The WebGPU device was lost (${messageOf(cause)}).`,
    ),
    dispose,
  };
}

/** Name of an adapter and whether it is a software rasteriser. */
export function describeAdapter(info: GPUAdapterInfo | undefined): {
  readonly adapter: string;
  readonly software: boolean;
} {
  const words = info ? [info.description, info.vendor, info.architecture, info.device] : [];
  const known = SOFTWARE.find(([pattern]) => words.some((word) => pattern.test(word ?? "")));
  if (known) return { adapter: `${known[1]} (software)`, software: true };
  const name =
    info?.description || [info?.vendor, info?.architecture].filter(Boolean).join(" ") || "unnamed GPU";
  const fallback = info?.isFallbackAdapter === true;
  return { adapter: fallback ? `${name} (software)` : name, software: fallback };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
