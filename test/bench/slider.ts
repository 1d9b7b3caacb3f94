/** From a slider's move to the numbers of a refreshed gap chart: 4,096 particles x 20 steps x 9 etas. */
import { createCpuEngine } from "../../src/engine/cpu/index.ts";
import type { Engine, MeasureJob } from "../../src/engine/engine.ts";
import { createWebGpuEngine } from "../../src/engine/webgpu/index.ts";
import type { BenchDevice } from "./device.ts";
import { circleProgram } from "./problem.ts";
import type { Section } from "./report.ts";
import { leastMs } from "./timing.ts";

const ETAS = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** Each run moves the slider: programs and tables are made anew, as the lab does. */
function gapJob(move: number): MeasureJob {
  return {
    particles: 4_096,
    seed: 1,
    reward: {
      kind: "quadratic",
      dim: 2,
      center: Float64Array.of(move, 0),
      matrix: Float64Array.of(1, 0, 0, 1),
    },
    arms: ETAS.map((eta, a) => ({ program: circleProgram(20, eta), baseline: a === 0 ? null : 0 })),
  };
}

async function measureLatency(engine: Engine): Promise<number> {
  let move = 0;
  const [ms = NaN] = await leastMs([async () => void (await engine.measure(gapJob((move += 0.01))))], 8);
  engine.dispose();
  return ms;
}

export async function benchSlider(bench: BenchDevice | null): Promise<Section[]> {
  const what = "slider move to gap against eta, 4,096 x 20 x 9 etas, 8 components";
  const cpu = await createCpuEngine();
  const sections: Section[] = [
    {
      title: "Latency of a refreshed chart",
      device: cpu.info.adapter,
      figures: [{ what, value: await measureLatency(cpu), unit: "ms", goal: { most: 150 } }],
    },
  ];
  if (!bench) return sections;
  const gpu = await createWebGpuEngine(undefined, { device: bench.context.device });
  const frame = bench.context.software ? {} : { goal: { most: 1000 / 60 } };
  const ms = await measureLatency(gpu);
  return [
    ...sections,
    {
      title: "Latency of a refreshed chart",
      device: gpu.info.adapter,
      figures: [{ what, value: ms, unit: "ms", ...frame }],
    },
  ];
}
