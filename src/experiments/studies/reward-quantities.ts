/** Charts of one number against eta: expected reward, means, variances. */
import type { MeasureResult } from "../../engine/engine.ts";
import { formatInterval } from "../../measure/number-words.ts";
import type { LineChartData, MeasuredPoint, Series, TheoryPoint } from "../../measure/series.ts";
import { measurementOf, type ArmMeasurement } from "../arms.ts";
import { leftOutSamples, refusalNotes, unresolvedNotes } from "../chart-notes.ts";
import {
  agreementOf,
  counted,
  disagreementNotes,
  ETA_AXIS,
  measuredSeries,
  say,
  sayAgreement,
  theoryPoint,
  theorySeries,
  uniqueNotes,
} from "../chart-parts.ts";
import type { LawNumbers } from "../theory-numbers.ts";
import type { RewardCell, RewardPlan } from "./reward-plan.ts";

interface Quantity {
  readonly id: string;
  readonly title: string;
  readonly label: string;
  readonly symbol: string;
  readonly ofLaw: (law: LawNumbers) => number | null;
  readonly measured: (m: ArmMeasurement) => MeasuredPoint["estimate"];
}

/** A chart of one quantity against eta: both exact laws, the target's value, measured points. */
function quantityChart(made: RewardPlan, result: MeasureResult | null, q: Quantity): LineChartData {
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
  { cells, eta, steps }: RewardPlan,
  q: Quantity,
  points: readonly MeasuredPoint[],
  truth: number | null,
  agreement: string,
): string {
  const text = (x: number) => {
    const measured = points.find((p) => p.x === x);
    if (measured !== undefined) return formatInterval(measured.estimate);
    const law = cells.find((c) => c.x === x)?.nStep ?? null;
    const exact = law === null ? null : q.ofLaw(law);
    return exact === null ? "not known in closed form" : say(exact);
  };
  const target = truth === null ? "" : `; the target law has ${say(truth)}`;
  const tail = agreement === "" ? "" : `; ${agreement}`;
  const both = eta > 0 ? ` and ${text(eta)} at η = ${say(eta)}` : "";
  return `${q.label} after ${counted(steps, "step")}: ${text(0)} for the deterministic sampler${both}${target}${tail}.`;
}

/** Expected reward of both samplers. */
export function rewardChart(made: RewardPlan, result: MeasureResult | null): LineChartData {
  return quantityChart(made, result, {
    id: "rewards",
    title: `Expected reward of both samplers at N = ${made.steps}`,
    label: "Expected reward",
    symbol: "J",
    ofLaw: (law) => law.expectedReward,
    measured: (m) => m.expectedReward,
  });
}

/** Mean or variance of coordinate i of the samples. */
export function momentChart(
  made: RewardPlan,
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
