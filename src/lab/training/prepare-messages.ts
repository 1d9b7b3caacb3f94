/** Messages between the training page and the worker that prepares a law: fits of shapes and reward fields take a while. */
import type { ResolvedParts } from "../../experiments/training/transfer.ts";
import type { Box, LawView, RewardView } from "../../experiments/views.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import type { FieldProblem } from "../state.ts";

/** What the views draw behind samples: the window, the rewards' weighted sum, and the exact law of the data. */
export interface TrainingView {
  readonly dim: 1 | 2;
  /** Window of the plots; square in two dimensions. */
  readonly box: Box;
  readonly reward: RewardView;
  readonly data: LawView;
}

export interface PreparedTraining {
  /** See `problemKey`. */
  readonly key: string;
  readonly parts: ResolvedParts;
  /** null for images: what their law is, nobody knows. */
  readonly view: TrainingView | null;
}

export interface TrainingPrepareRequest {
  readonly id: number;
  readonly spec: TrainingSpec;
}

export type TrainingPrepareReply =
  | { readonly kind: "prepared"; readonly id: number; readonly prepared: PreparedTraining }
  | {
      readonly kind: "failed";
      readonly id: number;
      readonly message: string;
      readonly problems: readonly FieldProblem[];
    };
