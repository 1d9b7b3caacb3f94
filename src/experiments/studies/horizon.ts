/** (c) The gap against how long the process runs, on logarithmic axes, with the slope that theory predicts. */
import { createProcess } from "../../diffusion/processes/index.ts";
import { formatInterval } from "../../measure/number-words.ts";
import type { Axis, MeasuredPoint } from "../../measure/series.ts";
import { horizonRate, type HorizonRate } from "../../theory/rates.ts";
import { leftOutSamples, refusalNotes, unresolvedNotes } from "../chart-notes.ts";
import { createArmList, measurementOf, type ArmPlace } from "../arms.ts";
import {
  agreementOf,
  counted,
  disagreementNotes,
  joinedNote,
  measuredSeries,
  say,
  sayAgreement,
  theorySeries,
  uniqueNotes,
} from "../chart-parts.ts";
import { defineExperiment } from "../experiment.ts";
import {
  createTheoryTable,
  leftOutNotes,
  needsQuadrature,
  STUDY_STEPS,
  type GapNumbers,
  type TheoryTable,
} from "../gap-cells.ts";
import { formulaOf } from "../gap-chart.ts";
import { flipsOf, magnitudes, signs, type GapPlace } from "../gap-size.ts";
import { resolve, type Problem } from "../resolve.ts";
import { isCheap, logSpaced } from "../sweep.ts";

interface HorizonCell {
  readonly T: number;
  /** Place on the axis: T or B(T). */
  readonly x: number;
  readonly continuous: GapNumbers | null;
  readonly nStep: GapNumbers | null;
  readonly place: ArmPlace;
}

interface HorizonCurvePoint {
  readonly x: number;
  /** In continuous time. */
  readonly law: GapNumbers | null;
  readonly nStep: GapNumbers | null;
  /** Leading term of the gap for large T. */
  readonly leading: number | null;
}

interface Plan {
  readonly eta: number;
  readonly steps: number;
  readonly axis: Axis;
  readonly cells: readonly HorizonCell[];
  readonly curve: readonly HorizonCurvePoint[];
  readonly rate: HorizonRate;
  readonly notes: readonly string[];
}

/** The problem with another end time; laws do not depend on it, the optimal control does. */
function withHorizon(problem: Problem, T: number): Problem {
  const spec = { ...problem.spec, process: { ...problem.spec.process, T } };
  return problem.control === null
    ? { ...problem, spec, process: createProcess(spec.process) }
    : resolve(spec);
}

/** The predicted decay. The optimal control is no exact score, so its gap does not come from the prior alone. */
function rateOf(problem: Problem): HorizonRate {
  const rate = horizonRate(problem);
  if (problem.control === null) return rate;
  return {
    ...rate,
    slope: 0,
    leading: null,
    formula: "rate-none",
    words: "Reading B: the gap comes from the control as well as from the prior and does not vanish with T.",
  };
}

/** B(T) = int beta for processes with a noise rate, from alpha = exp(-B/2) (or exp(B/2) where the process expands). */
function integratedRate({ process }: Problem): number {
  return Math.abs(2 * Math.log(process.alpha(process.T)));
}

/** As many steps as are asked for anywhere, so that the gap is nearly that of continuous time; fewer where theory would take long. */
function manySteps(problem: Problem): number {
  const { sampler, evaluation } = problem.spec;
  const most = needsQuadrature(problem) ? STUDY_STEPS / evaluation.horizons.length / 2 : Infinity;
  return Math.max(sampler.steps, ...evaluation.steps.filter((n) => n <= most));
}

