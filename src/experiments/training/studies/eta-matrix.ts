/** Train with one eta, deploy with another, at several step counts. */
import { formatInterval } from "../../../measure/number-words.ts";
import type { ChartData, HeatMapData, LineChartData } from "../../../measure/series.ts";
import type { TrainingSpec } from "../../../spec/training/types.ts";
import { counted, measuredSeries, say } from "../../chart-parts.ts";
import { trainingCell, type CellResult, type TrainingCell } from "../cells.ts";
import type { Deployment } from "../plan.ts";
import { bestOf } from "./best-of.ts";
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
    summary: bestWords(rows, etasDeploy, N),
    notes,
  };
}

/** The highest cell, and the best training eta for the ODE, each with those that cannot be told apart from it. */
function bestWords(rows: readonly Row[], etas: readonly number[], N: number): string {
  const cell = ({ results, etaTrain }: Row, deploy: number) => ({
    what: { train: etaTrain, deploy },
    results,
    pick: (r: CellResult) => deploymentOf(r, deploy, N)?.reward,
  });
  const all = bestOf(rows.flatMap((row) => etas.map((eta) => cell(row, eta))));
  const ode = bestOf(rows.map((row) => cell(row, 0)));
  if (all === null || ode === null) return "No training is finished yet.";
  const seeds = Math.max(...rows.map(({ results }) => results.length));
  const { train, deploy } = all.best.what;
  const cells = rows.length * etas.length;
  const like =
    all.rivals.length === 0 ? "" : `, not told apart from ${all.rivals.length} of the ${cells - 1} others`;
  const forOde = forOdeWords(
    ode.best.what.train,
    ode.rivals.map(({ what }) => what.train),
    rows,
  );
  return `At N = ${N} the highest reward is ${formatInterval(all.estimate)}, trained with η = ${say(train)} and deployed with η = ${say(deploy)}${like}; for the ODE the best training ${forOde} with ${formatInterval(ode.estimate)} (${counted(seeds, "seed")}).`;
}

/** "η is 1, not told apart from 0.5", and where it is the first or last of those tried. */
function forOdeWords(eta: number, rivals: readonly number[], rows: readonly Row[]): string {
  const like =
    rivals.length === 0 ? "" : `, not told apart from ${rivals.map((other) => say(other)).join(", ")}`;
  return `η is ${say(eta)}${edgeWords(eta, rows)}${like},`;
}

/** The optimum may lie outside of what was tried. */
function edgeWords(eta: number, rows: readonly Row[]): string {
  const tried = rows.map(({ etaTrain }) => etaTrain);
  if (tried.length < 2) return "";
  if (eta === Math.min(...tried)) return " (the smallest tried)";
  return eta === Math.max(...tried) ? " (the largest tried)" : "";
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
    summary: bestTraining(rows, steps),
    notes,
  };
}

function bestTraining(rows: readonly Row[], steps: readonly number[]): string {
  const told = steps.flatMap((N) => {
    const found = bestOf(
      rows.map(({ etaTrain, results }) => ({
        what: etaTrain,
        results,
        pick: (r: CellResult) => deploymentOf(r, 0, N)?.improvement,
      })),
    );
    if (found === null) return [];
    const { best, estimate, rivals } = found;
    const like =
      rivals.length === 0 ? "" : `, not told apart from ${rivals.map(({ what }) => say(what)).join(", ")}`;
    return [`η = ${say(best.what)} at N = ${N} (${formatInterval(estimate)}${like})`];
  });
  return told.length === 0
    ? "No training is finished yet."
    : `The training η that gives the ODE most, above the pretrained model: ${told.join(", ")}.`;
}
