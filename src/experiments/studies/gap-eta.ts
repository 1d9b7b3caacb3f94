/** (a) The gap against eta at fixed N. */
import { formatInterval } from "../../measure/number-words.ts";
import { createArmList } from "../arms.ts";
import {
  agreementOf,
  counted,
  disagreementNotes,
  ETA_AXIS,
  GAP_AXIS,
  joinedNote,
  say,
  sayAgreement,
  theorySeries,
  uniqueNotes,
} from "../chart-parts.ts";
import type { BoundNumbers } from "../bound-numbers.ts";
import { defineExperiment } from "../experiment.ts";
import { createTheoryTable, gapCell, leftOutNotes, STUDY_STEPS } from "../gap-cells.ts";
import {
  boundNotes,
  boundSeries,
  formulaOf,
  gapCurve,
  gapPoints,
  gapSeries,
  type PlacedCell,
} from "../gap-chart.ts";
import { leftOutSamples, noTheoryNotes, refusalNotes, sentence, unresolvedNotes } from "../chart-notes.ts";
import { referenceGap, type ReferenceGap } from "../reference-gap.ts";
import type { Problem } from "../resolve.ts";
import { isCheapByEta, smoothSweep } from "../sweep.ts";
import type { GapNumbers } from "../gap-cells.ts";

interface Plan {
  readonly steps: number;
  /** The eta that the sentence is about: the sampler's own, or the largest if that is 0. */
  readonly eta: number;
  readonly cells: readonly PlacedCell[];
  /** Theory between the measured etas, where it costs little. */
  readonly curve: readonly {
    readonly x: number;
    readonly continuous: GapNumbers | null;
    readonly nStep: GapNumbers | null;
    readonly bound: BoundNumbers | null;
  }[];
  readonly reference: ReferenceGap | null;
  readonly notes: readonly string[];
}

function plan(problem: Problem) {
  const { sampler, evaluation } = problem.spec;
  const { steps } = sampler;
  const table = createTheoryTable(problem, STUDY_STEPS);
  const arms = createArmList();
  const etas = [...new Set([...evaluation.etas, sampler.eta])].sort((a, b) => a - b);
  const cells = etas.map((eta) => ({ x: eta, cell: gapCell(problem, table, arms, eta, steps) }));
  const curve = smoothSweep(problem, etas).map((eta) => ({
    x: eta,
    continuous: table.continuous(eta),
    nStep: table.nStep(eta, steps),
    bound: table.bound(eta),
  }));
  const reference = referenceGap(
    problem,
    etas.map((eta) => ({ x: eta, eta, steps })),
  );
  const eta = sampler.eta > 0 ? sampler.eta : (etas.at(-1) ?? 0);
  const made: Plan = {
    steps,
    eta,
    cells,
    curve,
    reference,
    notes: [
      ...problem.notes,
      ...noTheoryNotes(problem),
      ...leftOutNotes([table]),
      ...unresolvedNotes(curve.flatMap((c) => [c.nStep, c.continuous])),
      ...(!isCheapByEta(problem) && curve.some((c) => c.nStep !== null || c.continuous !== null)
        ? [joinedNote("η")]
        : []),
    ],
  };
  return { job: arms.job(problem), plan: made };
}

/** See the registry. */
export const gapEta = defineExperiment<Plan>({
  id: "gap-eta",
  title: "Reward gap against η",
  question:
    "How much reward does a stochastic sampler gain or lose against the deterministic one, at each η?",
  plan,
  charts: ({ steps, eta, cells, curve, reference, notes }, result) => {
    const points = gapPoints(cells, result);
    const placed = cells.map(({ x, cell }) => ({ x, place: cell.place }));
    const errorAt = (x: number) => cells.find((c) => c.x === x)?.cell.nStep?.gapError ?? 0;
    const agreement = agreementOf(points, errorAt);
    return [
      {
        chart: "line",
        id: "gap-eta",
        title: `Reward gap against η at N = ${steps}`,
        x: ETA_AXIS,
        y: GAP_AXIS,
        series: [
          ...theorySeries({
            id: "n-step",
            label: `Exact, ${counted(steps, "step")}`,
            kind: "exact",
            formula: formulaOf(curve.map((c) => c.nStep)),
            hue: "gap",
            points: gapCurve(curve.map((c) => ({ x: c.x, law: c.nStep }))),
          }),
          ...theorySeries({
            id: "continuous",
            label: "Exact, continuous time",
            kind: "exact",
            formula: formulaOf(curve.map((c) => c.continuous)),
            hue: "accent",
            points: gapCurve(curve.map((c) => ({ x: c.x, law: c.continuous }))),
          }),
          ...(reference?.series ?? []),
          ...boundSeries(curve),
          ...gapSeries(points),
        ],
        summary: summary({ steps, eta, cells }, points, sayAgreement(agreement)),
        notes: uniqueNotes([
          ...notes,
          ...disagreementNotes(agreement, "η"),
          ...boundNotes(cells),
          ...leftOutSamples(placed, result, "η", "gap"),
          ...refusalNotes(placed, result),
        ]),
      },
    ];
  },
});

function summary(
  { steps, eta, cells }: Pick<Plan, "steps" | "eta" | "cells">,
  points: ReturnType<typeof gapPoints>,
  agreement: string,
): string {
  const measured = points.find((p) => p.x === eta);
  if (measured !== undefined) {
    const exact = measured.expected === undefined ? "" : ` (exact ${say(measured.expected)})`;
    const tail = agreement === "" ? "" : `; ${agreement}`;
    return `With ${counted(steps, "step")} the sampler at η = ${say(eta)} changes the expected reward by ${formatInterval(measured.estimate)}${exact} against the deterministic one${tail}.`;
  }
  const cell = cells.find((c) => c.x === eta)?.cell;
  if (cell?.place.ok === false) return `No run at η = ${say(eta)}: ${sentence(cell.place.reason)}`;
  const exact = cell?.nStep?.gap ?? null;
  return exact === null
    ? `The gap with ${counted(steps, "step")} has no closed form here; it is measured.`
    : `With ${counted(steps, "step")} the sampler at η = ${say(eta)} changes the expected reward by exactly ${say(exact)} against the deterministic one.`;
}
