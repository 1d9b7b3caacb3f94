import { describe, expect, it } from "vitest";
import { deviceModels } from "../../src/engine/images/device-models.ts";

const read = () => Promise.reject(new Error("no file may be read before a network is asked for"));

/** A graphics interface whose adapter tells `description`. */
function gpuOf(description: string): GPU {
  const lost = new Promise<GPUDeviceLostInfo>(() => undefined);
  const device = { lost, destroy: () => undefined };
  const adapter = {
    info: { description },
    features: new Set(),
    limits: { maxBufferSize: 1, maxStorageBufferBindingSize: 1 },
    requestDevice: () => Promise.resolve(device),
  };
  return { requestAdapter: () => Promise.resolve(adapter) } as unknown as GPU;
}

describe("Where the glyph network runs", () => {
  it("is a real GPU if there is one", async () => {
    const found = await deviceModels(gpuOf("Radeon 9"), "auto", read);
    expect(found).toMatchObject({ info: { kind: "webgpu", adapter: "Radeon 9" } });
  });

  it("is the CPU without WebGPU, on a software adapter, or by choice", async () => {
    expect(await deviceModels(undefined, "auto", read)).toMatchObject({
      declined: expect.stringContaining("no WebGPU") as string,
    });
    expect(await deviceModels(gpuOf("Google SwiftShader"), "auto", read)).toMatchObject({
      declined: expect.stringContaining("WebAssembly is faster") as string,
    });
    expect(await deviceModels(gpuOf("Radeon 9"), "cpu", read)).toMatchObject({
      declined: "The CPU was chosen.",
    });
  });

  it("is a software adapter where the user asks for WebGPU", async () => {
    expect(await deviceModels(gpuOf("Google SwiftShader"), "webgpu", read)).toMatchObject({
      info: { kind: "webgpu", adapter: "SwiftShader (software)" },
    });
  });
});
