/** All kinds of work of the CPU engine by name, so that a worker can be told by message what to do. */
import type {
  LogProbJob,
  MeasureJob,
  MeasureResult,
  RecordJob,
  Recording,
  StepJob,
  StepResult,
} from "../engine.ts";
import { measureOperation } from "./measure.ts";
import type { Operation, RunUnits } from "./operation.ts";
import {
  bitsOperation,
  type BitsJob,
  normalsOperation,
  type NormalsJob,
  rewardsOperation,
  type RewardsJob,
} from "./points.ts";
import { recordOperation } from "./record.ts";
import { logProbOperation, stepOperation } from "./transition.ts";

export interface Jobs {
  readonly measure: MeasureJob;
  readonly record: RecordJob;
  readonly rewards: RewardsJob;
  readonly bits: BitsJob;
  readonly normals: NormalsJob;
  readonly step: StepJob;
  readonly logProb: LogProbJob;
}

export interface Results {
  readonly measure: MeasureResult;
  readonly record: Recording;
  readonly rewards: Float64Array;
  readonly bits: Uint32Array;
  readonly normals: Float64Array;
  readonly step: StepResult;
  readonly logProb: Float64Array;
}

export type OperationName = keyof Jobs;

export const OPERATIONS: { readonly [K in OperationName]: Operation<Jobs[K], Results[K]> } = {
  measure: measureOperation,
  record: recordOperation,
  rewards: rewardsOperation,
  bits: bitsOperation,
  normals: normalsOperation,
  step: stepOperation,
  logProb: logProbOperation,
};

/** One job with its name, as it travels to a worker. */
export type AnyJob = { [K in OperationName]: { readonly name: K; readonly job: Jobs[K] } }[OperationName];

/** Prepares a job for running its units in this thread. */
export function openJob({ name, job }: AnyJob): RunUnits {
  switch (name) {
    case "measure":
      return OPERATIONS.measure.open(job);
    case "record":
      return OPERATIONS.record.open(job);
    case "rewards":
      return OPERATIONS.rewards.open(job);
    case "bits":
      return OPERATIONS.bits.open(job);
    case "normals":
      return OPERATIONS.normals.open(job);
    case "step":
      return OPERATIONS.step.open(job);
    case "logProb":
      return OPERATIONS.logProb.open(job);
  }
}
