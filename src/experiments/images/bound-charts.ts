/** Charts of the general bound on images, with the kind of every part and what it takes for granted. */
import { IMAGE_SIZE } from "../../engine/image-engine.ts";
import type { Estimate } from "../../measure/estimate.ts";
import { formatInterval } from "../../measure/number-words.ts";
import type { Axis, LineChartData } from "../../measure/series.ts";
import { imageRewardLipschitz } from "../../rewards/image/lipschitz.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { provableLogContraction } from "../../theory/image-bound.ts";
import { ETA_AXIS, GAP_AXIS, measuredSeries, say, theorySeries } from "../chart-parts.ts";
import { type BoundData, evaluateBound, type EvaluatedBound } from "./bound.ts";
import { cellsOf, type ImageCell, sweepPlaces } from "./cells.ts";
import { PROBE_TIMES, REFERENCE_STEPS } from "./probe.ts";

const TIME_AXIS: Axis = { label: "Time, 0 image to 1 noise", symbol: "t", scale: "linear" };
const ERROR_AXIS: Axis = { label: "Error of x0Hat per number, at most", symbol: "", scale: "linear" };
const DISTANCE_AXIS: Axis = { label: "Distance of laws, whole images", symbol: "W2", scale: "linear" };

/** Gap against the bound, its parts, and the measured error of the network. */
export function boundCharts(
  spec: ImageSpec,
  { probe, sweep }: BoundData,
  { reward, unit }: { readonly reward: string; readonly unit: string },
): LineChartData[] {
  const places = sweepPlaces(spec).filter(({ steps }) => steps === spec.sampler.steps);
  const etas = places.map(({ eta }) => eta);
  const bounds = isEvaluable(spec) ? evaluateBound(spec, probe, etas) : [];
  const cells = sweep.places.length === 0 ? [] : cellsOf(sweep, spec.reward);
  const assumptions = assumptionNotes(spec, { probe, sweep });
  return [
    gapChart(spec, bounds, cells, { reward, unit, notes: assumptions }),
    {
      chart: "line",
      id: "image-bound-w2",
      title: "Distance from the images of the ODE with many steps",
      x: ETA_AXIS,
      y: DISTANCE_AXIS,
      series: [
        ...curve("w2", "Whole", "bound", bounds, ({ sde }) => sde.w2),
        ...curve("network", "By the network's error", "accent", bounds, ({ sde }) => sde.scoreError),
        ...curve("start", "By the start", "data", bounds, ({ sde }) => sde.priorMismatch),
      ],
      summary: distanceWords(bounds),
      notes: assumptions,
    },
    errorChart({ probe, sweep }),
  ];
}

/** The bound is for one eta all along the way. */
function isEvaluable({ sampler }: ImageSpec): boolean {
  return sampler.schedule.kind === "constant";
}

