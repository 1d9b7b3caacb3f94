/** Charts of an image experiment: reward and gap against eta, reward and gap against N. Measurements only. */
import type { Estimate } from "../../measure/estimate.ts";
import { formatInterval } from "../../measure/number-words.ts";
import type { Axis, LineChartData, MeasuredPoint } from "../../measure/series.ts";
import { interval } from "../../measure/verdict.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { ETA_AXIS, GAP_AXIS, measuredSeries, say, STEPS_AXIS } from "../chart-parts.ts";
import type { ImageCell } from "./cells.ts";

/** Why no theory is drawn here. */
export const NO_BOUND_NOTE =
  "No theory curve: no law of the network's images is known. What the general bound says, and which of its assumptions fail, is in the study of the bound.";

/** Charts of the cells so far; `reward` is the reward's title, `unit` its unit ("" for none). */
export function imageCharts(
  spec: ImageSpec,
  cells: readonly ImageCell[],
  { reward, unit }: { readonly reward: string; readonly unit: string },
): LineChartData[] {
  const { sampler } = spec;
  const measured = cells.filter((cell) => cell.reward.n > 1);
  const along = measured.filter(({ steps }) => steps === sampler.steps);
  const across = (eta: number) => measured.filter((cell) => cell.eta === eta);
  const rewardAxis: Axis = {
    label: unit === "" ? reward : `${reward} (${unit})`,
    symbol: "J",
    scale: "linear",
  };
  const gapAxis: Axis = unit === "" ? GAP_AXIS : { ...GAP_AXIS, label: `${GAP_AXIS.label} (${unit})` };
  const notes = [NO_BOUND_NOTE, ...lostNotes(measured)];
  const noisy = across(sampler.eta);
  const still = across(0);
  return [
    {
      chart: "line",
      id: "image-gap-eta",
      title: `Reward gap by η, N = ${sampler.steps}`,
      x: ETA_AXIS,
      y: gapAxis,
      series: measuredSeries({ id: "gap", label: "Measured gap", hue: "gap", points: gaps(along, "eta") }),
      summary: summaryByEta(along, sampler.steps),
      notes,
    },
    {
      chart: "line",
      id: "image-reward-eta",
      title: `${reward} by η, N = ${sampler.steps}`,
      x: ETA_AXIS,
      y: rewardAxis,
      series: measuredSeries({
        id: "reward",
        label: "Expected reward",
        hue: "sde",
        points: rewards(along, "eta"),
      }),
      summary: extremes(along),
      notes: lostNotes(measured),
    },
    {
      chart: "line",
      id: "image-gap-steps",
      title: `Reward gap by N, η = ${say(sampler.eta)}`,
      x: STEPS_AXIS,
      y: gapAxis,
      series: measuredSeries({ id: "gap", label: "Measured gap", hue: "gap", points: gaps(noisy, "steps") }),
      summary: summaryBySteps(noisy, sampler.eta),
      notes,
    },
    {
      chart: "line",
      id: "image-reward-steps",
      title: `${reward} by N`,
      x: STEPS_AXIS,
      y: rewardAxis,
      series: [
        ...measuredSeries({
          id: "ode",
          label: "Deterministic (η = 0)",
          hue: "ode",
          points: rewards(still, "steps"),
        }),
        ...(sampler.eta === 0
          ? []
          : measuredSeries({
              id: "sde",
              label: `Stochastic (η = ${say(sampler.eta)})`,
              hue: "sde",
              points: rewards(noisy, "steps"),
            })),
      ],
      summary: extremes([...still, ...noisy]),
      notes: lostNotes(measured),
    },
  ];
}

function points(
  cells: readonly ImageCell[],
  x: "eta" | "steps",
  estimate: (cell: ImageCell) => Estimate,
): MeasuredPoint[] {
  return cells.map((cell) => ({ x: cell[x], estimate: estimate(cell) }));
}

const gaps = (cells: readonly ImageCell[], x: "eta" | "steps") => points(cells, x, (cell) => cell.gap);
const rewards = (cells: readonly ImageCell[], x: "eta" | "steps") => points(cells, x, (cell) => cell.reward);

function lostNotes(cells: readonly ImageCell[]): string[] {
  const lost = cells.reduce((sum, cell) => sum + cell.lost, 0);
  return lost === 0 ? [] : [`${lost} images had no finite reward and are left out.`];
}

/** The largest gap among those that chance does not explain: whose 95 % interval leaves out 0. */
function widest(cells: readonly ImageCell[]): ImageCell | null {
  const clear = cells.filter(({ gap }) => {
    const [low, high] = interval(gap);
    return low > 0 || high < 0;
  });
  return clear.reduce<ImageCell | null>(
    (most, cell) => (most === null || Math.abs(cell.gap.value) > Math.abs(most.gap.value) ? cell : most),
    null,
  );
}

function summaryByEta(cells: readonly ImageCell[], steps: number): string {
  const noisy = cells.filter(({ eta }) => eta > 0);
  if (noisy.length === 0) return "No stochastic sampler has been measured yet.";
  const cell = widest(noisy);
  if (cell === null) return `At N = ${steps} ${noGap(noisy)}`;
  return `At N = ${steps} the largest gap measured is at η = ${say(cell.eta)}: ${formatInterval(cell.gap)} (n = ${cell.gap.n}).`;
}

function summaryBySteps(cells: readonly ImageCell[], eta: number): string {
  if (cells.length === 0) return "No step count has been measured yet.";
  if (eta === 0) return "At η = 0 there is no gap: it is measured from there.";
  const cell = widest(cells);
  if (cell === null) return `At η = ${say(eta)} ${noGap(cells)}`;
  return `At η = ${say(eta)} the largest gap measured is at N = ${cell.steps}: ${formatInterval(cell.gap)} (n = ${cell.gap.n}).`;
}

/** For cells whose intervals all hold 0. */
function noGap(cells: readonly ImageCell[]): string {
  const ns = cells.map(({ gap }) => gap.n);
  const [least, most] = [Math.min(...ns), Math.max(...ns)];
  const n = `n = ${least === most ? most : `${least} to ${most}`}`;
  if (cells.some(({ gap }) => gap.value !== 0 || gap.se !== 0))
    return `no gap differs from 0 at this n: every 95 % interval holds 0 (${n}).`;
  const why = cells.every(({ steps }) => steps === 1) ? ": the one step ends at t = 0 and adds no noise" : "";
  return `every gap is exactly 0 (${n})${why}.`;
}

function extremes(cells: readonly ImageCell[]): string {
  const sorted = [...cells].sort((a, b) => a.reward.value - b.reward.value);
  const [low] = sorted;
  const high = sorted.at(-1);
  if (low === undefined || high === undefined) return "Nothing has been measured yet.";
  const place = (cell: ImageCell) => `η = ${say(cell.eta)}, N = ${cell.steps}`;
  if (formatInterval(low.reward) === formatInterval(high.reward))
    return `Expected reward ${formatInterval(high.reward)} for every sampler measured, n = ${high.reward.n}.`;
  return `Expected reward from ${formatInterval(low.reward)} (${place(low)}) to ${formatInterval(high.reward)} (${place(high)}), n = ${high.reward.n}.`;
}
