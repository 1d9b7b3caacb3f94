/** (f) What each sampler reaches: expected rewards, moments, and the distance of its samples from the truth. */
import type { MeasureResult } from "../../engine/engine.ts";
import { gaussianWasserstein } from "../../measure/wasserstein.ts";
import type { LineChartData, MeasuredPoint, Series, TheoryPoint } from "../../measure/series.ts";
import type { GaussianMixture } from "../../diffusion/mixture.ts";
import { leftOutSamples, noTheoryNotes, refusalNotes, unresolvedNotes } from "../chart-notes.ts";
import { createArmList, measurementOf, type ArmMeasurement, type ArmPlace } from "../arms.ts";
import { boundSpeaks, type BoundNumbers } from "../bound-numbers.ts";
import {
  agreementOf,
  counted,
  disagreementNotes,
  ETA_AXIS,
  joinedNote,
  measuredSeries,
  say,
  sayAgreement,
  sayEstimate,
  theoryPoint,
  theorySeries,
  uniqueNotes,
} from "../chart-parts.ts";
import { defineExperiment } from "../experiment.ts";
import { createTheoryTable, leftOutNotes, STUDY_STEPS, type GapNumbers } from "../gap-cells.ts";
import { distanceHistogram, histogramDistance, momentDistance } from "../measured-distance.ts";
import type { Moments, Problem } from "../resolve.ts";
import { isCheapByEta, smoothSweep } from "../sweep.ts";
import { targetNumbers, type LawNumbers } from "../theory-numbers.ts";

interface RewardCell {
  readonly x: number;
  readonly nStep: GapNumbers | null;
  readonly bound: BoundNumbers | null;
  readonly place: ArmPlace;
}

interface Plan {
  readonly steps: number;
  readonly eta: number;
  readonly dim: number;
  readonly cells: readonly RewardCell[];
  readonly curve: readonly {
    readonly x: number;
    readonly nStep: GapNumbers | null;
    readonly continuous: GapNumbers | null;
  }[];
  readonly target: LawNumbers;
  readonly law: GaussianMixture;
  /** The target if it is Gaussian. */
  readonly gaussian: Moments | null;
  readonly notes: readonly string[];
}

/** Largest dimension in which the measured distance is worth its cost. */
const DISTANCE_DIM = 4;

function plan(problem: Problem) {
  const { sampler, evaluation } = problem.spec;
  const { steps } = sampler;
  const table = createTheoryTable(problem, STUDY_STEPS);
  const arms = createArmList();
  const target = targetNumbers(problem);
  const etas = [...new Set([0, sampler.eta, ...evaluation.etas])].sort((a, b) => a - b);
  const histogram =
    problem.dim === 1 ? { histogram: distanceHistogram(target.mean[0] ?? 0, target.cov[0]?.[0] ?? 1) } : {};
  const cells = etas.map((eta): RewardCell => {
    const nStep = table.nStep(eta, steps);
    return {
      x: eta,
      nStep,
      bound: table.bound(eta),
      place: arms.add({ problem, eta, steps, near: nStep, ...histogram }),
    };
  });
  const curve = smoothSweep(problem, etas).map((x) => ({
    x,
    nStep: table.nStep(x, steps),
    continuous: table.continuous(x),
  }));
  const made: Plan = {
    steps,
    eta: sampler.eta,
    dim: problem.dim,
    cells,
    curve,
    target,
    law: problem.law,
    gaussian: problem.gaussian,
    notes: [
      ...problem.notes,
      ...noTheoryNotes(problem),
      ...leftOutNotes([table]),
      ...(!isCheapByEta(problem) && curve.some((c) => c.nStep !== null || c.continuous !== null)
        ? [joinedNote("η")]
        : []),
      ...(problem.control === null
        ? []
        : [
            "Reading B: the model is the optimal policy of its training sampler; the target is met only there.",
          ]),
    ],
  };
  return { job: arms.job(problem), plan: made };
}

/** See the registry. */
export const rewards = defineExperiment<Plan>({
  id: "rewards",
  title: "What each sampler reaches",
  question: "What reward does each sampler reach, and how far are its samples from the truth?",
  plan,
  charts: (made, result) => {
    const coordinates = Array.from({ length: Math.min(made.dim, 2) }, (_, i) => i);
    return [
      rewardChart(made, result),
      distanceChart(made, result),
      ...coordinates.flatMap((i) => [
        momentChart(made, result, i, "mean"),
        momentChart(made, result, i, "variance"),
      ]),
    ].filter((chart) => chart.series.length > 0);
  },
});

interface Quantity {
  readonly id: string;
  readonly title: string;
  readonly label: string;
  readonly symbol: string;
  readonly ofLaw: (law: LawNumbers) => number | null;
  readonly measured: (m: ArmMeasurement) => MeasuredPoint["estimate"];
}

