import { describe, expect, it } from "vitest";
import { createCpuEngine } from "../../src/engine/cpu/index.ts";
import { createReward } from "../../src/rewards/evaluate.ts";
import { prepareViews, type ViewData } from "../../src/experiments/views.ts";
import { DENSITY_GRID } from "../../src/experiments/view-parts/view-grid.ts";
import { parseSpec } from "../../src/spec/parse.ts";
import type { ExperimentSpec } from "../../src/spec/types.ts";

function specOf(fields: Record<string, unknown>): ExperimentSpec {
  const parsed = parseSpec({ version: 1, ...fields });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

const LINE = {
  model: { kind: "gaussian", mean: [1.5], cov: [[0.3]] },
  process: { kind: "ve", T: 5 },
  sampler: { kind: "gddim", eta: 1.2, steps: 10, grid: { kind: "power", power: 3 } },
  reward: { kind: "quadratic", center: [0] },
};
const MIXTURE = {
  ...LINE,
  model: {
    kind: "mixture",
    components: [
      { weight: 1, mean: [-1], cov: [[0.2]] },
      { weight: 2, mean: [1], cov: [[0.1]] },
    ],
  },
};
const PLANE = {
  ...LINE,
  model: {
    kind: "gaussian",
    mean: [1, -0.5],
    cov: [
      [0.5, 0.3],
      [0.3, 0.4],
    ],
  },
  reward: { kind: "linear", weights: [1, 0.5], offset: 0 },
};
const FIVE = {
  ...LINE,
  model: {
    kind: "gaussian",
    mean: [1, 0, -1, 2, 0],
    cov: { kind: "exponential", variance: 1, correlation: 0.7 },
  },
  reward: { kind: "quadratic", center: [0, 0, 0, 0, 0] },
};

/** Mean and variance of a density on equally spaced nodes. */
function moments(values: ArrayLike<number>, lo: number, hi: number) {
  const h = (hi - lo) / (values.length - 1);
  const sum = (f: (x: number) => number) =>
    Array.from(values).reduce((total, p, i) => total + p * f(lo + i * h) * h, 0);
  const mean = sum((x) => x) / sum(() => 1);
  return { mass: sum(() => 1), mean, variance: sum((x) => (x - mean) ** 2) / sum(() => 1) };
}

const last = (data: ViewData) => data.frames.at(-1)!;
const window1 = (data: ViewData) => [last(data).window.lo[0]!, last(data).window.hi[0]!] as const;

describe("prepareViews", () => {
  it("can be posted to another thread unchanged", () => {
    const data = prepareViews(specOf(PLANE));
    expect(structuredClone(data)).toEqual(data);
  });

  it("keeps all steps of a short run, and 64 with both ends of a long one", () => {
    expect(prepareViews(specOf(LINE)).job.frames).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const long = prepareViews(specOf({ ...LINE, sampler: { ...LINE.sampler, steps: 500 } }));
    expect(long.frames).toHaveLength(64);
    expect([long.frames[0]!.step, last(long).step, long.frames[0]!.t, last(long).t]).toEqual([0, 500, 5, 0]);
  });

  it("knows the N-step law of both samplers: the values of the theory note, section 4", () => {
    const data = prepareViews(specOf(LINE));
    const [ode, sde] = last(data).arms.map((law) => moments(law!.values, ...window1(data)));
    // Printed to 5 digits; the window cuts 3.5 standard deviations of the widest law, whose tails hold under 5e-4 of
    // the variance of the narrower ones.
    expect(ode!.mean).toBeCloseTo(1.36125, 3);
    expect(ode!.variance).toBeCloseTo(0.2139, 3);
    expect(sde!.mean).toBeCloseTo(1.49215, 3);
    expect(sde!.variance).toBeCloseTo(0.14796, 3);
    expect(Math.abs(ode!.mean - sde!.mean)).toBeGreaterThan(0.1);
  });

  it("draws densities of mass one: data, samplers, and every column of space-time", () => {
    const data = prepareViews(specOf(MIXTURE));
    const [lo, hi] = [data.whole.lo[0]!, data.whole.hi[0]!];
    for (let f = 0; f < data.frames.length; f += 1) {
      const column = data.spaceTime!.subarray(f * DENSITY_GRID.line, (f + 1) * DENSITY_GRID.line);
      // Cut at 3.5 standard deviations: 5e-4 of a Gaussian; the rest is for the rectangle rule on narrow modes.
      expect(Math.abs(moments(column, lo, hi).mass - 1)).toBeLessThan(2e-3);
    }
    expect(Math.abs(moments(last(data).data.values, ...window1(data)).mass - 1)).toBeLessThan(2e-3);
  });

  it("gives the law of 1-D samples of a mixture by quadrature, with mass one", () => {
    const data = prepareViews(specOf(MIXTURE));
    expect(data.finalLaws).toHaveLength(2);
    for (const law of data.finalLaws) {
      const { x, density } = law!;
      const mass = Array.from(x).reduce(
        (sum, at, i) => (i === 0 ? 0 : sum + ((at - x[i - 1]!) * (density[i]! + density[i - 1]!)) / 2),
        0,
      );
      // Trapezoid rule on the points chosen for drawing.
      expect(Math.abs(mass - 1)).toBeLessThan(0.01);
    }
    expect(data.finalLaws[0]!.density).not.toEqual(data.finalLaws[1]!.density);
  });

  it("finds contour levels that enclose half and nine tenths: for a Gaussian in the plane, 1/2 and 1/10 of the peak", () => {
    const data = prepareViews(specOf(PLANE));
    const { values, levels } = last(data).data;
    const peak = values.reduce((a, b) => Math.max(a, b), 0);
    // The window cuts 2.7 standard deviations (2 % of the mass), the grid has 64 nodes a side, the peak lies between nodes.
    expect(Math.abs(levels[0]! / peak - 0.5)).toBeLessThan(0.05);
    expect(Math.abs(levels[1]! / peak - 0.1)).toBeLessThan(0.03);
  });

  it("evaluates the reward at the nodes, and centres its scale on zero where it takes both signs", () => {
    const data = prepareViews(specOf(PLANE));
    const { near, program, range, centred } = data.reward;
    const at = (i: number, axis: 0 | 1) =>
      near.box.lo[axis]! + ((near.box.hi[axis]! - near.box.lo[axis]!) * i) / (near.n - 1);
    const expected = createReward(program)(Float64Array.of(at(3, 0), at(90, 1)), 0);
    expect(near.values[90 * near.n + 3]).toBeCloseTo(expected, 5);
    expect(centred).toBe(true);
    expect(range[0]).toBe(-range[1]);
    expect(prepareViews(specOf(LINE)).reward.centred).toBe(false);
  });

  it("shows two principal directions of more dimensions, orthonormal, or the coordinates asked for", () => {
    const [a, b] = prepareViews(specOf(FIVE)).axes;
    const dot = (u: Float64Array, v: Float64Array) => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
    expect(dot(a!.vector, a!.vector)).toBeCloseTo(1, 12);
    expect(dot(a!.vector, b!.vector)).toBeCloseTo(0, 12);
    const pair = prepareViews(specOf(FIVE), { kind: "coordinates", pair: [3, 1] });
    expect(pair.axes.map(({ label }) => label)).toEqual(["x₄", "x₂"]);
    expect([...pair.axes[0]!.vector]).toEqual([0, 0, 0, 1, 0]);
    expect(pair.strip!.map(({ label }) => label)).toEqual(["data", "ODE samples", "SDE samples"]);
    expect([...pair.strip![0]!.mean]).toEqual([1, 0, -1, 2, 0]);
  });

  it("shows the deterministic sampler alone where the other is refused, and says why", () => {
    const data = prepareViews(specOf({ ...LINE, sampler: { ...LINE.sampler, kind: "ddim", eta: 3 } }));
    expect(data.arms.map(({ id }) => id)).toEqual(["ode"]);
    expect(data.job.programs).toHaveLength(1);
    expect(data.refusal).toMatch(/ddim/i);
  });

  it("shows the target apart from the data where there is one; in reading B at the end only", () => {
    const tilted = prepareViews(specOf({ ...LINE, target: { kind: "tilted", klWeight: 1 } }));
    expect(tilted.frames.every(({ target }) => target !== null)).toBe(true);
    const controlled = prepareViews(
      specOf({ ...LINE, target: { kind: "controlled", klWeight: 1, etaTrain: 1.2 } }),
    );
    expect(controlled.frames.map(({ target }) => target !== null)).toEqual([...Array(10).fill(false), true]);
    expect(prepareViews(specOf(LINE)).frames.every(({ target }) => target === null)).toBe(true);
  });

  it("keeps recordings within 16 MiB an arm in any dimension", () => {
    for (const d of [1, 2, 64]) {
      const mean = new Array<number>(d).fill(0);
      const model = { kind: "gaussian", mean, cov: { kind: "isotropic", variance: 1 } };
      const { job, frames } = prepareViews(
        specOf({
          ...LINE,
          model,
          reward: { kind: "quadratic", center: mean },
          sampler: { ...LINE.sampler, steps: 300 },
        }),
      );
      expect(4 * frames.length * job.particles * d).toBeLessThanOrEqual(16 * 2 ** 20);
      expect(job.particles).toBeGreaterThanOrEqual(1000);
    }
  });
});

describe("a recording of the views", () => {
  it.each([
    ["on the line", LINE],
    ["in the plane", PLANE],
    ["in five dimensions", FIVE],
    ["of a controlled model", { ...LINE, target: { kind: "controlled", klWeight: 1, etaTrain: 1.2 } }],
  ])(
    "has the mean of the exact law at every frame, and starts both arms on one noise, %s",
    async (_where, fields) => {
      const data = prepareViews(specOf({ ...fields, evaluation: { particles: 6000 } }));
      const engine = await createCpuEngine({ workers: 0 });
      const recording = await engine.record(data.job);
      const arms = await Promise.all(recording.arms.map((arm) => arm.read()));
      const { particles } = data.job;
      const { dim } = data;
      expect(arms[0]!.subarray(0, particles * dim)).toEqual(arms[1]!.subarray(0, particles * dim));
      const axis = data.axes[0]!.vector;
      const misses = [0, 1].map((law) =>
        Math.max(
          ...data.frames.map((frame, f) =>
            Math.abs(zScore(arms[1]!, f, frame.arms[law]!.values, frame.window)),
          ),
        ),
      );
      function zScore(
        values: Float32Array,
        f: number,
        density: Float32Array,
        window: ViewData["whole"],
      ): number {
        const xs = Array.from({ length: particles }, (_, i) =>
          axis.reduce((sum, v, j) => sum + v * values[(f * particles + i) * dim + j]!, 0),
        );
        const mean = xs.reduce((a, b) => a + b, 0) / particles;
        const variance = xs.reduce((a, b) => a + (b - mean) ** 2, 0) / (particles - 1);
        return (mean - marginalMean(density, window, dim)) / Math.sqrt(variance / particles);
      }
      // 4.5 standard errors, and the bias of a mean cut at the window, at most 0.02 standard deviations (the window is
      // wider than the law it is taken of, and nearly centred on it): here sqrt(16384) 0.004 = 0.5 at most, checked below.
      expect(misses[1]!).toBeLessThan(5);
      // Control: the other sampler's law is told apart, unless the two agree.
      if (_where === "on the line") expect(misses[0]!).toBeGreaterThan(20);
      recording.dispose();
      engine.dispose();
    },
  );
});

/** Mean of the first plot coordinate under a density on the grid of the window. */
function marginalMean(density: Float32Array, window: ViewData["whole"], dim: number): number {
  const [lo, hi] = [window.lo[0]!, window.hi[0]!];
  if (dim === 1) return moments(density, lo, hi).mean;
  const n = DENSITY_GRID.plane;
  const marginal = new Float64Array(n);
  density.forEach((value, at) => (marginal[at % n]! += value));
  return moments(marginal, lo, hi).mean;
}
