/** The trainings of a study, one after the other; those that are finished are not run again. */
import type { TrainingEngine } from "../../engine/training-engine.ts";
import { runCell, type CellResult } from "../../experiments/training/cells.ts";
import type { TrainingStudy } from "../../experiments/training/study.ts";
import { assembled } from "../../experiments/training/transfer.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { untilAborted } from "../abort.ts";
import type { Clock } from "../clock.ts";
import type { PreparedTraining } from "./prepare-messages.ts";
import type { TrainingPhase } from "./state.ts";

export interface RunStudyParts {
  readonly engine: TrainingEngine;
  readonly study: TrainingStudy;
  readonly spec: TrainingSpec;
  readonly prepared: PreparedTraining;
  /** Parameters that every training starts from. */
  readonly pretrained: Float64Array;
  /** Keys of the trainings that are finished. */
  readonly finished: ReadonlySet<string>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onCell: (result: CellResult) => void;
  readonly setPhase: (phase: TrainingPhase) => void;
}

/** Runs what is missing; rejects with AbortError when halted, and then loses the training under way alone. */
export async function runStudy(parts: RunStudyParts): Promise<void> {
  const { engine, study, spec, prepared, pretrained, finished, clock, signal, onCell, setPhase } = parts;
  const cells = study.cells(spec);
  const missing = cells.filter(({ key }) => !finished.has(key));
  const started = clock.now();
  for (const [i, cell] of missing.entries()) {
    const report = (share: number) => {
      const run = i + share;
      const etaMs = run > 0.2 ? ((clock.now() - started) * (missing.length - run)) / run : null;
      const done = (cells.length - missing.length + run) / cells.length;
      if (!signal.aborted) setPhase({ phase: "study", label: cell.label, done, etaMs });
    };
    report(0);
    const result = await untilAborted(
      runCell(engine, cell, pretrained, {
        signal,
        now: () => clock.now(),
        onProgress: report,
        // All cells of a study share law, network and rewards, whose fit is here already.
        resolve: (own) => assembled(own, prepared.parts),
      }),
      signal,
      "study",
    );
    onCell(result);
  }
}
