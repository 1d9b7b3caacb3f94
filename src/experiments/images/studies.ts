/** What the charts of an image experiment measure, and the charts of what was measured. */
import type { ImageEngine } from "../../engine/image-engine.ts";
import { formatCount } from "../../measure/number-words.ts";
import type { LineChartData } from "../../measure/series.ts";
import type { ImageRewardSpec, ImageSpec } from "../../spec/images/types.ts";
import { type BoundData, measureBound } from "./bound.ts";
import { boundCharts } from "./bound-charts.ts";
import { cellsOf, type ImageSweep, measureSweep, type SweepControl } from "./cells.ts";
import { imageCharts } from "./charts.ts";
import { fidelityCharts } from "./fidelity-charts.ts";
import { type FidelityData, measureFidelity } from "./fidelity.ts";
import { ALL_REWARDS } from "./plan.ts";
import { measureRichness, type Richness } from "./richness.ts";
import { richnessCells, richnessCharts } from "./richness-charts.ts";

/** Everything a study has measured, for all of its rewards. */
export type ImageStudyData =
  | { readonly study: "sampler"; readonly sweep: ImageSweep }
  | { readonly study: "prompts"; readonly richness: Richness }
  | { readonly study: "fidelity"; readonly fidelity: FidelityData }
  | { readonly study: "bound"; readonly bound: BoundData };

export interface ImageStudyControl extends Pick<SweepControl, "signal" | "rewards" | "onProgress"> {
  /** Done share 0..1 and what is measured so far. */
  readonly onBatch?: (done: number, data: ImageStudyData) => void;
}

/** Title of a reward and its unit, "" for none. */
export interface RewardTitle {
  readonly reward: string;
  readonly unit: string;
}

/** Rewards that an engine can compute: with all of them at hand another choice needs no new images. */
export function computableRewards({ refusal }: Pick<ImageEngine, "refusal">): readonly ImageRewardSpec[] {
  return ALL_REWARDS.filter(({ kind }) => refusal(kind) === null);
}

/** Measures the specification's study. Rejects with AbortError when cancelled, with SpecError for what it cannot measure. */
export async function measureStudy(
  engine: ImageEngine,
  spec: ImageSpec,
  { onBatch, ...control }: ImageStudyControl = {},
): Promise<ImageStudyData> {
  switch (spec.evaluation.study) {
    case "sampler": {
      const wrap = (sweep: ImageSweep): ImageStudyData => ({ study: "sampler", sweep });
      const told = { ...control, onBatch: (done: number, sweep: ImageSweep) => onBatch?.(done, wrap(sweep)) };
      return wrap(await measureSweep(engine, spec, told));
    }
    case "prompts": {
      const wrap = (richness: Richness): ImageStudyData => ({ study: "prompts", richness });
      const told = { ...control, onBatch: (done: number, part: Richness) => onBatch?.(done, wrap(part)) };
      return wrap(await measureRichness(engine, spec, told));
    }
    case "bound": {
      const wrap = (bound: BoundData): ImageStudyData => ({ study: "bound", bound });
      const told = { ...control, onBatch: (done: number, part: BoundData) => onBatch?.(done, wrap(part)) };
      return wrap(await measureBound(engine, spec, told));
    }
    case "fidelity": {
      const wrap = (fidelity: FidelityData): ImageStudyData => ({ study: "fidelity", fidelity });
      const told = { ...control, onBatch: (done: number, part: FidelityData) => onBatch?.(done, wrap(part)) };
      return wrap(await measureFidelity(engine, spec, told));
    }
  }
}

/** True if every point of the charts has an interval. */
export function isComplete(spec: ImageSpec, data: ImageStudyData): boolean {
  switch (data.study) {
    case "sampler":
      return cellsOf(data.sweep, spec.reward).every((cell) => cell.reward.n > 1);
    case "prompts":
      return richnessCells(spec, data.richness).length === data.richness.levels.length;
    case "fidelity":
      return data.fidelity.cells.length > 0;
    case "bound":
      return data.bound.probe.sizeSq.n > 1;
  }
}

const COMPLETED_NOTE = "What prompts leave open was drawn for each image, the same for all samplers.";

/**
 * Charts of what was measured, for the specification's reward. While a study still measures nothing is concluded: what the
 * first images seem to say is often not what all of them say.
 */
export function studyCharts(
  spec: ImageSpec,
  data: ImageStudyData,
  title: RewardTitle,
  stage: "partial" | "full" = "full",
): LineChartData[] {
  const completed = spec.model.completion === "drawn" && data.study !== "fidelity";
  const charts = chartsOf(spec, data, title).map((chart) =>
    completed ? { ...chart, notes: [...chart.notes, COMPLETED_NOTE] } : chart,
  );
  return stage === "full" ? charts : charts.map((chart) => ({ ...chart, summary: partialWords(chart) }));
}

/** "Not all is measured yet (n = 8 so far), so nothing is concluded." */
function partialWords({ series }: LineChartData): string {
  const measured = series.flatMap((one) => (one.role === "measured" ? one.points : []));
  const n = Math.min(...measured.map(({ estimate }) => estimate.n));
  const sofar = measured.length === 0 ? "" : ` (${formatCount(n)} so far)`;
  return `Not all is measured yet${sofar}, so nothing is concluded.`;
}

function chartsOf(spec: ImageSpec, data: ImageStudyData, title: RewardTitle): LineChartData[] {
  switch (data.study) {
    case "sampler":
      return imageCharts(spec, cellsOf(data.sweep, spec.reward), title);
    case "prompts":
      return richnessCharts(spec, data.richness, title);
    case "fidelity":
      return fidelityCharts(spec, data.fidelity);
    case "bound":
      return boundCharts(spec, data.bound, title);
  }
}

/** What decides a study's numbers: not the chosen reward. */
export function studyKey({ model, sampler, evaluation }: ImageSpec): string {
  const { images, etas, steps, seed, study, promptSets } = evaluation;
  const own = study === "prompts" ? [promptSets] : [etas, steps];
  // Fidelity brings its own prompts.
  const asked = study === "fidelity" ? { ...model, prompt: "", completion: "" } : model;
  return JSON.stringify([study, asked, sampler, images, seed, own]);
}
