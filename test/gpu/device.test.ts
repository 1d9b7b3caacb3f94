import { describe, expect, it } from "vitest";
import { acquireDevice, adoptDevice, describeAdapter } from "../../src/gpu/device.ts";
import { GpuUnavailableError } from "../../src/gpu/errors.ts";
import { largestStorage } from "../../src/gpu/buffers.ts";
import { describeGpu, findGpu } from "../support/gpu.ts";

function info(fields: Partial<GPUAdapterInfo>): GPUAdapterInfo {
  const empty = { description: "", vendor: "", architecture: "", device: "", isFallbackAdapter: false };
  return { ...empty, ...fields } as GPUAdapterInfo;
}

/** A WebGPU whose adapter is given. */
function gpuWith(adapter: () => Promise<unknown>): GPU {
  return { requestAdapter: adapter } as unknown as GPU;
}

describe("an adapter", () => {
  it.each([
    [{ description: "SwiftShader driver 5.0.0", vendor: "google" }, "SwiftShader (software)", true],
    [{ vendor: "google", architecture: "swiftshader" }, "SwiftShader (software)", true],
    [{ description: "llvmpipe (LLVM 15.0.6, 256 bits)", vendor: "mesa" }, "llvmpipe (software)", true],
    [{ description: "Microsoft Basic Render Driver" }, "Windows WARP (software)", true],
    [{ vendor: "acme", architecture: "slow", isFallbackAdapter: true }, "acme slow (software)", true],
    [{ description: "NVIDIA H100", vendor: "nvidia" }, "NVIDIA H100", false],
    [{ vendor: "apple", architecture: "metal-3" }, "apple metal-3", false],
    [{}, "unnamed GPU", false],
  ])("%o is named %s, software: %s", (fields, adapter, software) => {
    expect(describeAdapter(info(fields))).toEqual({ adapter, software });
  });

  it("without information is taken for hardware", () => {
    expect(describeAdapter(undefined)).toEqual({ adapter: "unnamed GPU", software: false });
  });
});

describe("without a usable adapter, a plain sentence says so:", () => {
  it.each([
    ["no WebGPU", undefined, /has no WebGPU/],
    ["no adapter", gpuWith(() => Promise.resolve(null)), /no graphics adapter/],
    ["adapter request fails", gpuWith(() => Promise.reject(new Error("blocked"))), /blocked/],
    [
      "device request fails",
      gpuWith(() =>
        Promise.resolve({
          features: new Set(),
          limits: { maxBufferSize: 1, maxStorageBufferBindingSize: 1 },
          requestDevice: () => Promise.reject(new Error("out of memory")),
        }),
      ),
      /refused to give a WebGPU device \(out of memory\)/,
    ],
  ])("%s", async (_, gpu, message) => {
    const failure = await acquireDevice(gpu).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(GpuUnavailableError);
    expect((failure as Error).message).toMatch(message);
    expect((failure as Error).message).toMatch(/the lab computes on the CPU\.$/);
  });
});

describeGpu("a device", (context) => {
  it("has buffers as large as its adapter gives, up to 1 GiB", async () => {
    const adapter = await (await findGpu()).requestAdapter();
    const largest = Math.min(
      adapter!.limits.maxStorageBufferBindingSize,
      adapter!.limits.maxBufferSize,
      2 ** 30,
    );
    expect(largestStorage(context().device)).toBe(largest);
  });

  it("tells when and why it is lost", async () => {
    const own = await acquireDevice(await findGpu());
    own.dispose();
    expect(await own.lost).toBe("The WebGPU device was closed.");
  });

  it("that belongs to someone else outlives its adopter", async () => {
    const own = await acquireDevice(await findGpu());
    const adopted = adoptDevice(own.device);
    expect(adopted.adapter).toBe(own.adapter);
    adopted.dispose();
    const first = await Promise.race([own.lost, own.device.queue.onSubmittedWorkDone().then(() => "alive")]);
    expect(first).toBe("alive");
    own.dispose();
  });
});
