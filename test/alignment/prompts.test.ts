import { describe, expect, test } from "vitest";
import { advantagesByPrompt } from "../../src/alignment/advantages.ts";
import { promptOrder, promptsOf, stepContext } from "../../src/alignment/prompts.ts";
import { rowsPerCall } from "../../src/alignment/policy-gradient.ts";
import { noiseSteps } from "../../src/alignment/noise-steps.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { jumpTarget } from "../../src/network/sampler.ts";
import { expectAllClose } from "../support/numbers.ts";

const setup = (prompts: number | null, batch: number) => ({ prompts, training: { batch } });

describe("Prompts of trajectories", () => {
  test("come in turn, groups together, and go on where the last iteration ended", () => {
    const order = promptOrder(setup(3, 8), 2, 0);
    expect(order && [...promptsOf(order, 0, 8)]).toEqual([0, 0, 1, 1, 2, 2, 0, 0]);
    const next = promptOrder(setup(3, 8), 2, 1);
    expect(next && [...promptsOf(next, 0, 8)]).toEqual([1, 1, 2, 2, 0, 0, 1, 1]);
    // A part of a batch asks what it asks in the whole.
    expect(order && [...promptsOf(order, 3, 4)]).toEqual([1, 2, 2, 0]);
  });

  test("do not exist for points", () => {
    expect(promptOrder(setup(null, 8), 2, 0)).toBeNull();
  });

  test("come with the time that a distilled network is asked to jump to", () => {
    const process = createProcess({ kind: "flow", T: 0.99 });
    const times = createGrid({ kind: "uniform" }, process, 3);
    const [ode] = noiseSteps({ kind: "ode" }, process, times);
    const [sde] = noiseSteps({ kind: "gddim", eta: 1 }, process, times);
    if (!ode || !sde) throw new Error("steps expected");
    const jumps = [ode, sde].map((step) => stepContext(Int32Array.of(0, 1), step)?.jump);
    // The ODE's jump goes to s itself; noise shortens what is kept of the state, so the jump goes further.
    expectAllClose(jumps[0] ?? [], [ode.s, ode.s], { absolute: 1e-12 });
    expect(jumps[1]).toEqual(Float64Array.of(jumpTarget(sde), jumpTarget(sde)));
    expect(jumps[1]?.[0]).toBeLessThan(ode.s);
    expect(stepContext(null, ode)).toBeUndefined();
  });
});

describe("Advantages by prompt", () => {
  const rule = { std: "population", epsilon: 0 } as const;

  test("take mean and deviation of each prompt's own samples, by hand", () => {
    const rewards = Float64Array.of(1, 10, 3, 30, 20);
    const { values, groups, flatGroups } = advantagesByPrompt(rewards, Int32Array.of(0, 1, 0, 1, 1), rule);
    // Prompt 0: 1 and 3 are 2 -+ 1. Prompt 1: 10, 30, 20 with deviation sqrt(200 / 3).
    const third = 10 / Math.sqrt(200 / 3);
    expectAllClose(values, [-1, -third, 1, third, 0], { absolute: 1e-14 });
    expect([groups, flatGroups]).toEqual([2, 0]);
    // Control: one prompt for all gives others.
    const together = advantagesByPrompt(rewards, new Int32Array(5), rule);
    expect(together.values[0]).not.toBeCloseTo(-1, 2);
  });

  test("are 0 where all rewards of a prompt are equal, which is counted", () => {
    const made = advantagesByPrompt(Float64Array.of(5, 1, 5, 2), Int32Array.of(0, 1, 0, 1), rule);
    expect([...made.values]).toEqual([0, -1, 0, 1]);
    expect(made.flatGroups).toBe(1);
  });

  test("refuse a prompt with one sample, which says nothing", () => {
    expect(() => advantagesByPrompt(Float64Array.of(1, 2, 3), Int32Array.of(0, 0, 1), rule)).toThrow(
      /group: must hold at least 2 samples, got 1/,
    );
  });
});

test("calls of networks hold even numbers of rows: 16,384 points, 10 images, or as many as the network says", () => {
  const shapes = [1, 2, 3072, 1e6].map((dim) => ({ shape: { dim, prediction: "x0" } as const }));
  expect(shapes.map(rowsPerCall)).toEqual([16_384, 16_384, 10, 2]);
  expect(shapes.map((of) => rowsPerCall({ ...of, rowsAtOnce: 16 }))).toEqual([16, 16, 16, 16]);
});
