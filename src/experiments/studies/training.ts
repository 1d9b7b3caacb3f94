/** (d) The gap against the strength of the tilt: training as klWeight running from weak to strong. */
import { createArmList } from "../arms.ts";
import {
  agreementOf,
  disagreementNotes,
  GAP_AXIS,
  say,
  sayAgreement,
  theorySeries,
  uniqueNotes,
} from "../chart-parts.ts";
import { defineExperiment } from "../experiment.ts";
import {
  createTheoryTable,
  gapCell,
  leftOutNotes,
  STUDY_STEPS,
  type GapCell,
  type TheoryTable,
} from "../gap-cells.ts";
import { boundNotes, boundSeries, formulaOf, gapCurve, gapPoints, gapSeries } from "../gap-chart.ts";
import { leftOutSamples, refusalNotes, unresolvedNotes } from "../chart-notes.ts";
import { attempt } from "../programs.ts";
import { resolve, type Problem } from "../resolve.ts";
import { isCheap, logSpaced } from "../sweep.ts";
import { formatInterval } from "../../measure/number-words.ts";
import type { TargetSpec } from "../../spec/types.ts";
import type { GapNumbers } from "../gap-cells.ts";

interface Plan {
  readonly eta: number;
  readonly steps: number;
  readonly reading: "A" | "B";
  readonly cells: readonly { readonly x: number; readonly cell: GapCell }[];
  readonly curve: readonly {
    readonly x: number;
    readonly continuous: GapNumbers | null;
    readonly nStep: GapNumbers | null;
  }[];
  /** Gap of the untrained model at the same eta and N. */
  readonly reference: GapNumbers | null;
  readonly notes: readonly string[];
}

/** The problem at another klWeight; a specification without a target is read by reading A. */
function tiltedProblem({ spec }: Problem, klWeight: number): Problem {
  const target: TargetSpec =
    spec.target.kind === "controlled" ? { ...spec.target, klWeight } : { kind: "tilted", klWeight };
  return resolve({ ...spec, target });
}

function plan(problem: Problem) {
  const { sampler, evaluation, target } = problem.spec;
  const { eta, steps } = sampler;
  const arms = createArmList();
  const { weights, notes } = sampledWeights(problem, evaluation.klWeights);
  const distances: number[] = [];
  const tables = new Map<number, TheoryTable>();
  const cells = weights.flatMap((klWeight) => {
    const tilted = attempt(() => tiltedProblem(problem, klWeight));
    if (!tilted.ok) {
      notes.push(`klWeight ${say(klWeight)}: ${tilted.reason}`);
      return [];
    }
    if (tilted.value.lawKind === "heuristic") distances.push(tilted.value.lawDistance);
    const table = createTheoryTable(tilted.value, STUDY_STEPS / weights.length);
    tables.set(klWeight, table);
    return [{ x: klWeight, cell: gapCell(tilted.value, table, arms, eta, steps) }];
  });
  const reference = resolve({ ...problem.spec, target: { kind: "reference" } });
  const made: Plan = {
    eta,
    steps,
    reading: target.kind === "controlled" ? "B" : "A",
    cells,
    curve: curve(problem, weights, tables),
    reference: createTheoryTable(reference, STUDY_STEPS).nStep(eta, steps),
    notes: [
      ...(target.kind === "reference"
        ? [
            "The specification has no target; training is shown by reading A (the exact score of the tilted law).",
          ]
        : []),
      ...notes,
      ...leftOutNotes([...tables.values()]),
      ...(distances.length > 0
        ? [
            `The tilted laws of this reward are no mixtures of Gaussians; each is replaced by a fit, at most ${say(100 * Math.max(...distances))} % away in total variation.`,
          ]
        : []),
    ],
  };
  return { job: arms.job(problem), plan: made };
}

/** Fits take about a second each. */
const MOST_FITS = 4;

/** The weights to run: all, or a few spread over the list where every one needs a fit. */
function sampledWeights({ spec }: Problem, all: readonly number[]) {
  const weights = [...new Set(all)];
  const closed = spec.reward.kind === "quadratic" || spec.reward.kind === "linear";
  if (closed || weights.length <= MOST_FITS) return { weights, notes: new Array<string>() };
  const kept = Array.from(
    { length: MOST_FITS },
    (_, i) => weights[Math.round((i * (weights.length - 1)) / (MOST_FITS - 1))] ?? 1,
  );
  const notes = [
    `Every tilt of this reward needs a fit, so ${MOST_FITS} of the ${weights.length} weights are shown.`,
  ];
  return { weights: kept, notes };
}

