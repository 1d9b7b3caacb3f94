/** The CPU engine against NumPy on one core and against @jax-js/jax on its wasm backend. */
import { availableParallelism, cpus } from "node:os";
import { createCpuEngine } from "../../src/engine/cpu/index.ts";
import { createArm, DenoiserCache } from "../../src/engine/cpu/arm.ts";
import { type Kernel, threadKernel } from "../../src/engine/cpu/kernel/kernel.ts";
import { NormalRows } from "../../src/engine/cpu/normals.ts";
import type { Engine, MeasureJob } from "../../src/engine/engine.ts";
import { STEP_STREAM } from "../../src/math/philox.ts";
import { jaxSampler } from "./peers/jax.ts";
import { numpySampler } from "./peers/numpy.ts";
import { circleProgram } from "./problem.ts";
import type { Figure, Section } from "./report.ts";
import { leastMs } from "./timing.ts";

const PARTICLES = 65_536;
const STEPS = 50;
/** Particles moved together, and the groups of a run: few, so that some run is not interrupted on a busy machine. */
const GROUP = 512;
const GROUPS = 4;
const REWARD = { kind: "linear", dim: 2, weights: Float64Array.of(1, 0), offset: 0 } as const;

function job(): MeasureJob {
  return {
    particles: PARTICLES,
    seed: 1,
    reward: REWARD,
    arms: [{ program: circleProgram(STEPS), baseline: null }],
  };
}

export async function benchCpuEngine(): Promise<Section> {
  const one = await createCpuEngine({ workers: 1 });
  const all = await createCpuEngine({ workers: availableParallelism() });
  const jax = await jaxSampler("wasm", null, PARTICLES, STEPS);
  const runs = [run(one), run(all), ...(jax ? [jax] : [])];
  const [oneMs = NaN, allMs = NaN, jaxMs = NaN] = await leastMs(runs, 2);
  const [kernelMs = NaN, loopsMs = NaN] = await leastMs([chain(threadKernel()), chain(null)], 20);
  one.dispose();
  all.dispose();
  const numpy = numpySampler(PARTICLES, STEPS);
  return {
    title: `CPU engine, same sampler, ${PARTICLES.toLocaleString("en")} x ${STEPS}, moments and rewards included`,
    device: `${cpus()[0]?.model.trim() ?? "CPU"}, ${availableParallelism()} cores`,
    figures: [
      { what: "one worker", value: oneMs, unit: "ms" },
      { what: "all cores", value: allMs, unit: "ms" },
      { what: "sampler on vectors, one thread", value: perStep(kernelMs), unit: "ns per particle and step" },
      { what: "times faster than in plain TypeScript", value: loopsMs / kernelMs, unit: "x" },
      ...numpyFigures(numpy, oneMs),
      { what: "@jax-js/jax on wasm", value: jaxMs, unit: "ms" },
      { what: "all cores, times faster than it", value: jaxMs / allMs, unit: "x", goal: { least: 3 } },
    ],
  };
}

function run(engine: Engine): () => Promise<void> {
  return async () => void (await engine.measure(job()));
}

/** The sampler alone, on the kernel or, where that is null, on the TypeScript loops. */
function chain(kernel: Kernel | null): () => Promise<void> {
  const program = circleProgram(STEPS);
  const arm = createArm(program, GROUP, new DenoiserCache(GROUP, kernel));
  const noise = new NormalRows({ seed: 1, stream: STEP_STREAM }, program.dim, GROUP, kernel);
  return async () => {
    for (let group = 0; group < GROUPS; group++) {
      noise.choose(group * GROUP, GROUP);
      arm.start(noise.at(0), GROUP);
      for (let k = 0; k < STEPS; k++) arm.advance(k, noise.at(k * program.dim), GROUP);
    }
  };
}

function perStep(ms: number): number {
  return (ms * 1e6) / (GROUPS * GROUP * STEPS);
}

function numpyFigures(numpy: { ms: number; version: string } | null, oneMs: number): Figure[] {
  if (!numpy) return [];
  return [
    { what: `NumPy ${numpy.version}, one thread`, value: numpy.ms, unit: "ms" },
    { what: "one worker, times faster than NumPy", value: numpy.ms / oneMs, unit: "x", goal: { least: 1 } },
  ];
}
