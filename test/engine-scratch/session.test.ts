import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { beforeAll, describe, expect, it } from "vitest";
import { ScratchSession } from "../../src/engine/scratch/session.ts";
import type { ScratchEvent, ScratchSettings } from "../../src/engine/scratch-training.ts";
import { readSafetensors } from "../../src/network/safetensors.ts";
import { openGlyphs } from "../../src/network/training/glyph-set.ts";
import { networkWeights } from "../../src/network/weights.ts";
import { MINI } from "../network/hashed.ts";

const SETTINGS: ScratchSettings = {
  size: "small",
  device: "cpu",
  minutes: 60,
  steps: 7,
  batch: 2,
  seed: 3,
  sampleEvery: 4,
};

/** Sixteen glyphs of two families: bars at different heights. */
async function data() {
  const style = (split: string) => ({ split, weight: 1, slant: 0, typeface: 0 });
  const numbers = [...Array(16).keys()];
  const { split } = await openGlyphs({
    pixels: Uint8Array.from({ length: 16 * 1024 }, (_, i) =>
      Math.abs((Math.floor(i / 32) % 32) - 2 * Math.floor(i / 1024)) < 3 ? 255 : 0,
    ),
    labels: JSON.stringify({
      version: 1,
      size: 32,
      styles: [style("train"), style("validation")],
      style: numbers.map((i) => (i < 12 ? 0 : 1)),
      character: numbers,
      heldOutCombination: numbers.map(() => 0),
    }),
    sha256: null,
  });
  return { train: split("train"), validation: split("validation"), sha256: "abc" };
}

async function session(settings: ScratchSettings, stepMs = 10) {
  const events: ScratchEvent[] = [];
  let now = 0;
  const made = new ScratchSession(await data(), settings, {
    architecture: MINI,
    adapter: "test",
    reason: "a test",
    report: (event) => events.push(event),
    // Each step asks twice: before and after.
    now: () => (now += stepMs),
  });
  return { made, events };
}

const kinds = (events: readonly ScratchEvent[]) =>
  events.map((event) => ("step" in event ? `${event.kind} ${event.step}` : event.kind));

describe("A training from scratch", () => {
  beforeAll(async () => {
    await tf.setBackend("wasm");
  });

  it("reports in order, ends after its steps, and saves weights that open", async () => {
    const before = tf.memory().numTensors;
    const { made, events } = await session(SETTINGS);
    await made.run();
    expect(kinds(events)).toEqual(["started", "samples 4", "progress 5", "progress 7", "samples 7"]);
    const [, look, progress] = events;
    if (progress?.kind !== "progress" || look?.kind !== "samples") throw new Error("wrong order");
    expect(progress).toMatchObject({ images: 10, seconds: 0.05, loss: { n: 5 } });
    expect(progress.speed).toBeCloseTo(200, 6); // 2 images every 10 ms
    expect(progress.loss.se).toBeGreaterThan(0);
    expect(look.images).toHaveLength(8 * 3072);
    expect(look.validation.n).toBe(32);

    const { file, steps } = await made.weights();
    expect(steps).toBe(7);
    const read = readSafetensors(file);
    expect(networkWeights(MINI, read).parameters.size).toBeGreaterThan(100);
    expect(read.metadata).toMatchObject({ steps: "7", images: "14", data: "abc", size: "small" });
    made.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it(
    "ends by its time, counts only steps, and gives the same numbers again",
    { timeout: 120_000 },
    async () => {
      const settings = { ...SETTINGS, steps: null, minutes: 0.05 / 60, sampleEvery: 100 };
      const losses = [];
      for (let i = 0; i < 2; i++) {
        const { made, events } = await session(settings);
        await made.run();
        expect(kinds(events)).toEqual(["started", "progress 5", "samples 5"]);
        losses.push(events.flatMap((event) => (event.kind === "progress" ? [event.loss] : [])));
        made.dispose();
      }
      expect(losses[0]).toEqual(losses[1]);
    },
  );

  it("waits while paused and ends when stopped, with what it has", async () => {
    const { made, events } = await session({ ...SETTINGS, sampleEvery: 100 });
    made.pause();
    let ended = false;
    const running = made.run().then(() => (ended = true));
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    expect([ended, kinds(events)]).toEqual([false, ["started"]]);
    made.stop();
    await running;
    expect(kinds(events)).toEqual(["started"]);
    expect((await made.weights()).steps).toBe(0);
    made.dispose();
  });
});
