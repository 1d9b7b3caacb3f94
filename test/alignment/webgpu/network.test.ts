import { expect, it } from "vitest";
import { cpuNetworks } from "../../../src/alignment/cpu/network.ts";
import { parameterParts } from "../../../src/alignment/network-shape.ts";
import type { NetworkShape } from "../../../src/alignment/policy-network.ts";
import { policyDevice, type PolicyDevice } from "../../../src/alignment/webgpu/device.ts";
import { webGpuNetworks } from "../../../src/alignment/webgpu/network.ts";
import { checked } from "../../../src/gpu/scopes.ts";
import { describeGpu } from "../../support/gpu.ts";
import { FLOW, fullParameters, normals, times, VE, VP } from "../network/networks.ts";

/**
 * f32 rounds each of a layer's sums of at most W terms to W 2^-24 of their absolute sum at worst; D + 1 layers, forward and back, whose
 * weights of up to 0.5 magnify each other's errors by at most about 10: 20 (D + 1) W 2^-24 of the row's norm. Sums over rows are
 * compared with the norm of the whole gradient.
 */
function tolerance({ width, depth }: NetworkShape): number {
  return 20 * (depth + 1) * width * 2 ** -24;
}

function relativeMiss(got: Float64Array, expected: Float64Array): number {
  const norm = (row: Float64Array) => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  expect(got.length).toBe(expected.length);
  return norm(got.map((value, i) => value - (expected[i] ?? NaN))) / norm(expected);
}

const PROCESSES = [VP, VE, FLOW];
const PREDICTIONS = ["eps", "x0", "v"] as const;
/** Every depth, prediction, process and dimension, widths on and off the steps of 16, and one row more than a tile. */
const CASES = [
  { dim: 2, width: 8, depth: 1, rows: 17 },
  { dim: 1, width: 20, depth: 2, rows: 65 },
  { dim: 2, width: 32, depth: 3, rows: 300 },
  { dim: 1, width: 64, depth: 4, rows: 33 },
  { dim: 2, width: 100, depth: 2, rows: 16 },
  { dim: 2, width: 128, depth: 3, rows: 40 },
  { dim: 2, width: 256, depth: 1, rows: 5 },
].flatMap(({ rows, ...size }, i) =>
  PREDICTIONS.slice(0, i < 3 ? 3 : 1).map((_, j) => {
    const prediction = PREDICTIONS[(i + j) % 3] ?? "v";
    const process = PROCESSES[(i + 2 * j) % 3] ?? VP;
    const shape: NetworkShape = { ...size, prediction };
    return {
      shape,
      process,
      rows,
      name: `${size.dim}-D, ${size.depth} x ${size.width}, ${prediction} on ${process.kind}`,
    };
  }),
);

describeGpu("The network in WebGPU kernels", (context) => {
  let home: PolicyDevice | null = null;
  const networks = () => (home ??= policyDevice(context()));
  // One of each width also in the form for the other kind of adapter.
  const forms = [
    ...CASES.map((example) => ({ ...example, other: false })),
    ...CASES.filter(({ shape }, i) => shape.width !== CASES[i - 1]?.shape.width).map((example) => ({
      ...example,
      other: true,
      name: `${example.name}, in the other form`,
    })),
  ];

  it.each(forms)("agrees with the f64 one: $name", async ({ shape, process, rows, other }) => {
    const here = networks();
    const device = { ...here, software: here.software !== other };
    // Weights of equal size whatever the width, so that layers neither fade nor explode.
    const parameters = fullParameters(shape, 3).map((value) => value * Math.sqrt(8 / shape.width));
    const x = normals(rows * shape.dim, 1);
    const t = times(rows, process.T);
    const weights = normals(rows * shape.dim, 2);
    const run = async (make: ReturnType<typeof cpuNetworks>) => {
      const network = make(shape, parameters);
      const x0Hat = await network.predict(x, t);
      await network.accumulate(x, t, (got) => got.map((value, j) => Math.sin(value) * (weights[j] ?? 0)));
      const gradient = await network.takeGradient();
      const input = await network.pullToInput(x, t, weights);
      network.dispose();
      return { x0Hat, gradient, input };
    };
    const expected = await run(cpuNetworks(process));
    const got = await checked(context().device, "network", () => run(webGpuNetworks(device, process)));
    const limit = tolerance(shape);
    expect(relativeMiss(got.x0Hat, expected.x0Hat)).toBeLessThan(limit);
    expect(relativeMiss(got.gradient, expected.gradient)).toBeLessThan(limit);
    expect(relativeMiss(got.input, expected.input)).toBeLessThan(limit);
    // Control: a layer's bias gradient that is missing is noticed, whichever it is.
    for (const { offset, shape: size } of parameterParts(shape)) {
      const wrong = got.gradient.slice().fill(0, offset, offset + size.reduce((a, b) => a * b, 1));
      expect(relativeMiss(wrong, expected.gradient)).toBeGreaterThan(limit);
    }
  });
});
