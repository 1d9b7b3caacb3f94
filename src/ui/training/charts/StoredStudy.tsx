/** What is told of a study's results that come with the page, and the button that runs them again. */
import { trainingSpecKey } from "../../../lab/training/store.ts";
import type { ShownStudy } from "../../../lab/training/stored-study-file.ts";
import type { TrainingSpec } from "../../../spec/training/types.ts";
import { Icon } from "../../Icon.tsx";
import { useTraining, useTrainingStore } from "../training-context.ts";

/** The lines above the stored charts. */
export function StoredStudyNote({ stored }: { readonly stored: ShownStudy }) {
  const store = useTrainingStore();
  const same = useTraining(({ spec }) => trainingSpecKey(spec) === trainingSpecKey(stored.spec));
  const busy = useTraining(({ run }) => run.phase === "study");
  return (
    <div className="stored-study">
      <p className="stage">Stored with the page</p>
      <p className="chart-summary">
        {storedWords(stored)}
        {same ? "" : " Your settings differ."}
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

/** "12 trainings at a small budget: N = 10, batch 192, 24 iterations, 3 seeds. Run on …" */
export function storedWords({ trainings, spec, day, adapter, version }: ShownStudy): string {
  return `${trainings} trainings at a small budget: ${budgetWords(spec)}. Run on ${day}, ${adapter}, version ${version}.`;
}

function budgetWords({ training, evaluation }: TrainingSpec): string {
  const { steps, batch, iterations } = training;
  const seeds = evaluation.seeds === 1 ? "1 seed" : `${evaluation.seeds} seeds`;
  return `N = ${steps}, batch ${batch}, ${iterations} iterations, ${seeds}, ${evaluation.particles} samples a measurement`;
}
