/** What charts and results say in words: what is missing, left out, or joined by straight lines. */
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import { beforeAll, describe, expect, it } from "vitest";
import { cellsToTable } from "../../src/cli/output.ts";
import { createCpuEngine } from "../../src/engine/cpu/index.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { runCells, type ExperimentResult } from "../../src/experiments/cells.ts";
import { sentence } from "../../src/experiments/chart-notes.ts";
import { chanceLimit, sayAgreement } from "../../src/experiments/chart-parts.ts";
import { experimentOf } from "../../src/experiments/registry.ts";
import type { LineChartData, Series, TheorySeries } from "../../src/measure/series.ts";
import { createRandom } from "../../src/math/philox.ts";
import { parseSpec } from "../../src/spec/parse.ts";
import { presetOf } from "../../src/spec/presets.ts";
import { formatProblem } from "../../src/spec/problems.ts";
import type { ExperimentSpec } from "../../src/spec/types.ts";

function specOf(json: Readonly<Record<string, unknown>>): ExperimentSpec {
  const parsed = parseSpec({ version: 1, ...json });
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  return parsed.spec;
}

let engine: Engine;
beforeAll(async () => {
  engine = await createCpuEngine({ workers: 0 });
  return () => engine.dispose();
});

async function chartOf(id: string, spec: ExperimentSpec, measured = true): Promise<LineChartData> {
  const experiment = experimentOf(id);
  if (experiment === null) throw new Error(`no experiment ${id}`);
  const prepared = experiment.prepare(spec);
  const result = measured && prepared.job !== null ? await engine.measure(prepared.job) : null;
  const chart = experiment.assemble(prepared, result)[0];
  if (chart?.chart !== "line") throw new Error(`${id} has no line chart`);
  return chart;
}

function theory(chart: LineChartData, id: string): TheorySeries | undefined {
  return chart.series.find((s): s is TheorySeries => s.role === "theory" && s.id === id);
}

function exactSeries(chart: LineChartData): Series[] {
  return chart.series.filter((s) => s.role === "theory" && s.kind === "exact");
}

const SMALL = { etas: [0, 1], steps: [5], particles: 3000 };

describe("Expected rewards that do not exist", () => {
  it.each(["1/x", "1/x^2"])("of %s are not called exact; a note says why", async (text) => {
    const spec = specOf({ reward: { kind: "formula", text }, evaluation: SMALL });
    const chart = await chartOf("gap-eta", spec);
    expect(exactSeries(chart)).toEqual([]);
    expect(chart.notes.join(" ")).toMatch(/not integrable or not resolved/);
    const { cells, notes, target } = await runCells(spec, engine);
    expect(notes.join(" ")).toMatch(/not integrable or not resolved/);
    expect(target.expectedReward).toBeNull();
    for (const cell of cells) expect(cell.theory.nStep?.expectedReward).toBeNull();
  });

  it("of a mixture in the plane neither, although two quadratures on the same nodes agree", async () => {
    const components = [-1, 1].flatMap((x) =>
      [-1, 1].map((y) => ({
        weight: 1,
        mean: [x, y],
        cov: [
          [0.2, 0],
          [0, 0.1],
        ],
      })),
    );
    const model = { kind: "mixture", components };
    const base = {
      model,
      process: "flow",
      sampler: { grid: "uniform" },
      evaluation: { ...SMALL, steps: [2] },
    };
    const pole = specOf({ ...base, reward: { kind: "formula", text: "1/x" } });
    const { cells } = await runCells(pole, engine);
    expect(cells[0]?.theory.continuous?.expectedReward).toBeNull();
    const smooth = specOf({ ...base, reward: { kind: "formula", text: "x*x" } });
    expect((await runCells(smooth, engine)).cells[0]?.theory.continuous?.expectedReward).not.toBeNull();
  });
});

describe("Samples without a finite reward", () => {
  it("are counted in a note, with a warning above 1 %, in charts and results", async () => {
    // x < 0.7 at (1.5 - 0.7)/sqrt(0.2) = 1.8 deviations: some per cent of the samples.
    const spec = specOf({ reward: { kind: "formula", text: "log(x-0.7)" }, evaluation: SMALL });
    const chart = await chartOf("rewards", spec);
    const note = chart.notes.find((n) => n.includes("no finite reward and"));
    expect(note).toMatch(/samples had no finite reward and were left out \(of 3,000\)/);
    expect(note).toMatch(/Warning: that is more than 1 %/);
    const { cells, notes } = await runCells(spec, engine);
    const cell = cells.find((c) => c.eta === 1 && c.steps === 5);
    expect(cell?.measured?.expectedReward.n).toBe(3000 - (cell?.measured?.nonFinite ?? 0));
    expect(notes.join(" ")).toContain(
      `η = 1, N = 5: ${cell?.measured?.nonFinite.toLocaleString("en-US")} samples had no finite reward`,
    );
    const points = chart.series.flatMap((s) => (s.role === "measured" ? s.points : []));
    for (const p of points) expect(p.estimate.n).toBeLessThan(3000);
    // Control: a reward that is finite everywhere has no such note.
    const fine = await chartOf("rewards", specOf({ evaluation: SMALL }));
    expect(fine.notes.join(" ")).not.toMatch(/left out/);
  });
});

