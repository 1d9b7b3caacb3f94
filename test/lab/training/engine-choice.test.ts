import { describe, expect, it } from "vitest";
import { fakeFiles, openPage, type TestPage } from "./fakes.ts";

const phase = ({ store }: TestPage) => store.getState().run;

function shown({ store }: TestPage) {
  const { runs, shown: id } = store.getState();
  const run = runs.find((one) => one.id === id);
  if (run === undefined) throw new Error("no run is shown");
  return run;
}

/** The weights that training leaves when nothing interrupts it. */
async function undisturbed(): Promise<Float64Array> {
  const page = await openPage();
  page.store.getState().train();
  await page.settle();
  return shown(page).newest.parameters;
}

describe("The engine of the training page", () => {
  it("is the one that is chosen, at once and without touching the run on the screen", async () => {
    const page = await openPage();
    page.store.getState().train();
    await page.settle();
    const run = shown(page);
    page.store.getState().set({ engineChoice: "cpu" });
    await page.settle();
    expect(page.choices).toEqual(["auto", "cpu"]);
    expect(page.engines[0]?.disposed).toBe(true);
    expect(page.store.getState().engine).toMatchObject({ phase: "ready" });
    expect(shown(page)).toBe(run);
    expect(phase(page)).toMatchObject({ phase: "done" });
  });

  it("may change in the middle of a training, which goes on from its newest weights", async () => {
    const page = await openPage();
    page.engine.holdAt = 3;
    page.store.getState().train();
    await page.settle();
    page.store.getState().set({ engineChoice: "webgpu" });
    await page.settle();
    expect(page.choices).toEqual(["auto", "webgpu"]);
    expect(phase(page)).toMatchObject({ phase: "done", iteration: 6 });
    expect(page.engines[1]?.jobs[0]?.from?.iteration).toBe(3);
    expect(shown(page).newest.parameters).toEqual(await undisturbed());
  });

  it("is the CPU after the device is lost: training goes on from its newest weights, and the page says so", async () => {
    const page = await openPage();
    page.engine.loseAt = 4;
    page.store.getState().train();
    await page.settle();
    expect(page.choices).toEqual(["auto", "cpu"]);
    expect(phase(page)).toMatchObject({ phase: "done", iteration: 6 });
    expect(shown(page).newest.parameters).toEqual(await undisturbed());
    expect(page.store.getState().notices).toMatchObject([
      { id: "device-lost", text: "The WebGPU device was lost. The work goes on, on the CPU." },
    ]);
    // The user may ask for the device again.
    page.store.getState().set({ engineChoice: "webgpu" });
    await page.settle();
    expect(page.choices).toEqual(["auto", "cpu", "webgpu"]);
  });

  it("fails where the CPU reports a lost device too, instead of going round", async () => {
    const page = await openPage({ files: fakeFiles() });
    page.engine.loseAt = 1;
    const make = page.engines;
    page.store.getState().train();
    await page.settle();
    expect(phase(page)).toMatchObject({ phase: "done" });
    const second = make[1];
    if (!second) throw new Error("a second engine expected");
    second.loseAt = 1;
    page.store.getState().branch(0);
    await page.settle();
    expect(phase(page)).toMatchObject({ phase: "failed", message: "The WebGPU device was lost." });
    expect(page.choices).toEqual(["auto", "cpu"]);
  });
});
