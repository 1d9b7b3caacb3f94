/** What presets say in words must be true of their exact numbers. */
import { describe, expect, it } from "vitest";
import { createTheoryTable } from "../../src/experiments/gap-cells.ts";
import { resolve } from "../../src/experiments/resolve.ts";
import { presetOf } from "../../src/spec/presets.ts";
import type { ExperimentSpec } from "../../src/spec/types.ts";

function specOf(id: string): ExperimentSpec {
  const preset = presetOf(id);
  if (preset === null) throw new Error(`no preset ${id}`);
  return preset.spec;
}

/** Exact gaps of a specification at its own eta: with its N steps and in continuous time. */
function gaps(spec: ExperimentSpec): { readonly few: number; readonly limit: number; readonly part: number } {
  const table = createTheoryTable(resolve(spec));
  const few = table.nStep(spec.sampler.eta, spec.sampler.steps)?.gap ?? Number.NaN;
  const limit = table.continuous(spec.sampler.eta)?.gap ?? Number.NaN;
  return { few, limit, part: few - limit };
}

describe("The words of a preset are true of its numbers", () => {
  it("VP gap: far smaller than the VE gap, in continuous time and at its own N; the rest is discretisation", () => {
    const [ve, vp] = [gaps(specOf("ve-gap")), gaps(specOf("vp-gap"))];
    expect(Math.abs(vp.limit)).toBeLessThan(0.1 * Math.abs(ve.limit));
    expect(Math.abs(vp.few)).toBeLessThan(0.1 * Math.abs(ve.few));
    expect(Math.abs(vp.part)).toBeGreaterThan(Math.abs(vp.limit));
    expect(specOf("vp-gap").model).toEqual(specOf("ve-gap").model);
  });

  it("VE gap: shrinks like 1/T", () => {
    const spec = specOf("ve-gap");
    const at = (T: number) => gaps({ ...spec, process: { kind: "ve", T } }).limit;
    // Corrections are of relative order T^-1.44 and 1/T^2.
    expect(at(40) / at(80)).toBeGreaterThan(1.9);
    expect(at(40) / at(80)).toBeLessThan(2.1);
  });

  it.each(["few-steps", "euler-maruyama"])("%s: most of the gap is discretisation", (id) => {
    const { few, part } = gaps(specOf(id));
    expect(Math.abs(part)).toBeGreaterThan(0.5 * Math.abs(few));
    expect(Math.sign(part)).toBe(Math.sign(few));
  });

  it("Euler-Maruyama: gDDIM at the same N has a smaller gap and discretisation part", () => {
    const spec = specOf("euler-maruyama");
    const naive = gaps(spec);
    const gddim = gaps({ ...spec, sampler: { ...spec.sampler, kind: "gddim" } });
    expect(Math.abs(gddim.few)).toBeLessThan(0.5 * Math.abs(naive.few));
    expect(Math.abs(gddim.part)).toBeLessThan(Math.abs(naive.part));
  });

  it("contractive: the gap remains however long the process runs", () => {
    const spec = specOf("contractive");
    const at = (T: number) =>
      gaps({ ...spec, process: { ...spec.process, T } as ExperimentSpec["process"] }).limit;
    expect(at(4) / at(2)).toBeGreaterThan(0.95);
  });

  it("reading A: with its steps the gap is the prior's, and narrows as the tilt grows", () => {
    const spec = specOf("reading-a");
    const { limit, part } = gaps(spec);
    expect(Math.abs(part)).toBeLessThan(0.15 * Math.abs(limit));
    const sizes = [30, 10, 3, 1, 0.3, 0.1].map((klWeight) =>
      Math.abs(gaps({ ...spec, target: { kind: "tilted", klWeight } }).few),
    );
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes.at(-1)).toBeLessThan(0.1 * (sizes[0] ?? 0));
  });

  it("reading B: only the training sampler's eta reaches the target; the prior plays no part", () => {
    const spec = specOf("reading-b");
    const table = createTheoryTable(resolve(spec));
    const target = resolve({ ...spec, target: { kind: "tilted", klWeight: 2 } }).gaussian;
    const optimum = -(((target?.mean[0] ?? 0) - 2) ** 2 + (target?.cov[0] ?? 0));
    const miss = (eta: number) => Math.abs((table.continuous(eta)?.expectedReward ?? NaN) - optimum);
    // e^{-B(1)/2} = e^{-5} of the start is left: some thousandths.
    expect(miss(1.2)).toBeLessThan(0.01);
    expect(miss(0)).toBeGreaterThan(0.1);
    expect(miss(2)).toBeGreaterThan(3 * miss(1.2));
  });
});