function plan(problem: Problem) {
  const { sampler, evaluation } = problem.spec;
  const { eta } = sampler;
  const steps = manySteps(problem);
  const rate = rateOf(problem);
  const arms = createArmList();
  const place = (at: Problem, T: number) => (rate.variable === "B" ? integratedRate(at) : T);
  const horizons = [...new Set(evaluation.horizons)].sort((a, b) => a - b);
  const tables = new Map<number, TheoryTable>();
  const cells = horizons.map((T): HorizonCell => {
    const at = withHorizon(problem, T);
    const table = createTheoryTable(at, STUDY_STEPS / horizons.length);
    tables.set(T, table);
    const nStep = table.nStep(eta, steps);
    return {
      T,
      x: place(at, T),
      continuous: table.continuous(eta),
      nStep,
      place: arms.add({ problem: at, eta, steps, near: nStep }),
    };
  });
  const curve = curveTimes(problem, horizons).map((T): HorizonCurvePoint => {
    const at = withHorizon(problem, T);
    const table = tables.get(T) ?? createTheoryTable(at);
    return {
      x: place(at, T),
      law: table.continuous(eta),
      nStep: table.nStep(eta, steps),
      leading: rate.leading === null ? null : horizonRate(at).leading,
    };
  });
  const made: Plan = {
    eta,
    steps,
    axis:
      rate.variable === "B"
        ? { label: "Integrated noise rate", symbol: "B(T)", scale: "linear" }
        : { label: "End time", symbol: "T", scale: "log" },
    cells: cells.filter((c) => Number.isFinite(c.x)),
    curve: curve.filter((c) => Number.isFinite(c.x)),
    rate,
    notes: [
      ...problem.notes,
      ...leftOutNotes([...tables.values()]),
      ...unresolvedNotes(cells.flatMap((c) => [c.nStep, c.continuous])),
      ...(isCheap(problem) ? [] : [joinedNote(rate.variable)]),
      ...(cells.some((c) => !Number.isFinite(c.x))
        ? ["End times at which no signal is left have no place on this axis and are left out."]
        : []),
    ],
  };
  return { job: arms.job(problem), plan: made };
}

function curveTimes(problem: Problem, horizons: readonly number[]): number[] {
  const [lo = 1, hi = 1] = [horizons[0], horizons.at(-1)];
  const between = isCheap(problem) ? logSpaced(lo, hi, 41).map((T) => Math.min(hi, Math.max(lo, T))) : [];
  return [...new Set([...between, ...horizons])].sort((a, b) => a - b);
}

/** The predicted line: the leading term where it is known, else the slope through the last exact point. */
function asymptote({ curve, rate }: Plan): { x: number; y: number | null }[] {
  if (rate.slope === 0) return [];
  const last = [...curve].reverse().find((c) => c.law?.gap != null && c.law.gap !== 0);
  return curve.map(({ x, leading }) => {
    if (leading !== null) return { x, y: leading === 0 ? null : Math.abs(leading) };
    const gap = last?.law?.gap ?? null;
    if (last === undefined || gap === null) return { x, y: null };
    const ratio = rate.variable === "T" ? (x / last.x) ** rate.slope : Math.exp(rate.slope * (x - last.x));
    return { x, y: Math.abs(gap) * ratio };
  });
}

/** What a chart of sizes cannot show: the sign, and where it changes. */
function flipNotes(made: Plan): string[] {
  const lines = [
    ["with N steps", stepPlaces(made)],
    ["in continuous time", made.curve],
  ] as const;
  return lines.flatMap(([which, places]) =>
    flipsOf(places).map(
      (flip) =>
        `The exact gap ${which} changes sign near ${made.axis.symbol} = ${say(flip.at)}: ${signs(flip)}. The axis shows its size, so the line is broken there.`,
    ),
  );
}

function stepPlaces({ curve }: Plan): readonly GapPlace[] {
  return curve.map(({ x, nStep }) => ({ x, law: nStep }));
}

