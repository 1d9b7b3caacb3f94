import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, test } from "vitest";
import {
  isWanted,
  readArguments,
  studiesAmong,
  TRAINED_STUDIES,
  UsageError,
} from "../../src/cli/arguments.ts";
import { findingsToCsv, findingsToTable, type FindingsFile } from "../../src/cli/findings.ts";
import { writeFiles } from "../../src/cli/folder.ts";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { readSpec } from "../../src/cli/read-spec.ts";
import { filesOf, finishedCell, removeCells, runTrainingCells } from "../../src/cli/run-cells.ts";
import { storedStudy, storedText, storedToText, type StoredStudyFile } from "../../src/cli/stored-studies.ts";
import type { PromptFindingsFile } from "../../src/cli/prompt-findings.ts";
import { trainingManifest } from "../../src/cli/training-manifest.ts";
import { trainingToCsv, trainingToTable, type TrainingResult } from "../../src/cli/training-output.ts";
import { soleCell } from "../../src/cli/training.ts";
import { createTrainingEngine, REFERENCE_PARTS } from "../../src/engine/training/local.ts";
import type { CellProgress } from "../../src/experiments/training/cells.ts";
import { trainingCharts } from "../../src/experiments/training/charts.ts";
import { claimVerdict, VERDICT_RULE, type FindingResult } from "../../src/experiments/findings.ts";
import {
  judgePrompts,
  PROMPT_FINDING_SPEC,
  promptFindingSpecs,
} from "../../src/experiments/images/prompt-findings.ts";
import { FINDINGS_SPEC } from "../../src/experiments/training/finding-plans.ts";
import { findingCells, judgeFindings } from "../../src/experiments/training/findings.ts";
import { trainingStudyOf } from "../../src/experiments/training/registry.ts";
import { resolveTraining } from "../../src/experiments/training/resolve.ts";
import { STORED_SPEC, storedStudies } from "../../src/experiments/training/stored-studies.ts";
import { meanOverSeeds } from "../../src/measure/seeds.ts";
import type { ChartData } from "../../src/measure/series.ts";
import { algorithmDefaults } from "../../src/spec/training/algorithm-defaults.ts";
import { TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import type { TrainingEngine } from "../../src/engine/training-engine.ts";
import { exactEngine } from "../experiments/training/exact-engine.ts";
import { lineSpec } from "../experiments/training/line.ts";
import { imageFindingsJsonSchema } from "../generate/image-schemas.ts";
import {
  trainingFindingsJsonSchema,
  trainingResultJsonSchema,
  trainingSpecJsonSchema,
} from "../generate/training-schemas.ts";

const folder = mkdtempSync(join(tmpdir(), "etalon-training-"));
afterAll(() => rmSync(folder, { recursive: true }));

const NOBODY = (async function* () {})();
const quiet = { signal: new AbortController().signal, onProgress: () => undefined };

/** A small network with pretraining of its own, so that the exact engine's weights are not mistaken for shipped ones. */
const spec = lineSpec(
  {},
  { network: { pretrainSteps: 7, width: 8, depth: 1 }, evaluation: { particles: 40 } },
);

/** The exact engine with as many parameters as the network's file holds; the first is the mean. */
function engine(calls = { align: 0, measure: 0, pretrain: 0 }): TrainingEngine {
  const exact = exactEngine({ calls });
  // 1 input and 10 features into 8 units, 8 into 1 output, with biases.
  const COUNT = parameterCount();
  return {
    ...exact,
    pretrain: async (problem, control) => {
      const { parameters, steps } = await exact.pretrain(problem, control);
      const padded = new Float64Array(COUNT);
      padded[0] = parameters[0]!;
      return { parameters: padded, steps };
    },
  };
}

function parameterCount(): number {
  const manifest = JSON.parse(readFileSync(join(ROOT, "public/models/points/moons.json"), "utf8")) as {
    tensors: { "hidden.0.weight": readonly [number, number] };
  };
  // The plane's 2 coordinates against the line's 1; the time features are the same.
  const inputs = manifest.tensors["hidden.0.weight"][0] - 1;
  return inputs * 8 + 8 + 8 + 1;
}

describe("the cells of a study on the command line", () => {
  const cells = trainingStudyOf("gap-training")!.cells(spec);
  const out = join(folder, "resumed");

  test("a kill loses no finished cell, and the rest is run without repeating any", async () => {
    const calls = { align: 0, measure: 0, pretrain: 0 };
    const stop = new AbortController();
    const killed = runTrainingCells(engine(calls), cells, {
      out,
      signal: stop.signal,
      // The third cell has begun, the second is on disk.
      onProgress: (done) => (done > 2.1 / cells.length ? stop.abort() : undefined),
    });
    await expect(killed).rejects.toMatchObject({ name: "AbortError" });
    expect(readdirSync(join(out, "cells"))).toHaveLength(2);
    expect(calls).toMatchObject({ pretrain: 1, align: 3 });
    const again = await runTrainingCells(engine(calls), cells, { ...quiet, out });
    expect(again.size).toBe(cells.length);
    // Two were read, the others trained; the pretrained weights were read too.
    expect(calls).toMatchObject({ pretrain: 1, align: 3 + cells.length - 2 });
    expect(await finishedCell(out, cells[0]!)).toEqual(again.get(cells[0]!.key));
    expect(readdirSync(join(out, "cells")).some((name) => name.endsWith(".part"))).toBe(false);
  });

  test("an uninterrupted run finds the same numbers", async () => {
    const withoutTime = (results: Awaited<ReturnType<typeof runTrainingCells>>) =>
      JSON.stringify([...results.values()], (key, value: unknown) => (key === "seconds" ? 0 : value));
    const [resumed, whole] = [
      await runTrainingCells(engine(), cells, { ...quiet, out }),
      await runTrainingCells(engine(), cells, { ...quiet, out: null }),
    ];
    expect(withoutTime(resumed)).toBe(withoutTime(whole));
  });

  test("a file under a wrong name is refused, not read", async () => {
    const [a, b] = cells;
    const text = readFileSync(join(out, `cells/${a!.key}.json`), "utf8");
    await writeFiles(join(folder, "mixed"), { [`cells/${b!.key}.json`]: text });
    await expect(finishedCell(join(folder, "mixed"), b!)).rejects.toThrow(/must hold the cell of its name/);
    expect(await finishedCell(join(folder, "mixed"), a!)).toBeNull();
  });

  test("cells are taken out by those who made them only, and an empty folder with them", async () => {
    const shared = join(folder, "shared");
    const [a, b] = cells;
    const files = [a, b].map((cell) => `cells/${cell!.key}.json`);
    await writeFiles(shared, { [files[0]!]: "{}", [files[1]!]: "{}", "running/x.checkpoint": "" });
    await removeCells(shared, filesOf([a!]));
    expect(files.map((file) => existsSync(join(shared, file)))).toEqual([false, true]);
    await removeCells(shared, filesOf([b!]));
    expect(readdirSync(shared)).toEqual(["running"]);
    // Nothing left to take is no error.
    await removeCells(shared, filesOf([b!]));
  });
});

describe("a training cut in its middle", () => {
  const cell = soleCell(spec);
  const at = (out: string) => join(out, `running/${cell.key}.checkpoint`);
  const withoutTime = (result: unknown) =>
    JSON.stringify(result, (key, value: unknown) => (key === "seconds" ? 0 : value));

  /** Runs the cell with real networks; `killAt` cuts it after that iteration, 0 never does. */
  async function run(out: string | null, killAt = 0) {
    const local = await createTrainingEngine(REFERENCE_PARTS);
    const stop = new AbortController();
    const starts: number[] = [];
    const watched: TrainingEngine = {
      ...local,
      align: (job, control = {}) => {
        starts.push(job.from?.iteration ?? 0);
        return local.align(job, {
          ...control,
          onIteration: (report) => {
            control.onIteration?.(report);
            if (report.iteration === killAt) stop.abort();
          },
        });
      },
    };
    const results = await runTrainingCells(watched, [cell], { ...quiet, signal: stop.signal, out });
    return { starts, result: results.get(cell.key) };
  }

  test("goes on from its newest checkpoint to the same numbers, and leaves no file behind", async () => {
    const out = join(folder, "cut");
    await expect(run(out, 3)).rejects.toMatchObject({ name: "AbortError" });
    // Checkpoints come every 2 of 4 iterations: the third is lost.
    expect(existsSync(at(out))).toBe(true);
    const { starts, result } = await run(out);
    expect(starts).toEqual([2]);
    expect(existsSync(at(out))).toBe(false);
    const whole = await run(null);
    expect(whole.starts).toEqual([0]);
    expect(withoutTime(result)).toBe(withoutTime(whole.result));
    expect(result?.history.measurements.map(({ iteration }) => iteration)).toEqual([0, 2, 4]);
  });

  test("control: from a checkpoint without the optimiser's memory it ends elsewhere", async () => {
    const out = join(folder, "forgetful");
    await expect(run(out, 3)).rejects.toMatchObject({ name: "AbortError" });
    const left = deserialize(readFileSync(at(out))) as { progress: CellProgress };
    const { last } = left.progress;
    writeFileSync(
      at(out),
      serialize({ ...left, progress: { ...left.progress, last: { ...last, memory: {} } } }),
    );
    const { result } = await run(out);
    expect(withoutTime(result)).not.toBe(withoutTime((await run(null)).result));
  });

  test("begins anew where another version left the file, and names one that is damaged or another's", async () => {
    const out = join(folder, "damaged");
    await writeFiles(out, { [`running/${cell.key}.checkpoint`]: serialize({ format: 0 }) });
    expect((await run(out)).starts).toEqual([0]);
    const again = join(folder, "damaged-2");
    await writeFiles(again, { [`running/${cell.key}.checkpoint`]: "no checkpoint" });
    await expect(run(again)).rejects.toThrow(/must be a checkpoint, got 13 bytes/);
    const progress = { key: "another" };
    await writeFiles(again, { [`running/${cell.key}.checkpoint`]: serialize({ format: 1, progress }) });
    await expect(run(again)).rejects.toThrow(/must hold the cell of its name, got another/);
  });
});

describe("the stored studies", () => {
  test("leave no algorithm out at their budget, and fit well into the page", () => {
    const studies = storedStudies();
    expect(studies.length).toBeGreaterThan(4);
    for (const study of studies) {
      const notes = study.charts(STORED_SPEC, new Map()).flatMap((chart) => chart.notes);
      expect(notes.filter((note) => note.includes("is left out"))).toEqual([]);
    }
    // The published window is shortened until it crosses all steps; of MixGRPO's own specification it is left as it is, and told.
    const windowNotes = (spec: typeof STORED_SPEC) =>
      trainingStudyOf("window")!
        .charts(spec, new Map())
        .flatMap(({ notes }) => notes)
        .join();
    expect(windowNotes(STORED_SPEC)).toMatch(/moves every 8 iterations.*published: every 25/);
    expect(windowNotes(STORED_SPEC)).not.toContain("stays where it starts");
    const short = { ...STORED_SPEC.training, iterations: 24 };
    const own = { ...STORED_SPEC, algorithm: algorithmDefaults("mix-grpo"), training: short };
    expect(windowNotes(own)).toContain("stays where it starts");
    expect(windowNotes(own)).not.toContain("published");
    // Control: a batch that groups do not fill leaves some out, and says so.
    const odd = { ...STORED_SPEC, training: { ...STORED_SPEC.training, batch: 100 } };
    const told = trainingStudyOf("algorithms")!
      .charts(odd, new Map())
      .flatMap(({ notes }) => notes);
    expect(told.join()).toContain("is left out");
  });

  test("are written with what was run, numbers of charts to six digits", async () => {
    const study = { ...trainingStudyOf("gap-training")!, cells: () => [soleCell(spec)] };
    const file = await storedStudy(engine(), study, { ...quiet, out: null });
    const read = JSON.parse(storedText(file)) as StoredStudyFile;
    expect({ ...read, charts: [] }).toEqual({ ...JSON.parse(JSON.stringify(file)), charts: [] });
    expect(read).toMatchObject({ study: "gap-training", spec: STORED_SPEC, trainings: 1 });
    const digits = storedText({ ...file, charts: [lineOf(1 / 3)] });
    expect(digits).toContain('"x":0.333333,');
    expect(storedToText([file])).toContain("gap-training: 1 trainings");
  });
});

function lineOf(x: number): ChartData {
  const axis = { label: "", symbol: "", scale: "linear" } as const;
  const points = [{ x, estimate: { value: x, se: 0, n: 1 } }];
  const series = [{ role: "measured", id: "a", label: "a", hue: "ode", points }] as const;
  return { chart: "line", id: "a", title: "", x: axis, y: axis, series, summary: "", notes: [] };
}

describe("results of trainings", () => {
  const schemaOf = (name: string): object =>
    JSON.parse(readFileSync(join(ROOT, "public/schema", name), "utf8")) as object;
  const validator = (name: string) => new Ajv2020({ strict: false }).compile(schemaOf(name));

  async function result(): Promise<TrainingResult> {
    const exact = engine();
    const cells = [...(await runTrainingCells(exact, [soleCell(spec)], { ...quiet, out: null })).values()];
    return {
      version: 1,
      kind: "training",
      spec,
      manifest: await trainingManifest(spec, exact, 12.4),
      studies: [],
      cells,
      charts: cells.flatMap((c) => trainingCharts(resolveTraining(c.spec), c.history)),
      notes: [],
    };
  }

  test("have published schemas that are current", () => {
    for (const [name, make] of [
      ["training-spec.json", trainingSpecJsonSchema],
      ["training-result.json", trainingResultJsonSchema],
      ["training-findings.json", trainingFindingsJsonSchema],
      ["image-findings.json", imageFindingsJsonSchema],
    ] as const)
      expect(schemaOf(name), name).toEqual(JSON.parse(JSON.stringify(make())));
  });

  test("fit them, and wrong fields do not", async () => {
    const isSpec = validator("training-spec.json");
    expect(isSpec(TRAINING_DEFAULTS), JSON.stringify(isSpec.errors)).toBe(true);
    expect(isSpec({ version: 1, kind: "training", algorithm: "sdpo", rewards: ["ring"] })).toBe(true);
    expect(isSpec({ version: 1, kind: "training", algorithm: { kind: "sdpo", clpi: 1 } })).toBe(false);
    const isResult = validator("training-result.json");
    const whole = JSON.parse(JSON.stringify(await result())) as TrainingResult;
    expect(isResult(whole), JSON.stringify(isResult.errors)).toBe(true);
    expect(isResult({ ...whole, cells: [{ key: 1 }] })).toBe(false);
  });

  test("are told as CSV and as a table, a row for every deployment", async () => {
    const whole = await result();
    const [head = "", ...rows] = trainingToCsv(whole).trimEnd().split("\r\n");
    const deployments = whole.cells[0]!.deployments;
    expect(rows).toHaveLength(deployments.length);
    const column = head.split(",").indexOf("reward");
    expect(rows.map((row) => Number(row.split(",")[column]))).toEqual(deployments.map((d) => d.reward.value));
    const table = trainingToTable(whole);
    expect(table).toMatch(/training +noise +η +N +reward +gap/);
    expect(table).toContain("Gap over training: At N = 8 the gap is");
    const diverged = { ...whole.cells[0]!, deployments: [], diverged: "no number" };
    expect(trainingToCsv({ cells: [diverged] })).toContain(",no number");
  });

  test("findings fit theirs, judged or not", async () => {
    const file: FindingsFile = {
      version: 1,
      kind: "training-findings",
      spec: FINDINGS_SPEC,
      rule: VERDICT_RULE,
      manifest: await trainingManifest(FINDINGS_SPEC, engine(), 1),
      findings: judgeFindings(new Map()),
    };
    const isFindings = validator("training-findings.json");
    expect(isFindings(JSON.parse(JSON.stringify(file))), JSON.stringify(isFindings.errors)).toBe(true);
    expect(findingsToCsv(file).split("\r\n")[1]).toMatch(/^gap-narrows,.*inconclusive$/);
    expect(findingsToTable(file)).toContain("The gap narrows while training: inconclusive.");
  });
});

describe("the published findings", () => {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(join(ROOT, "public/findings", name), "utf8")) as unknown;
  const files = () => ({
    trained: read("findings.json") as FindingsFile,
    drawn: read("prompts.json") as PromptFindingsFile,
  });

  test("are those that this version tells, of its own trainings", () => {
    const told = ({ id, title, published, source, reference, test, claims }: FindingResult) => ({
      ...{ id, title, published, source, reference, test },
      claims: claims.map(({ expected }) => expected),
    });
    const { trained, drawn } = files();
    expect(trained.spec).toEqual(FINDINGS_SPEC);
    expect(trained.findings.map(told)).toEqual(judgeFindings(new Map()).map(told));
    const known = new Set(findingCells().map(({ key }) => key));
    for (const { cells } of trained.findings) expect(cells.filter((key) => !known.has(key))).toEqual([]);
    expect(drawn.spec).toEqual(PROMPT_FINDING_SPEC);
    expect(drawn.seeds).toEqual(promptFindingSpecs().map(({ evaluation }) => evaluation.seed));
    expect(drawn.findings.map(told)).toEqual([told(judgePrompts([]))]);
    expect([trained.rule, drawn.rule]).toEqual([VERDICT_RULE, VERDICT_RULE]);
  });

  test("are what their own figures say, over at least five seeds", () => {
    const { trained, drawn } = files();
    for (const { claims, verdict } of [...trained.findings, ...drawn.findings]) {
      for (const claim of claims) {
        expect(claim.values.length).toBeGreaterThanOrEqual(5);
        const measured = meanOverSeeds(claim.values);
        expect(measured.n).toBe(claim.measured.n);
        // Through JSON numbers come back as they were.
        expect([measured.value, measured.se]).toEqual([claim.measured.value, claim.measured.se]);
        expect(claim.verdict).toBe(claimVerdict(measured, claim.expected));
      }
      const verdicts = claims.map((c) => c.verdict);
      const all = verdicts.every((v) => v === "agrees") ? "agrees" : "inconclusive";
      expect(verdict).toBe(verdicts.includes("disagrees") ? "disagrees" : all);
    }
  });

  test("and the stored studies load quickly: less than 600 kB, and no trainings beside them", () => {
    const bytes = ["findings", "studies"].flatMap((folder) =>
      readdirSync(join(ROOT, "public", folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => statSync(join(entry.parentPath, entry.name)).size),
    );
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(600_000);
    expect(existsSync(join(ROOT, "public/findings/cells"))).toBe(false);
  });
});

describe("arguments and specifications", () => {
  test("studies of trainings are known, and only where they apply", () => {
    const given = readArguments(["x", "--study", "steps", "--study", "gap-eta"]);
    if (given === "help") throw new Error("unexpected");
    expect(() => studiesAmong(given, TRAINED_STUDIES)).toThrow(UsageError);
    expect(studiesAmong({ ...given, studies: ["all"] }, TRAINED_STUDIES)).toEqual(TRAINED_STUDIES);
    expect(() => readArguments(["x", "--study", "magic"])).toThrow(/must be one of/);
    expect(readArguments(["--findings", "--out", "x"])).toMatchObject({ source: null, out: "x" });
    expect(() => readArguments(["--findings"])).toThrow(/--out/);
    expect(readArguments(["--stored", "--out", "x"])).toMatchObject({ source: null, own: "stored" });
    expect(() => readArguments(["--stored"])).toThrow(/--out: must name a folder with --stored/);
    expect(() => readArguments(["--stored", "--findings", "--out", "x"])).toThrow(/must stand alone/);
    const parts = readArguments(["--findings", "--only", "prompts", "--keep", "--out", "x"]);
    expect(parts).toMatchObject({ own: "findings", only: ["prompts"], keep: true });
    if (parts === "help") throw new Error("unexpected");
    expect(["prompts", "trainings"].map((part) => isWanted(parts, part))).toEqual([true, false]);
    expect(isWanted({ only: [] }, "trainings")).toBe(true);
    expect(() => readArguments(["--findings", "--only", "steps", "--out", "x"])).toThrow(
      /--only: must be one of trainings, prompts/,
    );
    expect(readArguments(["--stored", "--only", "window", "--out", "x"])).toMatchObject({ only: ["window"] });
    expect(() => readArguments(["x", "--only", "window", "--keep"])).toThrow(/--only: must stand.*\n--keep/);
    expect(() => readArguments([])).toThrow(/must be one file/);
  });

  test("are read from links, files and standard input, with points from beside them", async () => {
    expect(await readSpec("#train=sdpo&N=10", NOBODY)).toMatchObject({
      kind: "training",
      spec: { algorithm: { kind: "sdpo" }, training: { steps: 10 } },
    });
    const rows = Array.from({ length: 40 }, (_, i) => `${Math.sin(i)},${Math.cos(3 * i)}`);
    writeFileSync(join(folder, "cloud.csv"), ["x,y", ...rows].join("\n"));
    const path = join(folder, "train.json");
    writeFileSync(
      path,
      JSON.stringify({ version: 1, kind: "training", model: { kind: "points", file: "cloud.csv" } }),
    );
    const read = await readSpec(path, NOBODY);
    expect(read).toMatchObject({ kind: "training", spec: { model: { kind: "points", name: "cloud.csv" } } });
    const bad = JSON.stringify({
      version: 1,
      kind: "training",
      training: { noise: { kind: "gddim", eta: 0 } },
    });
    writeFileSync(path, bad);
    await expect(readSpec(path, NOBODY)).rejects.toThrow(/training\.noise\.eta: must be above 0/);
  });

  test("a folder that cannot be written is named", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(writeFiles(file, { "a.json": "" })).rejects.toThrow(/--out: must be a folder/);
  });
});
