/** The fused mixture sampler against array libraries on the same adapter, and against the adapter's own peak. */
import { BufferScope } from "../../src/gpu/buffers.ts";
import { createMixtureChain } from "../../src/engine/webgpu/mixture-chain.ts";
import { mixtureTable } from "../../src/engine/webgpu/mixture-table.ts";
import { runPass, type BenchDevice } from "./device.ts";
import { jaxSampler } from "./peers/jax.ts";
import { tensorFlowSampler } from "./peers/tfjs.ts";
import { measurePeak } from "./peak.ts";
import { COMPONENTS, circleProgram } from "./problem.ts";
import type { Figure, Section } from "./report.ts";
import { leastMs } from "./timing.ts";

const PARTICLES = 65_536;
const STEPS = 50;
/** Large graphs of TensorFlow.js kill the process under a software adapter. */
const SMALL = { particles: 2_048, steps: 10 };

/**
 * Operations of one particle and step, counted in the WGSL: f32 (a multiply-add is 2; a division, root, floor, conversion,
 * comparison or built-in 1) and 32-bit integer. Per component 40.5 and 2 with the exponential as a polynomial (software
 * adapters), 25.5 and 0 with the built-in. Box-Muller 55 and 7, combination 12. Philox, half a block: where its shifts are
 * f32 conversions and sums (software adapters) 54 and 153, else 0 and 180.
 */
export function operationsPerStep(software: boolean): { readonly f32: number; readonly integer: number } {
  return software
    ? { f32: 40.5 * COMPONENTS + 55 + 12 + 54, integer: 2 * COMPONENTS + 7 + 153 }
    : { f32: 25.5 * COMPONENTS + 55 + 12, integer: 7 + 180 };
}

/** A run of the fused kernel: one dispatch for all steps. */
async function fused(
  bench: BenchDevice,
  scope: BufferScope,
  particles: number,
  steps: number,
): Promise<() => Promise<void>> {
  const { context, kernels } = bench;
  const program = circleProgram(steps);
  const chain = await createMixtureChain(
    { kernels, software: context.software, scope },
    mixtureTable(program),
    {
      keepPrior: false,
      stops: [steps],
    },
  );
  const positions = scope.storage("bench.positions", 8 * particles);
  const slice = { first: 0, count: particles, base: 0, rows: particles, seed: 1, positions };
  return () => runPass(context.device, (pass) => chain.encode(pass, slice));
}

export async function benchFusedMixture(bench: BenchDevice): Promise<Section> {
  const scope = new BufferScope(bench.context.device);
  const figures = [
    ...(await againstJax(bench, scope)),
    ...(await againstTensorFlow(bench, scope)),
    ...(await flatness(bench, scope)),
  ];
  scope.dispose();
  return {
    title: "Fused mixture sampler, 2-D, 8 components, gDDIM eta 1.2",
    device: bench.context.adapter,
    figures,
  };
}

async function againstJax(bench: BenchDevice, scope: BufferScope): Promise<Figure[]> {
  const peak = await measurePeak(bench);
  const own = await fused(bench, scope, PARTICLES, STEPS);
  const jax = await jaxSampler("webgpu", bench.gpu, PARTICLES, STEPS);
  const [ownMs = NaN, jaxMs = NaN] = await leastMs(jax ? [own, jax] : [own], bench.context.software ? 3 : 20);
  const { f32, integer } = operationsPerStep(bench.context.software);
  const perNs = (PARTICLES * STEPS) / (ownMs * 1e6);
  const size = `${PARTICLES.toLocaleString("en")} x ${STEPS}`;
  return [
    { what: `this kernel, ${size}`, value: ownMs, unit: "ms" },
    { what: `@jax-js/jax jitted on WebGPU, ${size}`, value: jaxMs, unit: "ms" },
    { what: "times faster than @jax-js/jax", value: jaxMs / ownMs, unit: "x", goal: { least: 8 } },
    { what: "f32 peak of the adapter, independent FMAs", value: peak.best, unit: "GFLOP/s" },
    { what: "f32 rate of one dependent chain", value: peak.dependent, unit: "GFLOP/s" },
    {
      what: "f32 rate of this kernel",
      value: f32 * perNs,
      unit: "GFLOP/s",
      note: `${f32} per particle and step`,
    },
    {
      what: "f32 share of the peak",
      value: (100 * f32 * perNs) / peak.best,
      unit: "%",
      goal: { least: 50 },
      note: `besides ${integer} integer operations of the counter generator`,
    },
    {
      what: "f32 and integer operations, share of the peak",
      value: (100 * (f32 + integer) * perNs) / peak.best,
      unit: "%",
    },
  ];
}

async function againstTensorFlow(bench: BenchDevice, scope: BufferScope): Promise<Figure[]> {
  const { particles, steps } = SMALL;
  const own = await fused(bench, scope, particles, steps);
  const peer = await tensorFlowSampler(bench.context.device, particles, steps);
  const [ownMs = NaN] = await leastMs([own], 5);
  const [peerMs = NaN] = await leastMs([peer], 1);
  const size = `${particles.toLocaleString("en")} x ${steps}`;
  return [
    { what: `this kernel, ${size}`, value: ownMs, unit: "ms" },
    { what: `TensorFlow.js WebGPU ops, ${size}`, value: peerMs, unit: "ms" },
    { what: "times faster than TensorFlow.js", value: peerMs / ownMs, unit: "x", goal: { least: 50 } },
  ];
}

/** Cost per particle and step over two decades of particles (three on a GPU). */
async function flatness(bench: BenchDevice, scope: BufferScope): Promise<Figure[]> {
  const steps = 10;
  const counts = bench.context.software
    ? [10_000, 100_000, 1_000_000]
    : [10_000, 100_000, 1_000_000, 10_000_000];
  const runs = [];
  for (const count of counts) runs.push(await fused(bench, scope, count, steps));
  const times = await leastMs(runs, 3);
  const costs = times.map((ms, i) => (ms * 1e6) / ((counts[i] ?? NaN) * steps));
  return [
    ...costs.map((ns, i) => ({
      what: `cost at ${(counts[i] ?? 0).toLocaleString("en")} particles`,
      value: ns,
      unit: "ns per particle and step",
    })),
    {
      what: "dearest over cheapest",
      value: Math.max(...costs) / Math.min(...costs),
      unit: "x",
      goal: { most: 1.2 },
    },
  ];
}
