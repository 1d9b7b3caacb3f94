/** Charts of the study of fidelity: distance to real glyphs and shares read as asked, beside those of real glyphs. */
import type { Estimate } from "../../measure/estimate.ts";
import { FRECHET_LEAST } from "../../measure/frechet.ts";
import { formatCount, formatInterval } from "../../measure/number-words.ts";
import type { Axis, LineChartData, MeasuredSeries } from "../../measure/series.ts";
import { countedYes } from "../../measure/share.ts";
import type { SlotName } from "../../prompt/slots.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { ETA_AXIS, measuredSeries, say, STEPS_AXIS } from "../chart-parts.ts";
import type { Fidelity, FidelityCell, FidelityData } from "./fidelity.ts";

const DISTANCE_AXIS: Axis = { label: "Fréchet distance to real glyphs", symbol: "", scale: "linear" };
const READ_AXIS: Axis = { label: "Share read as asked", symbol: "", scale: "linear" };

/** A number of the study with its words. */
interface Quantity {
  readonly id: string;
  readonly title: string;
  readonly axis: Axis;
  readonly of: (fidelity: Fidelity) => Estimate;
  /** An estimate in words, without its n. */
  readonly said: (estimate: Estimate) => string;
  /** The number of images behind all estimates, in words; empty where `said` has it. */
  readonly counted: (n: number) => string;
  /** Why `n` images give no estimate. */
  readonly missing: (n: number) => string;
  readonly notes: readonly string[];
}

/** Charts against eta and N; measurements only. */
export function fidelityCharts(spec: ImageSpec, data: FidelityData): LineChartData[] {
  return quantities(spec, data).flatMap((quantity) => [
    chartByEta(spec, data, quantity),
    chartBySteps(spec, data, quantity),
  ]);
}

function quantities({ model }: ImageSpec, { real }: FidelityData): readonly Quantity[] {
  const prompts =
    "Prompts are those of real glyphs of typefaces that no network was trained on, not the one on the page; the judges are never a reward.";
  const read = (slot: SlotName, title: string): Quantity => ({
    id: slot,
    title,
    axis: READ_AXIS,
    of: (fidelity) => fidelity.read[slot],
    said: (estimate) => `${countedYes(estimate)} of ${estimate.n}, ${formatInterval(estimate)}`,
    counted: () => "",
    missing: () => "No prompt of these images asks for it; set more Images per point.",
    notes: [
      prompts,
      "Points and bars are the middle and the ends of Wilson's score interval (1927), which holds for few images and near 0 or 1; the middle lies nearer to one half than the counted share.",
    ],
  });
  return [
    {
      id: "distance",
      title: `Distance to real glyphs, ${model.weights}`,
      axis: DISTANCE_AXIS,
      of: (fidelity) => fidelity.distance,
      said: formatInterval,
      counted: (n) => `; ${formatCount(n)}`,
      missing: (n) =>
        `A distance with its error needs at least ${FRECHET_LEAST} images, and these are ${n}; set Images per point.`,
      notes: [
        prompts,
        `In the 32 leading principal components of what the first judge sees, to 2,000 training glyphs. It falls with the number of images, so it means something beside the ${real.distance.n} real ones only.`,
      ],
    },
    read("character", "Character read as asked"),
    read("weight", "Weight read as asked"),
    read("slant", "Slant read as asked"),
    read("typeface", "Typeface class read as asked"),
  ];
}

function chartByEta({ sampler }: ImageSpec, data: FidelityData, quantity: Quantity): LineChartData {
  const cells = data.cells.filter(({ steps }) => steps === sampler.steps);
  const points = measured(cells, quantity, (cell) => cell.eta);
  return {
    chart: "line",
    id: `image-${quantity.id}-eta`,
    title: `${quantity.title}, by η, N = ${sampler.steps}`,
    x: ETA_AXIS,
    y: quantity.axis,
    series: [
      ...measuredSeries({ id: "samples", label: "Samples", hue: "sde", points }),
      ...realLine(
        data,
        quantity,
        points.map(({ x }) => x),
      ),
    ],
    summary: summaryOf(cells, data, quantity),
    notes: quantity.notes,
  };
}

function chartBySteps({ sampler }: ImageSpec, data: FidelityData, quantity: Quantity): LineChartData {
  const across = (eta: number) =>
    measured(
      data.cells.filter((cell) => cell.eta === eta),
      quantity,
      (cell) => cell.steps,
    );
  const still = across(0);
  return {
    chart: "line",
    id: `image-${quantity.id}-steps`,
    title: `${quantity.title}, by N`,
    x: STEPS_AXIS,
    y: quantity.axis,
    series: [
      ...measuredSeries({ id: "ode", label: "Deterministic (η = 0)", hue: "ode", points: still }),
      ...(sampler.eta === 0
        ? []
        : measuredSeries({
            id: "sde",
            label: `Stochastic (η = ${say(sampler.eta)})`,
            hue: "sde",
            points: across(sampler.eta),
          })),
      ...realLine(
        data,
        quantity,
        still.map(({ x }) => x),
      ),
    ],
    summary: summaryOf(data.cells, data, quantity),
    notes: quantity.notes,
  };
}

function measured(cells: readonly FidelityCell[], { of }: Quantity, x: (cell: FidelityCell) => number) {
  return cells.flatMap((cell) => {
    const estimate = of(cell);
    return Number.isFinite(estimate.se) ? [{ x: x(cell), estimate }] : [];
  });
}

/** Real glyphs from the first to the last x. */
function realLine(
  { real }: FidelityData,
  { of }: Quantity,
  xs: readonly number[],
): readonly MeasuredSeries[] {
  const estimate = of(real);
  if (!Number.isFinite(estimate.se) || xs.length === 0) return [];
  const ends = [...new Set([Math.min(...xs), Math.max(...xs)])];
  return measuredSeries({
    id: "real",
    label: "Real glyphs, unseen typefaces",
    hue: "data",
    points: ends.map((x) => ({ x, estimate })),
  });
}

function summaryOf(cells: readonly FidelityCell[], { real }: FidelityData, quantity: Quantity): string {
  const { of, said, counted, missing } = quantity;
  const known = cells.filter((cell) => Number.isFinite(of(cell).se));
  const sorted = [...known].sort((a, b) => of(a).value - of(b).value);
  const [low] = sorted;
  const high = sorted.at(-1);
  if (!low || !high) return missing(of(real).n);
  const isSame = said(of(low)) === said(of(high));
  const place = ({ eta, steps }: FidelityCell) => `(η = ${say(eta)}, N = ${steps})`;
  const range = isSame
    ? `${said(of(low))} ${sorted.length === 1 ? place(low) : "for every sampler measured"}`
    : `From ${said(of(low))} ${place(low)} to ${said(of(high))} ${place(high)}`;
  return `${range}; real glyphs ${said(of(real))}${counted(of(high).n)}.`;
}
