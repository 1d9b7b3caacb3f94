import { describe, expect, it } from "vitest";
import { policyDeviceFault } from "../../src/alignment/webgpu/self-check.ts";
import { policyDevice } from "../../src/alignment/webgpu/device.ts";
import { deviceNetworks } from "../../src/engine/training/device-networks.ts";
import { createTrainingEngine, REFERENCE_PARTS } from "../../src/engine/training/local.ts";
import type { IterationReport, TrainingEngine } from "../../src/engine/training-engine.ts";
import { acquireDevice } from "../../src/gpu/device.ts";
import { meanEstimate } from "../../src/measure/scalar-sums.ts";
import { describeGpu, findGpu } from "../support/gpu.ts";
import { alignJob, PROBLEM } from "./problems.ts";

const fine = () => Promise.resolve(null);

/** A graphics interface whose adapter tells `description`. */
function gpuOf(description: string, closed: string[] = []): GPU {
  const lost = new Promise<GPUDeviceLostInfo>(() => undefined);
  const device = { lost, destroy: () => void closed.push(description) };
  const adapter = {
    info: { description },
    features: new Set(),
    limits: { maxBufferSize: 1, maxStorageBufferBindingSize: 1 },
    requestDevice: () => Promise.resolve(device),
  };
  return { requestAdapter: () => Promise.resolve(adapter) } as unknown as GPU;
}

describe("Where networks on points run", () => {
  it("is a real GPU if there is one", async () => {
    expect(await deviceNetworks(gpuOf("Radeon 9"), "auto", fine)).toMatchObject({
      info: { kind: "webgpu", adapter: "Radeon 9", precision: "f32" },
    });
  });

  it.each([
    ["without WebGPU", undefined, "auto", /no WebGPU/],
    ["on a software adapter", gpuOf("Google SwiftShader"), "auto", /WebAssembly is faster/],
    ["by choice", gpuOf("Radeon 9"), "cpu", /The CPU was chosen/],
  ] as const)("is the CPU %s", async (_, gpu, choice, reason) => {
    expect(await deviceNetworks(gpu, choice, fine)).toMatchObject({
      declined: expect.stringMatching(reason) as string,
    });
  });

  it("is a software adapter where the user asks for WebGPU", async () => {
    expect(await deviceNetworks(gpuOf("Google SwiftShader"), "webgpu", fine)).toMatchObject({
      info: { kind: "webgpu", adapter: "SwiftShader (software)" },
    });
  });

  it("is the CPU where the device computes something else, and the device is let go", async () => {
    const closed: string[] = [];
    const wrong = () => Promise.resolve("its gradient is off by 0.5");
    expect(await deviceNetworks(gpuOf("Radeon 9", closed), "auto", wrong)).toMatchObject({
      declined: expect.stringMatching(/on Radeon 9: its gradient is off by 0.5/) as string,
    });
    expect(closed).toEqual(["Radeon 9"]);
  });
});

describeGpu("The check of a device", (context) => {
  it("finds no fault with this one, and finds one that rounds to other numbers (control)", async () => {
    expect(await policyDeviceFault(policyDevice(context()))).toBeNull();
    const device = await acquireDevice(await findGpu());
    const write = device.device.queue.writeBuffer.bind(device.device.queue);
    // Weights that lose their last bits on the way.
    device.device.queue.writeBuffer = (buffer, offset, data, ...rest) => {
      const rough = data instanceof Float32Array ? data.map((v) => Math.round(v * 256) / 256) : data;
      write(buffer, offset, rough, ...rest);
    };
    expect(await policyDeviceFault(policyDevice(device))).toMatch(/its prediction is off by/);
    device.dispose();
    expect(await policyDeviceFault(policyDevice(device))).toMatch(/closed|lost/);
  });
});

describeGpu("An engine on a device", (context) => {
  it("trains as the f64 one does, with ratios of exactly 1 before each first update", async () => {
    const device = await deviceNetworks(await findGpu(), "webgpu", fine);
    if ("declined" in device) throw new Error(device.declined);
    const engine = await createTrainingEngine(device);
    expect(engine.info).toMatchObject({ adapter: context().adapter, kind: "webgpu" });
    const reference = await createTrainingEngine(REFERENCE_PARTS);
    const start = (await reference.pretrain(PROBLEM)).parameters;
    const run = async (used: TrainingEngine) => {
      const reports: IterationReport[] = [];
      const job = alignJob(start, { iterations: 2, klWeight: 0.1 });
      const end = await used.align(job, { onIteration: (report) => void reports.push(report) });
      return { reports, end };
    };
    const [got, expected] = [await run(engine), await run(reference)];
    expect(got.reports.map(({ firstRatioError }) => firstRatioError)).toEqual([0, 0]);
    // f32 in place of f64: AdamW's first steps are learningRate long whatever the gradient, so they differ by 1e-3 of it where it is
    // near 0 and by 2 of it where it changes its sign, which few of 105 parameters do.
    const miss = Math.hypot(...got.end.parameters.map((v, i) => v - (expected.end.parameters[i] ?? NaN)));
    const moved = Math.hypot(...expected.end.parameters.map((v, i) => v - (start[i] ?? NaN)));
    expect(miss).toBeLessThan(0.05 * moved);
    expect(moved).toBeGreaterThan(0);
    got.reports.forEach(({ reward }, i) =>
      expect(meanEstimate(reward).value).toBeCloseTo(
        meanEstimate(expected.reports[i]?.reward ?? reward).value,
        3,
      ),
    );
  });
});
