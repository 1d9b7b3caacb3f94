/**
 * Runs the cells of studies one after another. A finished one is a file, and is never run again; the one under way leaves its
 * newest checkpoint in a file, and goes on from it after a kill.
 */
import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { TrainingEngine } from "../engine/training-engine.ts";
import { runCell, type CellResult, type TrainingCell } from "../experiments/training/cells.ts";
import { resolveTraining } from "../experiments/training/resolve.ts";
import { cellCheckpoint } from "./cell-checkpoint.ts";
import { readTextIfThere, writeFiles } from "./folder.ts";
import { pretrainedWeights } from "./training-engine.ts";

export interface CellsControl {
  readonly signal: AbortSignal;
  /** Folder of finished cells, or null to keep them in memory. */
  readonly out: string | null;
  /** Done share of all cells, and which one runs. */
  readonly onProgress: (done: number, label: string) => void;
}

const CELLS = "cells";

const nameOf = ({ key }: TrainingCell): string => `${CELLS}/${key}.json`;

/** Results by key, of equal cells once. Rejects with AbortError when interrupted; what is finished stays. */
export async function runTrainingCells(
  engine: TrainingEngine,
  cells: readonly TrainingCell[],
  { signal, out, onProgress }: CellsControl,
): Promise<ReadonlyMap<string, CellResult>> {
  const unique = [...new Map(cells.map((cell) => [cell.key, cell])).values()];
  const results = new Map<string, CellResult>();
  const weights = pretrainedWeights(engine, out);
  for (const [i, cell] of unique.entries()) {
    signal.throwIfAborted();
    const progress = (label: string) => (done: number) => onProgress((i + done) / unique.length, label);
    const known = out === null ? null : await finishedCell(out, cell);
    if (known !== null) {
      results.set(cell.key, known);
      continue;
    }
    const { problem } = resolveTraining(cell.spec);
    // Pretraining is a part of the first cell that needs it.
    const pretrained = await weights(cell.spec, problem, {
      signal,
      onProgress: () => progress("pretraining")(0),
    });
    const control = { signal, now: () => performance.now(), onProgress: progress(cell.label) };
    if (out === null) {
      results.set(cell.key, await runCell(engine, cell, pretrained, control));
      continue;
    }
    const checkpoint = cellCheckpoint(out, cell);
    const from = await checkpoint.read();
    const result = await runCell(engine, cell, pretrained, {
      ...{ ...control, from },
      onCheckpoint: checkpoint.write,
    }).finally(checkpoint.written);
    await writeFiles(out, { [nameOf(cell)]: `${JSON.stringify(result)}\n` });
    await checkpoint.remove();
    results.set(cell.key, result);
  }
  onProgress(1, "done");
  return results;
}

/** The stored result of a cell, under the label it has now; null if there is none. */
export async function finishedCell(out: string, cell: TrainingCell): Promise<CellResult | null> {
  const text = await readTextIfThere(join(out, nameOf(cell)));
  if (text === null) return null;
  const stored = JSON.parse(text) as CellResult;
  if (stored.key !== cell.key)
    throw new Error(
      `${nameOf(cell)}: must hold the cell of its name, got ${stored.key}; remove the file to run it again`,
    );
  return { ...stored, label: cell.label };
}

/** Tells the files of these trainings from those of others. */
export function filesOf(cells: readonly TrainingCell[]): (file: string) => boolean {
  const names = new Set(cells.map(nameOf));
  return (file) => names.has(`${CELLS}/${file}`);
}

/**
 * Takes finished cells out of a folder, where what was made of them is all that is wanted; those of others stay, and so do the
 * checkpoints of trainings under way.
 */
export async function removeCells(out: string, isMine: (file: string) => boolean): Promise<void> {
  const folder = join(out, CELLS);
  try {
    const files = await readdir(folder);
    await Promise.all(files.filter(isMine).map((file) => rm(join(folder, file))));
    if (files.every(isMine)) await rmdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
