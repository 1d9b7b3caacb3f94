import { afterAll, expect, it } from "vitest";
import { DeviceLostError } from "../../src/gpu/errors.ts";
import { acquireDevice } from "../../src/gpu/device.ts";
import { createWebGpuEngine } from "../../src/engine/webgpu/index.ts";
import type { Engine, MeasureJob } from "../../src/engine/engine.ts";
import { describeGpu, findGpu } from "../support/gpu.ts";
import { FIVE, VP, gaussianArm, mixtureArm } from "../support/programs.ts";

const REWARD = {
  kind: "quadratic",
  dim: 1,
  center: Float64Array.of(1),
  matrix: Float64Array.of(1),
} as const;

function job(particles: number, steps: number): MeasureJob {
  const arm = (eta: number) => gaussianArm([1.5], Float64Array.of(0.3), { process: VP, steps, eta });
  return {
    particles,
    seed: 4,
    reward: REWARD,
    arms: [
      { program: arm(0), baseline: null },
      { program: arm(1.2), baseline: 0 },
    ],
  };
}

describeGpu("the WebGPU engine", (context) => {
  let made: Engine | null = null;
  const shared = async () =>
    (made ??= await createWebGpuEngine(undefined, { device: context().device, checked: true }));
  afterAll(() => made?.dispose());

  it("works on a device that it shares, and hands it out with recordings only", async () => {
    const engine = await shared();
    const program = mixtureArm(FIVE, { process: VP, steps: 3, eta: 1 });
    const recording = await engine.record({ particles: 5, seed: 1, programs: [program], frames: [0, 3, 7] });
    expect(recording.arms[0]!.view!.device).toBe(context().device);
    const values = await recording.arms[0]!.read();
    expect(values).toHaveLength(3 * 5 * 2);
    // A frame past the end repeats the end.
    expect(values.subarray(20, 30)).toEqual(values.subarray(10, 20));
    recording.dispose();
  });

  it("measures more particles than fit one chunk, each once, and repeats itself bit for bit", async () => {
    const engine = await shared();
    const particles = 2 ** 18 + 1_003;
    const first = await engine.measure(job(particles, 2));
    expect(first.arms.map((arm) => [arm.x.n, arm.reward.n])).toEqual([
      [particles, particles],
      [particles, particles],
    ]);
    expect(first.arms[1]!.difference!.n).toBe(particles);
    expect(first.arms[0]!.difference).toBeNull();
    expect(await engine.measure(job(particles, 2))).toEqual(first);
  });

  it("stops within 200 ms of a cancel, and works on", async () => {
    const engine = await shared();
    const times: number[] = [];
    // The best of three: a busy machine may hold any one run up for longer.
    for (let run = 0; run < 3; run++) {
      const controller = new AbortController();
      let cancelled = 0;
      const failure = await engine
        .measure(job(4_000_000, 1_000), {
          signal: controller.signal,
          onProgress: () => {
            cancelled ||= performance.now();
            controller.abort();
          },
        })
        .catch((error: unknown) => error);
      expect((failure as Error).name).toBe("AbortError");
      expect(cancelled).toBeGreaterThan(0);
      times.push(performance.now() - cancelled);
    }
    expect(Math.min(...times)).toBeLessThan(200);
    expect((await engine.measure(job(100, 2))).arms[0]!.x.n).toBe(100);
  });

  it("refuses what it cannot do, naming the field", async () => {
    const engine = await shared();
    await expect(engine.measure({ ...job(10, 2), particles: 10_000_001 })).rejects.toThrow(
      /measure\.particles: must be/,
    );
    await expect(engine.measure({ ...job(10, 2), particles: 0.5 })).rejects.toThrow(/got 0\.5/);
    const own = { ...job(10, 2).arms[0]!, baseline: 0 };
    await expect(engine.measure({ ...job(10, 2), arms: [own] })).rejects.toThrow(/arms\[0\]\.baseline/);
  });

  it("tells that its device was lost in mid-run, and a new engine gives the same numbers", async () => {
    const own = await acquireDevice(await findGpu());
    const doomed = await createWebGpuEngine(undefined, { device: own.device });
    const running = doomed.measure(job(4_000_000, 1_000), { onProgress: () => own.device.destroy() });
    const failure = await running.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeviceLostError);
    expect(await doomed.lost).toMatch(/device was closed/);
    const next = await createWebGpuEngine(await findGpu());
    expect(await next.measure(job(1_000, 5))).toEqual(await (await shared()).measure(job(1_000, 5)));
    next.dispose();
  });
});
