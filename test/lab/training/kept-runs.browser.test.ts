import { beforeEach, describe, expect, it } from "vitest";
import { createKeptRuns } from "../../../src/lab/training/kept-runs.ts";
import { referenceKey } from "../../../src/lab/training/keys.ts";
import { freshRun, withCheckpoint } from "../../../src/lab/training/runs.ts";
import type { TrainingRun } from "../../../src/lab/training/state.ts";
import { TRAINING_DEFAULTS } from "../../../src/spec/training/defaults.ts";

const reference = {
  ...{ key: referenceKey(TRAINING_DEFAULTS), origin: "shipped" as const },
  ...{ parameters: Float64Array.of(1, 2), steps: 4000, scoreError: null },
};

function run(id: number, iteration = 1): TrainingRun {
  const fresh = freshRun({ id, began: 10 * id }, TRAINING_DEFAULTS, reference);
  const memory = { "adamw.step": Float64Array.of(iteration) };
  return withCheckpoint(fresh, { ...fresh.newest, iteration, memory }, true);
}

function forget(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase("etalon.training");
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error ?? new Error("not deleted"));
    // A test before may still hold it open; it goes when that one's connection is collected.
    request.onblocked = () => resolve();
  });
}

describe("Runs kept in the browser", () => {
  beforeEach(forget);

  it("come back whole, each once, with their names; the oldest are let go, but never the one that is saved", async () => {
    const kept = createKeptRuns(indexedDB, 3);
    for (const id of [4, 2, 3]) expect(await kept.save(run(id), null)).toBe(true);
    await kept.rename(2, "mine");
    // Trained on: it takes its own place.
    await kept.save(run(4, 7), "other");
    const told = async () => (await kept.all()).map(({ id, iteration, name }) => [id, iteration, name]);
    expect(await told()).toEqual([
      [2, 1, "mine"],
      [3, 1, null],
      [4, 7, "other"],
    ]);
    expect(await kept.find(4)).toEqual(run(4, 7));
    // An old run that goes on makes room at the expense of the next oldest.
    await kept.save(run(1), null);
    expect((await told()).map(([id]) => id)).toEqual([1, 3, 4]);
    expect(await kept.find(2)).toBeNull();
    await kept.remove(3);
    // Another page of the same browser sees the same.
    const other = createKeptRuns(indexedDB, 3);
    expect((await other.all()).map(({ id }) => id)).toEqual([1, 4]);
    expect(await other.find(3)).toBeNull();
  });

  it("are none where the browser refuses, and saving says so", async () => {
    const refusing = {
      open: () => {
        throw new DOMException("no storage", "SecurityError");
      },
    } as unknown as IDBFactory;
    const kept = createKeptRuns(refusing);
    expect(await kept.save(run(1), null)).toBe(false);
    expect(await kept.all()).toEqual([]);
    expect(await kept.find(1)).toBeNull();
    await kept.rename(1, "a");
    await kept.remove(1);
  });
});
