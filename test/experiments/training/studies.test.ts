import { describe, expect, test } from "vitest";
import {
  runCell,
  trainingCell,
  type CellResult,
  type TrainingCell,
} from "../../../src/experiments/training/cells.ts";
import { claimVerdict, FINDING_SEEDS } from "../../../src/experiments/findings.ts";
import { findingCells, judgeFindings } from "../../../src/experiments/training/findings.ts";
import { STORED_SPEC } from "../../../src/experiments/training/stored-studies.ts";
import { windowAt } from "../../../src/alignment/window.ts";
import { trainableSteps } from "../../../src/spec/training/consistency.ts";
import { TRAINING_STUDIES, trainingStudyOf } from "../../../src/experiments/training/registry.ts";
import { cellNotes, type FinishedCells } from "../../../src/experiments/training/study.ts";
import { meanOverSeeds, medianOverSeeds, studentQuantile } from "../../../src/measure/seeds.ts";
import type { ChartData } from "../../../src/measure/series.ts";
import { interval } from "../../../src/measure/verdict.ts";
import { TRAINING_DEFAULTS } from "../../../src/spec/training/defaults.ts";
import { parseTrainingSpec } from "../../../src/spec/training/parse.ts";
import { TRAINING_PRESETS, trainingPresetOf } from "../../../src/spec/training/presets.ts";
import type { PointTrainingSpec } from "../../../src/spec/training/types.ts";
import { exactEngine, type ExactEngineOptions } from "./exact-engine.ts";
import { lineSpec } from "./line.ts";

const PRETRAINED = Float64Array.of(0.5);

/** Milliseconds that pass by one second a look. */
function ticking(): () => number {
  let time = 0;
  return () => (time += 1000);
}

async function runAll(
  cells: readonly TrainingCell[],
  options: ExactEngineOptions = {},
): Promise<FinishedCells> {
  const engine = exactEngine(options);
  const finished = new Map<string, CellResult>();
  for (const cell of cells) {
    if (!finished.has(cell.key))
      finished.set(cell.key, await runCell(engine, cell, PRETRAINED, { now: ticking() }));
  }
  return finished;
}

const small = lineSpec({}, { evaluation: { particles: 200 } });