/** Theory between the measured weights, where it costs little. */
function curve(
  problem: Problem,
  weights: readonly number[],
  tables: ReadonlyMap<number, TheoryTable>,
): Plan["curve"] {
  const between = isCheap(problem) ? logSpaced(Math.min(...weights), Math.max(...weights), 41) : [];
  const { eta, steps } = problem.spec.sampler;
  return [...new Set([...between, ...weights])].flatMap((klWeight) => {
    const table = tables.get(klWeight) ?? theoryBetween(problem, klWeight);
    if (table === null) return [];
    return [{ x: klWeight, continuous: table.continuous(eta), nStep: table.nStep(eta, steps) }];
  });
}

function theoryBetween(problem: Problem, klWeight: number): TheoryTable | null {
  if (!isCheap(problem)) return null;
  const tilted = attempt(() => tiltedProblem(problem, klWeight));
  return tilted.ok ? createTheoryTable(tilted.value) : null;
}

/** See the registry. */
export const training = defineExperiment<Plan>({
  id: "training",
  title: "Reward gap against training",
  question: "Does the gap narrow as the model is tilted further towards the reward?",
  refusal: ({ spec, dim }) => {
    if (spec.sampler.eta === 0) return "The gap compares with η = 0; set η above 0 to see it along training.";
    const solvable = spec.reward.kind === "quadratic" || spec.reward.kind === "linear";
    return solvable || dim <= 2
      ? null
      : `The tilted law of a ${spec.reward.kind} reward has no closed form in ${dim} dimensions; use a quadratic or linear reward.`;
  },
  plan,
  charts: (made, result) => {
    const { cells, eta, steps, reference, reading } = made;
    const points = gapPoints(cells, result);
    const placed = cells.map(({ x, cell }) => ({ x, place: cell.place }));
    const agreement = agreementOf(points, (x) => cells.find((c) => c.x === x)?.cell.nStep?.gapError ?? 0);
    return [
      {
        chart: "line",
        id: "training",
        title: `Reward gap along training (reading ${reading}) at η = ${say(eta)}, N = ${steps}`,
        x: { label: "KL weight (training runs to the left)", symbol: "λ", scale: "log" },
        y: GAP_AXIS,
        series: [
          ...theorySeries({
            id: "n-step",
            label: `Exact, ${steps} steps`,
            kind: "exact",
            formula: formulaOf(made.curve.map((c) => c.nStep)),
            hue: "gap",
            points: gapCurve(made.curve.map((c) => ({ x: c.x, law: c.nStep }))),
          }),
          ...theorySeries({
            id: "continuous",
            label: "Exact, continuous time",
            kind: "exact",
            formula: formulaOf(made.curve.map((c) => c.continuous)),
            hue: "accent",
            points: gapCurve(made.curve.map((c) => ({ x: c.x, law: c.continuous }))),
          }),
          ...theorySeries({
            id: "reference",
            label: "Untrained model, same steps",
            kind: "exact",
            formula: formulaOf([reference]),
            hue: "data",
            points: gapCurve(cells.map(({ x }) => ({ x, law: reference }))),
          }),
          ...boundSeries(cells.map(({ x, cell }) => ({ x, bound: cell.bound }))),
          ...gapSeries(points),
        ],
        summary: summary(made, points, sayAgreement(agreement)),
        notes: uniqueNotes([
          ...made.notes,
          ...disagreementNotes(agreement, "λ"),
          ...boundNotes(cells),
          ...unresolvedNotes(cells.flatMap(({ cell }) => [cell.nStep, cell.continuous])),
          ...leftOutSamples(placed, result, "λ", "gap"),
          ...refusalNotes(placed, result),
        ]),
      },
    ];
  },
});

function summary(made: Plan, points: ReturnType<typeof gapPoints>, agreement: string): string {
  const byWeight = [...made.cells].sort((a, b) => b.x - a.x);
  const weak = byWeight[0];
  const strong = byWeight.at(-1);
  if (weak === undefined || strong === undefined) return "No tilt of this list can be sampled here.";
  const gapAt = (x: number, cell: GapCell) => {
    const measured = points.find((p) => p.x === x);
    if (measured !== undefined)
      return { value: measured.estimate.value, text: formatInterval(measured.estimate) };
    const exact = cell.nStep?.gap ?? null;
    return exact === null ? null : { value: exact, text: say(exact) };
  };
  const before = gapAt(weak.x, weak.cell);
  const after = gapAt(strong.x, strong.cell);
  if (before === null || after === null)
    return "The gap along training has no closed form here; it is measured.";
  const trend = Math.abs(after.value) < Math.abs(before.value) ? "narrows" : "widens";
  const tail = agreement === "" ? "" : `; ${agreement}`;
  return `As λ falls from ${say(weak.x)} to ${say(strong.x)} the gap at η = ${say(made.eta)} ${trend} from ${before.text} to ${after.text}${tail}.`;
}
