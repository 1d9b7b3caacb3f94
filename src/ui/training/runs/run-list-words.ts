/** What a line of the list of runs says. */
import { formatCount, formatInterval } from "../../../charts/format.ts";
import { nameOf, type ListedRun } from "../../../lab/training/run-list.ts";
import type { RunSummary, TrainingLabData } from "../../../lab/training/state.ts";
import { isImageTraining, type TrainingSection, type TrainingSpec } from "../../../spec/training/types.ts";
import { modelDigest } from "../../controls/digests.ts";
import { algorithmDigest, noiseDigest } from "../controls/training-words.ts";

/** The given name, else "DDPO-IS, η = 1, N = 20", of a branch with ", from 40". */
export function runTitle({ name, spec, parent }: Pick<ListedRun, "name" | "spec" | "parent">): string {
  const from = parent === null ? "" : `, from ${parent.iteration}`;
  return name ?? `${algorithmDigest(spec)}, ${noiseDigest(spec)}${from}`;
}

/** The title of the run that is drawn beside the shown one; "" for none. */
export function comparedTitle(state: Pick<TrainingLabData, "compared" | "runNames" | "keptRuns">): string {
  const { compared } = state;
  return compared === null ? "" : runTitle({ ...compared, name: nameOf(state, compared.id) });
}

/** "Iteration 15 of 60, 22 Nov 23:41, Two bumps" */
export function runProgress(run: Pick<RunSummary, "iteration" | "spec" | "began">, now: number): string {
  const { iteration, spec, began } = run;
  const law = isImageTraining(spec) ? "glyphs" : modelDigest(spec.model);
  return `Iteration ${iteration} of ${spec.training.iterations}, ${timeText(began, now)}, ${law}`;
}

/** "ODE reward 0.219 ± 0.013 (n = 512) at iteration 15" */
export function runReward({ reward, iteration }: Pick<RunSummary, "reward" | "iteration">): string {
  if (reward === null) return "Not measured yet";
  const { estimate } = reward;
  const moment = reward.iteration === iteration ? "" : ` at iteration ${reward.iteration}`;
  return `ODE reward ${formatInterval(estimate)} (${formatCount(estimate.n)})${moment}`;
}

/** "Branch at iteration 5, changed: seed 2"; null for a run of its own. `before` is the spec of the run it comes from, null where that is gone. */
export function branchText(
  { parent, spec }: Pick<RunSummary, "parent" | "spec">,
  before: TrainingSpec | null,
): string | null {
  if (parent === null) return null;
  const start = `Branch at iteration ${parent.iteration}`;
  if (before === null) return `${start} of a run that is gone`;
  const changed = changedSettings(before, spec).map((name) =>
    name === "seed" ? `seed ${spec.training.seed}` : name,
  );
  return changed.length === 0 ? `${start}, same settings` : `${start}, changed: ${changed.join(", ")}`;
}

/** "23:41", with the day unless it is today's. */
export function timeText(moment: number, now: number): string {
  const [day, today] = [moment, now].map((ms) => new Date(ms).toDateString());
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(moment);
  if (day === today) return time;
  return `${new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" }).format(moment)} ${time}`;
}

const TRAINING_WORDS: Readonly<Record<keyof TrainingSection, string>> = {
  noise: "noise",
  steps: "N",
  grid: "time grid",
  iterations: "iterations",
  batch: "batch",
  learningRate: "learning rate",
  weightDecay: "weight decay",
  gradientClip: "gradient clip",
  klWeight: "klWeight",
  lastStep: "last step",
  seed: "seed",
};

/** Names of the settings of a run that differ; the axes of studies are none of them. */
export function changedSettings(a: TrainingSpec, b: TrainingSpec): readonly string[] {
  const names = Object.keys(TRAINING_WORDS) as (keyof TrainingSection)[];
  const measurement = ({ evaluation: { every, particles, seed } }: TrainingSpec) => [every, particles, seed];
  const parts: readonly (readonly [string, unknown, unknown])[] = [
    ["algorithm", a.algorithm, b.algorithm],
    ...names.map((name) => [TRAINING_WORDS[name], a.training[name], b.training[name]] as const),
    ["model", a.model, b.model],
    ["rewards", a.rewards, b.rewards],
    ["held-out reward", a.heldOut, b.heldOut],
    ["measurement", measurement(a), measurement(b)],
  ];
  return parts.filter(([, x, y]) => JSON.stringify(x) !== JSON.stringify(y)).map(([name]) => name);
}
