import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it } from "vitest";
import { samplerCoefficients } from "../../src/diffusion/coefficients.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { flow } from "../../src/diffusion/processes/flow.ts";
import { KernelCache } from "../../src/gpu/kernels.ts";
import { checked } from "../../src/gpu/scopes.ts";
import { GLYPH, imageSize } from "../../src/network/architecture.ts";
import { emptyPrompts } from "../../src/network/prompt-tokens.ts";
import { sampleImages, type SampleRun } from "../../src/network/sampler.ts";
import { TensorNetwork } from "../../src/network/tensorflow/network.ts";
import { WebGpuNetwork } from "../../src/network/webgpu/network.ts";
import { sampleOnDevice } from "../../src/network/webgpu/sampler.ts";
import { networkWeights } from "../../src/network/weights.ts";
import { describeGpu } from "../support/gpu.ts";
import { expectAllClose } from "../support/numbers.ts";
import { golden } from "./golden-answers.ts";
import { hashedInputs, hashedWeights, TINY } from "./hashed.ts";

const truth = golden();
const DIM = imageSize(TINY);
/** As in parity.test.ts. */
const TOLERANCE = 8 * truth.singleError;

describeGpu("The network by our kernels", (context) => {
  let kernels: KernelCache;
  let network: WebGpuNetwork;
  beforeAll(() => {
    kernels = new KernelCache(context().device);
    network = new WebGpuNetwork(kernels, networkWeights(TINY, hashedWeights(TINY)));
  });
  const { x, t, s, prompts } = hashedInputs(TINY);

  // Software adapters take seconds for a call of the network that ships.
  it("gives what PyTorch gives", { timeout: 240_000 }, async () => {
    const large = new WebGpuNetwork(kernels, networkWeights(GLYPH, hashedWeights()));
    const inputs = hashedInputs();
    const got = await checked(context().device, "network", () =>
      large.apply(inputs.x, inputs.t, inputs.s, inputs.prompts),
    );
    expectAllClose(got, truth.x0Hat, { absolute: TOLERANCE });
    large.dispose();
  });

  it("gives what TensorFlow.js gives, whatever the batch, and something else if a filter is transposed", async () => {
    await tf.setBackend("cpu");
    const other = new TensorNetwork(networkWeights(TINY, hashedWeights(TINY)));
    const expected = tf.tidy(() => other.apply({ x: tf.tensor2d(x, [3, DIM]), t, s, prompts }).dataSync());
    expectAllClose(await network.apply(x, t, s, prompts), expected, { absolute: TOLERANCE });
    const one = await network.apply(x.slice(DIM, 2 * DIM), [t[1]!], [s[1]!], prompts.subarray(2, 4));
    expectAllClose(one, expected.slice(DIM, 2 * DIM), { absolute: TOLERANCE });
    const file = hashedWeights(TINY);
    const name = "middle2.conv1.weight";
    const { type, shape, data } = file.tensors.get(name)!;
    const [outputs = 0, inputs = 0] = shape;
    const turned = data.map((_, i) => data[(i % outputs) * 9 * inputs + Math.floor(i / outputs)]!);
    const tensors = new Map([...file.tensors, [name, { type, shape, data: turned }]]);
    const wrong = new WebGpuNetwork(kernels, networkWeights(TINY, { ...file, tensors }));
    const got = await wrong.apply(x, t, s, prompts);
    wrong.dispose();
    const off = Math.max(...got.map((value, i) => Math.abs(value - expected[i]!)));
    expect(off).toBeGreaterThan(100 * TOLERANCE);
  });

  function runOf(eta: number, more: Partial<SampleRun> = {}): SampleRun {
    const process = flow(0.99);
    const steps = 2;
    const grid = createGrid({ kind: "uniform" }, process, steps);
    return {
      dim: DIM,
      first: 5,
      count: 2,
      seed: 11,
      priorStd: 1,
      coefficients: samplerCoefficients("gddim", process, grid, new Float64Array(steps).fill(eta)),
      prompts: prompts.subarray(0, 4),
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
    ["guidance", 0.7, { negative: emptyPrompts(TINY, 2), scale: 2 }],
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
