/** The CPU engine against NumPy on one core and against @jax-js/jax on its wasm backend. */
import { availableParallelism, cpus } from "node:os";
import { createCpuEngine } from "../../src/engine/cpu/index.ts";
import type { Engine, MeasureJob } from "../../src/engine/engine.ts";
import { jaxSampler } from "./peers/jax.ts";
import { numpySampler } from "./peers/numpy.ts";
import { circleProgram } from "./problem.ts";
import type { Figure, Section } from "./report.ts";
import { leastMs } from "./timing.ts";

const PARTICLES = 65_536;
const STEPS = 50;
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
  one.dispose();
  all.dispose();
  const numpy = numpySampler(PARTICLES, STEPS);
  return {
    title: `CPU engine, same sampler, ${PARTICLES.toLocaleString("en")} x ${STEPS}, moments and rewards included`,
    device: `${cpus()[0]?.model.trim() ?? "CPU"}, ${availableParallelism()} cores`,
    figures: [
      { what: "one worker", value: oneMs, unit: "ms" },
      { what: "all cores", value: allMs, unit: "ms" },
      ...numpyFigures(numpy, oneMs),
      { what: "@jax-js/jax on wasm", value: jaxMs, unit: "ms" },
      { what: "all cores, times faster than it", value: jaxMs / allMs, unit: "x", goal: { least: 3 } },
    ],
  };
}

function run(engine: Engine): () => Promise<void> {
  return async () => void (await engine.measure(job()));
}

function numpyFigures(numpy: { ms: number; version: string } | null, oneMs: number): Figure[] {
  if (!numpy) return [];
  return [
    { what: `NumPy ${numpy.version}, one thread`, value: numpy.ms, unit: "ms" },
    { what: "one worker, times faster than NumPy", value: numpy.ms / oneMs, unit: "x", goal: { least: 1 } },
  ];
}
