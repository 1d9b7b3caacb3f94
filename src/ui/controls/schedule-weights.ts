/** Weights of eta along the path, as the strip shows and edits them. */
import { LIMITS } from "../../spec/limits.ts";
import type { EtaScheduleSpec } from "../../spec/types.ts";

/** Number of bars of the strip for N steps. */
export function barCount(schedule: EtaScheduleSpec, steps: number): number {
  return schedule.kind === "weights" && schedule.weights.length > 1
    ? schedule.weights.length
    : Math.min(steps, LIMITS.scheduleLength.max);
}

/** Weight of each bar. */
export function barWeights(schedule: EtaScheduleSpec, steps: number): number[] {
  const count = barCount(schedule, steps);
  return Array.from({ length: count }, (_, bar) => {
    switch (schedule.kind) {
      case "constant":
        return 1;
      case "window": {
        const step = Math.floor(((bar + 0.5) * steps) / count);
        return step >= schedule.start && step < schedule.start + schedule.size ? 1 : 0;
      }
      case "weights":
        return schedule.weights[Math.floor((bar * schedule.weights.length) / count)] ?? 0;
    }
  });
}

/** The drawn schedule with one bar set to `weight`, and the bars between it and `from` to the straight line there. */
export function withBar(
  weights: readonly number[],
  bar: number,
  weight: number,
  from: { readonly bar: number; readonly weight: number } | null,
): number[] {
  const next = [...weights];
  next[bar] = weight;
  if (from === null) return next;
  const step = Math.sign(bar - from.bar);
  for (let b = from.bar + step; step !== 0 && b !== bar; b += step) {
    const share = (b - from.bar) / (bar - from.bar);
    next[b] = roundWeight(from.weight + share * (weight - from.weight));
  }
  return next;
}

/** Weights are drawn in steps of 0.05. */
export function roundWeight(weight: number): number {
  return Math.max(0, Number((Math.round(weight * 20) / 20).toFixed(2)));
}

/** The window between two steps, whichever was first. */
export function windowBetween(a: number, b: number): { readonly start: number; readonly size: number } {
  return { start: Math.min(a, b), size: Math.abs(a - b) + 1 };
}
