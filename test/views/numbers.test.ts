import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/math/philox.ts";
import { along, frameHistogram, meanOf, pathOf, varianceOf } from "../../src/ui/views/particle-values.ts";
import { interpolate, interpolateAt, linePath, plotScale } from "../../src/ui/views/plot-scale.ts";
import { rewardInPlane } from "../../src/ui/views/reward-lookup.ts";

describe("numbers read from a recording", () => {
  // [frames 2, particles 2, dim 2]
  const values = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
  const shape = { particles: 2, dim: 2 };

  it("find a particle's coordinate and path", () => {
    const axis = { label: "", vector: Float64Array.of(1, 10) };
    expect(along(values, shape, axis, 1, 0)).toBe(65);
    expect([...pathOf(values, shape, 1)]).toEqual([3, 4, 7, 8]);
  });

  it("count the particles of one frame in cells, as a density with standard errors", () => {
    const frames = Float32Array.from([9, 9, 9, 9, 0.1, 0.2, 0.7, 5]);
    const { density, se, width } = frameHistogram(frames, 4, 1, 0, 1, 2);
    expect(width).toBe(0.5);
    expect([...density]).toEqual([1, 0.5]);
    // Binomial: sqrt(n p (1 - p)) / (n width), p = 1/2 and 1/4.
    expect(se[0]).toBeCloseTo(Math.sqrt(4 * 0.25) / 2, 12);
    expect(se[1]).toBeCloseTo(Math.sqrt(4 * 0.1875) / 2, 12);
  });

  it("estimate mean and variance with standard errors that cover the truth 95 times in 100", () => {
    const random = createRandom(7, 3);
    const [runs, n] = [2000, 200];
    let meanHits = 0;
    let varianceHits = 0;
    for (let run = 0; run < runs; run += 1) {
      const sample = Float64Array.from({ length: n }, () => 1e4 + 2 * random.normal());
      const mean = meanOf(sample);
      const variance = varianceOf(sample);
      meanHits += +(Math.abs(mean.value - 1e4) < 1.96 * mean.se);
      varianceHits += +(Math.abs(variance.value - 4) < 1.96 * variance.se);
    }
    // 4.5 standard errors of a share near 0.95 over 2,000 runs: 0.022. The interval of a variance from 200 normal values
    // covers a little less (skewness): 0.94.
    expect(Math.abs(meanHits / runs - 0.95)).toBeLessThan(0.022);
    expect(Math.abs(varianceHits / runs - 0.94)).toBeLessThan(0.022);
  });

  it("leave out what is not finite", () => {
    expect(meanOf([1, NaN, 3, Infinity])).toMatchObject({ value: 2, n: 2 });
    expect(meanOf([]).n).toBe(0);
  });
});

describe("plot scales", () => {
  it("map to pixels and back", () => {
    const scale = plotScale(-2, 6, 300, 20);
    for (const value of [-2, 0.3, 6, 11]) expect(scale.value(scale.at(value))).toBeCloseTo(value, 12);
    expect(scale.at(-2)).toBe(300);
    expect(plotScale(1, 1, 0, 10).at(1)).toBe(5);
  });

  it("break a line at what is not finite", () => {
    const ys = [1, NaN, 3, 4];
    expect(linePath(4, (i) => [i, ys[i]!])).toBe("M0.0 1.0M2.0 3.0L3.0 4.0");
  });

  it("interpolate linear functions exactly, and not beyond the ends", () => {
    expect(interpolate([0, 2, 4], 0, 2, 1.25)).toBeCloseTo(2.5, 12);
    expect(interpolate([0, 2, 4], 0, 2, 2.01)).toBeNaN();
    expect(interpolateAt([0, 1, 5], [0, 2, 10], 3)).toBeCloseTo(6, 12);
    expect(interpolateAt([0, 1, 5], [0, 2, 10], -1)).toBeNaN();
  });

  it("read bilinear rewards exactly, from the closer grid first", () => {
    const grid = (half: number, f: (x: number, y: number) => number) => ({
      box: { lo: [-half, -half], hi: [half, half] },
      n: 3,
      values: Float32Array.from({ length: 9 }, (_, at) =>
        f(((at % 3) - 1) * half, (Math.floor(at / 3) - 1) * half),
      ),
    });
    const reward = {
      program: { kind: "linear", dim: 2, weights: Float64Array.of(1, 1), offset: 0 },
      near: grid(1, (x, y) => 1 + x + 2 * y + x * y),
      whole: grid(4, () => 99),
      range: [0, 1],
      centred: false,
    } as const;
    expect(rewardInPlane(reward, 0.5, -0.25)).toBeCloseTo(1 + 0.5 - 0.5 - 0.125, 6);
    expect(rewardInPlane(reward, 2, 0)).toBe(99);
    expect(rewardInPlane(reward, 5, 0)).toBeNaN();
  });
});
