import { it } from "vitest";
import { BufferScope, readBuffers } from "../../src/gpu/buffers.ts";
import { KernelCache } from "../../src/gpu/kernels.ts";
import { checked } from "../../src/gpu/scopes.ts";
import { GaussianLogProbKernel } from "../../src/engine/webgpu/gaussian-log-prob.ts";
import { GddimStepKernel, type GddimStepBuffers } from "../../src/engine/webgpu/gddim-step.ts";
import { joinPairs } from "../../src/engine/webgpu/reduce-sums.ts";
import { rowStride } from "../../src/engine/webgpu/transition.ts";
import { gaussianLogProb, stepMean, x0HatFrom } from "../../src/diffusion/step.ts";
import { describeGpu } from "../support/gpu.ts";
import { expectClose } from "../support/numbers.ts";
import { VP, setUp } from "../support/programs.ts";

/** A rollout of three steps on the device: each step's end is the next one's start, log densities add up. */
describeGpu("a rollout that stays on the device", (context) => {
  it("adds up the log densities of its steps, as sums and as means, and scores them again alike", async () => {
    const { device, software } = context();
    const dim = 1_001;
    const particles = 6;
    const stride = rowStride(dim);
    const { coefficients } = setUp({ process: VP, steps: 12, eta: 1 });
    const kernels = new KernelCache(device);
    const scope = new BufferScope(device);
    const bytes = 4 * particles * stride;
    const row = (label: string) => scope.storage(label, bytes);
    const start = Float32Array.from({ length: particles * stride }, (_, i) => Math.sin(i));
    const states = [scope.upload("x0", start), row("x1"), row("x2"), row("x3")];
    const outputs = scope.upload(
      "out",
      start.map((value) => 0.5 * value),
    );
    const logs = () => ({
      logProb: scope.storage("log", 8 * particles),
      meanLogProb: scope.storage("mean", 4 * particles),
    });
    const drawn = logs();
    const scored = logs();
    const step = await GddimStepKernel.create(kernels, software, dim);
    const score = await GaussianLogProbKernel.create(kernels, software, dim);
    const data = await checked(device, "rollout", () => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (let k = 0; k < 3; k++) {
        const shared: Omit<GddimStepBuffers, "logProb" | "meanLogProb"> = {
          x: states[k]!,
          modelOutput: outputs,
          next: states[k + 1]!,
        };
        const transition = {
          dim,
          particles,
          prediction: "eps" as const,
          step: coefficients[k + 4]!,
          accumulate: k > 0,
        };
        step.encode(
          pass,
          scope,
          { ...transition, seed: 9, stream: 1, stepIndex: k + 4 },
          { ...shared, ...drawn },
        );
        score.encode(pass, scope, transition, { ...shared, ...scored });
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
      return readBuffers(device, [
        ...states.map((buffer) => ({ buffer, bytes })),
        { buffer: drawn.logProb, bytes: 8 * particles },
        { buffer: drawn.meanLogProb, bytes: 4 * particles },
        { buffer: scored.logProb, bytes: 8 * particles },
      ]);
    });
    scope.dispose();
    const values = data.slice(0, 4).map((buffer) => new Float32Array(buffer));
    const sums = joinPairs(new Float32Array(data[4]!));
    const means = new Float32Array(data[5]!);
    const again = joinPairs(new Float32Array(data[6]!));
    for (let p = 0; p < particles; p++) {
      let truth = 0;
      for (let k = 0; k < 3; k++) {
        const part = (array: Float32Array) => Float64Array.from(array.subarray(p * stride, p * stride + dim));
        const x = part(values[k]!);
        const output = Float64Array.from(start.subarray(p * stride, p * stride + dim), (value) =>
          Math.fround(0.5 * value),
        );
        const s = coefficients[k + 4]!;
        const mean = stepMean(s, x, x0HatFrom("eps", output, x, s.alphaT, s.sigmaT));
        truth += gaussianLogProb(part(values[k + 1]!), mean, Math.fround(s.cz))!;
      }
      // Per number and step, z = (next - mean)/tau is off by about 4 roundings of |mean| < 4 over tau > 0.1, and enters the
      // sum times |z|: 1,001 such errors of either sign add up like their root, 3 steps of 32 x 4 x 4 / 0.1 x 2^-24.
      const allowed = 3 * 32 * 4 * 4 * 10 * 2 ** -24 * 4;
      expectClose(sums[p]!, truth, { absolute: allowed }, `log density ${p}`);
      expectClose(means[p]!, truth / dim, { absolute: allowed / dim, relative: 2 ** -23 }, `mean ${p}`);
      expectClose(again[p]!, sums[p]!, { absolute: allowed }, `scored again ${p}`);
    }
  });
});