/** A chart of one quantity against eta: both exact laws, the target's value, measured points. */
function quantityChart(made: Plan, result: MeasureResult | null, q: Quantity): LineChartData {
  const { cells, curve, steps, target } = made;
  const points = measuredPoints(cells, result, q);
  const agreement = agreementOf(points, (x) => cells.find((c) => c.x === x)?.nStep?.error ?? 0);
  const value = (law: LawNumbers | null) => (law === null ? null : q.ofLaw(law));
  const exact = (id: "nStep" | "continuous"): TheoryPoint[] =>
    curve.map((c) => theoryPoint(c.x, value(c[id]), c[id]?.error ?? 0));
  const truth = q.ofLaw(target);
  const series: Series[] = [
    ...theorySeries({
      id: "n-step",
      label: `Exact, ${counted(steps, "step")}`,
      kind: "exact",
      formula: curve.find((c) => c.nStep !== null)?.nStep?.formula ?? "gap",
      hue: "sde",
      points: exact("nStep"),
    }),
    ...theorySeries({
      id: "continuous",
      label: "Exact, continuous time",
      kind: "exact",
      formula: curve.find((c) => c.continuous !== null)?.continuous?.formula ?? "gap",
      hue: "accent",
      points: exact("continuous"),
    }),
    ...theorySeries({
      id: "target",
      label: "Target law",
      kind: target.kind,
      formula: target.formula,
      hue: "target",
      points: cells.map((c) => theoryPoint(c.x, truth)),
    }),
    ...measuredSeries({
      id: "measured-ode",
      label: "Measured, deterministic",
      hue: "ode",
      points: points.filter((p) => p.x === 0),
    }),
    ...measuredSeries({
      id: "measured-sde",
      label: "Measured, stochastic",
      hue: "sde",
      points: points.filter((p) => p.x > 0),
    }),
  ];
  return {
    chart: "line",
    id: q.id,
    title: q.title,
    x: ETA_AXIS,
    y: { label: q.label, symbol: q.symbol, scale: "linear" },
    series,
    summary: summary(made, q, points, truth, sayAgreement(agreement)),
    notes: uniqueNotes([
      ...made.notes,
      ...(q.id === "rewards"
        ? [
            ...unresolvedNotes([target, ...curve.flatMap((c) => [c.nStep, c.continuous])]),
            ...leftOutSamples(cells, result, "η", "reward"),
          ]
        : []),
      ...disagreementNotes(agreement, "η"),
      ...refusalNotes(cells, result),
    ]),
  };
}

function measuredPoints(
  cells: readonly RewardCell[],
  result: MeasureResult | null,
  q: Quantity,
): MeasuredPoint[] {
  return cells.flatMap(({ x, nStep, place }) => {
    const measured = measurementOf(result, place);
    if (measured === null) return [];
    const expected = nStep === null ? null : q.ofLaw(nStep);
    return [{ x, estimate: q.measured(measured), ...(expected === null ? {} : { expected }) }];
  });
}

function summary(
  { cells, eta, steps }: Plan,
  q: Quantity,
  points: readonly MeasuredPoint[],
  truth: number | null,
  agreement: string,
): string {
  const text = (x: number) => {
    const measured = points.find((p) => p.x === x);
    if (measured !== undefined) return sayEstimate(measured.estimate);
    const law = cells.find((c) => c.x === x)?.nStep ?? null;
    const exact = law === null ? null : q.ofLaw(law);
    return exact === null ? "not known in closed form" : say(exact);
  };
  const target = truth === null ? "" : `; the target law has ${say(truth)}`;
  const tail = agreement === "" ? "" : `; ${agreement}`;
  const both = eta > 0 ? ` and ${text(eta)} at η = ${say(eta)}` : "";
  return `${q.label} after ${counted(steps, "step")}: ${text(0)} for the deterministic sampler${both}${target}${tail}.`;
}

function rewardChart(made: Plan, result: MeasureResult | null): LineChartData {
  return quantityChart(made, result, {
    id: "rewards",
    title: `Expected reward of both samplers at N = ${made.steps}`,
    label: "Expected reward",
    symbol: "J",
    ofLaw: (law) => law.expectedReward,
    measured: (m) => m.expectedReward,
  });
}

function momentChart(
  made: Plan,
  result: MeasureResult | null,
  i: number,
  moment: "mean" | "variance",
): LineChartData {
  const axis = made.dim === 1 ? "" : ` of ${["x", "y"][i] ?? ""}`;
  const name = moment === "mean" ? "Mean" : "Variance";
  return quantityChart(made, result, {
    id: made.dim === 1 ? moment : `${moment}-${["x", "y"][i] ?? i}`,
    title: `${name}${axis} of the samples at N = ${made.steps}`,
    label: `${name}${axis}`,
    symbol: moment === "mean" ? "m" : "s²",
    ofLaw: (law) => (moment === "mean" ? (law.mean[i] ?? null) : (law.cov[i]?.[i] ?? null)),
    measured: (m) =>
      (moment === "mean" ? m.mean[i] : m.cov[i]?.[i]) ?? { value: Number.NaN, se: Number.NaN, n: 0 },
  });
}

/** Distance of the samples from the target: exact for Gaussian laws, measured in low dimensions, with the general bound. */
function distanceChart(made: Plan, result: MeasureResult | null): LineChartData {
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
        : `After ${counted(steps, "step")} the samples are ${sayEstimate(first.estimate)} from the target at η = ${say(first.x)} and ${sayEstimate(last.estimate)} at η = ${say(last.x)}.`,
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

function measuredDistance({ gaussian, law, dim }: Plan, measured: ArmMeasurement) {
  if (gaussian !== null) return dim <= DISTANCE_DIM ? momentDistance(measured, gaussian) : null;
  const { histogram } = measured.result;
  return dim === 1 && histogram !== null ? histogramDistance(histogram, law) : null;
}
