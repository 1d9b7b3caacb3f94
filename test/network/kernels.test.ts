import { beforeAll, it } from "vitest";
import { GLYPH } from "../../src/network/architecture.ts";
import { WebGpuNetwork } from "../../src/network/webgpu/network.ts";
import { networkWeights } from "../../src/network/weights.ts";
import { checked } from "../../src/gpu/scopes.ts";
import { KernelCache } from "../../src/gpu/kernels.ts";
import { describeGpu } from "../support/gpu.ts";
import { expectAllClose } from "../support/numbers.ts";
import { golden, hashedInputs, hashedWeights } from "./hashed.ts";

const truth = golden();
/** As in parity.test.ts. */
const TOLERANCE = 8 * truth.singleError;

describeGpu("The network by our kernels", (context) => {
  let kernels: KernelCache;
  beforeAll(() => {
    kernels = new KernelCache(context().device);
  });

  it("gives what PyTorch gives", async () => {
    const network = new WebGpuNetwork(kernels, networkWeights(GLYPH, hashedWeights()));
    const { x, t, s, prompts } = hashedInputs();
    const got = await checked(context().device, "network", () => network.apply(x, t, s, prompts));
    expectAllClose(got, truth.x0Hat, { absolute: TOLERANCE });
    network.dispose();
  });
});
