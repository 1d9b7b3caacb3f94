/** What a study of trainings is: cells to run in any order, and charts of those that are finished. */
import type { Estimate } from "../../measure/estimate.ts";
import type { ChartData, Hue, MeasuredPoint } from "../../measure/series.ts";
import { medianOverSeeds } from "../../measure/seeds.ts";
import { parseTrainingSpec } from "../../spec/training/parse.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import type { CellResult, DeploymentNumbers, TrainingCell } from "./cells.ts";
import { TRAINING_CHECKS } from "./checks.ts";

export type TrainingStudyId =
  "eta-matrix" | "algorithms" | "steps" | "gap-training" | "sdpo-parts" | "window";

/** Finished cells by key. */
export type FinishedCells = ReadonlyMap<string, CellResult>;

export interface TrainingStudy {
  readonly id: TrainingStudyId;
  readonly title: string;
  readonly question: string;
  /** Cells, seed by seed, so that the first seed's picture is whole before the second's begins. */
  cells(spec: TrainingSpec): readonly TrainingCell[];
  charts(spec: TrainingSpec, finished: FinishedCells): ChartData[];
}

/** One of the things a study compares. */
export interface Variant {
  readonly label: string;
  readonly hue: Hue;
  readonly spec: TrainingSpec;
}

/** Colours of variants, in order; a study compares at most as many. */
export const HUES: readonly Hue[] = ["ode", "sde", "gap", "bound", "data", "target", "accent"];

export interface Variants {
  readonly variants: readonly Variant[];
  /** Why some are left out, in sentences. */
  readonly notes: readonly string[];
}

/** Variants that make sense; each with a colour of its own. */
export function variantsOf(
  candidates: readonly { readonly label: string; readonly spec: TrainingSpec }[],
): Variants {
  const checked = candidates.map((c) => ({ ...c, parsed: parseTrainingSpec(c.spec, TRAINING_CHECKS) }));
  return {
    variants: checked
      .filter(({ parsed }) => parsed.ok)
      .map(({ label, spec }, i) => ({ label, spec, hue: HUES[i % HUES.length] ?? "accent" })),
    notes: checked.flatMap(({ label, parsed }) =>
      parsed.ok
        ? []
        : [`${label} is left out: ${parsed.problems[0]?.field ?? ""} ${parsed.problems[0]?.message ?? ""}.`],
    ),
  };
}

/** Seeds of a study: the training's own and the next ones. */
export function seedsOf({ training, evaluation }: TrainingSpec): number[] {
  return Array.from({ length: evaluation.seeds }, (_, s) => (training.seed + s) % 2 ** 32);
}

export function withSeed(spec: TrainingSpec, seed: number): TrainingSpec {
  return { ...spec, training: { ...spec.training, seed } };
}

/** A cell for every variant and seed. */
export function cellsOf(
  spec: TrainingSpec,
  variants: readonly Variant[],
  make: (label: string, spec: TrainingSpec, variant: Variant) => TrainingCell,
): TrainingCell[] {
  return seedsOf(spec).flatMap((seed) =>
    variants.map((v) => make(`${v.label}, seed ${seed}`, withSeed(v.spec, seed), v)),
  );
}

/** Finished, undiverged cells of one variant, in the order of seeds. */
export function finishedOf(
  spec: TrainingSpec,
  variant: Variant,
  finished: FinishedCells,
  make: (label: string, spec: TrainingSpec, variant: Variant) => TrainingCell,
): CellResult[] {
  return cellsOf(spec, [variant], make).flatMap(({ key }) => {
    const found = finished.get(key);
    return found === undefined || found.diverged !== null ? [] : [found];
  });
}

/** Notes on cells that are missing or diverged. */
export function cellNotes(cells: readonly TrainingCell[], finished: FinishedCells): string[] {
  const results = cells.flatMap(({ key }) => finished.get(key) ?? []);
  const diverged = results.filter((r) => r.diverged !== null);
  const missing = cells.length - results.length;
  return [
    ...(missing > 0 ? [`${missing} of ${cells.length} trainings are not finished.`] : []),
    ...diverged.map((r) => `${r.label} is left out: ${r.diverged ?? ""}`),
  ];
}

/** Said under every chart over seeds. */
export const SEEDS_NOTE =
  "Points are medians over seeds; bars are 95 % intervals from the spread over seeds (Student's t, widened for a median). Where one seed is finished, bars are those of its measurement alone.";

/** A deployment's numbers in a finished cell. */
export function deploymentOf(result: CellResult, eta: number, steps: number): DeploymentNumbers | null {
  return result.deployments.find((d) => d.eta === eta && d.steps === steps) ?? null;
}

/** Median over the seeds that have the number, of one seed the measurement itself; null where none has. */
export function overSeeds(
  results: readonly CellResult[],
  pick: (result: CellResult) => Estimate | null | undefined,
): Estimate | null {
  return medianOf(results.flatMap((r) => pick(r) ?? []));
}

/** Median of the same number of several seeds; of one, that number with its own error; null of none. */
export function medianOf(estimates: readonly Estimate[]): Estimate | null {
  const [first] = estimates;
  if (first === undefined) return null;
  return estimates.length === 1 ? first : medianOverSeeds(estimates.map((e) => e.value));
}

/** The points that exist. */
export function pointsOf(
  places: readonly { readonly x: number; readonly estimate: Estimate | null }[],
): MeasuredPoint[] {
  return places.flatMap(({ x, estimate }) => (estimate === null ? [] : [{ x, estimate }]));
}
