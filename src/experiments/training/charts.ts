/** Charts of one training: rewards, gap, KL, diversity, clipping and gradient over its course. */
import type { Estimate } from "../../measure/estimate.ts";
import type {
  Axis,
  Hue,
  LineChartData,
  MeasuredPoint,
  MeasuredSeries,
  Series,
} from "../../measure/series.ts";
import { formatCount, formatInterval } from "../../measure/number-words.ts";
import type { FormulaId } from "../../theory/formulas.ts";
import { measuredSeries, say, sayCounted, theorySeries } from "../chart-parts.ts";
import type { IterationNumbers, TrainingHistory } from "./history.ts";
import type { PolicyMeasurement } from "./measurement.ts";
import { FINE } from "./plan.ts";
import type { ResolvedTraining } from "./resolve.ts";
import { clipChart, gradientChart, ITERATIONS } from "./report-charts.ts";
import { trainingTheory, type Prediction, type TrainingTheory } from "./theory.ts";

/** What the course of a training is drawn against. */
export type ProgressAxis = "iterations" | "updates" | "calls" | "seconds";

export const PROGRESS_AXES: Readonly<Record<ProgressAxis, Axis>> = {
  iterations: ITERATIONS,
  updates: { label: "Updates", symbol: "u", scale: "linear" },
  calls: { label: "Network calls", symbol: "calls", scale: "linear" },
  seconds: { label: "Training time", symbol: "s", scale: "linear" },
};

/** Where an iteration lies on an axis. */
export function progressOf(
  {
    iteration,
    updates,
    networkCalls,
    seconds,
  }: Pick<IterationNumbers, "iteration" | "updates" | "networkCalls" | "seconds">,
  axis: ProgressAxis,
): number {
  return { iterations: iteration, updates, calls: networkCalls, seconds }[axis];
}

/** The trained reward, by its name where it is one alone. */
function rewardAxis({ names, spec }: ResolvedTraining): Axis {
  const [only, ...others] = names.rewards;
  const alone = others.length === 0 && spec.rewards[0]?.weight === 1;
  const label = only !== undefined && alone ? `Reward, ${only}` : "Reward, weighted sum";
  return { label, symbol: "J", scale: "linear" };
}

/** All charts of a training so far, by iteration. */
export function trainingCharts(resolved: ResolvedTraining, history: TrainingHistory): LineChartData[] {
  const theory = trainingTheory(resolved);
  return [
    rewardChart(resolved, history, theory),
    ...heldOutChart(resolved, history),
    gapChart(resolved, history, theory),
    ...klChart(history),
    diversityChart(history),
    ...clipChart(history),
    gradientChart(history),
  ];
}

type Reading = (m: PolicyMeasurement) => Estimate | null | undefined;

/** A series of what is measured at checkpoints. */
function overTraining(
  id: string,
  label: string,
  hue: Hue,
  { measurements }: TrainingHistory,
  pick: Reading,
): readonly MeasuredSeries[] {
  const points = measurements.flatMap((m): MeasuredPoint[] => {
    const estimate = pick(m);
    return estimate ? [{ x: m.iteration, estimate }] : [];
  });
  return measuredSeries({ id, label, hue, points });
}

const READINGS = [
  ["readingA", "reading A", "tilt-gaussian"],
  ["readingB", "reading B", "control-steps"],
] as const satisfies readonly (readonly ["readingA" | "readingB", string, FormulaId])[];

/** Level lines of both readings of the optimum. */
function optimumLines(
  theory: TrainingTheory | null,
  { measurements }: TrainingHistory,
  label: string,
  hue: Hue,
  of: keyof Prediction,
): readonly Series[] {
  const last = measurements.at(-1)?.iteration ?? 0;
  if (theory === null || last === 0) return [];
  return READINGS.flatMap(([key, name, formula]) => {
    const prediction = theory[key];
    if (prediction === null) return [];
    const points = [0, last].map((x) => ({ x, y: prediction[of] }));
    return theorySeries({
      id: `${key}-${of}`,
      label: `${label}, ${name}`,
      kind: "exact",
      formula,
      hue,
      points,
    });
  });
}

function rewardChart(
  resolved: ResolvedTraining,
  history: TrainingHistory,
  theory: TrainingTheory | null,
): LineChartData {
  const { spec } = resolved;
  const noise = noiseWords(spec.training.noise);
  return {
    chart: "line",
    id: "training-rewards",
    title: `Reward over training, N = ${spec.training.steps}`,
    x: PROGRESS_AXES.iterations,
    y: rewardAxis(resolved),
    series: [
      ...overTraining("sde", `Training sampler (${noise})`, "sde", history, (m) => m.sde?.reward),
      ...overTraining("ode", "ODE", "ode", history, (m) => m.ode.reward),
      ...optimumLines(theory, history, "Optimum, training sampler", "sde", "sde"),
      ...optimumLines(theory, history, "Optimum, ODE", "ode", "ode"),
    ],
    summary: riseSummary(history),
    notes: [...history.notes, ...(theory?.notes ?? [])],
  };
}

