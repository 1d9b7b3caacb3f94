/** How eta varies over the steps of one run: eta_k = eta weight_k. */

/** Parameters of the schedule, as in the specification. */
export type EtaScheduleParameters =
  | { readonly kind: "constant" }
  | { readonly kind: "window"; readonly start: number; readonly size: number }
  | { readonly kind: "weights"; readonly weights: readonly number[] };

/**
 * eta of each step, [N], for steps in the order they run.
 *
 * constant  weight 1
 * window    weight 1 on steps start .. start + size - 1, else 0: the SDE window of mixed samplers [Li25]
 * weights   step k takes weights[floor(k length / N)]; an empty list counts as constant
 */
export function etaSchedule(schedule: EtaScheduleParameters, eta: number, steps: number): Float64Array {
  return Float64Array.from({ length: steps }, (_, k) => {
    const weight = weightOfStep(schedule, k, steps);
    return weight === 0 ? 0 : eta * weight;
  });
}

function weightOfStep(schedule: EtaScheduleParameters, k: number, steps: number): number {
  switch (schedule.kind) {
    case "constant":
      return 1;
    case "window":
      return k >= schedule.start && k < schedule.start + schedule.size ? 1 : 0;
    case "weights":
      return schedule.weights[Math.floor((k * schedule.weights.length) / steps)] ?? 1;
  }
}
