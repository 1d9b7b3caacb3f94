import { describe, expect, it } from "vitest";
import { cloudHistogram } from "../../src/render/cloud-histogram.ts";
import { divergingRamp, parseRgb, rampIndex, sequentialRamp } from "../../src/render/colour-ramp.ts";
import { fieldPixels } from "../../src/render/field-image.ts";
import type { ParticleCloud } from "../../src/render/scene.ts";

function cloud(values: number[], dim: number, frames = 1, projection?: number[]): ParticleCloud {
  return {
    dim,
    frames,
    particles: values.length / dim / frames,
    projection: new Float32Array(projection ?? [1, 0, 0, 1]),
    values: new Float32Array(values),
    view: null,
  };
}

const viewport = { lo: [0, 0], hi: [2, 1] } as const;

describe("cloudHistogram", () => {
  it("puts each particle in its cell and integrates to the share inside", () => {
    const field = cloudHistogram(cloud([0.1, 0.1, 1.9, 0.1, 1.9, 0.9, 5, 5], 2), 0, viewport, 2);
    const area = 2 / 4;
    expect([...field.values].map((density) => density * area)).toEqual([0.25, 0.25, 0, 0.25]);
  });

  it("reads the asked frame through the projection", () => {
    const swapped = cloud([0, 0, 0, 0.9, 1.9, 7], 3, 2, [0, 1, 0, 1, 0, 0]);
    expect([...cloudHistogram(swapped, 1, viewport, 2).values]).toEqual([0, 0, 0, 2]);
    expect([...cloudHistogram(swapped, 0, viewport, 2).values]).toEqual([2, 0, 0, 0]);
  });

  it("drops particles that are not finite", () => {
    const field = cloudHistogram(cloud([NaN, 0, Infinity, 0.5], 2), 0, viewport, 2);
    expect([...field.values]).toEqual([0, 0, 0, 0]);
  });
});

describe("colour ramps", () => {
  it("rise in opacity with the value, and with its size if diverging", () => {
    const opacity = (ramp: Uint8ClampedArray) => Array.from({ length: 256 }, (_, i) => ramp[4 * i + 3]!);
    const rising = opacity(sequentialRamp([1, 2, 3]));
    expect(rising.every((value, i) => i === 0 || value >= rising[i - 1]!)).toBe(true);
    expect([rising[0], rising[255]]).toEqual([0, 255]);
    const both = opacity(divergingRamp([255, 0, 0], [0, 0, 255]));
    expect(both[0]).toBe(both[255]);
    expect(both[127]!).toBeLessThan(20);
  });

  it("clamp values and refuse what is not a number", () => {
    expect([rampIndex(-1, 0, 1), rampIndex(0.5, 0, 1), rampIndex(9, 0, 1), rampIndex(NaN, 0, 1)]).toEqual([
      0, 128, 255, -1,
    ]);
  });

  it("turn a field upside up: the last row of values is the first row of pixels", () => {
    const field = { nx: 1, ny: 2, lo: [0, 0], hi: [1, 1], values: new Float32Array([0, 1]) } as const;
    const pixels = fieldPixels(field, [0, 1], sequentialRamp([9, 9, 9]));
    expect([pixels[3], pixels[7]]).toEqual([255, 0]);
  });

  it("read CSS colours", () => {
    expect(parseRgb("#fA0")).toEqual([255, 170, 0]);
    expect(parseRgb(" rgb(1, 2, 3)")).toEqual([1, 2, 3]);
    expect(parseRgb("rebeccapurple")).toBeNull();
  });
});
