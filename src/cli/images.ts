/** Image experiments in a terminal: cells with standard errors, the grid's rewards, charts; pictures as PNG files. */
import { encode } from "fast-png";
import type { ImageEngine } from "../engine/image-engine.ts";
import { cellsOf, type ImageSweep } from "../experiments/images/cells.ts";
import type { Fidelity, FidelityData } from "../experiments/images/fidelity.ts";
import { type ImageGrid, runGrid } from "../experiments/images/grid.ts";
import { promptFinding, richnessCells } from "../experiments/images/richness-charts.ts";
import { contactSheet } from "../experiments/images/sheet.ts";
import { type ImageStudyData, measureStudy, studyCharts } from "../experiments/images/studies.ts";
import { chartToCsv } from "../measure/csv.ts";
import type { Estimate } from "../measure/estimate.ts";
import { SLOT_NAMES } from "../prompt/slots.ts";
import { imageRewardCard } from "../rewards/image/catalogue.ts";
import type { ImageSpec } from "../spec/images/types.ts";
import type { CliArguments } from "./arguments.ts";
import { writeFiles } from "./folder.ts";
import { openImageEngine } from "./image-engine.ts";
import { type ImageResult, plainGrid, type PlainFidelity } from "./image-result.ts";
import { imageResultToCsv, imageResultToTable } from "./image-tables.ts";
import { progressReporter } from "./progress.ts";
import { jsonText, labVersion, print } from "./text.ts";

/** Runs a specification and hands over the result. Rejects with AbortError when interrupted, with SpecError for a bad prompt. */
export async function runImages(spec: ImageSpec, options: CliArguments, signal: AbortSignal): Promise<void> {
  const engine = await openImageEngine();
  const report = progressReporter(options.progress, 2);
  const started = performance.now();
  try {
    await engine.load(spec.model.weights, { signal });
    const grid = await runGrid(engine, spec, { signal, onProgress: report.part(0, "grid") });
    const data = await measureStudy(engine, spec, { signal, onProgress: report.part(1, "study") });
    const result = await resultOf(engine, spec, grid, data, performance.now() - started);
    report.end();
    await deliver(result, grid, options);
  } finally {
    report.end();
    engine.dispose();
  }
}

async function resultOf(
  { info }: ImageEngine,
  spec: ImageSpec,
  grid: ImageGrid,
  data: ImageStudyData,
  wallTimeMs: number,
): Promise<ImageResult> {
  const version = await labVersion();
  const { title, unit } = imageRewardCard(spec.reward.kind);
  return {
    version: 1,
    spec,
    manifest: {
      seed: spec.evaluation.seed,
      version,
      engine: info.kind,
      adapter: info.adapter,
      weights: spec.model.weights,
      wallTimeMs: Math.round(wallTimeMs),
      date: new Date().toISOString(),
      node: process.versions.node,
    },
    cells: plainCells(spec, sweepOf(data)),
    prompts: data.study === "prompts" ? plainPrompts(spec, data) : null,
    fidelity: data.study === "fidelity" ? plainFidelity(data.fidelity) : null,
    grid: plainGrid(spec, grid),
    charts: studyCharts(spec, data, { reward: title, unit }),
  };
}

/** The samplers that a study has measured, if it has any. */
function sweepOf(data: ImageStudyData): ImageSweep | null {
  if (data.study === "sampler") return data.sweep;
  return data.study === "bound" ? data.bound.sweep : null;
}

function plainCells(spec: ImageSpec, sweep: ImageSweep | null): ImageResult["cells"] {
  if (sweep === null) return [];
  return cellsOf(sweep, spec.reward).map(({ eta, steps, reward, gap, lost }) => ({
    eta,
    steps,
    measured: reward.n > 1 ? { expectedReward: reward, gap } : null,
    nonFinite: lost,
  }));
}

function plainPrompts(
  spec: ImageSpec,
  { richness }: Extract<ImageStudyData, { study: "prompts" }>,
): ImageResult["prompts"] {
  const finding = promptFinding(spec, richness);
  return {
    levels: richnessCells(spec, richness),
    finding: finding && { fall: finding.fall, verdict: finding.verdict },
  };
}

function plainFidelity({ cells, real }: FidelityData): ImageResult["fidelity"] {
  return {
    cells: cells.map(({ eta, steps, gap, ...rest }) => ({
      eta,
      steps,
      gap: known(gap),
      ...plainJudged(rest),
    })),
    real: plainJudged(real),
  };
}

function plainJudged({ distance, read }: Fidelity): PlainFidelity {
  const shares = SLOT_NAMES.map((slot) => [slot, known(read[slot])]);
  return {
    distance: known(distance),
    read: Object.fromEntries(shares) as PlainFidelity["read"],
  };
}

/** JSON knows no infinity. */
function known(estimate: Estimate): Estimate | null {
  return Number.isFinite(estimate.se) ? estimate : null;
}

async function deliver(result: ImageResult, grid: ImageGrid, { format, out }: CliArguments): Promise<void> {
  const json = jsonText(result);
  if (out !== null) {
    const files: Record<string, string | Uint8Array> = {
      "result.json": json,
      "cells.csv": imageResultToCsv(result),
    };
    for (const chart of result.charts) files[`${chart.id}.csv`] = chartToCsv(chart);
    for (const [i, name] of (["ode", "sde"] as const).entries()) {
      const row = grid.rows[i];
      if (row) files[`${name}.png`] = encode(contactSheet(row, grid.tiles));
    }
    await writeFiles(out, files);
    console.error(`Written to ${out}`);
  }
  await print(
    format === "json" ? json : format === "csv" ? imageResultToCsv(result) : imageResultToTable(result),
  );
}
