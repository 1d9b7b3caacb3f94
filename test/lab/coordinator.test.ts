import { describe, expect, it } from "vitest";
import { PREVIEW_PARTICLES, remainingMs, startCoordinator } from "../../src/lab/coordinator.ts";
import { WorkerCrashError } from "../../src/lab/asker.ts";
import { PrepareError } from "../../src/lab/preparer.ts";
import { createLabStore, specKey } from "../../src/lab/store.ts";
import {
  chartNamed,
  fakeClock,
  fakeEngine,
  fakePreparer,
  fakeViews,
  labData,
  preparedStudy,
  specWith,
  type FakeEngine,
} from "./fakes.ts";

function setUp(options: { stubborn?: boolean; maxParticles?: number; particles?: number } = {}) {
  const clock = fakeClock();
  const preparer = fakePreparer();
  const engines: FakeEngine[] = [];
  const spec = specWith({ particles: options.particles ?? 20_000 });
  const store = createLabStore(labData({ spec, engineChoice: "cpu" }), clock.now);
  const make = () => {
    const engine = fakeEngine({ maxParticles: options.maxParticles ?? 1e7 }, options.stubborn);
    engines.push(engine);
    return Promise.resolve(engine);
  };
  const stop = startCoordinator({
    store,
    preparer,
    viewPreparer: fakeViews,
    factories: { cpu: make, webgpu: make },
    clock,
    version: "0",
  });
  const titles = () => store.getState().charts["gap-eta"]?.charts.map(({ title }) => title);
  const setEta = (eta: number) =>
    store.getState().edit((old) => ({ ...old, sampler: { ...old.sampler, eta } }));
  return { clock, preparer, engines, store, stop, titles, setEta };
}

describe("A run", () => {
  it("shows theory, then a quick look with few particles, then everything", async () => {
    const { clock, engines, store, titles } = setUp();
    store.getState().start();
    await clock.pass(1);
    expect(titles()).toEqual(["theory eta 1.2"]);
    const [engine] = engines;
    expect(engine?.runs.map(({ job }) => job.particles)).toEqual([PREVIEW_PARTICLES]);
    engine?.runs[0]?.finish();
    await clock.pass(1);
    expect(store.getState().charts["gap-eta"]?.stage).toBe("preview");
    expect(engine?.runs.map(({ job }) => job.particles)).toEqual([PREVIEW_PARTICLES, 20_000]);
    engine?.runs[1]?.finish();
    await clock.pass(1);
    expect(titles()).toEqual(["measured eta 1.2"]);
    expect(store.getState().charts["gap-eta"]).toMatchObject({ stage: "full", particles: 20_000 });
    expect(store.getState().run.phase).toBe("done");
  });

  it("skips the quick look when the full run is hardly longer", async () => {
    const { clock, engines, store } = setUp({ particles: 5000 });
    store.getState().start();
    await clock.pass(1);
    expect(engines[0]?.runs.map(({ job }) => job.particles)).toEqual([5000]);
  });

  it("belongs to the newest edit: older ones are stopped and never shown", async () => {
    const { clock, engines, store, titles, setEta } = setUp();
    store.getState().start();
    await clock.pass(1);
    setEta(2);
    await clock.pass(1);
    setEta(3);
    await clock.pass(200);
    expect(engines[0]?.runs[0]?.control.signal?.aborted).toBe(true);
    const runs = engines[0]?.runs ?? [];
    expect(runs, "the edit to 2 came and went within the pause").toHaveLength(2);
    runs[0]?.finish();
    runs[1]?.finish();
    await clock.pass(1);
    runs[2]?.finish();
    await clock.pass(1);
    expect(titles()).toEqual(["measured eta 3"]);
  });

  it("waits for the engine to let go of the old run before it starts the new one", async () => {
    const { clock, engines, store, setEta } = setUp({ stubborn: true });
    store.getState().start();
    await clock.pass(1);
    setEta(2);
    await clock.pass(300);
    expect(engines[0]?.runs).toHaveLength(1);
    engines[0]?.runs[0]?.finish();
    await clock.pass(1);
    expect(engines[0]?.runs).toHaveLength(2);
  });

  it("replaces an engine that never lets go", async () => {
    const { clock, engines, store, setEta } = setUp({ stubborn: true });
    store.getState().start();
    await clock.pass(1);
    setEta(2);
    await clock.pass(2000);
    expect(engines[0]?.disposed).toBe(true);
    setEta(2.5);
    await clock.pass(200);
    expect(engines[1]?.runs).toHaveLength(1);
  });

  it("is cancelled at once, even if the engine does not listen, and finished points stay", async () => {
    const { clock, engines, store, titles } = setUp({ stubborn: true });
    store.getState().start();
    await clock.pass(1);
    engines[0]?.runs[0]?.finish();
    await clock.pass(1);
    const before = clock.now();
    store.getState().cancel();
    await clock.pass(0);
    expect(store.getState().run.phase).toBe("cancelled");
    expect(clock.now() - before).toBe(0);
    expect(titles()).toEqual(["measured eta 1.2"]);
    engines[0]?.runs[1]?.finish();
    await clock.pass(100);
    expect(store.getState().run.phase, "a late answer changes nothing").toBe("cancelled");
  });

  it("reports progress at most ten times a second, with the time left", async () => {
    const { clock, engines, store } = setUp({ particles: 5000 });
    store.getState().start();
    await clock.pass(1);
    const seen: number[] = [];
    store.subscribe(({ run }) => {
      if (run.phase === "running") seen.push(run.done);
    });
    const report = engines[0]?.runs[0]?.control.onProgress;
    for (let i = 1; i <= 50; i++) {
      await clock.pass(10);
      report?.(i / 100);
    }
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.length).toBeLessThanOrEqual(6);
    const { run } = store.getState();
    expect(run.phase === "running" && run.etaMs !== null && run.etaMs > 400 && run.etaMs < 700).toBe(true);
  });

  it("comes back from memory when the spec comes back, and is measured again on request", async () => {
    const { clock, engines, store, setEta, titles } = setUp({ particles: 5000 });
    store.getState().start();
    await clock.pass(1);
    engines[0]?.runs[0]?.finish();
    await clock.pass(1);
    setEta(2);
    await clock.pass(100);
    engines[0]?.runs[1]?.finish();
    await clock.pass(1);
    store.getState().undo();
    await clock.pass(100);
    expect(titles()).toEqual(["measured eta 1.2"]);
    expect(engines[0]?.runs).toHaveLength(2);
    store.getState().start();
    await clock.pass(100);
    expect(engines[0]?.runs).toHaveLength(3);
  });

  it("leaves points for the same spec on show until fresh ones come", async () => {
    const { clock, engines, store, titles } = setUp({ particles: 5000 });
    const key = specKey(store.getState().spec);
    const stored = { specKey: key, stage: "stored", particles: 5000, engine: null, refusal: null } as const;
    store.setState({ charts: { "gap-eta": { ...stored, charts: [chartNamed("stored")] } } });
    store.getState().start();
    await clock.pass(500);
    expect(titles()).toEqual(["stored"]);
    engines[0]?.runs[0]?.finish();
    await clock.pass(1);
    expect(titles()).toEqual(["measured eta 1.2"]);
  });

  it("does not start by itself when live updates are off", async () => {
    const { clock, preparer, store, setEta } = setUp();
    store.getState().set({ live: false });
    setEta(2);
    await clock.pass(500);
    expect(preparer.asked).toHaveLength(0);
    store.getState().set({ live: true });
    await clock.pass(500);
    expect(preparer.asked).toHaveLength(1);
  });
});

