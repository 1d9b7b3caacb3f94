/** What is told of a study's results that come with the page, and the button that runs them again. */
import { trainingSpecKey } from "../../../lab/training/store.ts";
import type { ShownStudy } from "../../../lab/training/stored-study-file.ts";
import { isImageTraining, type TrainingSpec } from "../../../spec/training/types.ts";
import { modelDigest, rewardDigest } from "../../controls/digests.ts";
import { Icon } from "../../Icon.tsx";
import { useTraining, useTrainingStore } from "../training-context.ts";

/** The lines above the stored charts. */
export function StoredStudyNote({ stored }: { readonly stored: ShownStudy }) {
  const store = useTrainingStore();
  const differs = useTraining(({ spec }) => differenceWords(spec, stored.spec));
  const busy = useTraining(({ run }) => run.phase === "study");
  return (
    <div className="stored-study">
      <p className="stage">Stored with the page</p>
      <p className="chart-summary">
        {storedWords(stored)}
        {differs}
      </p>
      <button
        type="button"
        className="button small"
        disabled={busy}
        title="Takes these settings and runs the trainings in this browser"
        onClick={() => store.getState().replayStudy()}
      >
        <Icon name="run" /> Replay
      </button>
    </div>
  );
}

/** How the page's settings stand to those of the stored results; "" where they are the same. */
export function differenceWords(own: TrainingSpec, stored: TrainingSpec): string {
  if (trainingSpecKey(own) === trainingSpecKey(stored)) return "";
  return isImageTraining(own) && !isImageTraining(stored)
    ? " Your settings train the glyph model: nothing here was measured on images."
    : " Your settings differ.";
}

/** "20 trainings on moons, reward: Gaussian bumps, at a small budget: N = 10, batch 192, 48 iterations, 5 seeds. Run on …" */
export function storedWords({ trainings, spec, day, adapter, version }: ShownStudy): string {
  return `${trainings} trainings on ${modelWords(spec)}, at a small budget: ${budgetWords(spec)}. Run on ${day}, ${adapter}, version ${version}.`;
}

function modelWords(spec: TrainingSpec): string {
  if (isImageTraining(spec)) return "the glyph model";
  const rewards = spec.rewards.map(({ reward }) => rewardDigest(reward)).join(" and ");
  return `${modelDigest(spec.model)}, reward: ${rewards}`;
}

function budgetWords({ training, evaluation }: TrainingSpec): string {
  const { steps, batch, iterations } = training;
  const seeds = evaluation.seeds === 1 ? "1 seed" : `${evaluation.seeds} seeds`;
  return `N = ${steps}, batch ${batch}, ${iterations} iterations, ${seeds}, ${evaluation.particles} samples a measurement`;
}
