import { beforeAll, expect, it } from "vitest";
import { samplerCoefficients } from "../../src/diffusion/coefficients.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { flow } from "../../src/diffusion/processes/flow.ts";
import { KernelCache } from "../../src/gpu/kernels.ts";
import { checked } from "../../src/gpu/scopes.ts";
import { GLYPH, imageSize } from "../../src/network/architecture.ts";
import { emptyPrompts } from "../../src/network/prompt-tokens.ts";
import { sampleImages, type SampleRun } from "../../src/network/sampler.ts";
import { WebGpuNetwork } from "../../src/network/webgpu/network.ts";
import { sampleOnDevice } from "../../src/network/webgpu/sampler.ts";
import { networkWeights } from "../../src/network/weights.ts";
import { describeGpu } from "../support/gpu.ts";
import { expectAllClose } from "../support/numbers.ts";
import { golden, hashedInputs, hashedWeights } from "./hashed.ts";

const truth = golden();
/** As in parity.test.ts. */
const TOLERANCE = 8 * truth.singleError;

describeGpu("The network by our kernels", (context) => {
  let kernels: KernelCache;
  let network: WebGpuNetwork;
  beforeAll(() => {
    kernels = new KernelCache(context().device);
    network = new WebGpuNetwork(kernels, networkWeights(GLYPH, hashedWeights()));
  });

  it("gives what PyTorch gives", { timeout: 120_000 }, async () => {
    const { x, t, s, prompts } = hashedInputs();
    const got = await checked(context().device, "network", () => network.apply(x, t, s, prompts));
    expectAllClose(got, truth.x0Hat, { absolute: TOLERANCE });
  });

  it("gives something else if a filter is transposed (control)", { timeout: 120_000 }, async () => {
    const file = hashedWeights();
    const name = "middle2.conv1.weight";
    const { type, shape, data } = file.tensors.get(name)!;
    const turned = data.map((_, i) => data[(i % 128) * 9 * 128 + Math.floor(i / 128)]!);
    const tensors = new Map([...file.tensors, [name, { type, shape, data: turned }]]);
    const other = new WebGpuNetwork(kernels, networkWeights(GLYPH, { ...file, tensors }));
    const { x, t, s, prompts } = hashedInputs();
    const got = await other.apply(x, t, s, prompts);
    other.dispose();
    expect(Math.max(...got.map((value, i) => Math.abs(value - truth.x0Hat[i]!)))).toBeGreaterThan(
      100 * TOLERANCE,
    );
  });

  function runOf(eta: number, more: Partial<SampleRun> = {}): SampleRun {
    const process = flow(0.99);
    const steps = 2;
    const grid = createGrid({ kind: "uniform" }, process, steps);
    const prompts = hashedInputs().prompts.subarray(0, 12);
    return {
      dim: imageSize(GLYPH),
      first: 5,
      count: 2,
      seed: 11,
      priorStd: 1,
      coefficients: samplerCoefficients("gddim", process, grid, new Float64Array(steps).fill(eta)),
      prompts,
      frames: [0, 1, 2],
      ...more,
    };
  }

  /**
   * Both samplers call the same network; between the calls the device's step and its normals differ from the f64 ones by
   * about 1e-6 of numbers below 6. These weights stretch differences by at most a few times per call; guidance triples them.
   */
  const STEPS_TOLERANCE = { absolute: 40 * TOLERANCE };

  it.each([
    ["the ODE", 0, null],
    ["noisy steps", 1.2, null],
    ["guidance", 0.7, { negative: emptyPrompts(GLYPH, 2), scale: 2 }],
  ])(
    "sample on the device what the sampler in f64 does: %s",
    { timeout: 240_000 },
    async (_what, eta, guidance) => {
      const run = runOf(eta, { guidance });
      const device = { kernels, software: context().software, network };
      const got = await checked(context().device, "sample", () => sampleOnDevice(device, run));
      const expected = await sampleImages(network, run);
      expectAllClose(got.images, expected.images, STEPS_TOLERANCE, "images");
      expect(got.states).toHaveLength(3);
      got.states.forEach((state, i) =>
        expectAllClose(state, expected.states[i]!, STEPS_TOLERANCE, `state ${i}`),
      );
      expectAllClose(got.predictions[1]!, expected.predictions[1]!, STEPS_TOLERANCE, "x0Hat");
      expect(got.predictions[2]).toBeNull();
    },
  );
});
