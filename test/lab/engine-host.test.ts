import { describe, expect, it } from "vitest";
import { chooseEngine, createEngineHost } from "../../src/lab/engine-host.ts";
import type { EngineState } from "../../src/lab/state.ts";
import { fakeEngine, type FakeEngine } from "./fakes.ts";

const GPU = { kind: "webgpu", adapter: "NVIDIA", precision: "f32" } as const;

function factories(gpu: () => Promise<FakeEngine>) {
  return { cpu: () => Promise.resolve(fakeEngine()), webgpu: gpu };
}
const hardware = factories(() => Promise.resolve(fakeEngine(GPU)));
const software = factories(() =>
  Promise.resolve(fakeEngine({ ...GPU, adapter: "SwiftShader (software)", software: true })),
);
const none = factories(() => Promise.reject(new Error("This browser has no WebGPU.")));

describe("The choice of engine", () => {
  it.each([
    ["auto, real GPU", hardware, "auto", "webgpu", /graphics hardware/],
    ["auto, software GPU", software, "auto", "cpu", /in software \(SwiftShader\).*CPU/],
    ["auto, no GPU", none, "auto", "cpu", /runs on the CPU.*no WebGPU/],
    ["CPU wanted", hardware, "cpu", "cpu", /You chose the CPU/],
    ["WebGPU wanted, software", software, "webgpu", "webgpu", /You chose WebGPU/],
    ["WebGPU wanted, none", none, "webgpu", "cpu", /You chose WebGPU, but it cannot.*no WebGPU/],
  ] as const)("%s", async (_name, parts, choice, kind, reason) => {
    const chosen = await chooseEngine(parts, choice);
    expect(chosen.engine.info.kind).toBe(kind);
    expect(chosen.reason).toMatch(reason);
  });

  it("gives a software GPU back when it is not used", async () => {
    const gpu = fakeEngine({ ...GPU, software: true });
    await chooseEngine(
      factories(() => Promise.resolve(gpu)),
      "auto",
    );
    expect(gpu.disposed).toBe(true);
  });
});

describe("The host of the engine", () => {
  function setUp(parts = hardware) {
    const states: EngineState[] = [];
    const losses: string[] = [];
    const host = createEngineHost(parts, "auto", {
      onState: (state) => states.push(state),
      onLost: (reason) => losses.push(reason),
    });
    return { host, states, losses };
  }

  it("starts one engine for many askers", async () => {
    let made = 0;
    const { host } = setUp(factories(() => Promise.resolve((made++, fakeEngine(GPU)))));
    const [a, b] = await Promise.all([host.engine(), host.engine()]);
    expect(a).toBe(b);
    expect(made).toBe(1);
  });

  it("starts another after a loss, and gives the GPU up after three", async () => {
    const { host, losses, states } = setUp();
    for (let i = 0; i < 3; i++) {
      const engine = (await host.engine()) as FakeEngine;
      expect(engine.info.kind).toBe("webgpu");
      engine.lose(`loss ${i}`);
      await new Promise((next) => setTimeout(next));
    }
    expect(losses).toEqual(["loss 0", "loss 1", "loss 2"]);
    expect((await host.engine()).info.kind).toBe("cpu");
    expect(states.at(-1)).toMatchObject({
      phase: "ready",
      reason: expect.stringContaining("lost 3 times") as string,
    });
  });

  it("says nothing of the end of an engine that it gave up itself", async () => {
    const { host, losses } = setUp();
    const engine = (await host.engine()) as FakeEngine;
    host.choose("cpu");
    expect(engine.disposed).toBe(true);
    engine.lose("disposed");
    await new Promise((next) => setTimeout(next));
    expect(losses).toEqual([]);
    expect((await host.engine()).info.kind).toBe("cpu");
  });

  it("hands askers the new engine when the choice changes while one starts", async () => {
    let open: (engine: FakeEngine) => void = () => undefined;
    const slow = fakeEngine(GPU);
    const { host } = setUp(factories(() => new Promise((resolve) => (open = resolve))));
    const asked = host.engine();
    host.choose("cpu");
    const now = host.engine();
    open(slow);
    expect((await now).info.kind).toBe("cpu");
    expect((await asked).info.kind).toBe("cpu");
    expect(slow.disposed).toBe(true);
  });

  it("reports a failure and tries again when asked again", async () => {
    let fails = true;
    const parts = {
      webgpu: () => Promise.reject(new Error("no")),
      cpu: () => (fails ? Promise.reject(new Error("no workers")) : Promise.resolve(fakeEngine())),
    };
    const { host, states } = setUp(parts);
    await expect(host.engine()).rejects.toThrow("no workers");
    expect(states.at(-1)).toEqual({ phase: "failed", message: "no workers" });
    fails = false;
    expect((await host.engine()).info.kind).toBe("cpu");
  });
});
