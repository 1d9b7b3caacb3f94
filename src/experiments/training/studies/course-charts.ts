/** Charts of several variants over their training: medians over seeds at every measured checkpoint. */
import type { Estimate } from "../../../measure/estimate.ts";
import { formatInterval } from "../../../measure/number-words.ts";
import type { Axis, LineChartData } from "../../../measure/series.ts";
import { medianOverSeeds } from "../../../measure/seeds.ts";
import { measuredSeries } from "../../chart-parts.ts";
import type { CellResult } from "../cells.ts";
import { PROGRESS_AXES, progressOf, type ProgressAxis } from "../charts.ts";
import type { PolicyMeasurement } from "../measurement.ts";
import { medianOf, pointsOf, type Variant } from "../study.ts";

export interface Course {
  readonly variant: Variant;
  readonly results: readonly CellResult[];
}

/** What is drawn of a measurement; the cell tells what its training says of that moment. */
export type CourseValue = (measured: PolicyMeasurement, result: CellResult) => Estimate | null | undefined;

/** One line per variant. */
export function courseChart(
  courses: readonly Course[],
  parts: Pick<LineChartData, "id" | "title" | "notes"> & { readonly y: Axis; readonly axis: ProgressAxis },
  value: CourseValue,
): LineChartData {
  const { axis, ...rest } = parts;
  const series = courses.flatMap(({ variant, results }) =>
    measuredSeries({
      id: `course-${variant.label}`,
      label: variant.label,
      hue: variant.hue,
      points: pointsOf(newestPerPlace(coursePlaces(results, axis, value))),
    }),
  );
  return { chart: "line", ...rest, x: PROGRESS_AXES[axis], series, summary: endSummary(courses, value) };
}

function coursePlaces(results: readonly CellResult[], axis: ProgressAxis, value: CourseValue) {
  const iterations = [...new Set(results.flatMap((r) => r.history.measurements.map((m) => m.iteration)))];
  return iterations
    .sort((a, b) => a - b)
    .map((iteration) => {
      const at = results.flatMap((result) => {
        const measured = result.history.measurements.find((m) => m.iteration === iteration);
        const estimate = measured && value(measured, result);
        return measured && estimate ? [{ x: placeOf(measured, result, axis), estimate }] : [];
      });
      return {
        x: medianOverSeeds(at.map((p) => p.x)).value,
        estimate: medianOf(at.map((p) => p.estimate)),
      };
    });
}

/** What makes no updates stays where it is on their axis: its newest point tells all. */
function newestPerPlace<P extends { readonly x: number }>(places: readonly P[]): readonly P[] {
  return places.filter(({ x }, i) => places[i + 1]?.x !== x);
}

function placeOf(measured: PolicyMeasurement, { history }: CellResult, axis: ProgressAxis): number {
  const last = history.iterations.findLast((i) => i.iteration <= measured.iteration);
  return progressOf({ ...measured, seconds: last?.seconds ?? 0 }, axis);
}

/** Each variant's number at the end of training, highest first. */
function endSummary(courses: readonly Course[], value: CourseValue): string {
  const ends = courses.flatMap(({ variant, results }) => {
    const end = medianOf(
      results.flatMap((result) => {
        const last = result.history.measurements.at(-1);
        return (last && value(last, result)) ?? [];
      }),
    );
    return end === null ? [] : [{ label: variant.label, end }];
  });
  if (ends.length === 0) return "No training is finished yet.";
  const told = ends
    .sort((a, b) => b.end.value - a.end.value)
    .map(({ label, end }) => `${label} ${formatInterval(end)}`);
  return `At the end of training: ${told.join("; ")}.`;
}
