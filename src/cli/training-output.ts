/** Results of trainings as CSV and as a table: a row for every sampler that a trained policy was deployed with. */
import type { CellResult, DeploymentNumbers } from "../experiments/training/cells.ts";
import { noiseWords } from "../experiments/training/charts.ts";
import { INTERVAL_WORDS } from "../measure/number-words.ts";
import type { ChartData } from "../measure/series.ts";
import type { TrainingSpec } from "../spec/training/types.ts";
import { csvText, paragraphs, tableLines, withInterval, type Column } from "./text.ts";
import type { TrainingManifest } from "./training-manifest.ts";

/** What a training or its studies write; see public/schema/training-result.json. */
export interface TrainingResult {
  readonly version: 1;
  readonly kind: "training";
  readonly spec: TrainingSpec;
  readonly manifest: TrainingManifest;
  /** Ids of the studies that were asked for; without any the specification itself was trained. */
  readonly studies: readonly string[];
  readonly cells: readonly CellResult[];
  readonly charts: readonly ChartData[];
  readonly notes: readonly string[];
}

interface Row {
  readonly cell: CellResult;
  readonly deployed: DeploymentNumbers | null;
}

function rowsOf({ cells }: Pick<TrainingResult, "cells">): Row[] {
  return cells.flatMap((cell): Row[] =>
    cell.deployments.length === 0
      ? [{ cell, deployed: null }]
      : cell.deployments.map((deployed) => ({ cell, deployed })),
  );
}

const CSV: readonly Column<Row>[] = [
  ["cell", ({ cell }) => cell.key],
  ["label", ({ cell }) => cell.label],
  ["algorithm", ({ cell }) => cell.spec.algorithm.kind],
  ["noise", ({ cell }) => cell.spec.training.noise.kind],
  ["train_level", ({ cell: { spec } }) => levelOf(spec.training.noise)],
  ["train_steps", ({ cell }) => cell.spec.training.steps],
  ["kl_weight", ({ cell }) => cell.spec.training.klWeight],
  ["seed", ({ cell }) => cell.spec.training.seed],
  ["iterations", ({ cell }) => cell.history.iterations.length],
  ["seconds", ({ cell }) => cell.seconds],
  ["eta", ({ deployed }) => deployed?.eta],
  ["steps", ({ deployed }) => deployed?.steps],
  ["reward", ({ deployed }) => deployed?.reward.value],
  ["reward_se", ({ deployed }) => deployed?.reward.se],
  ["gap", ({ deployed }) => deployed?.gap.value],
  ["gap_se", ({ deployed }) => deployed?.gap.se],
  ["improvement", ({ deployed }) => deployed?.improvement.value],
  ["improvement_se", ({ deployed }) => deployed?.improvement.se],
  ["reference_reward", ({ deployed }) => deployed?.reference.value],
  ["held_out", ({ deployed }) => deployed?.heldOut?.value],
  ["held_out_se", ({ deployed }) => deployed?.heldOut?.se],
  ["kl", ({ deployed }) => deployed?.kl?.value],
  ["kl_se", ({ deployed }) => deployed?.kl?.se],
  ["diversity", ({ deployed }) => deployed?.diversity.value],
  ["diversity_se", ({ deployed }) => deployed?.diversity.se],
  ["samples", ({ deployed }) => deployed?.reward.n],
  ["diverged", ({ cell }) => cell.diverged],
];

function levelOf(noise: CellResult["spec"]["training"]["noise"]): number {
  return noise.kind === "gddim" ? noise.eta : noise.level;
}

/** One row per cell and deployment, RFC 4180, full precision; empty where a number does not exist. */
export function trainingToCsv(result: Pick<TrainingResult, "cells">): string {
  return csvText(CSV, rowsOf(result));
}

const TABLE: readonly Column<Row>[] = [
  ["training", ({ cell }) => cell.label],
  ["noise", ({ cell }) => noiseWords(cell.spec.training.noise)],
  ["η", ({ deployed }) => deployed?.eta],
  ["N", ({ deployed }) => deployed?.steps],
  ["reward", ({ deployed }) => deployed && withInterval(deployed.reward)],
  ["gap", ({ deployed }) => deployed && withInterval(deployed.gap)],
  ["above pretrained", ({ deployed }) => deployed && withInterval(deployed.improvement)],
  ["held out", ({ deployed }) => deployed?.heldOut && withInterval(deployed.heldOut)],
  ["KL", ({ deployed }) => deployed?.kl && withInterval(deployed.kl)],
  ["diversity", ({ deployed }) => deployed && withInterval(deployed.diversity)],
];

/** A table for reading, intervals 95 %; below it what the charts say, and the notes. */
export function trainingToTable(result: Pick<TrainingResult, "cells" | "charts" | "notes">): string {
  const charts = result.charts.map((chart) => `${chart.title}: ${chart.summary}`);
  return paragraphs([tableLines(TABLE, rowsOf(result)), [`${INTERVAL_WORDS}.`], charts, result.notes]);
}
