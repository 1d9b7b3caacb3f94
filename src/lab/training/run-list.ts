/** The runs of this session and of the browser's store, as a tree: branches stand under the run they come from. */
import { pointAt, isFresh } from "./runs.ts";
import type { KeptRun, RunSummary, TrainingLabData, TrainingRun } from "./state.ts";

/** A line of the list. */
export interface ListedRun extends KeptRun {
  /** False where it lives as long as the page. */
  readonly kept: boolean;
  /** Of those in the list, oldest first. */
  readonly branches: readonly ListedRun[];
}

/** A run without its weights. */
export function summaryOf(run: TrainingRun): RunSummary {
  const { id, began, spec, parent, newest } = run;
  const measured = pointAt(run, null);
  const reward =
    measured === null
      ? null
      : {
          iteration: measured.checkpoint.iteration,
          estimate: measured.measurement.numbers.ode.reward,
        };
  return { id, began, spec, parent, iteration: newest.iteration, reward };
}

/** The name that a run was given in this session, else the kept one; null for none. */
export function nameOf(
  { runNames, keptRuns }: Pick<TrainingLabData, "runNames" | "keptRuns">,
  id: number,
): string | null {
  const given = runNames[id];
  return given === undefined ? (keptRuns.find((run) => run.id === id)?.name ?? null) : given;
}

type Listed = Pick<TrainingLabData, "runs" | "keptRuns" | "runNames">;

/** The list, newest first; a branch whose run is gone stands among the others. */
export function runList({ runs, keptRuns, runNames }: Listed): readonly ListedRun[] {
  const kept = new Set(keptRuns.map(({ id }) => id));
  const own = runs.filter((run) => !isFresh(run));
  const held = new Set(own.map(({ id }) => id));
  const summaries = [...own.map(summaryOf), ...keptRuns.filter(({ id }) => !held.has(id))];
  const known = new Set(summaries.map(({ id }) => id));
  const listed = (run: RunSummary): ListedRun => ({
    ...run,
    name: nameOf({ runNames, keptRuns }, run.id),
    kept: kept.has(run.id),
    branches: summaries
      .filter(({ parent }) => parent?.run === run.id)
      .sort((a, b) => a.id - b.id)
      .map(listed),
  });
  return summaries
    .filter(({ parent }) => parent === null || !known.has(parent.run))
    .sort((a, b) => b.id - a.id)
    .map(listed);
}

/** Lines of the list, branches included. */
export function countRuns(list: readonly ListedRun[]): number {
  return list.reduce((sum, { branches }) => sum + 1 + countRuns(branches), 0);
}
