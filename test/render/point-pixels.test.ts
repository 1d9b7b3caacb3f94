import { describe, expect, it } from "vitest";
import { drawPointPixels } from "../../src/render/point-pixels.ts";

const RED = { rgb: [200, 10, 20], opacity: 0.5, side: 2 } as const;

function drawn(xy: readonly number[], look: Parameters<typeof drawPointPixels>[4] = RED, side = 4) {
  const pixels = new Uint8ClampedArray(4 * side * side).fill(77);
  drawPointPixels(pixels, side, side, xy, look);
  return Array.from({ length: side * side }, (_, i) => [...pixels.subarray(4 * i, 4 * i + 4)]);
}

/** Opacities as rows of a picture. */
const alphas = (pixels: readonly number[][], side = 4) =>
  Array.from({ length: side }, (_, y) => pixels.slice(y * side, (y + 1) * side).map((p) => p[3]));

describe("Points as pixels", () => {
  it("are squares about their centres", () => {
    expect(alphas(drawn([2, 1]))).toEqual([
      [0, 128, 128, 0],
      [0, 128, 128, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
  });

  it("take the colour, straight", () => {
    expect(drawn([2, 1])[1]).toEqual([200, 10, 20, 128]);
  });

  it("cover more where they lie over each other: 1 - (1 - a)^n", () => {
    const n = 3;
    const covered = drawn(Array.from({ length: n }, () => [2, 1]).flat())[1]?.[3];
    expect(covered).toBe(Math.round(255 * (1 - 0.5 ** n)));
    // The control: opacities that merely added would be full with two layers.
    expect(covered).not.toBe(255);
  });

  it("stay full under more layers than can be counted", () => {
    const many = drawn(Array.from({ length: 1000 }, () => [2, 1]).flat());
    expect(many[1]?.[3]).toBe(255);
  });

  it("are cut at the border and left out beyond it or without a number", () => {
    expect(alphas(drawn([0, 0]))[0]).toEqual([128, 0, 0, 0]);
    for (const xy of [
      [-9, 1],
      [1, 99],
      [NaN, 1],
      [1, Infinity],
    ])
      expect(drawn(xy).every((pixel) => pixel[3] === 0)).toBe(true);
  });

  it("are at least one pixel wide", () => {
    const small = drawn([1.5, 1.5], { ...RED, side: 0.2 });
    expect(small.filter((pixel) => pixel[3] !== 0)).toHaveLength(1);
  });
});
