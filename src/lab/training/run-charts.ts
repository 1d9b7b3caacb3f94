/** The charts and alarms of a run, from what it reported and what was measured. */
import { hackingAlarms } from "../../experiments/training/alarm.ts";
import { trainingCharts } from "../../experiments/training/charts.ts";
import { EMPTY_HISTORY, withIteration, type TrainingHistory } from "../../experiments/training/history.ts";
import { assembled } from "../../experiments/training/transfer.ts";
import type { LineChartData } from "../../measure/series.ts";
import { problemKey } from "./keys.ts";
import type { PreparedTraining } from "./prepare-messages.ts";
import { measuredPoints } from "./runs.ts";
import type { TrainingRun } from "./state.ts";

/** Charts of what every iteration reports; the others show measurements. */
const REWARDS = "training-rewards";
const REPORTED = new Set(["training-clip", "training-gradient"]);

/** Charts of what was measured at kept moments. They change with `run.points` alone. */
export function measuredCharts(
  run: Pick<TrainingRun, "spec" | "points">,
  prepared: PreparedTraining | null,
): readonly LineChartData[] {
  const measurements = measuredPoints(run).map(({ measurement }) => measurement.numbers);
  return chartsOf(run.spec, prepared, { ...EMPTY_HISTORY, measurements }).filter(
    ({ id }) => !REPORTED.has(id),
  );
}

/** Charts of what every iteration reports. They change with `run.reports` alone. */
export function reportedCharts(
  { spec, reports }: Pick<TrainingRun, "spec" | "reports">,
  prepared: PreparedTraining | null,
): readonly LineChartData[] {
  if (reports.length === 0) return [];
  const history = reports.reduce((sofar, report) => withIteration(sofar, report, 0), EMPTY_HISTORY);
  return chartsOf(spec, prepared, history).filter(({ id }) => REPORTED.has(id));
}

function chartsOf(
  spec: TrainingRun["spec"],
  prepared: PreparedTraining | null,
  history: TrainingHistory,
): readonly LineChartData[] {
  if (prepared === null || prepared.key !== problemKey(spec)) return [];
  return trainingCharts(assembled(spec, prepared.parts), history);
}

/** True if the rewards of two runs mean the same: the same law or prompts, judged alike. */
export function isComparable(a: TrainingRun["spec"], b: TrainingRun["spec"]): boolean {
  return JSON.stringify([a.model, a.rewards]) === JSON.stringify([b.model, b.rewards]);
}

/** The charts, the ODE's reward of another run in that of rewards. */
export function comparedCharts(
  charts: readonly LineChartData[],
  other: Pick<TrainingRun, "points">,
  title: string,
): readonly LineChartData[] {
  const points = measuredPoints(other).map(({ measurement: { numbers } }) => ({
    x: numbers.iteration,
    estimate: numbers.ode.reward,
  }));
  const own = { role: "measured", id: "compared", label: `ODE of “${title}”`, hue: "bound" } as const;
  return charts.map((chart) =>
    chart.id === REWARDS ? { ...chart, series: [...chart.series, { ...own, points, pale: true }] } : chart,
  );
}

/** The charts with a line at an iteration, that of the samples beside them; null for none. */
export function markedCharts(
  charts: readonly LineChartData[],
  iteration: number | null,
): readonly LineChartData[] {
  if (iteration === null) return charts;
  return charts.map((chart) => ({ ...chart, mark: { x: iteration, label: `iteration ${iteration}` } }));
}

/** Sentences on signs that the reward is being gamed, as of the newest measurement. */
export function alarmsOf(run: Pick<TrainingRun, "points">): readonly string[] {
  return hackingAlarms(measuredPoints(run).map(({ measurement }) => measurement.numbers)).map(
    ({ message }) => message,
  );
}
