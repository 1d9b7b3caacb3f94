/** Trainings and their studies in a terminal. */
import { hackingAlarms } from "../experiments/training/alarm.ts";
import { trainingCell, type CellResult, type TrainingCell } from "../experiments/training/cells.ts";
import { trainingCharts } from "../experiments/training/charts.ts";
import type { Deployment } from "../experiments/training/plan.ts";
import { trainingStudyOf } from "../experiments/training/registry.ts";
import { resolveTraining } from "../experiments/training/resolve.ts";
import { chartToCsv } from "../measure/csv.ts";
import type { TrainingSpec } from "../spec/training/types.ts";
import { studiesAmong, TRAINED_STUDIES, type CliArguments } from "./arguments.ts";
import { writeFiles } from "./folder.ts";
import { progressReporter } from "./progress.ts";
import { runTrainingCells } from "./run-cells.ts";
import { jsonText, print } from "./text.ts";
import { openTrainingEngine } from "./training-engine.ts";
import { trainingManifest } from "./training-manifest.ts";
import { trainingToCsv, trainingToTable, type TrainingResult } from "./training-output.ts";

/** Runs a training, or the studies asked for, and hands over the result. Rejects with AbortError when interrupted. */
export async function runTraining(
  spec: TrainingSpec,
  options: CliArguments,
  signal: AbortSignal,
): Promise<void> {
  const ids = studiesAmong(options, TRAINED_STUDIES);
  const studies = ids.flatMap((id) => trainingStudyOf(id) ?? []);
  const cells = studies.length === 0 ? [soleCell(spec)] : studies.flatMap((study) => study.cells(spec));
  const engine = await openTrainingEngine();
  const report = progressReporter(options.progress, 1);
  const started = performance.now();
  try {
    const { out } = options;
    const finished = await runTrainingCells(engine, cells, {
      signal,
      out,
      onProgress: (done, label) => report.part(0, label)(done),
    });
    const charts =
      studies.length === 0
        ? [...finished.values()].flatMap((r) => trainingCharts(resolveTraining(r.spec), r.history))
        : studies.flatMap((study) => study.charts(spec, finished));
    report.end();
    const results = [...finished.values()];
    await deliver(
      {
        version: 1,
        kind: "training",
        spec,
        manifest: await trainingManifest(spec, engine, performance.now() - started),
        studies: ids,
        cells: results,
        charts,
        notes: notesOf(results),
      },
      options,
    );
  } finally {
    report.end();
    engine.dispose();
  }
}

/** The training of the specification itself, deployed as its evaluation says. */
export function soleCell(spec: TrainingSpec): TrainingCell {
  const { etasDeploy, stepsDeploy } = spec.evaluation;
  const counts = [...new Set([spec.training.steps, ...stepsDeploy])].sort((a, b) => a - b);
  const etas = [...new Set([0, ...etasDeploy])].sort((a, b) => a - b);
  const deployments = counts.flatMap((steps) => etas.map((eta): Deployment => ({ eta, steps })));
  return trainingCell("training", spec, deployments, true);
}

function notesOf(cells: readonly CellResult[]): string[] {
  return cells.flatMap(({ label, history, diverged }) => [
    ...history.notes.map((note) => `${label}: ${note}`),
    ...hackingAlarms(history.measurements).map(({ message }) => `${label}: ${message}`),
    ...(diverged === null ? [] : [`${label}: ${diverged}`]),
  ]);
}

async function deliver(result: TrainingResult, { format, out }: CliArguments): Promise<void> {
  if (out !== null) {
    const charts = result.charts.map((chart) => [`${chart.id}.csv`, chartToCsv(chart)]);
    await writeFiles(out, {
      "result.json": jsonText(result),
      "cells.csv": trainingToCsv(result),
      ...(Object.fromEntries(charts) as Record<string, string>),
    });
    console.error(`Written to ${out}`);
  }
  await print(
    format === "json" ? jsonText(result) : format === "csv" ? trainingToCsv(result) : trainingToTable(result),
  );
}
