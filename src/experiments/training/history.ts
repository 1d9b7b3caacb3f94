/** A training as it went: reports of its iterations, measurements of its checkpoints. Plain data for charts, files and alarms. */
import type { IterationReport } from "../../engine/training-engine.ts";
import { meanEstimate } from "../../measure/scalar-sums.ts";
import type { Estimate } from "../../measure/estimate.ts";
import type { PolicyMeasurement } from "./measurement.ts";

/** One iteration in numbers. */
export interface IterationNumbers {
  readonly iteration: number;
  readonly updates: number;
  readonly networkCalls: number;
  /** Seconds since the training began, measuring left out; 0 where nobody timed it. */
  readonly seconds: number;
  /** Of the rollout, before the updates on it. */
  readonly reward: Estimate;
  readonly each: readonly Estimate[];
  readonly loss: number;
  readonly gradientNorm: number;
  readonly clipFraction: number | null;
  readonly firstRatioError: number | null;
  readonly window: readonly [number, number] | null;
}

export interface TrainingHistory {
  readonly iterations: readonly IterationNumbers[];
  readonly measurements: readonly PolicyMeasurement[];
  /** Notes of the algorithm, each once. */
  readonly notes: readonly string[];
}

export const EMPTY_HISTORY: TrainingHistory = { iterations: [], measurements: [], notes: [] };

/** The history with one more iteration. */
export function withIteration(
  history: TrainingHistory,
  report: IterationReport,
  seconds: number,
): TrainingHistory {
  const { reward, each, notes, ...numbers } = report;
  const added: IterationNumbers = {
    ...numbers,
    seconds,
    reward: meanEstimate(reward),
    each: each.map(meanEstimate),
  };
  return {
    ...history,
    iterations: [...history.iterations, added],
    notes: [...new Set([...history.notes, ...notes])],
  };
}

/** The history with one more measurement; one of the same iteration is replaced. */
export function withMeasurement(history: TrainingHistory, measured: PolicyMeasurement): TrainingHistory {
  const others = history.measurements.filter((m) => m.iteration !== measured.iteration);
  const measurements = [...others, measured].sort((a, b) => a.iteration - b.iteration);
  return { ...history, measurements };
}

/** The history up to an iteration: what a branch from a checkpoint starts with. */
export function historyUntil(history: TrainingHistory, iteration: number): TrainingHistory {
  return {
    ...history,
    iterations: history.iterations.filter((i) => i.iteration <= iteration),
    measurements: history.measurements.filter((m) => m.iteration <= iteration),
  };
}
