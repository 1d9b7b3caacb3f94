/**
 * Cells of studies: independent trainings, each with what is measured of it afterwards. A cell is named by the hash of all that
 * decides its numbers, so that finished ones are found again, by whichever study asked for them.
 */
import {
  type PolicyArmResult,
  type TrainingCheckpoint,
  TrainingDivergedError,
  type TrainingEngine,
} from "../../engine/training-engine.ts";
import type { Estimate } from "../../measure/estimate.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { hashOfData } from "../spec-hash.ts";
import { EMPTY_HISTORY, withIteration, withMeasurement, type TrainingHistory } from "./history.ts";
import { armNumbers, differenceOf, pairedMean, readMeasurement, type ArmNumbers } from "./measurement.ts";
import { deploymentArms, measurePolicy, policyJob, type Deployment } from "./plan.ts";
import { resolveTraining, type ResolvedTraining } from "./resolve.ts";

export interface TrainingCell {
  /** 16 hexadecimal digits. */
  readonly key: string;
  /** What it is, for progress and tables: "η = 1.2, seed 2". */
  readonly label: string;
  readonly spec: TrainingSpec;
  readonly deployments: readonly Deployment[];
  /** Measure the checkpoints of the training too, not its end alone. */
  readonly course: boolean;
}

/** A deployment's numbers. */
export interface DeploymentNumbers extends Deployment, ArmNumbers {
  /** reward - reward(ODE) at the same N, paired; exactly 0 for the ODE itself. */
  readonly gap: Estimate;
  /** The pretrained model's reward under the same sampler on the same noise. */
  readonly reference: Estimate;
  /** reward - that, paired. */
  readonly improvement: Estimate;
}

/** A finished cell: plain data, one file each. */
export interface CellResult {
  readonly version: 1;
  readonly key: string;
  readonly label: string;
  readonly spec: TrainingSpec;
  readonly history: TrainingHistory;
  readonly deployments: readonly DeploymentNumbers[];
  /** What went wrong, where training met a number that is not finite; there are no deployments then. */
  readonly diverged: string | null;
  /** Seconds of training, without measuring. */
  readonly seconds: number;
}

/** A cell on its way: all that going on with its training needs, as if it had never been cut. */
export interface CellProgress {
  /** Of the cell. */
  readonly key: string;
  readonly history: TrainingHistory;
  /** Those to be measured in the end, without the optimiser's memory; empty where the course is not. */
  readonly checkpoints: readonly TrainingCheckpoint[];
  readonly last: TrainingCheckpoint;
  readonly seconds: number;
}

/** A cell of a study. The axes of studies in the specification say nothing about one run, so they do not name it. */
export function trainingCell(
  label: string,
  spec: TrainingSpec,
  deployments: readonly Deployment[],
  course: boolean,
): TrainingCell {
  const { every, particles, seed } = spec.evaluation;
  const run = {
    ...spec,
    evaluation: { every, particles, seed, etasTrain: [1], etasDeploy: [0], stepsDeploy: [1], seeds: 1 },
  };
  return { key: hashOfData({ run, deployments, course }), label, spec: run, deployments, course };
}

export interface CellControl {
  readonly signal?: AbortSignal;
  /** Milliseconds from any origin, as performance.now gives. */
  readonly now: () => number;
  /** Done share 0..1. */
  readonly onProgress?: (done: number) => void;
  /** Resolves a cell's specification where the law's fit is known already; `resolveTraining` by default. */
  readonly resolve?: (spec: TrainingSpec) => ResolvedTraining;
  /** Goes on from here; null starts the training. */
  readonly from?: CellProgress | null;
  /** At every checkpoint of the training. */
  readonly onCheckpoint?: (progress: CellProgress) => void;
}

