import { it } from "vitest";
import { webGpuNetworks } from "../../../src/alignment/webgpu/network.ts";
import { checked } from "../../../src/gpu/scopes.ts";
import { describeGpu } from "../../support/gpu.ts";
import {
  answersOf,
  casesOfSizes,
  evenParameters,
  expectAgreement,
  expectMissingPartsNoticed,
  f32Tolerance,
} from "../network/contract.ts";
import { sharedPolicyDevice } from "./policy-device.ts";

/** Every depth, prediction, process and dimension, widths on and off the steps of 16, and one row more than a tile. */
const CASES = casesOfSizes([
  { dim: 2, width: 8, depth: 1, rows: 17 },
  { dim: 1, width: 20, depth: 2, rows: 65 },
  { dim: 2, width: 32, depth: 3, rows: 300 },
  { dim: 1, width: 64, depth: 4, rows: 33 },
  { dim: 2, width: 100, depth: 2, rows: 16 },
  { dim: 2, width: 128, depth: 3, rows: 40 },
  { dim: 2, width: 256, depth: 1, rows: 5 },
]);

describeGpu("The network in WebGPU kernels", (context) => {
  const here = sharedPolicyDevice(context);
  // One of each width also in the form for the other kind of adapter.
  const forms = [
    ...CASES.map((example) => ({ ...example, other: false })),
    ...CASES.filter(({ shape }, i) => shape.width !== CASES[i - 1]?.shape.width).map((example) => ({
      ...example,
      other: true,
      name: `${example.name}, in the other form`,
    })),
  ];

  it.each(forms)("agrees with the f64 one: $name", async ({ other, ...example }) => {
    const { shape } = example;
    const device = { ...here(), software: here().software !== other };
    const [parameters, limit] = [evenParameters(shape), f32Tolerance(shape)];
    const got = await checked(context().device, "network", () =>
      answersOf((process) => webGpuNetworks(device, process), example, parameters),
    );
    const expected = await expectAgreement(got, example, parameters, limit);
    expectMissingPartsNoticed(got, expected, shape, limit);
  });
});
