/** (b) The gap against N at fixed eta, split into its continuous-time and its discretisation part. */
import { formatInterval } from "../../measure/number-words.ts";
import { createArmList } from "../arms.ts";
import {
  agreementOf,
  disagreementNotes,
  GAP_AXIS,
  measuredSeries,
  say,
  sayAgreement,
  STEPS_AXIS,
  theoryPoint,
  theorySeries,
  uniqueNotes,
} from "../chart-parts.ts";
import { defineExperiment } from "../experiment.ts";
import { createTheoryTable, gapCell, leftOutNotes, STUDY_STEPS, type GapNumbers } from "../gap-cells.ts";
import { boundNotes, formulaOf, gapCurve, gapPoints, gapSeries, type PlacedCell } from "../gap-chart.ts";
import { leftOutSamples, noTheoryNotes, refusalNotes, unresolvedNotes } from "../chart-notes.ts";
import { referenceGap, type ReferenceGap } from "../reference-gap.ts";
import type { Problem } from "../resolve.ts";
import { smoothSteps } from "../sweep.ts";

interface Plan {
  readonly eta: number;
  readonly cells: readonly PlacedCell[];
  readonly curve: readonly { readonly x: number; readonly law: GapNumbers | null }[];
  readonly continuous: GapNumbers | null;
  readonly reference: ReferenceGap | null;
  readonly notes: readonly string[];
}

function plan(problem: Problem) {
  const { sampler, evaluation } = problem.spec;
  const { eta } = sampler;
  const table = createTheoryTable(problem, STUDY_STEPS);
  const arms = createArmList();
  const counts = [...new Set([...evaluation.steps, sampler.steps])].sort((a, b) => a - b);
  const made: Plan = {
    eta,
    cells: counts.map((steps) => ({ x: steps, cell: gapCell(problem, table, arms, eta, steps) })),
    curve: smoothSteps(problem, counts).map((steps) => ({ x: steps, law: table.nStep(eta, steps) })),
    continuous: table.continuous(eta),
    reference: referenceGap(
      problem,
      counts.map((steps) => ({ x: steps, eta, steps })),
    ),
    notes: [
      ...problem.notes,
      ...gridNotes(problem),
      ...noTheoryNotes(problem),
      ...leftOutNotes([table]),
      ...unresolvedNotes(counts.map((steps) => table.nStep(eta, steps))),
    ],
  };
  return { job: arms.job(problem), plan: made };
}

/** Grids with a floor jump from it to 0 in one step, however many steps there are. */
function gridNotes({ spec }: Problem): string[] {
  const { grid } = spec.sampler;
  if (!("min" in grid)) return [];
  return [
    `This grid ends with one jump from t = ${say(grid.min)} to 0, so a small discretisation part remains for every N.`,
  ];
}

/** See the registry. */
export const gapSteps = defineExperiment<Plan>({
  id: "gap-steps",
  title: "Reward gap against N",
  question: "How much of the gap comes from using few steps, and how much remains as N grows?",
  refusal: ({ spec }) =>
    spec.sampler.eta === 0
      ? "The gap compares a stochastic sampler with the deterministic one; set η above 0 to see it against N."
      : null,
  plan,
  charts: (made, result) => {
    const { eta, cells, curve, continuous, reference, notes } = made;
    const points = gapPoints(cells, result);
    const placed = cells.map(({ x, cell }) => ({ x, place: cell.place }));
    const agreement = agreementOf(points, (x) => cells.find((c) => c.x === x)?.cell.nStep?.gapError ?? 0);
    const limit = continuous?.gap ?? null;
    const limitError = continuous?.gapError ?? 0;
    return [
      {
        chart: "line",
        id: "gap-steps",
        title: `Reward gap against N at η = ${say(eta)}`,
        x: STEPS_AXIS,
        y: GAP_AXIS,
        series: [
          ...theorySeries({
            id: "n-step",
            label: "Exact, N steps",
            kind: "exact",
            formula: formulaOf(curve.map((c) => c.law)),
            hue: "gap",
            points: gapCurve(curve),
          }),
          ...theorySeries({
            id: "continuous",
            label: "Exact, continuous time",
            kind: "exact",
            formula: formulaOf([continuous]),
            hue: "accent",
            points: cells.map(({ x }) => theoryPoint(x, limit, limitError)),
          }),
          ...theorySeries({
            id: "discretisation",
            label: "Discretisation part",
            kind: "exact",
            formula: "discretisation",
            hue: "sde",
            points: curve.map(({ x, law }) =>
              theoryPoint(
                x,
                law === null || law.gap === null || limit === null ? null : law.gap - limit,
                (law?.gapError ?? 0) + limitError,
              ),
            ),
          }),
          ...(reference?.series ?? []),
          ...gapSeries(points),
          ...(limit === null
            ? []
            : measuredSeries({
                id: "measured-discretisation",
                label: "Measured gap minus continuous part",
                hue: "sde",
                points: points.map(({ x, estimate, expected }) => ({
                  x,
                  estimate: { ...estimate, value: estimate.value - limit },
                  ...(expected === undefined ? {} : { expected: expected - limit }),
                })),
              })),
        ],
        summary: summary(made, points, sayAgreement(agreement)),
        notes: uniqueNotes([
          ...notes,
          ...disagreementNotes(agreement, "N"),
          ...boundNotes(cells),
          ...leftOutSamples(placed, result, "N", "gap"),
          ...refusalNotes(placed, result),
        ]),
      },
    ];
  },
});

function summary(
  { eta, cells, continuous }: Plan,
  points: ReturnType<typeof gapPoints>,
  agreement: string,
): string {
  const few = cells.find(({ cell }) => cell.nStep?.gap != null || cell.place.ok);
  if (few === undefined) return `No sampler of this kind runs at η = ${say(eta)} here.`;
  const measured = points.find((p) => p.x === few.x);
  const exact = few.cell.nStep?.gap ?? null;
  const total =
    measured === undefined
      ? exact === null
        ? "not known in closed form"
        : say(exact)
      : formatInterval(measured.estimate);
  const limit = continuous?.gap ?? null;
  const known = exact ?? measured?.estimate.value ?? null;
  const split =
    limit === null || known === null
      ? ""
      : `, of which ${say(limit)} remains in continuous time and ${say(known - limit)} is discretisation`;
  const tail = agreement === "" ? "" : `; ${agreement}`;
  return `At η = ${say(eta)} the gap at N = ${few.x} is ${total}${split}${tail}.`;
}
