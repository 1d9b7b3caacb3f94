/** Chart of how far the samples are from the target law. */
import type { MeasureResult } from "../../engine/engine.ts";
import { formatInterval } from "../../measure/number-words.ts";
import type { LineChartData, MeasuredPoint } from "../../measure/series.ts";
import { gaussianWasserstein } from "../../measure/wasserstein.ts";
import { measurementOf, type ArmMeasurement } from "../arms.ts";
import { boundSpeaks } from "../bound-numbers.ts";
import {
  counted,
  ETA_AXIS,
  measuredSeries,
  say,
  theoryPoint,
  theorySeries,
  uniqueNotes,
} from "../chart-parts.ts";
import { histogramDistance, momentDistance } from "../measured-distance.ts";
import type { LawNumbers } from "../theory-numbers.ts";
import type { RewardPlan } from "./reward-plan.ts";

/** Largest dimension in which the measured distance is worth its cost. */
const DISTANCE_DIM = 4;

/** Distance of the samples from the target: exact for Gaussian laws, measured in low dimensions, with the general bound. */
export function distanceChart(made: RewardPlan, result: MeasureResult | null): LineChartData {
  const { cells, curve, gaussian, steps } = made;
  const exact = (law: LawNumbers | null) =>
    law === null || gaussian === null
      ? null
      : gaussianWasserstein(
          Float64Array.from(law.mean),
          Float64Array.from(law.cov.flat()),
          gaussian.mean,
          gaussian.cov,
        );
  // No verdict here: the bound is on the continuous-time law, and distances have no discretisation part to take off.
  const points = cells.flatMap(({ x, place }): MeasuredPoint[] => {
    const measured = measurementOf(result, place);
    const estimate = measured === null ? null : measuredDistance(made, measured);
    return estimate === null ? [] : [{ x, estimate }];
  });
  const bounds = cells.map(({ x, bound }) => ({
    x,
    y: boundSpeaks(bound) ? bound.w2 : null,
  }));
  const last = points.at(-1);
  const first = points[0];
  return {
    chart: "line",
    id: "distance",
    title: `Distance of the samples from the target at N = ${steps}`,
    x: ETA_AXIS,
    y: { label: "Wasserstein-2 distance", symbol: "W₂", scale: "linear" },
    series: [
      ...theorySeries({
        id: "n-step",
        label: `Exact, ${counted(steps, "step")}`,
        kind: "exact",
        formula: curve.find((c) => c.nStep !== null)?.nStep?.formula ?? "gap",
        hue: "sde",
        points: curve.map((c) => theoryPoint(c.x, exact(c.nStep))),
      }),
      ...theorySeries({
        id: "continuous",
        label: "Exact, continuous time",
        kind: "exact",
        formula: curve.find((c) => c.continuous !== null)?.continuous?.formula ?? "gap",
        hue: "accent",
        points: curve.map((c) => theoryPoint(c.x, exact(c.continuous))),
      }),
      ...theorySeries({
        id: "bound",
        label: "Upper bound, continuous time",
        kind: "bound",
        formula: "w2-bound",
        hue: "bound",
        points: bounds,
      }),
      ...measuredSeries({ id: "measured", label: "Measured", hue: "gap", points }),
    ],
    summary:
      first === undefined || last === undefined
        ? `Distance of the samples after ${counted(steps, "step")} from the target law, by η.`
        : `After ${counted(steps, "step")} the samples are ${formatInterval(first.estimate)} from the target at η = ${say(first.x)} and ${formatInterval(last.estimate)} at η = ${say(last.x)}.`,
    notes: uniqueNotes([
      ...made.notes,
      ...(bounds.some(({ y }) => y !== null)
        ? ["The bound is on the sampler in continuous time; samples of few steps may lie further away."]
        : []),
      ...(points.length > 0
        ? ["A measured distance is never below zero, so close to the target it lies a little too high."]
        : []),
    ]),
  };
}

function measuredDistance({ gaussian, law, dim }: RewardPlan, measured: ArmMeasurement) {
  if (gaussian !== null) return dim <= DISTANCE_DIM ? momentDistance(measured, gaussian) : null;
  const { histogram } = measured.result;
  return dim === 1 && histogram !== null ? histogramDistance(histogram, law) : null;
}
