/** Every cell (eta, N) of a specification with theory and measurement: the result that files, scripts and later tools read. */
import type { Engine, RunControl } from "../engine/engine.ts";
import type { Estimate } from "../measure/estimate.ts";
import type { ChartData, TheoryKind, Verdict } from "../measure/series.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import type { BoundNumbers } from "./bound-numbers.ts";
import { createArmList, measurementOf } from "./arms.ts";
import { leftOutOfCell, noTheoryNotes, refusalOf, unresolvedNotes } from "./chart-notes.ts";
import { say, uniqueNotes, zScore } from "./chart-parts.ts";
import { createTheoryTable, gapCell, type GapCell, type GapNumbers } from "./gap-cells.ts";
import { gapVerdict } from "./gap-chart.ts";
import { targetNumbers } from "./theory-numbers.ts";
import { resolve } from "./resolve.ts";

export interface CellLaw {
  readonly kind: TheoryKind;
  readonly formula: string;
  readonly mean: readonly number[];
  readonly cov: readonly (readonly number[])[];
  readonly expectedReward: number | null;
  readonly gap: number | null;
  /** Numerical error of gap (quadrature, extrapolation); 0 for closed forms. */
  readonly error: number;
}

/** The general bound. The gap's is on |gap| in continuous time; a finite N may exceed it by its discretisation part. */
export interface CellBound extends BoundNumbers {
  readonly kind: "bound";
  /** Against the measured gap less the exact discretisation part where that is known; null without bound or measurement. */
  readonly holds: Verdict | null;
}

export interface CellMeasurement {
  readonly mean: readonly Estimate[];
  readonly cov: readonly (readonly Estimate[])[];
  readonly expectedReward: Estimate;
  readonly gap: Estimate;
  /** Samples whose reward was not finite, left out of reward and gap; gap.n also lacks those of the eta = 0 arm. */
  readonly nonFinite: number;
}

export interface ResultCell {
  readonly eta: number;
  readonly steps: number;
  readonly theory: {
    readonly continuous: CellLaw | null;
    readonly nStep: CellLaw | null;
    readonly bound: CellBound | null;
  };
  readonly measured: CellMeasurement | null;
  /** Standard errors between measured and exact N-step values; null where either is missing. */
  readonly agreement: { readonly expectedReward: number | null; readonly gap: number | null };
  /** Why there is no measurement, or null. */
  readonly refusal: string | null;
}

/** What was run where. No path, user or host name. */
export interface Manifest {
  /** FNV-1a of the canonical JSON of the specification, 16 hexadecimal digits. */
  readonly specHash: string;
  readonly seed: number;
  readonly version: string;
  readonly engine: "cpu" | "webgpu";
  readonly adapter: string;
  readonly software: boolean;
  readonly precision: "f64" | "f32";
  readonly wallTimeMs: number;
  readonly date: string;
  /** Version of Node, or null in a browser. */
  readonly node: string | null;
}

export interface ExperimentResult {
  readonly version: 1;
  readonly spec: ExperimentSpec;
  readonly manifest: Manifest;
  /** The target law p*: what a perfect sampler would give. */
  readonly target: Omit<CellLaw, "gap">;
  readonly cells: readonly ResultCell[];
  /** Charts of the studies that were asked for. */
  readonly charts?: readonly ChartData[];
  readonly notes: readonly string[];
}

/**
 * Runs all cells of `evaluation.etas` x `evaluation.steps`, the sampler's own (eta, N) and (0, N) in one job on common random
 * numbers; each once, ordered by N, then eta. The eta = 0 arm of every other step count runs in any case; it is a cell only
 * if asked for.
 */
export async function runCells(
  spec: ExperimentSpec,
  engine: Engine,
  control?: RunControl,
): Promise<Pick<ExperimentResult, "target" | "cells" | "notes">> {
  const problem = resolve(spec);
  const table = createTheoryTable(problem);
  const arms = createArmList();
  const cells = cellsOf(spec).map(({ eta, steps }) => gapCell(problem, table, arms, eta, steps));
  const job = arms.job(problem);
  const result = job === null ? null : await engine.measure(job, control);
  const target = targetNumbers(problem);
  return {
    target: {
      kind: target.kind,
      formula: target.formula,
      mean: target.mean,
      cov: target.cov,
      expectedReward: target.expectedReward,
      error: target.error,
    },
    cells: cells.map((cell) => {
      const measured = measurementOf(result, cell.place);
      return resultCell(
        cell,
        refusalOf(cell, result),
        measured === null
          ? null
          : {
              mean: measured.mean,
              cov: measured.cov,
              expectedReward: measured.expectedReward,
              gap: measured.gap,
              nonFinite: measured.result.reward.nonFinite,
            },
      );
    }),
    notes: uniqueNotes([
      ...problem.notes,
      ...noTheoryNotes(problem),
      ...unresolvedNotes(cells.flatMap((cell) => [cell.nStep, cell.continuous])),
      ...cells.flatMap((cell) => {
        const reward = measurementOf(result, cell.place)?.result.reward;
        const where = `η = ${say(cell.eta)}, N = ${cell.steps}`;
        if (reward === undefined) return [];
        return leftOutOfCell(where, reward.nonFinite, reward.n + reward.nonFinite) ?? [];
      }),
    ]),
  };
}

/** The cells of a result: the evaluation's grid and the sampler's own run beside its deterministic twin. */
function cellsOf({ evaluation, sampler }: ExperimentSpec): readonly { eta: number; steps: number }[] {
  const counts = [...new Set([...evaluation.steps, sampler.steps])].sort((a, b) => a - b);
  return counts.flatMap((steps) => {
    const listed = evaluation.steps.includes(steps) ? evaluation.etas : [];
    const own = steps === sampler.steps ? [0, sampler.eta] : [];
    return [...new Set([...listed, ...own])].sort((a, b) => a - b).map((eta) => ({ eta, steps }));
  });
}

function resultCell(cell: GapCell, refusal: string | null, measured: CellMeasurement | null): ResultCell {
  const { eta, steps, continuous, nStep, bound } = cell;
  return {
    eta,
    steps,
    theory: {
      continuous: cellLaw(continuous),
      nStep: cellLaw(nStep),
      bound:
        bound === null
          ? null
          : {
              kind: "bound",
              ...bound,
              holds:
                bound.gap === null || measured === null || bound.assumptions.some((a) => !a.holds)
                  ? null
                  : gapVerdict(cell, bound.gap, measured.gap),
            },
    },
    measured,
    agreement: {
      expectedReward: agreement(measured?.expectedReward, nStep?.expectedReward, nStep?.error),
      gap: agreement(measured?.gap, nStep?.gap, nStep?.gapError),
    },
    refusal,
  };
}

function agreement(
  estimate: Estimate | undefined,
  expected: number | null | undefined,
  error = 0,
): number | null {
  if (estimate === undefined || expected === null || expected === undefined || estimate.se === 0) return null;
  const z = zScore(estimate, expected, error);
  return Number.isFinite(z) ? z : null;
}

function cellLaw(law: GapNumbers | null): CellLaw | null {
  if (law === null) return null;
  const { kind, formula, mean, cov, expectedReward, gap, gapError } = law;
  return { kind, formula, mean, cov, expectedReward, gap, error: gapError };
}
