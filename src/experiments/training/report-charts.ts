/** Charts of what every iteration of a training reports: clipping and the gradient. */
import type { Axis, Hue, LineChartData, MeasuredPoint, MeasuredSeries } from "../../measure/series.ts";
import { measuredSeries, say } from "../chart-parts.ts";
import type { IterationNumbers, TrainingHistory } from "./history.ts";

export const ITERATIONS: Axis = { label: "Iterations", symbol: "i", scale: "linear" };

/** A series of what every iteration reports; such numbers are readings, not estimates, unless they have an error. */
function everyIteration(
  id: string,
  label: string,
  hue: Hue,
  { iterations }: TrainingHistory,
  pick: (i: IterationNumbers) => number | null,
): readonly MeasuredSeries[] {
  const points = iterations.flatMap((i): MeasuredPoint[] => {
    const value = pick(i);
    return value === null || !Number.isFinite(value)
      ? []
      : [{ x: i.iteration, estimate: { value, se: 0, n: 1 } }];
  });
  return measuredSeries({ id, label, hue, points });
}

/** Share of ratios that the clip held back; no chart where the algorithm has none. */
export function clipChart(history: TrainingHistory): LineChartData[] {
  const series = everyIteration("clip", "Clipped", "bound", history, (i) => i.clipFraction);
  if (series.length === 0) return [];
  const last = history.iterations.at(-1);
  return [
    {
      chart: "line",
      id: "training-clip",
      title: "Clipped ratios",
      x: ITERATIONS,
      y: { label: "Ratios outside the clip", symbol: "share", scale: "linear" },
      series,
      summary: `Share of ratios that the clip held back in iteration ${last?.iteration ?? 0}, the last: ${say(last?.clipFraction ?? 0)}.`,
      notes: [],
    },
  ];
}

/** Size of the gradient before it is scaled. */
export function gradientChart(history: TrainingHistory): LineChartData {
  const last = history.iterations.at(-1);
  return {
    chart: "line",
    id: "training-gradient",
    title: "Gradient norm",
    x: ITERATIONS,
    y: { label: "Norm before scaling", symbol: "|g|", scale: "linear" },
    series: everyIteration("gradient", "Gradient norm", "accent", history, (i) => i.gradientNorm),
    summary:
      last === undefined
        ? "No iteration yet."
        : `Gradient norm of iteration ${last.iteration}, the last: ${say(last.gradientNorm)}.`,
    notes: [],
  };
}
