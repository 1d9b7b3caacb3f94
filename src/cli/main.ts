/**
 * `npm run experiment -- <spec.json | link | -> [options]`: the page's experiments in a terminal. Results go to standard
 * output, everything else to standard error. Exit status 0 done, 1 failed run, 2 bad specification or arguments, 130
 * interrupted.
 */
import { runCells, type ExperimentResult, type Manifest } from "../experiments/cells.ts";
import { experimentOf } from "../experiments/registry.ts";
import { specHash } from "../experiments/spec-hash.ts";
import type { Engine } from "../engine/engine.ts";
import { chartToCsv } from "../measure/csv.ts";
import type { ChartData } from "../measure/series.ts";
import { formatProblem, SpecError } from "../spec/problems.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import {
  LAW_STUDIES,
  readArguments,
  studiesAmong,
  USAGE,
  UsageError,
  type CliArguments,
} from "./arguments.ts";
import { openEngine } from "./engines.ts";
import { cellsToCsv, cellsToTable, resultToJson } from "./output.ts";
import { writeFiles } from "./folder.ts";
import { progressReporter } from "./progress.ts";
import { labVersion, print } from "./text.ts";
import { readSpec } from "./read-spec.ts";

/** Exit statuses. */
const DONE = 0;
const FAILED = 1;
const BAD_SPEC = 2;
const INTERRUPTED = 130;

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = readArguments(args);
  if (options === "help") {
    console.error(USAGE);
    return DONE;
  }
  // TensorFlow.js takes a second to load; analytic laws have no use for it.
  if (options.source === null) {
    await (options.own === "stored"
      ? (await import("./stored-studies.ts")).runStoredStudies(options, signal)
      : (await import("./findings.ts")).runFindings(options, signal));
    return DONE;
  }
  const source = await readSpec(options.source, process.stdin);
  for (const notice of source.notices) console.error(notice);
  if (source.kind === "training") {
    const { runTraining } = await import("./training.ts");
    await runTraining(source.spec, options, signal);
    return DONE;
  }
  if (source.kind === "images") {
    const { runImages } = await import("./images.ts");
    await runImages(source.spec, options, signal);
    return DONE;
  }
  const { spec } = source;
  const studies = studiesAmong(options, LAW_STUDIES);
  const { engine, notice } = await openEngine(options.engine);
  if (notice !== null) console.error(notice);
  try {
    const result = await run(spec, engine, { ...options, studies }, signal);
    await deliver(result, options);
  } finally {
    engine.dispose();
  }
  return DONE;
}

async function run(
  spec: ExperimentSpec,
  engine: Engine,
  options: CliArguments,
  signal: AbortSignal,
): Promise<ExperimentResult> {
  const started = performance.now();
  const report = progressReporter(options.progress, 1 + options.studies.length);
  const lost = engine.lost.then((reason) => {
    throw new Error(`engine: must last for the run, but it was lost (${reason}); run it again`);
  });
  const work = async (): Promise<ExperimentResult> => {
    const control = { signal };
    signal.throwIfAborted();
    const cells = await runCells(spec, engine, { ...control, onProgress: report.part(0, "cells") });
    const charts: ChartData[] = [];
    for (const [i, id] of options.studies.entries()) {
      charts.push(...(await runStudy(id, spec, engine, { ...control, onProgress: report.part(i + 1, id) })));
    }
    const manifest = await manifestOf(spec, engine, performance.now() - started);
    return { version: 1, spec, manifest, ...cells, ...(options.studies.length > 0 ? { charts } : {}) };
  };
  try {
    return await Promise.race([work(), lost]);
  } finally {
    report.end();
  }
}

async function runStudy(
  id: string,
  spec: ExperimentSpec,
  engine: Engine,
  control: { readonly signal: AbortSignal; readonly onProgress: (done: number) => void },
): Promise<ChartData[]> {
  const experiment = experimentOf(id);
  if (experiment === null) return [];
  const refusal = experiment.refusal(spec);
  if (refusal !== null) {
    console.error(`${id}: left out. ${refusal}`);
    return [];
  }
  const prepared = experiment.prepare(spec);
  const result = prepared.job === null ? null : await engine.measure(prepared.job, control);
  return experiment.assemble(prepared, result);
}

async function manifestOf(spec: ExperimentSpec, engine: Engine, wallTimeMs: number): Promise<Manifest> {
  const version = await labVersion();
  const { kind, adapter, software, precision } = engine.info;
  return {
    specHash: specHash(spec),
    seed: spec.evaluation.seed,
    version,
    engine: kind,
    adapter,
    software,
    precision,
    wallTimeMs: Math.round(wallTimeMs),
    date: new Date().toISOString(),
    node: process.versions.node,
  };
}

async function deliver(result: ExperimentResult, { format, out }: CliArguments): Promise<void> {
  if (out !== null) {
    const charts = (result.charts ?? []).map((chart) => [`${chart.id}.csv`, chartToCsv(chart)]);
    await writeFiles(out, {
      "result.json": resultToJson(result),
      "cells.csv": cellsToCsv(result),
      ...(Object.fromEntries(charts) as Record<string, string>),
    });
    console.error(`Written to ${out}`);
  }
  await print(
    format === "json" ? resultToJson(result) : format === "csv" ? cellsToCsv(result) : cellsToTable(result),
  );
}

/** The exit status of a failure, after telling the reader. */
function explain(error: unknown): number {
  if (error instanceof UsageError) {
    for (const problem of error.problems) console.error(problem);
    console.error(USAGE);
    return BAD_SPEC;
  }
  if (error instanceof SpecError) {
    for (const notice of error.notices) console.error(notice);
    for (const problem of error.problems) console.error(formatProblem(problem));
    return BAD_SPEC;
  }
  if (error instanceof Error && error.name === "AbortError") {
    console.error("Interrupted.");
    return INTERRUPTED;
  }
  console.error(error instanceof Error ? error.message : String(error));
  return FAILED;
}

const interrupt = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => interrupt.abort());
process.exit(await main(process.argv.slice(2), interrupt.signal).catch(explain));
