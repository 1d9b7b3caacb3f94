import { describe, expect, it } from "vitest";
import { IMAGE_SIZE, type ImageEngine, type ImageJob } from "../../src/engine/image-engine.ts";
import { createLocalImageEngine } from "../../src/engine/images/local.ts";
import { createImagePool } from "../../src/engine/images/pool.ts";
import { thinned, thinnedBytes } from "../../src/engine/images/thinned.ts";
import { imageCoefficients, jobBase } from "../../src/experiments/images/plan.ts";
import type { NetworkModel } from "../../src/network/model.ts";
import { sampleImages } from "../../src/network/sampler.ts";
import { IMAGE_DEFAULTS } from "../../src/spec/images/limits.ts";

const STEPS = 12;

const JOB: ImageJob = {
  ...jobBase(IMAGE_DEFAULTS),
  first: 0,
  count: 2,
  arms: [0, 1].map((eta) => ({ coefficients: imageCoefficients(IMAGE_DEFAULTS, eta, STEPS), frames: [] })),
  rewards: [],
};

/** A network that computes in this thread without a break, as TensorFlow.js on WebAssembly does, for `busyMs` a call. */
function busyNetwork(busyMs: number) {
  const seen = { calls: 0 };
  const model: NetworkModel = {
    predict: (x) => {
      seen.calls++;
      for (const start = performance.now(); performance.now() - start < busyMs;);
      return Promise.resolve(x);
    },
  };
  return { model, seen };
}

async function engineOf(model: NetworkModel): Promise<ImageEngine> {
  const engine = createLocalImageEngine({
    info: { kind: "wasm", adapter: "test", reason: "" },
    open: () => Promise.resolve({ sample: (run, control) => sampleImages(model, run, control), bytes: 1 }),
    openJudges: () => Promise.resolve([]),
    openEvaluation: () => Promise.reject(new Error("not in this test")),
    preference: "no model in this test",
  });
  await engine.load("student");
  return engine;
}

/** A signal that a message of the thread's queue aborts, as a cancel from the page does. */
function abortedByMessage(): AbortSignal {
  const own = new AbortController();
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    own.abort();
    port1.close();
  };
  port2.postMessage(null);
  return own.signal;
}

describe("A run of images", () => {
  it("tells every step of every arm", async () => {
    const seen: number[] = [];
    const engine = await engineOf(busyNetwork(0).model);
    await engine.run(JOB, { onProgress: (done) => seen.push(done) });
    const whole = 2 * STEPS;
    expect(seen).toEqual(Array.from({ length: whole }, (_, i) => (i + 1) / whole));
  });

  it("hears a cancel between steps, though its network never gives way", async () => {
    // Longer than the pace's stretch, so that it gives way after each step, however fast the machine.
    const { model, seen } = busyNetwork(30);
    const engine = await engineOf(model);
    await expect(engine.run(JOB, { signal: abortedByMessage() })).rejects.toMatchObject({
      name: "AbortError",
    });
    // The message waits in the queue when the run begins, behind at most a few tasks of Node's own.
    expect(seen.calls).toBeLessThan(STEPS);
    // Control: without a rest the sampler goes on to its end.
    const deaf = busyNetwork(1);
    const [arm] = JOB.arms;
    if (!arm) throw new Error("an arm expected");
    const run = { dim: IMAGE_SIZE, first: 0, count: 1, seed: 1, priorStd: 1, prompts: new Int32Array(6) };
    await sampleImages(
      deaf.model,
      { ...run, coefficients: arm.coefficients },
      { signal: abortedByMessage() },
    );
    expect(deaf.seen.calls).toBe(STEPS);
  });

  it("is told by a pool as the mean of its workers, and whole at the end though they told less", async () => {
    const half = async (): Promise<ImageEngine> => {
      const engine = await engineOf(busyNetwork(0).model);
      return {
        ...engine,
        run: (job, { onProgress, ...control } = {}) =>
          engine.run(job, { ...control, onProgress: (done) => done <= 0.5 && onProgress?.(done) }),
      };
    };
    const seen: number[] = [];
    await createImagePool(await half(), [half()]).run(JOB, { onProgress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.length).toBeGreaterThan(STEPS);
  });
});

describe("News on a run", () => {
  it("goes out at most once in its time, and at once the first time", () => {
    let now = 1000;
    const told: number[] = [];
    const tell = thinned(
      50,
      (done) => told.push(done),
      () => now,
    );
    for (let i = 0; i < 100; i++) {
      tell(i / 100);
      now += 7;
    }
    // 700 ms of news every 7 ms: one at once and then each 8th, 56 ms apart.
    expect(told).toEqual(Array.from({ length: 13 }, (_, k) => (8 * k) / 100));
  });

  it("always says that a file is whole, though it came at once", () => {
    const told: number[] = [];
    const tell = thinnedBytes(
      50,
      (done) => told.push(done),
      () => 0,
    );
    for (let done = 1; done <= 10; done++) tell(done, 10, false);
    expect(told).toEqual([1, 10]);
  });
});
