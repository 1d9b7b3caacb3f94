/** Step generalisation: trained at one N, deployed at others. */
import { formatInterval } from "../../../measure/number-words.ts";
import type { ChartData, LineChartData } from "../../../measure/series.ts";
import type { TrainingSpec } from "../../../spec/training/types.ts";
import { measuredSeries, say, STEPS_AXIS } from "../../chart-parts.ts";
import { trainingCell, type CellResult, type TrainingCell } from "../cells.ts";
import type { Deployment } from "../plan.ts";
import {
  cellNotes,
  cellsOf,
  deploymentOf,
  finishedOf,
  overSeeds,
  pointsOf,
  SEEDS_NOTE,
  variantsOf,
  type TrainingStudy,
  type Variant,
} from "../study.ts";
import { ALGORITHM_LABELS, withAlgorithm } from "./algorithms.ts";

/** Step counts of the study, besides those of the specification. */
const COUNTS = [1, 2, 4, 8, 16, 32, 50];

function counts({ evaluation }: TrainingSpec): number[] {
  return [...new Set([...COUNTS, ...evaluation.stepsDeploy])].sort((a, b) => a - b);
}

/** eta of the stochastic deployments: that of training, or 1 where the training law has none. */
function deployEta({ training }: TrainingSpec): number {
  return training.noise.kind === "gddim" && training.noise.eta > 0 ? training.noise.eta : 1;
}

function variants(spec: TrainingSpec) {
  const kinds = [...new Set([spec.algorithm.kind, "ddpo-is" as const, "sdpo" as const])];
  return variantsOf(
    kinds.map((kind) => {
      const other = withAlgorithm(spec, kind);
      // The same noise for all: the algorithms are compared, not their noise laws.
      return { label: ALGORITHM_LABELS[kind], spec: { ...other, training: spec.training } };
    }),
  );
}

const cellOf =
  (spec: TrainingSpec) =>
  (label: string, run: TrainingSpec): TrainingCell =>
    trainingCell(label, run, deployments(spec), false);

function deployments(spec: TrainingSpec): Deployment[] {
  const eta = deployEta(spec);
  return counts(spec).flatMap((steps) => [
    { eta: 0, steps },
    { eta, steps },
  ]);
}

interface Row {
  readonly variant: Variant;
  readonly results: readonly CellResult[];
}

export const steps: TrainingStudy = {
  id: "steps",
  title: "Train at one N, deploy at others",
  question: "Does what was learned at N steps help samplers of 1 to 50 steps? SDPO against DDPO.",
  cells: (spec) => cellsOf(spec, variants(spec).variants, cellOf(spec)),
  charts: (spec, finished): ChartData[] => {
    const { variants: all, notes } = variants(spec);
    const rows = all.map((variant) => ({
      variant,
      results: finishedOf(spec, variant, finished, cellOf(spec)),
    }));
    const told = [SEEDS_NOTE, ...notes, ...cellNotes(steps.cells(spec), finished)];
    const eta = deployEta(spec);
    return [chartOf(spec, rows, 0, "the ODE", told), chartOf(spec, rows, eta, `η = ${say(eta)}`, told)];
  },
};

function chartOf(
  spec: TrainingSpec,
  rows: readonly Row[],
  eta: number,
  sampler: string,
  notes: readonly string[],
): LineChartData {
  const N = spec.training.steps;
  const at = ({ results }: Row, count: number) =>
    overSeeds(results, (r) => deploymentOf(r, eta, count)?.improvement);
  const few = rows.flatMap((row) => {
    const estimate = at(row, 1);
    return estimate === null ? [] : [`${row.variant.label} ${formatInterval(estimate)}`];
  });
  return {
    chart: "line",
    id: `steps-${eta === 0 ? "ode" : "sde"}`,
    title: `Trained at N = ${N}, deployed with ${sampler}`,
    x: STEPS_AXIS,
    y: { label: "Reward above the pretrained model's at the same N", symbol: "ΔJ", scale: "linear" },
    series: rows.flatMap((row) =>
      measuredSeries({
        id: `steps-${row.variant.label}`,
        label: row.variant.label,
        hue: row.variant.hue,
        points: pointsOf(counts(spec).map((count) => ({ x: count, estimate: at(row, count) }))),
      }),
    ),
    summary:
      few.length === 0
        ? "No training is finished yet."
        : `What training at N = ${N} adds to the reward of ${sampler} in a single step: ${few.join("; ")}.`,
    notes,
  };
}
