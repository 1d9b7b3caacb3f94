/** Charts of the study of prompts, and what it says about the published finding. */
import type { Estimate } from "../../measure/estimate.ts";
import { formatInterval } from "../../measure/number-words.ts";
import { meanOfFew } from "../../measure/few.ts";
import { addScalar, emptyScalarSums } from "../../measure/scalar-sums.ts";
import type { Axis, LineChartData, MeasuredSeries } from "../../measure/series.ts";
import { interval } from "../../measure/verdict.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { GAP_AXIS, measuredSeries, say } from "../chart-parts.ts";
import type { FindingVerdict } from "../findings.ts";
import { placeOfReward } from "./plan.ts";
import { IMAGES_PER_PROMPT, type Richness, type RichnessLevel } from "./richness.ts";

/** One level for one reward; every estimate is over prompts. */
export interface RichnessCell {
  readonly attributes: number;
  readonly ode: Estimate;
  readonly sde: Estimate;
  /** reward(eta) - reward(0), paired by prompt and noise. */
  readonly gap: Estimate;
  /** |reward(eta) - reward(0)| of single prompts: what remains of the differences when their signs do not cancel. */
  readonly size: Estimate;
  readonly diversityOde: Estimate;
  readonly diversitySde: Estimate;
}

/** The finding of [Sheng25] that the study puts to the test. */
export const PROMPT_CLAIM = "Published: the richer the prompt, the smaller the gap between SDE and ODE.";

export interface PromptFinding {
  /** |gap| of the poorest prompts less |gap| of the richest, paired by prompt; above 0 if the gap shrinks. */
  readonly fall: Estimate;
  readonly poorest: RichnessCell;
  readonly richest: RichnessCell;
  readonly verdict: FindingVerdict;
}

/** Levels as numbers for the specification's reward; a level without prompts is left out. */
export function richnessCells(spec: ImageSpec, { rewards, levels }: Richness): readonly RichnessCell[] {
  const at = placeOfReward(rewards, spec.reward);
  return levels.flatMap(({ attributes, ode, sde }) => {
    const gaps = differences(ode.rewards[at], sde.rewards[at]);
    const cell = {
      attributes,
      ode: mean(ode.rewards[at]),
      sde: mean(sde.rewards[at]),
      gap: mean(gaps),
      size: mean(gaps.map(Math.abs)),
      diversityOde: mean(ode.diversity),
      diversitySde: mean(sde.diversity),
    };
    return cell.gap.n > 1 ? [cell] : [];
  });
}

function differences(from: ArrayLike<number> = [], to: Float64Array = new Float64Array(0)): Float64Array {
  return to.map((value, i) => value - (from[i] ?? NaN));
}

/** Mean of the finite values, which are those of the prompts measured so far. */
function mean(values: ArrayLike<number> = []): Estimate {
  return meanOfFew(Array.from(values).reduce(addScalar, emptyScalarSums(0)));
}

/** True if any step adds noise: the last one, and so the only one of N = 1, never does. */
function isNoisy({ sampler }: ImageSpec): boolean {
  return sampler.eta > 0 && sampler.steps > 1;
}

/**
 * What the levels say about the claim; null before two of them are measured or where both samplers are the same. The signs of both gaps are
 * taken as measured; where a gap is lost in its noise its size then comes out too large, in either level alike.
 */
export function promptFinding(spec: ImageSpec, richness: Richness): PromptFinding | null {
  const cells = richnessCells(spec, richness);
  const at = placeOfReward(richness.rewards, spec.reward);
  const [poorest] = cells;
  const richest = cells.at(-1);
  if (!poorest || !richest || poorest === richest || !isNoisy(spec)) return null;
  const gapsOf = (cell: RichnessCell): Float64Array => {
    const level = richness.levels.find(({ attributes }) => attributes === cell.attributes);
    return sized(level, at, Math.sign(cell.gap.value));
  };
  const fall = mean(differences(gapsOf(richest), gapsOf(poorest)));
  return { fall, poorest, richest, verdict: verdictOf(fall) };
}

function sized(level: RichnessLevel | undefined, at: number, sign: number): Float64Array {
  return differences(level?.ode.rewards[at], level?.sde.rewards[at]).map((gap) => sign * gap);
}

function verdictOf(fall: Estimate): FindingVerdict {
  const [lo, hi] = interval(fall);
  if (lo > 0) return "agrees";
  return hi < 0 ? "disagrees" : "inconclusive";
}

const ATTRIBUTES_AXIS: Axis = { label: "Attributes in the prompt", symbol: "", scale: "linear" };
const DIVERSITY_AXIS: Axis = { label: "Diversity of a prompt's images", symbol: "", scale: "linear" };

