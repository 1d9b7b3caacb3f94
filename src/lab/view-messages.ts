/** Messages between the page and the worker that prepares the views and fits points. */
import type { FitRequest, PointFit } from "../experiments/fit-points.ts";
import type { PlaneChoice, ViewData } from "../experiments/views.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import type { FieldProblem } from "./state.ts";

export type ViewRequest =
  | {
      readonly kind: "view";
      readonly id: number;
      readonly spec: ExperimentSpec;
      /** null: the view's own choice of plane. */
      readonly plane: PlaneChoice | null;
    }
  | { readonly kind: "fit"; readonly id: number; readonly request: FitRequest };

export type ViewReply =
  | { readonly kind: "view"; readonly id: number; readonly view: ViewData }
  | { readonly kind: "fit"; readonly id: number; readonly fit: PointFit }
  | {
      readonly kind: "failed";
      readonly id: number;
      readonly message: string;
      readonly problems: readonly FieldProblem[];
    };
