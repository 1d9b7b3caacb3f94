/** Runs studies on the page's bench: the open one, or one that comes with the page, again. */
import type { TrainingEngine } from "../../engine/training-engine.ts";
import { trainingStudyOf } from "../../experiments/training/registry.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { untilAborted } from "../abort.ts";
import type { Clock } from "../clock.ts";
import type { PreparedTraining } from "./prepare-messages.ts";
import { runStudy } from "./run-study.ts";
import type { ReferenceWeights, TrainingLabStore, TrainingPhase } from "./state.ts";
import type { StudyCells } from "./study-cells.ts";
import type { Workbench } from "./workbench.ts";

export interface StudyWorkParts {
  readonly store: TrainingLabStore;
  readonly bench: Workbench;
  readonly studyCells: StudyCells;
  readonly clock: Clock;
  readonly referenceFor: (
    engine: TrainingEngine,
    spec: TrainingSpec,
    prepared: PreparedTraining,
    signal: AbortSignal,
  ) => Promise<ReferenceWeights>;
  readonly setPhase: (phase: TrainingPhase) => void;
  /** Work begins that a pause may cut; it is begun again by this. */
  readonly onBegin: (again: () => void) => void;
  /** Nobody works any more. */
  readonly rest: () => void;
}

/** The work, to be begun by buttons. */
export function createStudyWork(parts: StudyWorkParts): { run(): void; replay(): void } {
  const { store, bench, studyCells, clock, referenceFor, setPhase, onBegin, rest } = parts;

  /** Runs the trainings of the open study that are not finished; `anew` all of them. */
  function begin(anew: boolean) {
    const { spec, study: id } = store.getState();
    const study = id === null ? null : trainingStudyOf(id);
    if (study === null) return;
    onBegin(() => begin(false));
    bench.launch(async (signal) => {
      await untilAborted(studyCells.load(), signal, "study");
      if (anew) studyCells.drop(study.cells(spec).map(({ key }) => key));
      const { engine, prepared } = await bench.equip(spec, signal);
      const reference = await referenceFor(engine, spec, prepared, signal);
      await runStudy({
        ...{ engine, study, spec, prepared, clock, signal, setPhase },
        pretrained: reference.parameters,
        finished: new Set(store.getState().cells.keys()),
        onCell: studyCells.add,
      });
      rest();
    });
  }

  function replay() {
    const { study: id, storedStudies, edit } = store.getState();
    const stored = id === null ? undefined : storedStudies[id];
    if (stored?.phase !== "ready") return;
    edit(stored.spec);
    begin(true);
  }

  return { run: () => begin(false), replay };
}