/** Gap, reward and diversity by the number of attributes; `reward` is the reward's title, `unit` its unit ("" for none). */
export function richnessCharts(
  spec: ImageSpec,
  richness: Richness,
  { reward, unit }: { readonly reward: string; readonly unit: string },
): LineChartData[] {
  const cells = richnessCells(spec, richness);
  const withUnit = (axis: Axis) => (unit === "" ? axis : { ...axis, label: `${axis.label} (${unit})` });
  const place = `η = ${say(spec.sampler.eta)}, N = ${spec.sampler.steps}`;
  const both = (ode: keyof RichnessCell, sde: keyof RichnessCell): readonly MeasuredSeries[] => [
    ...line("ode", "Deterministic (η = 0)", "ode", cells, ode),
    ...(spec.sampler.eta === 0
      ? []
      : line("sde", `Stochastic (η = ${say(spec.sampler.eta)})`, "sde", cells, sde)),
  ];
  return [
    {
      chart: "line",
      id: "image-gap-prompts",
      title: `Reward gap by prompt, ${place}`,
      x: ATTRIBUTES_AXIS,
      y: withUnit(GAP_AXIS),
      series: [
        ...line("gap", "Measured gap", "gap", cells, "gap"),
        ...line("size", "Mean size of a single difference", "accent", cells, "size"),
      ],
      summary: findingWords(promptFinding(spec, richness)),
      notes: [...setNotes(spec), ...rewardNotes(spec)],
    },
    {
      chart: "line",
      id: "image-reward-prompts",
      title: `${reward} by prompt, ${place}`,
      x: ATTRIBUTES_AXIS,
      y: withUnit({ label: reward, symbol: "J", scale: "linear" }),
      series: both("ode", "sde"),
      summary: range(cells, "sde", reward),
      notes: rewardNotes(spec),
    },
    {
      chart: "line",
      id: "image-diversity-prompts",
      title: `Diversity by prompt, ${place}`,
      x: ATTRIBUTES_AXIS,
      y: DIVERSITY_AXIS,
      series: both("diversityOde", "diversitySde"),
      summary: range(cells, "diversitySde", "Diversity"),
      notes: ["Root mean square difference of two images of one prompt; colours run from −1 to 1."],
    },
  ];
}

function line(
  id: string,
  label: string,
  hue: MeasuredSeries["hue"],
  cells: readonly RichnessCell[],
  field: keyof RichnessCell,
): readonly MeasuredSeries[] {
  const points = cells.flatMap((cell) => {
    const estimate = cell[field];
    return typeof estimate === "number" ? [] : [{ x: cell.attributes, estimate }];
  });
  return measuredSeries({ id, label, hue, points });
}

/** The claim, the figures, the verdict. */
export function findingWords(finding: PromptFinding | null): string {
  if (finding === null)
    return `${PROMPT_CLAIM} Not measured here: it takes two levels, η above 0 and N above 1.`;
  const { fall, poorest, richest, verdict } = finding;
  const size = ({ gap }: RichnessCell) => formatInterval({ ...gap, value: Math.abs(gap.value) });
  const said = ({ attributes }: RichnessCell) =>
    `${attributes} ${attributes === 1 ? "attribute" : "attributes"}`;
  return (
    `${PROMPT_CLAIM} Measured |gap|: ${size(poorest)} with ${said(poorest)}, ${size(richest)} with ${said(richest)}; ` +
    `it falls by ${formatInterval(fall)} (n = ${fall.n} prompts). Verdict: ${VERDICT_WORDS[verdict]}.`
  );
}

const VERDICT_WORDS: Readonly<Record<FindingVerdict, string>> = {
  agrees: "agrees with the finding",
  disagrees: "disagrees with the finding",
  inconclusive: "inconclusive, the interval holds 0",
};

function setNotes({ evaluation }: ImageSpec): string[] {
  const sets =
    evaluation.promptSets === "drawn"
      ? "Prompts are drawn by the seed, in colours that the network was trained on."
      : "Prompts are cut from the present one; the character is said first, the rest joins in random order.";
  return [
    `${sets} Each level says one attribute more than the last; ${IMAGES_PER_PROMPT} images per prompt, from the same noise at every level and in both samplers.`,
  ];
}

/** Some rewards look at what the prompt says, so that they judge other things from level to level. */
function rewardNotes({ reward }: ImageSpec): string[] {
  if (reward.kind !== "alignment") return [];
  return [
    "Alignment is the mean over the attributes that a prompt says, so each level is judged on more of them.",
  ];
}

function range(cells: readonly RichnessCell[], field: "sde" | "diversitySde", what: string): string {
  const [first] = cells;
  const last = cells.at(-1);
  if (!first || !last) return "Nothing has been measured yet.";
  return `${what} of the stochastic sampler: ${formatInterval(first[field])} with ${first.attributes}, ${formatInterval(last[field])} with ${last.attributes} attributes (n = ${last[field].n} prompts).`;
}
