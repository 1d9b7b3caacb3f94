/** Which measured numbers have an interval, and how those without are said. */
import type { Estimate } from "../measure/estimate.ts";
import type { MeasuredSeries, Series } from "../measure/series.ts";
import { formatInterval, formatNumber } from "./format.ts";

/** True of a number that is read off, such as the norm of a gradient: known without error, and mean of nothing. */
export function isReading({ se, n }: Estimate): boolean {
  return se === 0 && n === 1;
}

/** False for a series of readings alone. */
export function hasIntervals({ points }: MeasuredSeries): boolean {
  return points.length === 0 || points.some(({ estimate }) => !isReading(estimate));
}

/** "0.42 ± 0.03"; a reading has no ±. */
export function pointText(estimate: Estimate): string {
  return isReading(estimate) ? formatNumber(estimate.value) : formatInterval(estimate);
}

/** What a series is, for its legend entry. */
export function seriesWords(series: Series): string {
  if (series.role === "theory") return series.kind;
  return hasIntervals(series) ? "measured ± 95 %" : "measured";
}
