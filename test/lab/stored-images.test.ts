import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { imageSpecKey } from "../../src/lab/images/store.ts";
import { IMAGE_DEFAULTS } from "../../src/spec/images/limits.ts";
import { packStored, unpackStored } from "../../src/lab/images/stored.ts";
import type { ImageSamples } from "../../src/lab/images/state.ts";
import { toPixels } from "../../src/lab/images/pixels.ts";
import { IMAGE_REWARDS } from "../../src/spec/images/types.ts";

const row = (id: "ode" | "sde", eta: number, offset: number) => ({
  id,
  eta,
  // Two frames of two images.
  states: toPixels(Float32Array.from({ length: 2 * 2 * 3072 }, (_, i) => Math.sin(i + offset))),
  predictions: new Uint8ClampedArray(0),
  older: null,
  rewards: Object.fromEntries(
    IMAGE_REWARDS.map((kind) => [kind, kind === "alignment" ? null : Float64Array.of(0.25, NaN)]),
  ) as ImageSamples["rows"][0]["rewards"],
});

const samples: ImageSamples = {
  specKey: "key",
  stage: "live",
  tiles: 2,
  times: [1, 0],
  rows: [row("ode", 0, 0), row("sde", 1, 5)],
  gap: { value: 1, se: 0.5, n: 2 },
  diversity: { ode: { value: 1, se: 0, n: 1 }, sde: { value: 2, se: 0, n: 1 } },
  colour: "blue",
  missing: { alignment: "no classifier" },
  prompts: null,
  wallMs: 12,
};

describe("stored images", () => {
  test("come back with the pixels of the last frame and all numbers", () => {
    const back = unpackStored(packStored(samples));
    expect(back.stage).toBe("stored");
    expect(back.times).toEqual([0]);
    back.rows.forEach((stored, r) => {
      const whole = samples.rows[r]!.states;
      expect(stored.states).toEqual(whole.slice(whole.length / 2));
      expect(stored.rewards.boldness).toEqual(Float64Array.of(0.25, NaN));
      expect(stored.rewards.alignment).toBeNull();
    });
    expect(back.gap).toEqual(samples.gap);
  });

  test("that ship are those of the first view", () => {
    const shipped = unpackStored(new Uint8Array(readFileSync("public/stored/images.bin")));
    expect(shipped.specKey).toBe(imageSpecKey(IMAGE_DEFAULTS));
    expect(shipped.tiles).toBe(IMAGE_DEFAULTS.evaluation.tiles);
  });

  test("are refused when they are cut off", () => {
    const file = packStored(samples);
    expect(() => unpackStored(file.subarray(0, file.length - 40))).toThrow();
    expect(() => unpackStored(new Uint8Array(10))).toThrow();
  });
});
