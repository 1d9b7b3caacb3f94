/** What the page and the training worker say to each other: requests with an id, and any number of replies to each. */
import type { EngineChoice } from "../engine.ts";
import type {
  AlignJob,
  GlyphProblem,
  IterationReport,
  MeasurePolicyJob,
  NetworkWeights,
  PolicyArmResult,
  PretrainCheckpoint,
  PretrainProgress,
  ScoreError,
  TrainingCheckpoint,
  TrainingEngineInfo,
  TrainingProblem,
} from "../training-engine.ts";

export type TrainingRequest =
  /** `base`: absolute address of the page, below which the models lie. */
  | {
      readonly kind: "start";
      readonly id: number;
      readonly base: string;
      readonly choice: EngineChoice;
    }
  | { readonly kind: "load"; readonly id: number; readonly problem: GlyphProblem }
  | {
      readonly kind: "pretrain";
      readonly id: number;
      readonly problem: TrainingProblem;
      readonly from: PretrainCheckpoint | null;
    }
  | {
      readonly kind: "score-error";
      readonly id: number;
      readonly problem: TrainingProblem;
      readonly parameters: Float64Array;
    }
  | { readonly kind: "align"; readonly id: number; readonly job: AlignJob }
  | { readonly kind: "measure"; readonly id: number; readonly job: MeasurePolicyJob }
  | { readonly kind: "cancel"; readonly id: number };

/** The reply that settles a request. */
export type TrainingAnswer =
  | { readonly kind: "started"; readonly id: number; readonly info: TrainingEngineInfo }
  | { readonly kind: "loaded"; readonly id: number; readonly weights: NetworkWeights }
  | { readonly kind: "pretrained"; readonly id: number; readonly weights: NetworkWeights }
  | { readonly kind: "scored"; readonly id: number; readonly errors: readonly ScoreError[] }
  | { readonly kind: "aligned"; readonly id: number; readonly checkpoint: TrainingCheckpoint }
  | { readonly kind: "measured"; readonly id: number; readonly arms: readonly PolicyArmResult[] }
  | {
      readonly kind: "failed";
      readonly id: number;
      readonly message: string;
      readonly aborted: boolean;
      /** The settings are at fault: a RangeError. */
      readonly refused: boolean;
      /** The graphics device is gone: a DeviceLostError. */
      readonly lost: boolean;
      /** Where training left the numbers, or null. */
      readonly diverged: { readonly iteration: number; readonly checkpoint: TrainingCheckpoint } | null;
    };

/** A reply on the way. */
export type TrainingNews =
  /** What the engine runs on, now that more is known. */
  | { readonly kind: "info"; readonly id: number; readonly info: TrainingEngineInfo }
  | {
      readonly kind: "loading";
      readonly id: number;
      readonly bytes: number;
      readonly total: number;
      readonly cached: boolean;
    }
  | { readonly kind: "pretraining"; readonly id: number; readonly progress: PretrainProgress }
  | { readonly kind: "pretrain-checkpoint"; readonly id: number; readonly checkpoint: PretrainCheckpoint }
  | { readonly kind: "iteration"; readonly id: number; readonly report: IterationReport }
  | { readonly kind: "checkpoint"; readonly id: number; readonly checkpoint: TrainingCheckpoint };

export type TrainingReply = TrainingAnswer | TrainingNews;
