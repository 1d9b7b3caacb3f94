/** A WebGPU device for tests of kernels and of the GPU layer: skipped and counted where there is none, unless REQUIRE_GPU=1. */
import { beforeAll, beforeEach, describe } from "vitest";
import { acquireDevice, type GpuContext } from "../../src/gpu/device.ts";
import { GpuUnavailableError } from "../../src/gpu/errors.ts";

/** Dawn closes with its GPU object, so it must stay referenced as long as any test runs. */
let gpu: GPU | null = null;

/** WebGPU of the browser, or Dawn's in Node. */
export async function findGpu(): Promise<GPU> {
  if (gpu) return gpu;
  if (typeof navigator !== "undefined" && navigator.gpu) return (gpu = navigator.gpu);
  const dawn = await import("webgpu");
  Object.assign(globalThis, dawn.globals);
  return (gpu = dawn.create([]));
}

let shared: Promise<GpuContext> | null = null;

/** Declares tests that need a device; `body` gets a function that returns the one that all of a file's tests share. */
export function describeGpu(title: string, body: (context: () => GpuContext) => void): void {
  describe(title, () => {
    let context: GpuContext | null = null;
    let reason = "";
    beforeAll(async () => {
      try {
        context = await (shared ??= findGpu().then(acquireDevice));
      } catch (error) {
        if (!(error instanceof GpuUnavailableError) || process.env["REQUIRE_GPU"] === "1") throw error;
        reason = error.message;
      }
    });
    beforeEach((test) => {
      if (!context) test.skip(reason);
    });
    body(() => {
      if (!context) throw new Error(`no device: ${reason}`);
      return context;
    });
  });
}
