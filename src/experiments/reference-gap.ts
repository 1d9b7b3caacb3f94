/** The gap that the reference model has anyway: shown beside every fine-tuned one, since few steps alone make a gap. */
import type { Series } from "../measure/series.ts";
import { theorySeries } from "./chart-parts.ts";
import { createTheoryTable, STUDY_STEPS } from "./gap-cells.ts";
import { formulaOf, gapCurve } from "./gap-chart.ts";
import { resolve, type Problem } from "./resolve.ts";

export interface ReferenceGap {
  readonly series: readonly Series[];
}

/** Exact N-step gap of the reference model at the given cells, or null for a problem that is the reference itself. */
export function referenceGap(
  problem: Problem,
  cells: readonly { readonly x: number; readonly eta: number; readonly steps: number }[],
): ReferenceGap | null {
  if (problem.spec.target.kind === "reference") return null;
  const table = createTheoryTable(resolve({ ...problem.spec, target: { kind: "reference" } }), STUDY_STEPS);
  const laws = cells.map(({ x, eta, steps }) => ({ x, law: table.nStep(eta, steps) }));
  const series = theorySeries({
    id: "reference",
    label: "Reference model, same steps",
    kind: "exact",
    formula: formulaOf(laws.map((l) => l.law)),
    hue: "data",
    points: gapCurve(laws),
  });
  return { series };
}
