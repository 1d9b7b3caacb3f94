/** Messages between the page and the worker that does the theory. */
import type { EngineInfo, MeasureJob, MeasureResult } from "../engine/engine.ts";
import type { ExperimentResult } from "../experiments/cells.ts";
import type { ChartData } from "../measure/series.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import type { FieldProblem } from "./state.ts";
import type { StudyId } from "./studies.ts";

export type PrepareRequest =
  | {
      readonly kind: "prepare";
      readonly id: number;
      readonly spec: ExperimentSpec;
      readonly study: StudyId;
    }
  /** `of` is the id of the prepare request whose charts are wanted with the measurements in `result`. */
  | { readonly kind: "assemble"; readonly id: number; readonly of: number; readonly result: MeasureResult }
  /** Theory of all cells (eta, N), and the job that measures them. */
  | { readonly kind: "cells"; readonly id: number; readonly spec: ExperimentSpec; readonly info: EngineInfo }
  | {
      readonly kind: "cells-result";
      readonly id: number;
      readonly of: number;
      readonly result: MeasureResult;
    };

/** All cells of a spec with theory and measurement. */
export type Cells = Pick<ExperimentResult, "target" | "cells" | "notes">;

export type PrepareReply =
  | {
      readonly kind: "prepared";
      readonly id: number;
      /** Theory alone. */
      readonly charts: readonly ChartData[];
      /** Null if the study has nothing to measure. */
      readonly job: MeasureJob | null;
      /** Why the study does not apply to this spec; then there are no charts. */
      readonly refusal: string | null;
    }
  | { readonly kind: "assembled"; readonly id: number; readonly charts: readonly ChartData[] }
  | { readonly kind: "cells-job"; readonly id: number; readonly job: MeasureJob }
  | { readonly kind: "cells"; readonly id: number; readonly cells: Cells }
  | {
      readonly kind: "failed";
      readonly id: number;
      readonly message: string;
      /** Fields of the spec to mend; empty if the failure is not the reader's. */
      readonly problems: readonly FieldProblem[];
    };
