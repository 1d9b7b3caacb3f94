import { afterEach, describe, expect, it, vi } from "vitest";
import { DeviceLostError } from "../../src/gpu/errors.ts";
import { WorkQueue, type WorkQueueOptions } from "../../src/gpu/work-queue.ts";

/** A device that takes `ms` for each command buffer, one after another, and counts them. */
function fakeDevice(ms: number) {
  const state = { submits: 0, waiting: 0, most: 0 };
  let last: Promise<void> = Promise.resolve();
  const device = {
    createCommandEncoder: () => ({ beginComputePass: () => ({ end: () => undefined }), finish: () => ({}) }),
    queue: {
      submit: () => {
        state.submits++;
        state.waiting++;
        state.most = Math.max(state.most, state.waiting);
        last = last.then(() => new Promise((done) => setTimeout(done, ms))).then(() => void state.waiting--);
      },
      onSubmittedWorkDone: () => last,
    },
  };
  return { device: device as unknown as GPUDevice, state };
}

const OPTIONS: WorkQueueOptions = {
  budgetMs: 5,
  speed: 1,
  total: 100,
  lost: new Promise(() => undefined),
};

async function addAll(queue: WorkQueue, pieces: number, cost: number): Promise<void> {
  for (let i = 0; i < pieces; i++) await queue.add(cost, () => undefined);
  await queue.finish();
}

afterEach(() => vi.useRealTimers());

describe("A work queue", () => {
  it("gathers work up to its time budget, then submits", async () => {
    const { device, state } = fakeDevice(1);
    const queue = new WorkQueue(device, { ...OPTIONS, budgetMs: 10 });
    for (let i = 0; i < 9; i++) await queue.add(1, () => undefined);
    expect(state.submits).toBe(0);
    await queue.add(1, () => undefined);
    expect(state.submits).toBe(1);
    await queue.finish();
  });

  it("lets at most two command buffers wait", async () => {
    const { device, state } = fakeDevice(2);
    await addAll(new WorkQueue(device, OPTIONS), 20, 1e12);
    expect(state.submits).toBe(20);
    expect(state.most).toBeLessThanOrEqual(2);
  });

  it("learns the device's speed", async () => {
    // A clock of its own: a busy machine must not change what is learned.
    vi.useFakeTimers();
    const { device } = fakeDevice(4);
    // Each piece is more than the budget, so each command buffer holds one.
    const queue = new WorkQueue(device, { ...OPTIONS, budgetMs: 1, speed: 1 });
    const working = addAll(queue, 12, 4000);
    await vi.advanceTimersByTimeAsync(12 * 4);
    await working;
    // 4,000 units in 4 ms.
    expect(queue.speed).toBeCloseTo(1000, 9);
  });

  it("reports progress that grows to 1", async () => {
    const seen: number[] = [];
    const { device } = fakeDevice(1);
    await addAll(new WorkQueue(device, { ...OPTIONS, onProgress: (done) => seen.push(done) }), 10, 10);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });

  it("stops submitting when it is cancelled", async () => {
    const { device, state } = fakeDevice(3);
    const controller = new AbortController();
    const queue = new WorkQueue(device, { ...OPTIONS, signal: controller.signal });
    const running = addAll(queue, 1000, 50);
    setTimeout(() => controller.abort(), 20);
    const failure = await running.catch((error: unknown) => error);
    expect((failure as Error).name).toBe("AbortError");
    expect(state.submits).toBeLessThan(1000);
  });

  it("rejects as soon as the device is lost, though its work never ends", async () => {
    const { device } = fakeDevice(1e6);
    const lost = new Promise<string>((done) => setTimeout(() => done("gone"), 10));
    const failure = await addAll(new WorkQueue(device, { ...OPTIONS, lost }), 5, 50).catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(DeviceLostError);
    expect((failure as Error).message).toBe("gone");
  });
});
