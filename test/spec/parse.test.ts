import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  adaptSpec,
  withModelKind,
  withProcessKind,
  withRewardKind,
  withTargetKind,
} from "../../src/spec/adapt.ts";
import { defaultSpec } from "../../src/spec/defaults.ts";
import { parseSpec } from "../../src/spec/parse.ts";
import { PRESETS } from "../../src/spec/presets.ts";
import { formatProblem } from "../../src/spec/problems.ts";
import { isPositiveSemiDefinite } from "../../src/spec/psd.ts";
import type { ExperimentSpec } from "../../src/spec/types.ts";
import { validSpec } from "./arbitrary.ts";

function problemsOf(json: unknown): string[] {
  const parsed = parseSpec(json);
  return parsed.ok ? [] : parsed.problems.map(formatProblem);
}

function specOf(json: unknown): ExperimentSpec {
  const parsed = parseSpec(json);
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  return parsed.spec;
}

describe("A specification", () => {
  it("of the version alone is the first view", () => {
    expect(specOf({ version: 1 })).toStrictEqual(defaultSpec());
  });

  it("in the words of the format's description parses", () => {
    const spec = specOf({
      version: 1,
      model: { kind: "gaussian", mean: [1.5], cov: [[0.3]] },
      process: { kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 } },
      sampler: { kind: "gddim", grid: { kind: "power", power: 3 } },
      reward: { kind: "quadratic", center: [0] },
      target: { kind: "controlled", klWeight: 1, etaTrain: 1.2 },
      evaluation: { etas: [0, 1, 1.2], steps: [10], particles: 100000, seed: 1 },
    });
    expect(spec.process).toEqual({ kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 }, T: 1 });
    expect(specOf({ version: 1, process: "flow", sampler: { grid: "uniform" } }).sampler.grid).toEqual({
      kind: "uniform",
    });
  });

  it("lists every problem at once, each with its field", () => {
    const problems = problemsOf({
      version: 1,
      modle: {},
      model: {
        kind: "gaussian",
        mean: [1, 2],
        cov: [
          [1, 2],
          [2, 1],
        ],
        meen: 3,
      },
      process: { kind: "flow", T: 3 },
      sampler: { kind: "heun", eta: 2, steps: 10 },
      reward: { kind: "quadratic", center: [0] },
      evaluation: { etas: [Number.NaN, 60], particles: "x" },
    });
    const fields = problems.map((p) => p.split(":")[0]);
    expect(fields).toEqual([
      "spec.modle",
      "spec.model.meen",
      "spec.evaluation.etas[0]",
      "spec.evaluation.etas[1]",
      "spec.evaluation.particles",
      "spec.model.cov",
      "spec.process.T",
      "spec.sampler.kind",
    ]);
    expect(problems[1]).toBe(
      'spec.model.meen: must be a field this version knows, got "meen"; did you mean "mean"? Otherwise remove it',
    );
    expect(problems[3]).toBe("spec.evaluation.etas[1]: must be a number from 0 to 50, got 60; correct it");
  });

  it.each([
    ["another version", { version: 2 }, /spec\.version: must be 1, got 2; it was made by a newer lab/],
    ["no version", {}, /spec\.version: must be 1, got nothing; write "version": 1/],
    ["a list", [], /must be a JSON object, got \[\]/],
    [
      "an asymmetric covariance",
      {
        version: 1,
        model: {
          kind: "gaussian",
          mean: [0, 0],
          cov: [
            [1, 0.1],
            [0.2, 1],
          ],
        },
      },
      /spec\.model\.cov\[1\]\[0\]: must equal/,
    ],
    [
      "a negative variance",
      { version: 1, model: { kind: "gaussian", mean: [0], cov: [[-1]] } },
      /positive semi-definite/,
    ],
    [
      "a ragged mixture",
      {
        version: 1,
        model: {
          kind: "mixture",
          components: [
            { weight: 1, mean: [0], cov: [[1]] },
            {
              weight: 1,
              mean: [0, 1],
              cov: [
                [1, 0],
                [0, 1],
              ],
            },
          ],
        },
      },
      /spec\.model\.components\[1\]\.mean: must have length 1/,
    ],
    [
      "a matrix for a rule",
      { version: 1, model: { kind: "gaussian", mean: [0], cov: { kind: "isotropic", variance: -1 } } },
      /spec\.model\.cov\.variance: must be a number from 0/,
    ],
    [
      "a file without the command line",
      { version: 1, model: { kind: "points", file: "x.csv" } },
      /spec\.model\.file: must be read by the command line/,
    ],
    [
      "a window past the end",
      { version: 1, sampler: { steps: 4, schedule: { kind: "window", start: 2, size: 3 } } },
      /spec\.sampler\.schedule\.size: must end within the 4 steps/,
    ],
    [
      "a floor above T",
      { version: 1, process: { kind: "ve", T: 0.001 }, sampler: { grid: "edm" } },
      /spec\.sampler\.grid\.min: must be below T/,
    ],
    [
      "Heun from pure noise",
      { version: 1, process: "flow", sampler: { kind: "heun" } },
      /spec\.sampler\.kind: must be gddim or ddim/,
    ],
    [
      "reading B of a mixture",
      { version: 1, model: "mixture", target: { kind: "controlled", etaTrain: 1.2 } },
      /spec\.target\.etaTrain: must be 1/,
    ],
    [
      "reading B of a ring",
      { version: 1, reward: "ring", target: "controlled" },
      /spec\.target\.kind: must be "reference" or "tilted"/,
    ],
    [
      "a formula in 3-D",
      { version: 1, model: { kind: "gaussian", mean: [0, 0, 0] }, reward: { kind: "formula", text: "x" } },
      /spec\.reward\.kind/,
    ],
    [
      "a tilted bump in 3-D",
      { version: 1, model: { kind: "gaussian", mean: [0, 0, 0] }, reward: "bumps", target: "tilted" },
      /spec\.target\.kind/,
    ],
    ["half a character", { version: 1, reward: { kind: "formula", text: "\ud800" } }, /whole characters/],
  ])("with %s is refused", (_, json, message) => {
    expect(problemsOf(json).join("\n")).toMatch(message);
  });

  it.each([
    [
      "a singular covariance",
      {
        model: {
          kind: "gaussian",
          mean: [0, 0],
          cov: [
            [1, 1],
            [1, 1],
          ],
        },
      },
    ],
    ["a point mass", { model: { kind: "gaussian", mean: [2], cov: [[0]] } }],
    [
      "identical components",
      {
        model: {
          kind: "mixture",
          components: [
            { weight: 1, mean: [0], cov: [[1]] },
            { weight: 1, mean: [0], cov: [[1]] },
          ],
        },
      },
    ],
    [
      "the ends of the ranges",
      {
        sampler: { eta: 50, steps: 1 },
        target: { kind: "tilted", klWeight: 1e-6 },
        evaluation: { particles: 10_000_000, etas: [0, 50], steps: [1, 1000] },
      },
    ],
    [
      "reading B of a mixture at etaTrain = 1",
      { model: "mixture", target: { kind: "controlled", etaTrain: 1 } },
    ],
  ])("with %s is allowed", (_, json) => {
    expect(problemsOf({ version: 1, ...json })).toEqual([]);
  });

  it("asks outside for formulas, and reports them beside all else", () => {
    const parsed = parseSpec(
      { version: 1, reward: { kind: "formula", text: "x+" }, sampler: { eta: -1 } },
      { formula: (text, dim) => `must be right, got ${text} in ${dim}` },
    );
    expect(!parsed.ok && parsed.problems.map((p) => p.field)).toEqual(["sampler.eta", "reward.text"]);
  });

  it("is unchanged by parsing again, whatever the order of its fields", () => {
    fc.assert(
      fc.property(validSpec, (spec) => {
        const shuffled = Object.fromEntries(Object.entries(spec).reverse());
        expect(JSON.stringify(specOf(shuffled))).toBe(JSON.stringify(spec));
      }),
      { numRuns: 100, seed: 6 },
    );
  });

  it("never makes any JSON throw", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const parsed = parseSpec({ version: 1, model: a, sampler: b, evaluation: a, reward: b });
        if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0);
        parseSpec(a);
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});

