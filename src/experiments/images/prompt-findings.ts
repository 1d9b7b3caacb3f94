/** The published finding on prompts, put to the test on the glyph model: the study of prompts over independent seeds. */
import { meanOverSeeds } from "../../measure/seeds.ts";
import { imageRewardCard } from "../../rewards/image/catalogue.ts";
import { IMAGE_DEFAULTS } from "../../spec/images/limits.ts";
import type { ImageRewardSpec, ImageSpec } from "../../spec/images/types.ts";
import {
  FINDING_SEEDS,
  judgedClaim,
  judgedFinding,
  type FindingClaim,
  type FindingFigure,
  type FindingResult,
  type FindingTold,
} from "../findings.ts";
import { promptCount, IMAGES_PER_PROMPT, type Richness } from "./richness.ts";
import { richnessCells, type RichnessCell } from "./richness-charts.ts";

/** What seeds vary: small enough for all of them to take a few minutes of one core. */
export const PROMPT_FINDING_SPEC: ImageSpec = {
  ...IMAGE_DEFAULTS,
  sampler: { ...IMAGE_DEFAULTS.sampler, eta: 1, steps: 4 },
  reward: { kind: "aesthetic" },
  evaluation: { ...IMAGE_DEFAULTS.evaluation, images: 24, study: "prompts", promptSets: "drawn" },
};

/** A stand-in for the preference models of the paper, and one that prompts of every length can be judged by alike. */
export const PROMPT_FINDING_REWARDS: readonly ImageRewardSpec[] = [
  { kind: "aesthetic" },
  { kind: "legibility" },
];

/** What one seed gives: plain data. */
export interface PromptRun {
  readonly seed: number;
  /** In the order of PROMPT_FINDING_REWARDS: levels from poor to rich. */
  readonly rewards: readonly (readonly RichnessCell[])[];
}

/** The study of every seed, ready to be run or opened. */
export function promptFindingSpecs(): readonly ImageSpec[] {
  const { evaluation } = PROMPT_FINDING_SPEC;
  return Array.from({ length: FINDING_SEEDS }, (_, i) => ({
    ...PROMPT_FINDING_SPEC,
    evaluation: { ...evaluation, seed: evaluation.seed + i },
  }));
}

/** What a measured study says, for all rewards of the finding. Throws RangeError for a reward that it was not judged by. */
export function promptRun(spec: ImageSpec, richness: Richness): PromptRun {
  return {
    seed: spec.evaluation.seed,
    rewards: PROMPT_FINDING_REWARDS.map((reward) => richnessCells({ ...spec, reward }, richness)),
  };
}

const { sampler } = PROMPT_FINDING_SPEC;

const TOLD: FindingTold = {
  id: "prompts",
  title: "Richer prompts narrow the gap",
  published: "The richer the prompt, the smaller the reward gap between SDE and ODE.",
  source:
    "The experiments on prompts, as summaries of the paper tell them; their figures were not read. Preference rewards on large text-to-image models.",
  reference: "Sheng25",
  test: `The distilled glyph model as it ships, without training: prompts of 1 to 6 attributes, each said on top of the last; SDE at η = ${sampler.eta} against the ODE, N = ${sampler.steps}, from the same noise. ${promptCount(PROMPT_FINDING_SPEC)} prompts of ${IMAGES_PER_PROMPT} images per seed; every seed draws prompts and noise anew. The preference model is this lab's own small one, not one of people. Gaps are taken with the sign of their mean over all seeds; where a gap is lost in its noise, its size comes out too large.`,
};

/** Judges the finding on the seeds that are measured. */
export function judgePrompts(runs: readonly PromptRun[]): FindingResult {
  const seedsOf = (r: number) => runs.map((run) => run.rewards[r] ?? []);
  return judgedFinding(
    TOLD,
    PROMPT_FINDING_REWARDS.flatMap((reward, r) => claimsOf(reward, seedsOf(r))),
    PROMPT_FINDING_REWARDS.flatMap((reward, r) => figuresOf(reward, seedsOf(r))),
  );
}

/** The gap at every level. */
function figuresOf({ kind }: ImageRewardSpec, seeds: readonly (readonly RichnessCell[])[]): FindingFigure[] {
  const title = imageRewardCard(kind).title.toLowerCase();
  return (seeds[0] ?? []).map(({ attributes }, k) => ({
    words: `gap of ${title}, ${attributes} ${attributes === 1 ? "attribute" : "attributes"}`,
    measured: meanOverSeeds(seeds.flatMap((levels) => levels[k]?.gap.value ?? [])),
  }));
}

/** Of each seed its poorest and its richest prompts are compared. */
function claimsOf({ kind }: ImageRewardSpec, seeds: readonly (readonly RichnessCell[])[]): FindingClaim[] {
  const title = imageRewardCard(kind).title.toLowerCase();
  const ends = seeds.flatMap((levels) => {
    const [poorest] = levels;
    const richest = levels.at(-1);
    return poorest && richest && poorest !== richest ? [{ poorest, richest }] : [];
  });
  const poor = signOf(ends.map(({ poorest }) => poorest.gap.value));
  const rich = signOf(ends.map(({ richest }) => richest.gap.value));
  const [first] = ends;
  const levels = first
    ? `${first.richest.attributes} attributes less ${first.poorest.attributes}`
    : "richest prompts less poorest";
  const expected = "below 0";
  return [
    judgedClaim(
      { words: `|gap| of ${title}, ${levels}`, expected },
      ends.map(({ poorest, richest }) => rich * richest.gap.value - poor * poorest.gap.value),
    ),
    judgedClaim(
      { words: `mean size of a single difference of ${title} between SDE and ODE, ${levels}`, expected },
      ends.map(({ poorest, richest }) => richest.size.value - poorest.size.value),
    ),
  ];
}

function signOf(values: readonly number[]): number {
  return Math.sign(values.reduce((sum, v) => sum + v, 0));
}
