import { expect, it } from "vitest";
import { BufferScope, readBuffers } from "../../src/gpu/buffers.ts";
import { KernelCache, bindKernel, type KernelDefinition } from "../../src/gpu/kernels.ts";
import { ShaderError } from "../../src/gpu/errors.ts";
import { checked } from "../../src/gpu/scopes.ts";
import { describeGpu } from "../support/gpu.ts";

const FILL: KernelDefinition = {
  name: "fill",
  texts: [
    "override VALUE: u32 = 1;",
    "@group(0) @binding(0) var<storage, read_write> out: array<u32>;",
    "@compute @workgroup_size(64) fn fill(@builtin(global_invocation_id) id: vec3u) {",
    "  if (id.x < arrayLength(&out)) { out[id.x] = VALUE; }\n}",
  ],
  groups: [["write"]],
};

describeGpu("kernels", (context) => {
  it("run with their constants on bound buffers", async () => {
    const { device } = context();
    const scope = new BufferScope(device);
    const [data] = await checked(device, "fill", async () => {
      const kernel = await new KernelCache(device).get(FILL, { VALUE: 7 });
      const buffer = scope.storage("fill.out", 400);
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      bindKernel(device, pass, kernel, [[buffer]]);
      pass.dispatchWorkgroups(2);
      pass.end();
      device.queue.submit([encoder.finish()]);
      return readBuffers(device, [{ buffer, bytes: 400 }]);
    });
    expect([...new Uint32Array(data!)]).toEqual(new Array(100).fill(7));
    scope.dispose();
  });

  it("are made once per set of constants", async () => {
    const kernels = new KernelCache(context().device);
    const [a, b, c] = await Promise.all([
      kernels.get(FILL, { VALUE: 1 }),
      kernels.get(FILL, { VALUE: 1 }),
      kernels.get(FILL, { VALUE: 2 }),
    ]);
    expect(a).toBe(b);
    expect(c).not.toBe(a);
  });

  it("that do not compile say where, with the line, and are tried again", async () => {
    const { device } = context();
    const kernels = new KernelCache(device);
    const broken = { ...FILL, texts: [...FILL.texts, "fn wrong() -> u32 { return 1.5; }"] };
    device.pushErrorScope("validation");
    for (let attempt = 0; attempt < 2; attempt++) {
      const failure = await kernels.get(broken).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ShaderError);
      expect((failure as Error).message).toMatch(/^fill: the shader must compile, got\n\s+6:\d+ /);
      expect((failure as Error).message).toContain("return 1.5;");
    }
    await device.popErrorScope();
  });

  it("make a storage buffer beyond the device's limit a clear error", () => {
    const { device } = context();
    const scope = new BufferScope(device);
    expect(() => scope.storage("big", 2 ** 40)).toThrow(
      /^big: must fit \d+ bytes, .* got 1099511627776; take fewer/,
    );
  });
});

describeGpu("an error scope", (context) => {
  it("turns a late device error into a rejection (control)", async () => {
    const { device } = context();
    const work = async () => void device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | 0x200 });
    await expect(checked(device, "bad buffer", work)).rejects.toThrow(/bad buffer: .* validation: /);
  });

  it("passes results and errors of the work through", async () => {
    const { device } = context();
    expect(await checked(device, "fine", async () => 3)).toBe(3);
    await expect(checked(device, "fails", () => Promise.reject(new Error("own")))).rejects.toThrow("own");
  });
});