describe("Presets", () => {
  it("have ids of their own and cover what the lab is for", () => {
    const ids = PRESETS.map((p) => p.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(PRESETS[0]?.spec).toStrictEqual(defaultSpec());
    const kinds = (read: (s: ExperimentSpec) => string) => new Set(PRESETS.map((p) => read(p.spec)));
    expect(kinds((s) => s.target.kind).size).toBe(3);
    expect(kinds((s) => s.model.kind).size).toBe(4);
    expect(PRESETS.some((p) => p.spec.model.kind === "gaussian" && p.spec.model.mean.length === 64)).toBe(
      true,
    );
  });
});

describe("Edits that change a kind", () => {
  const edits: readonly ((spec: ExperimentSpec) => ExperimentSpec)[] = [
    ...(["gaussian", "mixture", "shape", "points"] as const).map(
      (kind) => (s: ExperimentSpec) => withModelKind(s, kind),
    ),
    ...(["ve", "vp", "sub-vp", "flow", "contractive-ou", "contractive-sub-vp"] as const).map(
      (kind) => (s: ExperimentSpec) => withProcessKind(s, kind),
    ),
    ...(["quadratic", "linear", "bumps", "ring"] as const).map(
      (kind) => (s: ExperimentSpec) => withRewardKind(s, kind),
    ),
    ...(["reference", "tilted", "controlled"] as const).map(
      (kind) => (s: ExperimentSpec) => withTargetKind(s, kind),
    ),
  ];

  it("leave a valid specification valid, in any order", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PRESETS.map((p) => p.spec)),
        fc.array(fc.constantFrom(...edits), { maxLength: 6 }),
        (start, chain) => {
          const last = chain.reduce((spec, edit) => edit(spec), start);
          expect(problemsOf(last)).toEqual([]);
        },
      ),
      { numRuns: 300, seed: 8 },
    );
  });

  it("leave a specification that is valid as it is", () => {
    for (const { spec } of PRESETS) expect(adaptSpec(spec)).toBe(spec);
  });
});

describe("The positive semi-definite check", () => {
  it("tells singular from indefinite, to rounding", () => {
    expect(
      isPositiveSemiDefinite([
        [1, 1],
        [1, 1],
      ]),
    ).toBe(true);
    expect(
      isPositiveSemiDefinite([
        [0, 0],
        [0, 2],
      ]),
    ).toBe(true);
    expect(
      isPositiveSemiDefinite([
        [1, 1.001],
        [1.001, 1],
      ]),
    ).toBe(false);
    expect(
      isPositiveSemiDefinite([
        [0, 1e-3],
        [1e-3, 1],
      ]),
    ).toBe(false);
    expect(
      isPositiveSemiDefinite([
        [1, 0.9, 0],
        [0.9, 1, 0.9],
        [0, 0.9, 1],
      ]),
    ).toBe(false);
  });
});
