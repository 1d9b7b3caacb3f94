import { beforeEach, describe, expect, it } from "vitest";
import type { CellResult } from "../../../src/experiments/training/cells.ts";
import { createKeptCells } from "../../../src/lab/training/kept-cells.ts";

const cell = (key: string, seconds = 1) =>
  ({ version: 1, key, seconds, history: { iterations: [{ loss: NaN }] } }) as unknown as CellResult;

function forget(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase("etalon.studies");
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error ?? new Error("not deleted"));
    // A test before may still hold it open; it goes when that one's connection is collected.
    request.onblocked = () => resolve();
  });
}

describe("Trainings kept in the browser", () => {
  beforeEach(forget);

  it("come back whole, the newest of many, each key once", async () => {
    const kept = createKeptCells(indexedDB, 3);
    for (const key of ["a", "b", "c", "d"]) await kept.save(cell(key));
    // Run again: now it is the newest.
    await kept.save(cell("b", 2));
    expect([...(await kept.all()).keys()]).toEqual(["c", "d", "b"]);
    await kept.save(cell("e"));
    // Another page of the same browser sees the same.
    const found = await createKeptCells(indexedDB, 3).all();
    expect([...found.keys()]).toEqual(["d", "b", "e"]);
    expect(found.get("b")).toEqual(cell("b", 2));
  });

  it("are none where the browser refuses, and saving says so", async () => {
    const refusing = {
      open: () => {
        const request = { error: new DOMException("no storage", "SecurityError") } as unknown as {
          onerror?: () => void;
        };
        queueMicrotask(() => request.onerror?.());
        return request;
      },
    } as unknown as IDBFactory;
    const kept = createKeptCells(refusing);
    expect(await kept.all()).toEqual(new Map());
    await expect(kept.save(cell("a"))).rejects.toThrow("no storage");
  });
});
