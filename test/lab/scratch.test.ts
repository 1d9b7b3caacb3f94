import { describe, expect, it, vi } from "vitest";
import type { ScratchEvent, ScratchSettings, ScratchTraining } from "../../src/engine/scratch-training.ts";
import { createScratchStore, scratchChart } from "../../src/lab/images/scratch.ts";

const file = (name: string) => new File(["x"], name);
const FILES = ["glyphs.bin", "glyphs.json", "sha256"].map(file);

/** A store over trainings that the test drives. */
function lab() {
  const trainings: {
    readonly settings: ScratchSettings;
    readonly tell: (event: ScratchEvent) => void;
    readonly end: (error?: Error) => void;
    readonly calls: string[];
  }[] = [];
  const store = createScratchStore((_files, settings, tell): ScratchTraining => {
    const calls: string[] = [];
    let end = (_?: Error): void => undefined;
    const finished = new Promise<void>((resolve, reject) => {
      end = (error) => (error ? reject(error) : resolve());
    });
    trainings.push({ settings, tell, end, calls });
    const note = (name: string) => () => void calls.push(name);
    return {
      finished,
      pause: note("pause"),
      resume: note("resume"),
      stop: note("stop"),
      dispose: note("dispose"),
      weights: () => Promise.resolve({ file: Uint8Array.of(1), steps: 4 }),
    };
  });
  return { store, trainings };
}

const started: ScratchEvent = { kind: "started", adapter: "a", reason: "r", images: 10, parameters: 20 };
const progress = (step: number, value = 2): ScratchEvent => ({
  kind: "progress",
  step,
  images: 64 * step,
  seconds: step,
  share: 0.1,
  loss: { value, se: 0.1, n: 5 },
  speed: 64,
});

describe("A training from scratch on the page", () => {
  it("asks for its files, takes them by name, and starts with them", () => {
    const { store, trainings } = lab();
    store.getState().start();
    expect(store.getState().problem).toMatch(/glyphs\.bin and glyphs\.json/);
    store.getState().choose([file("other.txt"), file("glyphs.bin")]);
    expect(store.getState().problem).toMatch(/glyphs\.json/);
    store.getState().choose(FILES.slice(1));
    expect(store.getState()).toMatchObject({ problem: null, files: { pixels: { name: "glyphs.bin" } } });
    store.getState().start();
    expect(store.getState().phase).toBe("starting");
    expect(trainings).toHaveLength(1);
  });

  it("refuses settings out of range and keeps those before", () => {
    const { store, trainings } = lab();
    expect(store.getState().change({ minutes: 0 })).toMatch(/0\.1 to 1440, got 0/);
    expect(store.getState().change({ batch: 2.5 })).toMatch(/whole number/);
    expect(store.getState().change({ size: "shipped", batch: 128 })).toBeNull();
    store.getState().choose(FILES);
    store.getState().start();
    expect(trainings[0]?.settings).toMatchObject({ minutes: 30, batch: 128, size: "shipped" });
  });

  it("follows its events, pauses, resumes and stops", async () => {
    const { store, trainings } = lab();
    store.getState().choose(FILES);
    store.getState().start();
    const [training] = trainings;
    training!.tell(started);
    expect(store.getState().phase).toBe("running");
    training!.tell(progress(5));
    store.getState().pause();
    training!.tell(progress(6));
    expect(store.getState()).toMatchObject({ phase: "paused", progress: { step: 6 } });
    store.getState().resume();
    training!.tell({
      kind: "samples",
      step: 6,
      images: new Float32Array(8 * 3072).fill(1),
      validation: { value: 1, se: 0.2, n: 32 },
    });
    expect(store.getState().samples).toMatchObject({ step: 6, count: 8 });
    expect(store.getState().samples?.pixels[0]).toBe(255);
    store.getState().stop();
    expect(store.getState().phase).toBe("ending");
    training!.end();
    await vi.waitFor(() => expect(store.getState().phase).toBe("ended"));
    expect(training!.calls).toEqual(["pause", "resume", "stop"]);
    expect((await store.getState().weights()).steps).toBe(4);
    const chart = scratchChart(store.getState());
    expect(chart?.series.map(({ points }) => points.length)).toEqual([2, 1]);
  });

  it("tells why it failed, and hears nothing more of a training that was replaced", async () => {
    const { store, trainings } = lab();
    store.getState().choose(FILES);
    store.getState().start();
    trainings[0]!.end(new Error("glyphs.bin: too short"));
    await vi.waitFor(() => expect(store.getState().phase).toBe("failed"));
    expect(store.getState().failure).toBe("glyphs.bin: too short");
    store.getState().start();
    expect(trainings[0]!.calls).toEqual(["dispose"]);
    trainings[0]!.tell(progress(9));
    expect(store.getState()).toMatchObject({ phase: "starting", failure: null, progress: null });
    trainings[1]!.tell(started);
    expect(store.getState().phase).toBe("running");
  });

  it("thins its points instead of keeping all", () => {
    const { store, trainings } = lab();
    store.getState().choose(FILES);
    store.getState().start();
    for (let step = 1; step <= 1000; step++) trainings[0]!.tell(progress(step));
    const { losses } = store.getState();
    expect(losses.length).toBeLessThanOrEqual(400);
    expect(losses.at(-1)?.step).toBe(1000);
  });
});
