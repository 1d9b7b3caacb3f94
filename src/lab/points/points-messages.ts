/** Messages between the page and the worker that reads and fits the user's points. */
import type { PointFit } from "../../experiments/fit-points.ts";
import type { PointSet } from "./point-table.ts";

/** What the page shows of a table before columns are chosen. */
export interface TableSummary {
  readonly names: readonly string[];
  readonly numeric: readonly number[];
  readonly rows: number;
  readonly separator: string;
  /** The first rows, as text. */
  readonly preview: readonly (readonly string[])[];
}

/** A point set without its points, and a thinned cloud to look at: [shown, dim], at most 2,000. */
export interface PointsSummary extends Omit<PointSet, "points"> {
  readonly cloud: Float64Array;
}

export type PointsRequest =
  | { readonly kind: "read"; readonly source: string | Blob }
  | { readonly kind: "extract"; readonly columns: readonly number[]; readonly standardise: boolean }
  | {
      readonly kind: "take";
      readonly points: Float64Array;
      readonly dim: number;
      readonly standardise: boolean;
    }
  | { readonly kind: "fit"; readonly maxComponents: number; readonly seed: number };

export type PointsReply =
  | { readonly kind: "table"; readonly table: TableSummary }
  | { readonly kind: "points"; readonly points: PointsSummary }
  | { readonly kind: "progress"; readonly done: number }
  | { readonly kind: "fit"; readonly fit: PointFit }
  | { readonly kind: "failed"; readonly message: string };

/** Largest file that is read, bytes. */
export const FILE_LIMIT_BYTES = 64 * 2 ** 20;
