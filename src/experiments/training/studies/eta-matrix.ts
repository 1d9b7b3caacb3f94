/** Train with one eta, deploy with another, at several step counts. */
import type { Estimate } from "../../../measure/estimate.ts";
import { formatInterval } from "../../../measure/number-words.ts";
import type { ChartData, HeatMapData, LineChartData, MeasuredPoint } from "../../../measure/series.ts";
import type { TrainingSpec } from "../../../spec/training/types.ts";
import { counted, measuredSeries, say } from "../../chart-parts.ts";
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
  HUES,
  type FinishedCells,
  type TrainingStudy,
  type Variant,
} from "../study.ts";

const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

function axes({ evaluation }: TrainingSpec) {
  return {
    etasTrain: ascending(evaluation.etasTrain),
    etasDeploy: ascending([0, ...evaluation.etasDeploy]),
    steps: ascending(evaluation.stepsDeploy),
  };
}

/** The specification trained with gDDIM at another eta. */
export function trainedWith(spec: TrainingSpec, eta: number): TrainingSpec {
  return { ...spec, training: { ...spec.training, noise: { kind: "gddim", eta }, lastStep: "drop" } };
}

function variants(spec: TrainingSpec) {
  return variantsOf(
    axes(spec).etasTrain.map((eta) => ({
      label: `trained at η = ${say(eta)}`,
      spec: trainedWith(spec, eta),
    })),
  );
}

function deployments(spec: TrainingSpec): Deployment[] {
  const { etasDeploy, steps } = axes(spec);
  return steps.flatMap((N) => etasDeploy.map((eta) => ({ eta, steps: N })));
}

const cellOf =
  (spec: TrainingSpec) =>
  (label: string, run: TrainingSpec): TrainingCell =>
    trainingCell(label, run, deployments(spec), false);

interface Row {
  readonly variant: Variant;
  readonly etaTrain: number;
  readonly results: readonly CellResult[];
}

export const etaMatrix: TrainingStudy = {
  id: "eta-matrix",
  title: "Train with one η, deploy with another",
  question:
    "Which training η gives the best samples, and does the answer change with the sampler they are deployed with?",
  cells: (spec) => cellsOf(spec, variants(spec).variants, cellOf(spec)),
  charts: (spec, finished) => charts(spec, finished),
};

function charts(spec: TrainingSpec, finished: FinishedCells): ChartData[] {
  const { steps } = axes(spec);
  const make = cellOf(spec);
  const { variants: all, notes: left } = variants(spec);
  const rows = all.map((variant): Row => {
    const { noise } = variant.spec.training;
    return {
      variant,
      etaTrain: noise.kind === "gddim" ? noise.eta : NaN,
      results: finishedOf(spec, variant, finished, make),
    };
  });
  const notes = [SEEDS_NOTE, ...left, ...cellNotes(etaMatrix.cells(spec), finished)];
  return [...steps.map((N) => heatMap(spec, rows, N, notes)), odeChart(rows, steps, notes)];
}

function heatMap(spec: TrainingSpec, rows: readonly Row[], N: number, notes: readonly string[]): HeatMapData {
  const { etasDeploy } = axes(spec);
  const measured = rows.map(({ results }) =>
    etasDeploy.map((eta) => overSeeds(results, (r) => deploymentOf(r, eta, N)?.reward)),
  );
  return {
    chart: "heat-map",
    id: `eta-matrix-${N}`,
    title: `Reward by training and deployment η, N = ${N}`,
    x: { label: "Deployed with", symbol: "η", scale: "linear" },
    y: { label: "Trained with", symbol: "η", scale: "linear" },
    value: { label: "Expected reward", symbol: "J" },
    xs: etasDeploy,
    ys: rows.map((r) => r.etaTrain),
    theory: null,
    measured,
    summary: bestOf(rows, etasDeploy, measured, N),
    notes,
  };
}

function bestOf(
  rows: readonly Row[],
  etas: readonly number[],
  measured: readonly (readonly (Estimate | null)[])[],
  N: number,
): string {
  const cells = measured.flatMap((line, i) =>
    line.flatMap((estimate, j) =>
      estimate === null ? [] : [{ estimate, train: rows[i]?.etaTrain ?? NaN, deploy: etas[j] ?? NaN }],
    ),
  );
  const [first] = cells;
  if (first === undefined) return "No training is finished yet.";
  const best = cells.reduce((a, b) => (b.estimate.value > a.estimate.value ? b : a), first);
  const seeds = Math.max(...rows.map(({ results }) => results.length));
  const ode = cells.filter((c) => c.deploy === 0);
  const bestOde = ode.reduce((a, b) => (b.estimate.value > a.estimate.value ? b : a), ode[0] ?? first);
  return `At N = ${N} the highest reward is ${formatInterval(best.estimate)}, trained with η = ${say(best.train)} and deployed with η = ${say(best.deploy)}; for the ODE the best training η is ${say(bestOde.train)} with ${formatInterval(bestOde.estimate)} (${counted(seeds, "seed")}).`;
}

function odeChart(rows: readonly Row[], steps: readonly number[], notes: readonly string[]): LineChartData {
  const lines = steps.map((N, i) => ({
    N,
    hue: HUES[i % HUES.length] ?? "ode",
    points: pointsOf(
      rows.map(({ etaTrain, results }) => ({
        x: etaTrain,
        estimate: overSeeds(results, (r) => deploymentOf(r, 0, N)?.improvement),
      })),
    ),
  }));
  return {
    chart: "line",
    id: "eta-matrix-ode",
    title: "What training at each η gives the ODE",
    x: { label: "Trained with", symbol: "η", scale: "linear" },
    y: { label: "Reward of the ODE above the pretrained model's", symbol: "ΔJ(0)", scale: "linear" },
    series: lines.flatMap(({ N, hue, points }) =>
      measuredSeries({ id: `ode-${N}`, label: `ODE, N = ${N}`, hue, points }),
    ),
    summary: bestTraining(lines),
    notes,
  };
}

function bestTraining(
  lines: readonly { readonly N: number; readonly points: readonly MeasuredPoint[] }[],
): string {
  const told = lines.flatMap(({ N, points }) => {
    const [first] = points;
    if (first === undefined) return [];
    const best = points.reduce((a, b) => (b.estimate.value > a.estimate.value ? b : a), first);
    return [`η = ${say(best.x)} at N = ${N} (${formatInterval(best.estimate)})`];
  });
  return told.length === 0
    ? "No training is finished yet."
    : `The training η that gives the ODE most, above the pretrained model: ${told.join(", ")}.`;
}