describe("A sampler that diverges", () => {
  const spec = () =>
    specOf({
      process: "vp",
      sampler: { kind: "euler-maruyama", eta: 50, steps: 20, grid: "uniform" },
      evaluation: { etas: [0, 50], steps: [20], particles: 20_000 },
    });

  it("has no measurement, a reason, and a result that fits its schema", async () => {
    const cells = await runCells(spec(), engine);
    const lost = cells.cells.find((c) => c.eta === 50);
    expect(lost?.measured).toBeNull();
    expect(lost?.refusal).toBe("all 20,000 samples diverged");
    expect(cells.cells.find((c) => c.eta === 0)?.measured).not.toBeNull();
    const manifest = {
      specHash: "0123456789abcdef",
      seed: 1,
      version: "0",
      engine: "cpu",
      adapter: "",
      software: false,
      precision: "f64",
      wallTimeMs: 0,
      date: "",
      node: null,
    } as const;
    const result: ExperimentResult = { version: 1, spec: spec(), manifest, ...cells };
    const schema = JSON.parse(
      readFileSync(new URL("../../public/schema/result.json", import.meta.url), "utf8"),
    ) as object;
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(JSON.parse(JSON.stringify(result))), JSON.stringify(validate.errors)).toBe(true);
    const table = cellsToTable(result);
    expect(table).not.toMatch(/NaN|Infinity/);
    expect(table).toMatch(/Not measured at η = 50, N = 20: all 20,000 samples diverged\./);
    const chart = await chartOf("gap-eta", spec());
    expect(chart.notes.join(" ")).toMatch(/One point is missing: all 20,000 samples diverged\./);
  });
});

describe("Cells", () => {
  it("hold the sampler's own run and its deterministic twin, each once, by N, then eta", async () => {
    const spec = specOf({
      sampler: { eta: 1.3, steps: 7 },
      evaluation: { etas: [1.2, 0.4], steps: [10, 5], particles: 200 },
    });
    const { cells } = await runCells(spec, engine);
    const places = cells.map((c) => [c.steps, c.eta]);
    expect(places).toEqual([
      [5, 0.4],
      [5, 1.2],
      [7, 0],
      [7, 1.3],
      [10, 0.4],
      [10, 1.2],
    ]);
    for (const cell of cells) expect(cell.measured).not.toBeNull();
    const listed = specOf({
      sampler: { eta: 1.2, steps: 10 },
      evaluation: { etas: [0, 1.2], steps: [10], particles: 200 },
    });
    expect((await runCells(listed, engine)).cells).toHaveLength(2);
  });
});

describe("The table of the command line", () => {
  it("says each reason once, below the numbers", async () => {
    const spec = specOf({
      sampler: { kind: "ddim", eta: 1, steps: 3 },
      evaluation: { etas: [0, 1, 5, 6], steps: [3], particles: 200 },
    });
    const cells = await runCells(spec, engine);
    const table = cellsToTable({ version: 1, spec, manifest: {} as ExperimentResult["manifest"], ...cells });
    expect(table).toMatch(/Not measured at η = 5, N = 3.*: .*DDIM/i);
    expect(table).not.toMatch(/\.\.$/m);
  });
});