/** A chart of its own: the held-out reward need not be of the trained one's size. */
function heldOutChart({ names, spec }: ResolvedTraining, history: TrainingHistory): LineChartData[] {
  if (names.heldOut === null) return [];
  const noise = noiseWords(spec.training.noise);
  return [
    {
      chart: "line",
      id: "training-held-out",
      title: "Held-out reward over training",
      x: PROGRESS_AXES.iterations,
      y: { label: `Held out, ${names.heldOut}`, symbol: "J", scale: "linear" },
      series: [
        ...overTraining("sde", `Training sampler (${noise})`, "sde", history, (m) => m.sde?.heldOut),
        ...overTraining("ode", "ODE", "ode", history, (m) => m.ode.heldOut),
      ],
      summary: heldOutSummary(history),
      notes: [],
    },
  ];
}

function heldOutSummary({ measurements }: TrainingHistory): string {
  const start = measurements[0]?.ode.heldOut;
  const now = measurements.at(-1);
  const reached = now?.ode.heldOut;
  if (!start || !now || !reached) return "Nothing has been measured yet.";
  if (measurements.length === 1) return `Before training the ODE's held-out reward is ${sayCounted(start)}.`;
  return `After ${now.iteration} iterations the ODE's held-out reward, which nothing is trained on, is ${formatInterval(reached)}; before, ${sayCounted(start)}.`;
}

function riseSummary({ measurements }: TrainingHistory): string {
  const [start] = measurements;
  const now = measurements.at(-1);
  if (start === undefined || now === undefined) return "Nothing has been measured yet.";
  if (start === now) return `Before training the ODE's reward is ${sayCounted(start.ode.reward)}.`;
  return `After ${now.iteration} iterations the ODE's reward is ${formatInterval(now.ode.reward)}, ${formatInterval(now.improvement)} above the pretrained model's (${formatCount(now.improvement.n)}).`;
}

function gapChart(
  { spec }: ResolvedTraining,
  history: TrainingHistory,
  theory: TrainingTheory | null,
): LineChartData {
  const { steps } = spec.training;
  return {
    chart: "line",
    id: "training-gap",
    title: "Gap over training",
    x: PROGRESS_AXES.iterations,
    y: { label: "Reward gap", symbol: "J(SDE) − J(ODE)", scale: "linear" },
    series: [
      ...overTraining("gap", `N = ${steps}`, "gap", history, (m) => m.gap?.gap),
      ...overTraining("gap-fine", `N = ${FINE * steps}`, "accent", history, (m) => m.gapFine?.gap),
      ...overTraining(
        "gap-reference",
        `Pretrained model, N = ${steps}`,
        "data",
        history,
        (m) => m.gap?.reference,
      ),
      ...overTraining(
        "gap-excess",
        `Above the pretrained model's, N = ${steps}`,
        "target",
        history,
        (m) => m.gap?.excess,
      ),
      ...optimumLines(theory, history, "Gap at the optimum", "gap", "gap"),
    ],
    summary: gapSummary(history, steps),
    notes: spec.algorithm.kind === "mix-grpo" ? [WINDOW_NOTE] : [],
  };
}

const WINDOW_NOTE =
  "MixGRPO trains with noise in a window of steps; the gap shown is that of noise in every step against none.";

function gapSummary({ measurements }: TrainingHistory, steps: number): string {
  const now = measurements.at(-1);
  const gap = now?.gap;
  if (!now || !gap) return "No gap: the training sampler is the ODE, or nothing has been measured yet.";
  return `At N = ${steps} the gap is ${formatInterval(gap.gap)} after ${now.iteration} iterations; the pretrained model's own is ${formatInterval(gap.reference)}, so training added ${formatInterval(gap.excess)} (${formatCount(gap.excess.n)}).`;
}

function klChart(history: TrainingHistory): LineChartData[] {
  const series = overTraining("kl", "KL of trajectories", "sde", history, (m) => m.sde?.kl);
  const now = history.measurements.at(-1);
  const last = now?.sde?.kl;
  if (series.length === 0 || !now || !last) return [];
  return [
    {
      chart: "line",
      id: "training-kl",
      title: "KL to the pretrained model",
      x: PROGRESS_AXES.iterations,
      y: { label: "KL (nats)", symbol: "KL", scale: "linear" },
      series,
      summary: `KL of the training sampler's trajectories after ${now.iteration} iterations, exact per step: ${formatInterval(last)} nats (${formatCount(last.n)}).`,
      notes: [],
    },
  ];
}

function diversityChart(history: TrainingHistory): LineChartData {
  const last = history.measurements.at(-1);
  return {
    chart: "line",
    id: "training-diversity",
    title: "Diversity",
    x: PROGRESS_AXES.iterations,
    y: { label: "Mean distance of two samples", symbol: "|x − x′|", scale: "linear" },
    series: [
      ...overTraining("sde", "Training sampler", "sde", history, (m) => m.sde?.diversity),
      ...overTraining("ode", "ODE", "ode", history, (m) => m.ode.diversity),
    ],
    summary:
      last === undefined
        ? "Nothing has been measured yet."
        : `Mean distance of two ODE samples after ${last.iteration} iterations: ${sayCounted(last.ode.diversity)}.`,
    notes: [],
  };
}

/** "η = 1.2", "Flow-GRPO level 0.7". */
export function noiseWords(noise: ResolvedTraining["spec"]["training"]["noise"]): string {
  if (noise.kind === "gddim") return `η = ${say(noise.eta)}`;
  return `${noise.kind === "flow-grpo" ? "Flow-GRPO" : "DanceGRPO"} level ${say(noise.level)}`;
}
