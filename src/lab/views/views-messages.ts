/** Messages between the page and the worker that prepares the views. */
import type { FinalLaw, PlaneChoice, ViewData } from "../../experiments/views.ts";
import type { ExperimentSpec } from "../../spec/types.ts";
import type { FieldProblem } from "../state.ts";

export type ViewsRequest =
  | {
      readonly kind: "prepare";
      readonly id: number;
      readonly spec: ExperimentSpec;
      readonly plane: PlaneChoice;
    }
  | { readonly kind: "final-laws"; readonly id: number; readonly spec: ExperimentSpec };

export type ViewsReply =
  | { readonly kind: "prepared"; readonly id: number; readonly data: ViewData }
  | { readonly kind: "final-laws"; readonly id: number; readonly laws: readonly (FinalLaw | null)[] }
  | {
      readonly kind: "failed";
      readonly id: number;
      readonly message: string;
      readonly problems: readonly FieldProblem[];
    };