describe("a cell", () => {
  const cell = trainingCell(
    "one",
    small,
    [
      { eta: 0, steps: 4 },
      { eta: 1, steps: 4 },
    ],
    true,
  );

  test("is a whole training with its course and deployments, as JSON", async () => {
    const seen: number[] = [];
    const result = await runCell(exactEngine(), cell, PRETRAINED, {
      now: ticking(),
      onProgress: (done) => seen.push(done),
    });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(result.history.measurements.map((m) => m.iteration)).toEqual([0, 2, 4]);
    expect(result.history.iterations.map((i) => [i.iteration, i.updates, i.seconds])).toEqual([
      [1, 2, 1],
      [2, 4, 2],
      [3, 6, 3],
      [4, 8, 4],
    ]);
    const [ode, sde] = result.deployments;
    expect([ode!.gap.value, ode!.gap.se]).toEqual([0, 0]);
    expect(ode!.improvement.value).toBeGreaterThan(0);
    // Paired sample by sample: the mean of the differences is the difference of the means.
    expect(sde!.gap.value).toBeCloseTo(sde!.reward.value - ode!.reward.value, 10);
    // Kept samples are f32 with 7 digits; rewards of order 1.
    expect(ode!.improvement.value).toBeCloseTo(ode!.reward.value - ode!.reference.value, 5);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test("has the name of what decides its numbers, and of nothing else", () => {
    const key = (change: Partial<PointTrainingSpec>) =>
      trainingCell("x", { ...small, ...change }, [], true).key;
    const { evaluation, training } = small;
    expect(key({})).toBe(key({ evaluation: { ...evaluation, etasTrain: [3], seeds: 9 } }));
    expect(key({})).not.toBe(key({ training: { ...training, seed: 2 } }));
    expect(key({})).not.toBe(key({ evaluation: { ...evaluation, particles: 201 } }));
    expect(key({})).not.toBe(trainingCell("x", small, [], false).key);
    expect(parseTrainingSpec(cell.spec)).toEqual({ ok: true, spec: cell.spec });
  });

  test("that diverges says so and has no numbers", async () => {
    const result = await runCell(exactEngine({ divergesAt: 3 }), cell, PRETRAINED, { now: ticking() });
    expect(result.diverged).toContain("not a number");
    expect(result.deployments).toEqual([]);
    expect(cellNotes([cell], new Map([[cell.key, result]])).join()).toContain("one is left out");
  });

  test("ends at once when cancelled", async () => {
    const signal = AbortSignal.abort();
    await expect(runCell(exactEngine(), cell, PRETRAINED, { now: ticking(), signal })).rejects.toMatchObject({
      name: "AbortError",
    });
  });
});

describe.each(TRAINING_STUDIES.map((study) => [study.id, study] as const))("the study %s", (id, study) => {
  // Twelve steps leave room for MixGRPO's windows.
  const spec = lineSpec({ steps: 12 }, { evaluation: { particles: 20, stepsDeploy: [4, 12] } });

  test("is found by its id, and runs valid cells seed by seed", () => {
    expect(trainingStudyOf(id)).toBe(study);
    const cells = study.cells(spec);
    expect(cells.length).toBeGreaterThan(1);
    expect(new Set(cells.map((c) => c.key)).size).toBe(cells.length);
    for (const cell of cells) expect(parseTrainingSpec(cell.spec)).toEqual({ ok: true, spec: cell.spec });
    const seeds = cells.map((c) => c.spec.training.seed);
    expect(seeds).toEqual([...seeds].sort((a, b) => a - b));
    expect(new Set(seeds).size).toBe(spec.evaluation.seeds);
  });

  test("draws what is finished, and says what is not", async () => {
    const cells = study.cells(spec);
    const empty = study.charts(spec, new Map());
    expect(empty.map(measuredPoints).every((n) => n === 0)).toBe(true);
    expect(empty[0]!.notes.join()).toMatch(/\d+ of \d+ trainings are not finished/);
    const finished = await runAll(cells);
    const full = study.charts(spec, finished);
    for (const chart of full) {
      expect(measuredPoints(chart), chart.id).toBeGreaterThan(0);
      expect(chart.notes.join(), chart.id).not.toContain("not finished");
      expect(chart.summary, chart.id).toMatch(/\d/);
    }
    const ids = full.map((chart) => chart.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(JSON.parse(JSON.stringify(full))).toEqual(full);
  });
});

function measuredPoints(chart: ChartData): number {
  if (chart.chart === "heat-map") return (chart.measured ?? []).flat().filter((e) => e !== null).length;
  return chart.series.flatMap((s) => (s.role === "measured" ? s.points : [])).length;
}

describe("what studies compare", () => {
  test("the matrix has a row per training eta, a column per deployment eta and a map per N", async () => {
    const study = trainingStudyOf("eta-matrix")!;
    const [first, second] = study.charts(small, await runAll(study.cells(small)));
    expect([first!.id, second!.id]).toEqual(["eta-matrix-4", "eta-matrix-8"]);
    expect(first).toMatchObject({ xs: [0, 1], ys: [0.5, 1.2] });
  });

  test("a variant that makes no sense is left out with its reason", () => {
    const five = lineSpec({ steps: 5, batch: 25 }, { evaluation: { etasTrain: [1] } });
    const study = trainingStudyOf("algorithms")!;
    const kinds = study.cells(five).map((c) => c.spec.algorithm.kind);
    expect(kinds).toContain("ddpo-is");
    expect(kinds).not.toContain("flow-grpo");
    expect(study.charts(five, new Map())[0]!.notes.join()).toMatch(/Flow-GRPO is left out: algorithm\.group/);
  });
});

describe("numbers over seeds", () => {
  test.each([
    [1, 12.7062],
    [2, 4.30265],
    [4, 2.77645],
    [9, 2.26216],
    [30, 2.04227],
  ])("Student's 95 %% quantile with %i degrees of freedom is that of tables, %f", (freedom, table) => {
    // Tables give 6 digits.
    expect(studentQuantile(0.95, freedom) / table).toBeCloseTo(1, 5);
  });

  test("have an interval that covers the mean as often as it says", () => {
    // Five normal values, 2,000 times: coverage 0.95 with standard error sqrt(0.95 0.05 / 2000) = 0.0049.
    let state = 12345;
    const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    let student = 0;
    let naive = 0;
    for (let i = 0; i < 2000; i++) {
      const values = Array.from({ length: 5 }, normal);
      const { value, se, n } = meanOverSeeds(values);
      if (Math.abs(value) <= 1.96 * se) student++;
      const spread = Math.sqrt(values.reduce((s, v) => s + (v - value) ** 2, 0) / (n - 1) / n);
      if (Math.abs(value) <= 1.96 * spread) naive++;
    }
    expect(Math.abs(student / 2000 - 0.95)).toBeLessThan(4.5 * 0.0049);
    // Control: without Student's factor five values claim too much.
    expect(naive / 2000).toBeLessThan(0.95 - 4.5 * 0.0049);
  });

  test("of one seed have no interval, and of none no value", () => {
    expect(meanOverSeeds([2])).toEqual({ value: 2, se: Infinity, n: 1 });
    expect(medianOverSeeds([]).value).toBeNaN();
    expect(medianOverSeeds([5, 1, NaN, 3]).value).toBe(3);
    expect(medianOverSeeds([5, 1]).value).toBe(3);
  });
});

describe("the study of MixGRPO's window", () => {
  const windows = (label: string) => {
    const cell = trainingStudyOf("window")!
      .cells(STORED_SPEC)
      .find((c) => c.label.startsWith(label));
    if (cell?.spec.algorithm.kind !== "mix-grpo") throw new Error(`no ${label}`);
    const { training, algorithm } = cell.spec;
    return Array.from({ length: training.iterations }, (_, i) =>
      windowAt(algorithm.window, i, trainableSteps(training), training.seed),
    );
  };
  const covered = (label: string) =>
    new Set(
      windows(label).flatMap(([start, end]) => Array.from({ length: end - start }, (_, k) => start + k)),
    );

  test("moves it over all steps within the stored training, but for the frozen one", () => {
    const all = trainableSteps(STORED_SPEC.training);
    const moving = [
      "progressive, 4",
      "random",
      "progressive, ever faster",
      "progressive, 1",
      "progressive, 8",
    ];
    for (const label of moving) expect(covered(label).size, label).toBe(all);
    expect(covered("frozen").size).toBe(4);
    const strategies = [...moving.slice(0, 3), "frozen"];
    expect(new Set(strategies.map((label) => JSON.stringify(windows(label)))).size).toBe(4);
  });
});

describe("findings", () => {
  test("rest on at least five seeds of valid, different trainings", () => {
    const cells = findingCells();
    expect(new Set(cells.map((c) => c.key)).size).toBe(cells.length);
    expect(new Set(cells.map((c) => c.spec.training.seed)).size).toBeGreaterThanOrEqual(5);
    for (const cell of cells) expect(parseTrainingSpec(cell.spec)).toEqual({ ok: true, spec: cell.spec });
  });

  test("are inconclusive until they have been measured", () => {
    const judged = judgeFindings(new Map());
    expect(judged.length).toBeGreaterThanOrEqual(4);
    for (const finding of judged) {
      expect(finding.verdict).toBe("inconclusive");
      expect(finding.words).toContain("not measured");
    }
  });

  test("are judged on what was measured, whichever way it comes out", () => {
    // Cells as an engine would leave them: all alike but for the reward of the ODE, which grows with the training eta.
    const template = (cell: TrainingCell): CellResult => {
      const { noise, seed } = cell.spec.training;
      const value = (noise.kind === "gddim" ? noise.eta : 0) + seed / 1000;
      const number = (v: number) => ({ value: v, se: 0.01, n: 10 });
      return {
        version: 1,
        key: cell.key,
        label: cell.label,
        spec: cell.spec,
        history: { iterations: [], measurements: [], notes: [] },
        diverged: null,
        seconds: 1,
        deployments: cell.deployments.map((d) => ({
          ...d,
          reward: number(value),
          each: [],
          heldOut: null,
          kl: null,
          diversity: number(1),
          gap: number(d.eta === 0 ? 0 : -0.2 - seed / 1000),
          reference: number(0),
          improvement: number(value),
        })),
      };
    };
    const finished = new Map(findingCells().map((cell) => [cell.key, template(cell)]));
    const verdicts = new Map(judgeFindings(finished).map((f) => [f.id, f]));
    expect(verdicts.get("few-steps")!.verdict).toBe("agrees");
    // Better at 1.2 than below, but best of all at the very large eta, which the finding denies.
    const eta = verdicts.get("eta-for-ode")!;
    expect(eta.claims.map((c) => c.verdict)).toEqual(["agrees", "agrees", "disagrees"]);
    expect(eta.verdict).toBe("disagrees");
    expect(eta.claims[0]!.values).toHaveLength(5);
  });

  test("have verdicts from intervals alone", () => {
    const of = (value: number, se: number, n = FINDING_SEEDS) => ({ value, se, n });
    expect(claimVerdict(of(1, 0.1), "above 0")).toBe("agrees");
    expect(claimVerdict(of(1, 0.1), "below 0")).toBe("disagrees");
    expect(claimVerdict(of(0.1, 0.1), "above 0")).toBe("inconclusive");
    expect(claimVerdict(of(1, 0.1, FINDING_SEEDS - 1), "above 0")).toBe("inconclusive");
    expect(interval(of(1, 0.1))[0]).toBeGreaterThan(0);
  });
});

describe("presets", () => {
  test("are valid, different, and ask one question each", () => {
    expect(TRAINING_PRESETS.length).toBeGreaterThanOrEqual(8);
    for (const { id, question, spec } of TRAINING_PRESETS) {
      expect(parseTrainingSpec(JSON.parse(JSON.stringify(spec))), id).toEqual({ ok: true, spec });
      expect(question, id).toContain("?");
      expect(trainingPresetOf(id)?.spec).toBe(spec);
    }
    expect(new Set(TRAINING_PRESETS.map((p) => JSON.stringify(p.spec))).size).toBe(TRAINING_PRESETS.length);
    expect(TRAINING_PRESETS[0]!.spec).toEqual(TRAINING_DEFAULTS);
  });
});