describe("The horizon study", () => {
  it("breaks the exact line where the gap changes sign and says so", async () => {
    const base = presetOf("vp-gap")?.spec;
    if (base === undefined) throw new Error("no preset");
    const ten = { ...base, sampler: { ...base.sampler, steps: 10 } };
    const chart = await chartOf(
      "horizon",
      { ...ten, evaluation: { ...base.evaluation, steps: [10] } },
      false,
    );
    const points = theory(chart, "n-step")?.points ?? [];
    expect(points.length).toBeGreaterThan(40);
    const gap = points.findIndex((p) => p.y === null);
    expect(gap).toBeGreaterThan(0);
    expect(points[gap - 1]?.y).not.toBeNull();
    expect(points[gap + 1]?.y).not.toBeNull();
    const steps = points.map((p, i) => p.x - (points[i - 1]?.x ?? p.x));
    // The null lies between two neighbours of the dense grid, not in a hole of the old seven points.
    expect(steps[gap]).toBeLessThan(0.1 * ((points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0)));
    expect(chart.notes.join(" ")).toMatch(/changes sign near B\(T\) = .*: negative before, positive after/);
    expect(chart.summary).toMatch(/With 10 steps the gap changes sign near/);
    // Control: the default's gap keeps its sign, and its line is whole.
    const ve = await chartOf("horizon", specOf({}), false);
    expect(theory(ve, "continuous")?.points.every((p) => p.y !== null)).toBe(true);
    expect(ve.notes.join(" ")).not.toMatch(/continuous time changes sign/);
  });
});

describe("Mixtures in the plane", () => {
  it.each(["own-points", "moons-ring"])(
    "%s: no theory is said once; the bound is not contradicted",
    async (id) => {
      const spec = presetOf(id)?.spec;
      if (spec === undefined) throw new Error("no preset");
      const few = { ...spec, evaluation: { ...spec.evaluation, etas: [0, 1], particles: 200 } };
      const chart = await chartOf("gap-eta", few);
      expect(chart.notes.filter((n) => n.startsWith("No exact theory: "))).toHaveLength(1);
      expect(chart.notes.join(" ")).toMatch(/J\* = [\d.]+/);
      if (chart.notes.some((n) => n.startsWith("An assumption of the bound fails")))
        expect(chart.notes.join(" ")).not.toMatch(/vacuous|holds in continuous time/);
      else expect(chart.notes.join(" ")).toMatch(/vacuous|The bound/);
      const rewards = await chartOf("rewards", few, false);
      expect(theory(rewards, "target")?.points.every((p) => p.y !== null)).toBe(true);
      // Control: a Gaussian has theory, and no such note.
      expect((await chartOf("gap-eta", specOf({ evaluation: SMALL }), false)).notes.join(" ")).not.toMatch(
        /No exact theory/,
      );
    },
  );
});

describe("Exact lines", () => {
  it("are curves wherever points are cheap, and said to be joined elsewhere", async () => {
    const formula = await chartOf(
      "gap-eta",
      specOf({ reward: { kind: "formula", text: "-(x-1)^2" } }),
      false,
    );
    expect(theory(formula, "n-step")?.points.length).toBeGreaterThan(20);
    const high = presetOf("high-dimension")?.spec;
    if (high === undefined) throw new Error("no preset");
    expect(theory(await chartOf("gap-eta", high, false), "n-step")?.points.length).toBeGreaterThan(20);
    expect(formula.notes.join(" ")).not.toMatch(/joined/);
    const mixture = await chartOf("gap-eta", specOf({ model: "mixture", evaluation: SMALL }), false);
    expect(mixture.notes.join(" ")).toMatch(/computed at the measured η and joined/);
  });

  it("of the bound begin at eta = 0", async () => {
    const chart = await chartOf("gap-eta", specOf({}), false);
    const points = theory(chart, "bound")?.points ?? [];
    expect(points[0]?.x).toBe(0);
    expect(points[0]?.y).toBeGreaterThan(0);
  });
});

describe("Words", () => {
  it("of one step and of reasons are in good order", async () => {
    const one = specOf({ sampler: { steps: 1 }, evaluation: { ...SMALL, steps: [1] } });
    const chart = await chartOf("gap-eta", one);
    expect(chart.summary).toMatch(/With 1 step /);
    expect(sentence("a reason.")).toBe("a reason.");
    expect(sentence("a reason")).toBe("a reason.");
  });

  it("set the largest deviation against what chance gives", () => {
    // 2 (1 - Phi(c)) = 1 - 0.95^(1/n).
    expect(chanceLimit(1)).toBeCloseTo(1.959964, 5);
    expect(sayAgreement({ count: 8, worst: { x: 1, z: 2.93 } })).toContain(
      "2.93 standard errors (chance alone stays below 2.7 in 95 % of such charts)",
    );
    const random = createRandom(5, 1);
    const charts = 4000;
    let below = 0;
    for (let i = 0; i < charts; i++) {
      const worst = Math.max(...Array.from({ length: 8 }, () => Math.abs(random.normal())));
      if (worst < chanceLimit(8)) below += 1;
    }
    // 4.5 standard errors of a share of 0.95 over 4,000 charts.
    expect(Math.abs(below / charts - 0.95)).toBeLessThan(4.5 * Math.sqrt((0.95 * 0.05) / charts));
  });
});
