import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  packViewParams,
  VIEW_PARAMS_BYTES,
  VIEW_PARAMS_LAYOUT,
} from "../../src/render/webgpu/view-params.ts";

const SIZES: Record<string, { size: number; align: number }> = {
  f32: { size: 4, align: 4 },
  u32: { size: 4, align: 4 },
  vec2f: { size: 8, align: 8 },
  vec3f: { size: 12, align: 16 },
};

/** Offsets by the WGSL layout rules, read from the text of the struct. */
function offsetsIn(wgsl: string): { offsets: Record<string, number>; bytes: number } {
  const body = /struct ViewParams \{([^}]*)\}/.exec(wgsl)![1]!;
  const offsets: Record<string, number> = {};
  let at = 0;
  for (const [, name, type] of body.matchAll(/(\w+): (\w+),/g)) {
    const { size, align } = SIZES[type!]!;
    at = Math.ceil(at / align) * align;
    offsets[name!] = at;
    at += size;
  }
  return { offsets, bytes: Math.ceil(at / 16) * 16 };
}

const text = readFileSync(new URL("../../shaders/render/view.wgsl", import.meta.url), "utf8");

describe("ViewParams", () => {
  it("has the offsets of the shader's struct", () => {
    expect(offsetsIn(text)).toEqual({ offsets: VIEW_PARAMS_LAYOUT, bytes: VIEW_PARAMS_BYTES });
  });

  it("would not agree with fields in another order (control)", () => {
    const swapped = text.replace("rgb: vec3f,", "late: f32,").replace("opacity: f32,", "rgb: vec3f,");
    expect(offsetsIn(swapped).offsets).not.toEqual(VIEW_PARAMS_LAYOUT);
  });

  it("packs values by name", () => {
    const look = {
      frame: 7,
      viewport: { lo: [-1, -2], hi: [3, 4] },
      rgb: [255, 0, 51],
      points: true,
      opacity: 0.5,
      pointSize: 2,
      trails: 0,
      density: { bins: 32, peak: 0.25 },
    } as const;
    const cloud = {
      dim: 3,
      particles: 11,
      frames: 9,
      projection: new Float32Array(6),
      values: null,
      view: null,
    };
    const view = new DataView(packViewParams(look, cloud, [640, 480], { width: 4, opacity: 0.5 }));
    const float = (name: keyof typeof VIEW_PARAMS_LAYOUT, i = 0) =>
      view.getFloat32(VIEW_PARAMS_LAYOUT[name] + 4 * i, true);
    expect([float("lo"), float("lo", 1), float("hi"), float("hi", 1)]).toEqual([-1, -2, 3, 4]);
    expect([float("size", 1), float("point_size"), float("opacity"), float("peak")]).toEqual([
      480, 4, 0.5, 0.25,
    ]);
    expect([float("rgb"), float("rgb", 1)]).toEqual([1, 0]);
    expect(float("rgb", 2)).toBeCloseTo(0.2, 7);
    const whole = (name: keyof typeof VIEW_PARAMS_LAYOUT) => view.getUint32(VIEW_PARAMS_LAYOUT[name], true);
    expect([whole("particles"), whole("dim"), whole("frame"), whole("bins")]).toEqual([11, 3, 7, 32]);
  });
});
