/** One sampler step with log density on model outputs, against a device copy of the same bytes and the adapter's peak. */
import { BufferScope } from "../../src/gpu/buffers.ts";
import { GaussianLogProbKernel } from "../../src/engine/webgpu/gaussian-log-prob.ts";
import { GddimStepKernel } from "../../src/engine/webgpu/gddim-step.ts";
import { runPass, type BenchDevice } from "./device.ts";
import { measurePeak } from "./peak.ts";
import { circleProgram } from "./problem.ts";
import type { Section } from "./report.ts";
import { leastMs } from "./timing.ts";

const DIM = 16_384;

/**
 * Operations of one number of the step: a quarter of a Philox block (27 f32 and 77 integer on software adapters, 90 integer
 * on GPUs), half a Box-Muller pair (28 and 4), mean, step and square (8).
 */
export function operationsPerNumber(software: boolean): { readonly f32: number; readonly integer: number } {
  return software ? { f32: 27 + 28 + 8, integer: 77 + 4 } : { f32: 28 + 8, integer: 90 + 4 };
}

export async function benchGddimStep(bench: BenchDevice): Promise<Section> {
  const { context, kernels } = bench;
  const { device, software } = context;
  const particles = software ? 64 : 4_096;
  const bytes = 4 * particles * DIM;
  const scope = new BufferScope(device);
  const buffers = {
    x: scope.storage("bench.x", bytes),
    modelOutput: scope.storage("bench.output", bytes),
    next: scope.storage("bench.next", bytes),
    logProb: scope.storage("bench.log", 8 * particles),
    meanLogProb: scope.storage("bench.mean", 4 * particles),
  };
  const step = await GddimStepKernel.create(kernels, software, DIM);
  const score = await GaussianLogProbKernel.create(kernels, software, DIM);
  const coefficients = circleProgram(50).coefficients[20];
  if (!coefficients) throw new Error("bench: internal: no step");
  const transition = { dim: DIM, particles, prediction: "eps" as const, step: coefficients };
  const drawn = { ...transition, seed: 1, stream: 1, stepIndex: 20 };
  // Copies move each byte twice (read and write); the step reads x and the output and writes next: 1.5 copies.
  const copy = async () => {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffers.x, 0, buffers.next, 0, bytes);
    encoder.copyBufferToBuffer(buffers.modelOutput, 0, buffers.next, 0, bytes / 2);
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
  };
  const [stepMs = NaN, scoreMs = NaN, copyMs = NaN] = await leastMs(
    [
      () => runPass(device, (pass) => step.encode(pass, scope, drawn, buffers)),
      () => runPass(device, (pass) => score.encode(pass, scope, transition, buffers)),
      copy,
    ],
    software ? 5 : 20,
  );
  const peak = await measurePeak(bench);
  scope.dispose();
  const { f32, integer } = operationsPerNumber(software);
  const rate = (particles * DIM) / (stepMs * 1e6);
  return {
    title: `gddim_step with log density, ${particles.toLocaleString("en")} x ${DIM.toLocaleString("en")}`,
    device: context.adapter,
    figures: [
      { what: "step with log density", value: stepMs, unit: "ms" },
      { what: "log density of given steps", value: scoreMs, unit: "ms" },
      { what: "device copy of the same bytes", value: copyMs, unit: "ms" },
      {
        what: "step over copy",
        value: stepMs / copyMs,
        unit: "x",
        ...(software ? {} : { goal: { most: 1.25 } }),
        note: "limited by the integer work of the counter generator where arithmetic is slow",
      },
      { what: "bytes moved", value: (3 * bytes) / (stepMs * 1e6), unit: "GB/s" },
      {
        what: "f32 share of the peak",
        value: (100 * f32 * rate) / peak.best,
        unit: "%",
        note: `${f32} per number`,
      },
      {
        what: "f32 and integer operations, share of the peak",
        value: (100 * (f32 + integer) * rate) / peak.best,
        unit: "%",
        note: `${integer} integer operations per number`,
      },
    ],
  };
}