describe("When something breaks", () => {
  it("a lost engine is replaced, the run repeated, and the user told", async () => {
    const { clock, engines, store, titles } = setUp({ particles: 5000 });
    store.getState().start();
    await clock.pass(1);
    engines[0]?.lose("device lost");
    await clock.pass(1);
    expect(engines).toHaveLength(2);
    expect(
      store
        .getState()
        .notices.map(({ text }) => text)
        .join(),
    ).toContain("device lost");
    engines[1]?.runs[0]?.finish();
    await clock.pass(1);
    expect(titles()).toEqual(["measured eta 1.2"]);
  });

  it("an engine that is lost again and again ends in a plain failure, not in a loop", async () => {
    const { clock, engines, store } = setUp({ particles: 5000 });
    store.getState().start();
    for (let i = 0; i < 10; i++) {
      await clock.pass(10);
      engines.at(-1)?.lose("again");
    }
    await clock.pass(10);
    expect(engines.length).toBeLessThanOrEqual(4);
    expect(store.getState().run).toMatchObject({ phase: "failed" });
  });

  it("a crashed theory worker is asked again, and the user told", async () => {
    const { clock, preparer, engines, store } = setUp({ particles: 5000 });
    let crashes = 1;
    preparer.respond = (spec) =>
      crashes-- > 0
        ? Promise.reject(new WorkerCrashError("theory worker", "out of memory"))
        : Promise.resolve(preparedStudy(spec));
    store.getState().start();
    await clock.pass(10);
    expect(store.getState().notices.map(({ id }) => id)).toContain("worker-crash");
    expect(engines[0]?.runs).toHaveLength(1);
  });

  it("a spec that cannot be prepared fails with its field", async () => {
    const { clock, preparer, store } = setUp();
    preparer.respond = () =>
      Promise.reject(new PrepareError("bad", [{ field: "reward.text", message: "must" }]));
    store.getState().start();
    await clock.pass(10);
    expect(store.getState().run).toEqual({
      phase: "failed",
      message: "bad",
      problems: [{ field: "reward.text", message: "must" }],
    });
  });

  it("too many particles for the engine are refused with the limit, and theory stays on show", async () => {
    const { clock, store, titles } = setUp({ maxParticles: 1000 });
    store.getState().start();
    await clock.pass(10);
    expect(store.getState().run).toMatchObject({
      phase: "failed",
      problems: [{ field: "evaluation.particles" }],
    });
    expect(titles()).toEqual(["theory eta 1.2"]);
  });
});

describe("The time left", () => {
  it("is unknown at first, then in proportion", () => {
    expect(remainingMs(0.01, 1000)).toBeNull();
    expect(remainingMs(0.5, 100)).toBeNull();
    expect(remainingMs(0.25, 1000)).toBe(3000);
  });
});
