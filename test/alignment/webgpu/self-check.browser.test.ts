import { expect, it } from "vitest";
import { policyDevice } from "../../../src/alignment/webgpu/device.ts";
import { policyDeviceFault } from "../../../src/alignment/webgpu/self-check.ts";
import { KernelCache } from "../../../src/gpu/kernels.ts";
import { describeGpu } from "../../support/gpu.ts";

/** Browsers bring their own compiler of WGSL, and their own words on which neighbours share a load. */
describeGpu("Policy kernels in a browser", (context) => {
  it.each([true, false])("compute as they should in the form for software adapters: %s", async (software) => {
    expect(await policyDeviceFault({ ...policyDevice(context()), software })).toBeNull();
  });

  it("are found out where neighbours share the wrong load (control)", async () => {
    const kernels = new KernelCache(context().device);
    const get = kernels.get.bind(kernels);
    kernels.get = (definition, constants) => {
      const texts = definition.texts.map((text) =>
        text.replaceAll(/quadBroadcast\(own, 1u\)|source\[at \+ 1u\]/g, "vec4f()"),
      );
      return get({ ...definition, texts }, constants);
    };
    expect(await policyDeviceFault({ ...policyDevice(context()), kernels })).toMatch(/is off by/);
  });
});