/** Trains and measures a cell from pretrained weights. Rejects with AbortError when cancelled. */
export async function runCell(
  engine: TrainingEngine,
  cell: TrainingCell,
  pretrained: Float64Array,
  control: CellControl,
): Promise<CellResult> {
  const resolved = (control.resolve ?? resolveTraining)(cell.spec);
  const trained = await train(engine, cell, resolved, pretrained, control);
  const { signal } = control;
  const { key, label, spec } = cell;
  const base = { version: 1 as const, key, label, spec, seconds: trained.seconds };
  if (trained.diverged !== null)
    return { ...base, history: trained.history, deployments: [], diverged: trained.diverged };
  const history = cell.course
    ? await measureCourse(engine, resolved, trained, pretrained, signal)
    : trained.history;
  const deployments = await measureDeployments(
    engine,
    cell,
    resolved,
    trained.last.parameters,
    pretrained,
    signal,
  );
  control.onProgress?.(1);
  return { ...base, history, deployments, diverged: null };
}

interface Trained {
  readonly history: TrainingHistory;
  readonly checkpoints: readonly TrainingCheckpoint[];
  readonly last: TrainingCheckpoint;
  readonly diverged: string | null;
  readonly seconds: number;
}

async function train(
  engine: TrainingEngine,
  { key, spec, course }: TrainingCell,
  { problem }: ResolvedTraining,
  reference: Float64Array,
  { signal, now, onProgress, from = null, onCheckpoint }: CellControl,
): Promise<Trained> {
  const { algorithm, training, evaluation } = spec;
  const started = now();
  const seconds = () => (from?.seconds ?? 0) + (now() - started) / 1000;
  let history = from?.history ?? EMPTY_HISTORY;
  const checkpoints = [...(from?.checkpoints ?? [])];
  const last = from?.last ?? null;
  const job = { problem, algorithm, training, reference, from: last, every: evaluation.every };
  const finished = (last: TrainingCheckpoint, diverged: string | null): Trained => ({
    history,
    checkpoints,
    last,
    diverged,
    seconds: seconds(),
  });
  try {
    const last = await engine.align(job, {
      ...(signal ? { signal } : {}),
      onIteration: (report) => {
        history = withIteration(history, report, seconds());
        // The rest of the bar is for the measurements.
        onProgress?.((0.9 * report.iteration) / training.iterations);
      },
      onCheckpoint: (checkpoint) => {
        if (course) checkpoints.push({ ...checkpoint, memory: {} });
        const reached = { key, history, checkpoints: [...checkpoints], last: checkpoint };
        onCheckpoint?.({ ...reached, seconds: seconds() });
      },
    });
    return finished(last, null);
  } catch (error) {
    if (!(error instanceof TrainingDivergedError)) throw error;
    return finished(error.checkpoint, error.message);
  }
}

async function measureCourse(
  engine: TrainingEngine,
  resolved: ResolvedTraining,
  { history, checkpoints }: Trained,
  pretrained: Float64Array,
  signal?: AbortSignal,
): Promise<TrainingHistory> {
  const reference = await measurePolicy(engine, resolved, pretrained, null, signal);
  let measured = history;
  for (const { iteration, update, networkCalls, parameters } of checkpoints) {
    const results = await measurePolicy(engine, resolved, parameters, pretrained, signal);
    const moment = { iteration, updates: update, networkCalls };
    measured = withMeasurement(measured, readMeasurement(resolved, moment, results, reference));
  }
  return measured;
}

async function measureDeployments(
  engine: TrainingEngine,
  { spec, deployments }: TrainingCell,
  resolved: ResolvedTraining,
  parameters: Float64Array,
  pretrained: Float64Array,
  signal?: AbortSignal,
): Promise<DeploymentNumbers[]> {
  if (deployments.length === 0) return [];
  const { arms, places } = deploymentArms(spec, deployments);
  const measure = (weights: Float64Array, reference: Float64Array | null) =>
    engine.measure(policyJob(resolved, arms, spec.evaluation, weights, reference), signal ? { signal } : {});
  const own = await measure(parameters, pretrained);
  const before = await measure(pretrained, null);
  return deployments.flatMap((deployment, i) => {
    const arm: PolicyArmResult | undefined = own[places[i] ?? -1];
    const reference: PolicyArmResult | undefined = before[places[i] ?? -1];
    if (arm === undefined || reference === undefined) return [];
    return [
      {
        ...deployment,
        ...armNumbers(arm),
        gap: differenceOf(arm),
        reference: armNumbers(reference).reward,
        improvement: pairedMean(arm.values, reference.values),
      },
    ];
  });
}