function curve(
  id: string,
  label: string,
  hue: "bound" | "accent" | "data",
  bounds: readonly EvaluatedBound[],
  value: (bound: EvaluatedBound) => number | null,
) {
  const points = bounds.map((bound) => ({ x: bound.eta, y: finite(value(bound)) }));
  return theorySeries({ id, label, kind: "heuristic", formula: "w2-bound", hue, points });
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function gapChart(
  spec: ImageSpec,
  bounds: readonly EvaluatedBound[],
  cells: readonly ImageCell[],
  words: { readonly reward: string; readonly unit: string; readonly notes: readonly string[] },
): LineChartData {
  const useful = bounds.filter(({ vacuous }) => !vacuous);
  const points = cells.flatMap(({ eta, gap }) => (gap.n > 1 ? [{ x: eta, estimate: gap }] : []));
  return {
    chart: "line",
    id: "image-bound-gap",
    title: `${words.reward}: gap against the bound, N = ${spec.sampler.steps}`,
    x: ETA_AXIS,
    y: words.unit === "" ? GAP_AXIS : { ...GAP_AXIS, label: `${GAP_AXIS.label} (${words.unit})` },
    series: [
      ...curve("above", "Bound with measured slopes", "bound", useful, ({ gap }) => gap),
      ...curve("below", "The same, below 0", "bound", useful, ({ gap }) => (gap === null ? null : -gap)),
      ...measuredSeries({ id: "gap", label: "Measured gap", hue: "gap", points }),
    ],
    summary: gapWords(spec, bounds, cells),
    notes: [...rewardNotes(spec, bounds), ...words.notes],
  };
}

function errorChart({ probe }: BoundData): LineChartData {
  const points = probe.points
    .filter(({ errorSq }) => errorSq.n > 1)
    .map(({ t, errorSq }) => ({ x: t, estimate: perNumber(errorSq) }));
  const worst = points.reduce<(typeof points)[number] | null>(
    (most, point) => (most === null || point.estimate.value > most.estimate.value ? point : most),
    null,
  );
  return {
    chart: "line",
    id: "image-score-error",
    title: "Error of the network's clean image",
    x: TIME_AXIS,
    y: ERROR_AXIS,
    series: measuredSeries({ id: "error", label: "Denoising error", hue: "accent", points }),
    summary:
      worst === null
        ? "Nothing has been measured yet."
        : `Largest at t = ${say(worst.x)}: ${formatInterval(worst.estimate)} (n = ${worst.estimate.n}).`,
    notes: [
      "An upper estimate: the mean square also holds the spread of the images that look alike at time t.",
      `Images are the network's own, ${REFERENCE_STEPS} steps at η = 0, noised to t; colours run from −1 to 1.`,
    ],
  };
}

/** Root mean square per number, by the delta method. */
function perNumber({ value, se, n }: Estimate): Estimate {
  const root = Math.sqrt(value / IMAGE_SIZE);
  return { value: root, se: se / (2 * root * IMAGE_SIZE), n };
}

function gapWords(spec: ImageSpec, bounds: readonly EvaluatedBound[], cells: readonly ImageCell[]): string {
  const bound = bounds.find(({ eta }) => eta === spec.sampler.eta);
  const gap = cells.find(({ eta }) => eta === spec.sampler.eta)?.gap;
  const measured = gap && gap.n > 1 ? ` Measured gap: ${formatInterval(gap)} (n = ${gap.n}).` : "";
  if (bound === undefined) return `No bound here.${measured}`;
  if (bound.gap === null) return `No bound on this reward's gap.${measured}`;
  const extent = bound.vacuous ? "vacuous, wider than the reward's whole range" : "heuristic";
  return `At η = ${say(spec.sampler.eta)}: |gap| at most ${say(bound.gap)} (${extent}).${measured}`;
}

function distanceWords(bounds: readonly EvaluatedBound[]): string {
  const first = bounds[0];
  const last = bounds.at(-1);
  if (!first || !last) return "No bound here.";
  const part = ({ eta, sde }: EvaluatedBound) =>
    `${say(sde.w2)} at η = ${say(eta)} (${say(sde.scoreError)} by the network, ${say(sde.priorMismatch)} by the start)`;
  return `W2 at most ${part(first)}, ${part(last)}, if no pair of states is steeper than those seen.`;
}

/** What is known of the reward's slope. */
function rewardNotes({ reward }: ImageSpec, bounds: readonly EvaluatedBound[]): string[] {
  const known = imageRewardLipschitz(reward.kind);
  if (known.constant === null)
    return [`Fails: no Lipschitz constant of this reward, for ${known.reason}. Distances of laws remain.`];
  const vacuous = bounds.some((bound) => bound.vacuous)
    ? ["Vacuous where it exceeds the reward's whole range; it is not drawn there."]
    : [];
  return [
    `Holds: the reward changes by at most ${say(known.constant)} per unit of distance (${known.kind}).`,
    ...vacuous,
  ];
}

/** One line for each assumption: does it hold here? */
function assumptionNotes(spec: ImageSpec, { probe }: BoundData): string[] {
  const [first = 0] = PROBE_TIMES;
  const last = PROBE_TIMES.at(-1) ?? 1;
  const { eta, steps, schedule } = spec.sampler;
  if (schedule.kind !== "constant")
    return ["Fails: the bound is for one η all along the way, and this schedule changes it."];
  const steepest = probe.points.reduce((most, point) => (point.slope > most.slope ? point : most), {
    slope: -Infinity,
    t: NaN,
    pairs: 0,
  });
  const proved = provableLogContraction(first, last, IMAGE_SIZE, eta) / Math.LN10;
  return [
    `Fails: one-sided Lipschitz constant of the network. The steepest of ${steepest.pairs} pairs of states (slope of x0Hat ${say(steepest.slope)}, at t = ${say(steepest.t)}) is a lower estimate, so the curves are heuristic, not bounds. What can be proved, from colours between −1 and 1 alone, lets errors of the start grow to a number of ${Math.round(proved).toLocaleString("en-US")} digits: vacuous.`,
    `Holds on average: score error, by an upper estimate from denoising (n = ${probe.sizeSq.n} images), not against real glyphs but against the network's own images (${REFERENCE_STEPS} steps, η = 0).`,
    `Fails: continuous time. The error of N = ${steps} steps is not covered; nor are times below ${first}.`,
  ];
}
