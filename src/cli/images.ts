/** Image experiments in a terminal: cells with standard errors, the grid's rewards, charts; pictures as PNG files. */
import { encode } from "fast-png";
import type { ImageEngine } from "../engine/image-engine.ts";
import { type ImageCell, measureCells } from "../experiments/images/cells.ts";
import { imageCharts } from "../experiments/images/charts.ts";
import { type GridRow, type ImageGrid, runGrid } from "../experiments/images/grid.ts";
import { contactSheet } from "../experiments/images/sheet.ts";
import { chartToCsv } from "../measure/csv.ts";
import type { Estimate } from "../measure/estimate.ts";
import type { ChartData } from "../measure/series.ts";
import { imageRewardCard } from "../rewards/image/catalogue.ts";
import type { ImageRewardKind, ImageSpec } from "../spec/images/types.ts";
import type { CliArguments } from "./arguments.ts";
import { writeFiles } from "./folder.ts";
import { openImageEngine } from "./image-engine.ts";
import { progressReporter } from "./progress.ts";
import {
  csvText,
  jsonText,
  labVersion,
  paragraphs,
  print,
  tableLines,
  withInterval,
  type Column,
} from "./text.ts";

/** What a run of an image experiment writes; see public/schema/image-result.json. */
export interface ImageResult {
  readonly version: 1;
  readonly spec: ImageSpec;
  readonly manifest: {
    readonly seed: number;
    readonly version: string;
    readonly engine: string;
    readonly adapter: string;
    readonly weights: string;
    readonly wallTimeMs: number;
    readonly date: string;
    readonly node: string;
  };
  readonly cells: readonly {
    readonly eta: number;
    readonly steps: number;
    readonly measured: { readonly expectedReward: Estimate; readonly gap: Estimate } | null;
    /** Images without a finite reward. */
    readonly nonFinite: number;
  }[];
  readonly grid: {
    readonly tiles: number;
    readonly times: readonly number[];
    readonly gap: Estimate | null;
    readonly rows: readonly {
      readonly eta: number;
      readonly diversity: Estimate;
      readonly rewards: Readonly<Record<string, readonly number[] | null>>;
    }[];
    readonly missing: Readonly<Partial<Record<ImageRewardKind, string>>>;
  };
  readonly charts: readonly ChartData[];
}

/** Runs a specification and hands over the result. Rejects with AbortError when interrupted, with SpecError for a bad prompt. */
export async function runImages(spec: ImageSpec, options: CliArguments, signal: AbortSignal): Promise<void> {
  const engine = await openImageEngine();
  const report = progressReporter(options.progress, 2);
  const started = performance.now();
  try {
    await engine.load(spec.model.weights, { signal });
    const grid = await runGrid(engine, spec, { signal, onProgress: report.part(0, "grid") });
    const cellsPart = report.part(1, "cells");
    const cells = await measureCells(engine, spec, { signal, onBatch: (done) => cellsPart(done) });
    const result = await resultOf(engine, spec, grid, cells, performance.now() - started);
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
  cells: readonly ImageCell[],
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
    cells: cells.map(({ eta, steps, reward, gap, lost }) => ({
      eta,
      steps,
      measured: reward.n > 1 ? { expectedReward: reward, gap } : null,
      nonFinite: lost,
    })),
    grid: {
      tiles: grid.tiles,
      times: grid.times,
      gap: grid.gap,
      rows: grid.rows.map((row) => ({ eta: row.eta, diversity: row.diversity, rewards: plainRewards(row) })),
      missing: grid.missing,
    },
    charts: imageCharts(spec, cells, { reward: title, unit }),
  };
}

function plainRewards({ rewards }: GridRow): Record<string, readonly number[] | null> {
  return Object.fromEntries(
    Object.entries(rewards).map(([kind, values]) => [kind, values === null ? null : [...values]]),
  );
}

async function deliver(result: ImageResult, grid: ImageGrid, { format, out }: CliArguments): Promise<void> {
  const json = jsonText(result);
  if (out !== null) {
    const files: Record<string, string | Uint8Array> = {
      "result.json": json,
      "cells.csv": imageCellsToCsv(result),
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
    format === "json" ? json : format === "csv" ? imageCellsToCsv(result) : imageCellsToTable(result),
  );
}

type Cell = ImageResult["cells"][number];

const COLUMNS: readonly Column<Cell>[] = [
  ["eta", (c) => c.eta],
  ["steps", (c) => c.steps],
  ["measured_gap", (c) => c.measured?.gap.value],
  ["measured_gap_se", (c) => c.measured?.gap.se],
  ["measured_reward", (c) => c.measured?.expectedReward.value],
  ["measured_reward_se", (c) => c.measured?.expectedReward.se],
  ["images", (c) => c.measured?.gap.n],
  ["non_finite", (c) => c.nonFinite],
];

/** One row per cell, RFC 4180; empty where a number does not exist. */
export function imageCellsToCsv({ cells }: ImageResult): string {
  return csvText(COLUMNS, cells);
}

const TABLE: readonly Column<Cell>[] = [
  ["eta", (c) => c.eta],
  ["N", (c) => c.steps],
  ["measured gap", (c) => c.measured && withInterval(c.measured.gap)],
  ["measured reward", (c) => c.measured && withInterval(c.measured.expectedReward)],
  ["n", (c) => c.measured?.gap.n ?? 0],
];

/** A table for reading; intervals are 95 %. */
export function imageCellsToTable({ cells, charts, grid }: ImageResult): string {
  const diversity = grid.rows.map((row) => `eta = ${row.eta}: ${withInterval(row.diversity)}`).join(", ");
  return paragraphs([
    tableLines(TABLE, cells),
    [
      ...charts.map((chart) => `${chart.title}: ${chart.summary}`),
      `Diversity of ${grid.tiles} images (root mean square difference of pairs): ${diversity}`,
    ],
  ]);
}
