/** Messages between the page and the worker that prepares the views. */
import type { PlaneChoice, ViewData } from "../experiments/views.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import type { FieldProblem } from "./state.ts";

export interface ViewRequest {
  readonly id: number;
  readonly spec: ExperimentSpec;
  /** null: the view's own choice of plane. */
  readonly plane: PlaneChoice | null;
}

export type ViewReply =
  | { readonly kind: "view"; readonly id: number; readonly view: ViewData }
  | {
      readonly kind: "failed";
      readonly id: number;
      readonly message: string;
      readonly problems: readonly FieldProblem[];
    };
