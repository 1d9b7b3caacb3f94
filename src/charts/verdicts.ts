/** One verdict for a whole chart: what the measured points say about its bound. */
import type { LineChartData, Verdict } from "../measure/series.ts";

export interface VerdictCount {
  /** The worst of the verdicts. */
  readonly verdict: Verdict;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly total: number;
}

/** Counts the verdicts of all measured points; null if there are none. */
export function chartVerdict(chart: LineChartData): VerdictCount | null {
  const counts = { holds: 0, violated: 0, inconclusive: 0 };
  for (const series of chart.series) {
    if (series.role !== "measured") continue;
    for (const { verdict } of series.points) if (verdict !== undefined) counts[verdict]++;
  }
  const total = counts.holds + counts.violated + counts.inconclusive;
  if (total === 0) return null;
  const verdict = counts.violated > 0 ? "violated" : counts.inconclusive > 0 ? "inconclusive" : "holds";
  return { verdict, counts, total };
}

/** "Bound holds at 9 of 9 points" */
export function verdictText({ verdict, counts, total }: VerdictCount): string {
  if (verdict === "holds") return total === 1 ? "Bound holds" : `Bound holds at all ${total} points`;
  if (verdict === "violated") return `Bound violated at ${counts.violated} of ${total} points`;
  return `Bound inconclusive at ${counts.inconclusive} of ${total} points`;
}