/** See the registry. */
export const horizon = defineExperiment<Plan>({
  id: "horizon",
  title: "Reward gap against the horizon",
  question: "How fast does the gap vanish as the process runs longer, and is it the predicted rate?",
  refusal: ({ spec }) =>
    spec.sampler.eta === 0 ? "The gap compares with η = 0; set η above 0 to see it against T." : null,
  plan,
  charts: (made, result) => {
    const { eta, steps, axis, cells, curve, rate } = made;
    const signed = cells.flatMap(({ x, nStep, place }): MeasuredPoint[] => {
      const measured = measurementOf(result, place);
      if (measured === null) return [];
      const expected = nStep?.gap ?? null;
      return [{ x, estimate: measured.gap, ...(expected === null ? {} : { expected }) }];
    });
    const agreement = agreementOf(signed, (x) => cells.find((c) => c.x === x)?.nStep?.gapError ?? 0);
    const points = signed
      .filter((p) => p.estimate.value !== 0)
      .map(({ x, estimate, expected }): MeasuredPoint => {
        const sign = Math.sign(estimate.value);
        return {
          x,
          estimate: { ...estimate, value: Math.abs(estimate.value) },
          ...(expected === undefined ? {} : { expected: sign * expected }),
        };
      });
    const lost = points.filter((p) => p.estimate.value < 2 * p.estimate.se).length;
    return [
      {
        chart: "line",
        id: "horizon",
        title: `Size of the reward gap against ${axis.symbol} at η = ${say(eta)}`,
        x: axis,
        y: { label: "Size of the reward gap", symbol: "|J(η) − J(0)|", scale: "log" },
        series: [
          ...theorySeries({
            id: "continuous",
            label: "Exact, continuous time",
            kind: "exact",
            formula: formulaOf(curve.map((c) => c.law)),
            hue: "accent",
            points: magnitudes(curve),
          }),
          ...theorySeries({
            id: "n-step",
            label: `Exact, ${counted(steps, "step")}`,
            kind: "exact",
            formula: formulaOf(curve.map((c) => c.nStep)),
            hue: "gap",
            points: magnitudes(stepPlaces(made)),
          }),
          ...theorySeries({
            id: "asymptote",
            label: `Predicted slope ${say(rate.slope)}`,
            kind: rate.kind,
            formula: rate.formula,
            hue: "bound",
            points: asymptote(made),
          }),
          ...measuredSeries({
            id: "measured",
            label: `Measured gap, ${counted(steps, "step")}`,
            hue: "gap",
            points,
          }),
        ],
        summary: summary(made, signed, sayAgreement(agreement)),
        notes: uniqueNotes([
          ...made.notes,
          ...flipNotes(made),
          ...(lost > 0
            ? [
                `At ${counted(lost, "point")} the measured gap is within 2 standard errors of 0; only more particles can place them on a logarithmic axis.`,
              ]
            : []),
          ...disagreementNotes(agreement, axis.symbol),
          ...leftOutSamples(cells, result, axis.symbol, "gap"),
          ...refusalNotes(cells, result),
        ]),
      },
    ];
  },
});

/** Slope of the exact continuous gap between the last two points of the curve. */
function lastSlope({ curve, rate }: Plan): number | null {
  const known = curve.filter((c) => c.law?.gap != null && c.law.gap !== 0).slice(-2);
  const [a, b] = known;
  if (a === undefined || b === undefined || rate.slope === 0) return null;
  const fall = Math.log(Math.abs((b.law?.gap ?? 1) / (a.law?.gap ?? 1)));
  return fall / (rate.variable === "T" ? Math.log(b.x / a.x) : b.x - a.x);
}

function summary(made: Plan, points: readonly MeasuredPoint[], agreement: string): string {
  const { rate, axis, cells } = made;
  const slope = lastSlope(made);
  const last = cells.at(-1);
  const measured = points.at(-1);
  const gap =
    measured !== undefined
      ? ` At ${axis.symbol} = ${say(measured.x)} the measured gap is ${formatInterval(measured.estimate)}${agreement === "" ? "" : `; ${agreement}`}.`
      : last?.continuous?.gap == null
        ? ""
        : ` At ${axis.symbol} = ${say(last.x)} the gap in continuous time is ${say(last.continuous.gap)}.`;
  const found =
    slope === null ? "" : ` The exact curve ends with slope ${say(slope)}; predicted ${say(rate.slope)}.`;
  const flips = flipsOf(stepPlaces(made)).map(
    (flip) =>
      ` With ${counted(made.steps, "step")} the gap changes sign near ${axis.symbol} = ${say(flip.at)} (${signs(flip)}).`,
  );
  return `${rate.words}${found}${flips.join("")}${gap}`;
}
