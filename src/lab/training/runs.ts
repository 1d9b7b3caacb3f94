/** Training runs as data: what was reported, kept and measured, and the branches that grow from it. */
import type { IterationReport, TrainingCheckpoint } from "../../engine/training-engine.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { measureKey, problemKey, referenceKey } from "./keys.ts";
import type { Measurement } from "./measurement.ts";
import type { ReferenceWeights, RunPoint, TrainingRun } from "./state.ts";

/** Kept moments of one run; beyond this every second one is let go, the ends never. */
export const MOST_POINTS = 64;
/** Runs held in memory besides the newest. */
const MOST_RUNS = 6;

/** The state before the first update. */
export function startCheckpoint(parameters: Float64Array): TrainingCheckpoint {
  return { iteration: 0, update: 0, networkCalls: 0, parameters, memory: {} };
}

/** Which run it is: a number of its own, and when it began, ms since 1970. */
export type RunIdentity = Pick<TrainingRun, "id" | "began">;

/** A run at its start, nothing measured yet. */
export function freshRun(own: RunIdentity, spec: TrainingSpec, reference: ReferenceWeights): TrainingRun {
  const newest = startCheckpoint(reference.parameters);
  const points = [{ checkpoint: newest, measurement: null }];
  return { ...own, spec, reference, parent: null, reports: [], points, newest, wallMs: 0 };
}

/** True if no iteration has been done. */
export function isFresh(run: TrainingRun): boolean {
  return run.parent === null && run.newest.iteration === 0;
}

/** The run with one more report; one of the same iteration is replaced, and later ones are forgotten. */
export function withReport(run: TrainingRun, report: IterationReport): TrainingRun {
  const before = run.reports.filter(({ iteration }) => iteration < report.iteration);
  return { ...run, reports: [...before, report] };
}

/** The run with newer weights; `keep` makes them a point that can be gone back to. */
export function withCheckpoint(run: TrainingRun, checkpoint: TrainingCheckpoint, keep: boolean): TrainingRun {
  const known = run.points.some((point) => point.checkpoint.iteration === checkpoint.iteration);
  const points = keep && !known ? thinned([...run.points, { checkpoint, measurement: null }]) : run.points;
  return { ...run, newest: checkpoint, points };
}

/** The run with what was measured at a kept iteration. */
export function withMeasurement(run: TrainingRun, iteration: number, measurement: Measurement): TrainingRun {
  const points = run.points.map((point) =>
    point.checkpoint.iteration === iteration ? { ...point, measurement } : point,
  );
  return { ...run, points };
}

/** The run taken back to a checkpoint: later reports and points are forgotten. */
export function rolledBack(run: TrainingRun, checkpoint: TrainingCheckpoint): TrainingRun {
  return {
    ...run,
    newest: checkpoint,
    reports: run.reports.filter(({ iteration }) => iteration <= checkpoint.iteration),
    points: run.points.filter((point) => point.checkpoint.iteration <= checkpoint.iteration),
  };
}

/**
 * A run that goes on from a kept point of `parent` under `spec`. It inherits what went before; measurements only if the new
 * spec would have made the same ones, and the optimiser's memory only if the algorithm and the network stay. Throws RangeError
 * where the parent kept no such point or its weights do not fit the spec's network.
 */
export function branchRun(
  own: RunIdentity,
  parent: TrainingRun,
  iteration: number,
  spec: TrainingSpec,
): TrainingRun {
  const at = iteration === parent.newest.iteration ? parent.newest : kept(parent, iteration);
  if (at === null)
    throw new RangeError(`branch: must start at a kept iteration, got ${iteration}; choose another one`);
  if (referenceKey(spec) !== parent.reference.key)
    throw new RangeError(
      "branch: must keep the law, process and network of the run, got others; start a new run instead",
    );
  const sameMeasure = measureKey(spec) === measureKey(parent.spec);
  const sameRewards = problemKey(spec) === problemKey(parent.spec);
  const sameMemory = spec.algorithm.kind === parent.spec.algorithm.kind;
  const newest = sameMemory ? at : { ...at, memory: {} };
  const before = parent.points.filter((point) => point.checkpoint.iteration < iteration);
  const start: RunPoint = {
    checkpoint: newest,
    measurement: sameMeasure ? measuredAt(parent, iteration) : null,
  };
  return {
    ...own,
    spec,
    reference: parent.reference,
    parent: { run: parent.id, iteration },
    reports: sameRewards ? parent.reports.filter((report) => report.iteration <= iteration) : [],
    points: sameMeasure ? [...before, start] : [start],
    newest,
    wallMs: parent.wallMs,
  };
}

function kept(run: TrainingRun, iteration: number): TrainingCheckpoint | null {
  return run.points.find((point) => point.checkpoint.iteration === iteration)?.checkpoint ?? null;
}

function measuredAt(run: TrainingRun, iteration: number): Measurement | null {
  return run.points.find((point) => point.checkpoint.iteration === iteration)?.measurement ?? null;
}

/** Fewer points: every second one between the ends goes, oldest first in line. */
function thinned(points: readonly RunPoint[]): readonly RunPoint[] {
  if (points.length <= MOST_POINTS) return points;
  return points.filter((_, i) => i === 0 || i === points.length - 1 || i % 2 === 1);
}

/** The runs with `run` in its place, or as the newest; old ones are let go, and those that never began. */
export function withRun(runs: readonly TrainingRun[], run: TrainingRun): readonly TrainingRun[] {
  if (runs.some(({ id }) => id === run.id)) return runs.map((old) => (old.id === run.id ? run : old));
  return [...runs.filter((old) => !isFresh(old)).slice(-MOST_RUNS), run];
}

/** Points that have been measured, by iteration. */
export function measuredPoints(
  run: Pick<TrainingRun, "points">,
): readonly (RunPoint & { readonly measurement: Measurement })[] {
  return run.points.flatMap((point) =>
    point.measurement === null ? [] : [{ ...point, measurement: point.measurement }],
  );
}

/** The measured point nearest to an iteration, or the newest for null; null if nothing has been measured. */
export function pointAt(
  run: Pick<TrainingRun, "points">,
  iteration: number | null,
): (RunPoint & { readonly measurement: Measurement }) | null {
  const points = measuredPoints(run);
  if (iteration === null) return points.at(-1) ?? null;
  const away = (point: RunPoint) => Math.abs(point.checkpoint.iteration - iteration);
  return points.reduce<(typeof points)[number] | null>(
    (best, point) => (best === null || away(point) < away(best) ? point : best),
    null,
  );
}

/** Where training stops next to be measured: the next multiple of `every`, or the end. */
export function nextStop(iteration: number, every: number, iterations: number): number {
  return Math.min(iterations, (Math.floor(iteration / every) + 1) * every);
}
