/** The state of an import: a table, the points of its columns, a fit; each step may fail without losing the one before. */
import { useEffect, useEffectEvent, useReducer, useRef } from "react";
import { isAbort, messageOf } from "../../lab/abort.ts";
import {
  createPointsClient,
  spawnPointsWorker,
  type PointFit,
  type PointsClient,
} from "../../lab/points/points-client.ts";
import type { PointsSummary, TableSummary } from "../../lab/points/points-messages.ts";

export interface PointsState {
  readonly table: TableSummary | null;
  readonly points: PointsSummary | null;
  readonly fit: PointFit | null;
  /** Done share of the running fit, or null. */
  readonly fitting: number | null;
  readonly error: string | null;
}

export interface PointsActions {
  /** Reads text or a file; takes its first numeric columns. */
  read(source: string | Blob, standardise: boolean): void;
  extract(columns: readonly number[], standardise: boolean): void;
  /** Takes drawn points [n, 2]. */
  take(points: Float64Array, standardise: boolean): void;
  fit(maxComponents: number): void;
  /** Stops the fit. */
  cancel(): void;
  clear(): void;
}

const EMPTY: PointsState = { table: null, points: null, fit: null, fitting: null, error: null };

/** Seed of fits: the same points give the same mixture for everyone. */
const FIT_SEED = 1;

/** A change waits this long for the next, ms: a fit starts when the user has stopped drawing or typing. */
const FIT_AFTER_MS = 350;

/**
 * An import that starts empty; its worker ends with the component. New points, or another limit, are fitted by
 * themselves with at most `maxComponents`; null is a limit that does not hold.
 */
export function usePoints(maxComponents: number | null): readonly [PointsState, PointsActions] {
  const [state, update] = useReducer(
    (before: PointsState, change: Partial<PointsState>) => ({ ...before, ...change }),
    EMPTY,
  );
  const client = useRef<PointsClient | null>(null);
  const newest = useRef(0);
  useEffect(
    () => () => {
      client.current?.dispose();
      client.current = null;
    },
    [],
  );

  /** Runs one step; only the newest may speak. */
  async function run(work: (at: PointsClient, say: typeof update) => Promise<void>): Promise<void> {
    const id = ++newest.current;
    const say = (change: Partial<PointsState>) => {
      if (id === newest.current) update(change);
    };
    client.current ??= createPointsClient(spawnPointsWorker);
    say({ error: null, fit: null, fitting: null });
    try {
      await work(client.current, say);
    } catch (error) {
      say({ fitting: null, error: isAbort(error) ? null : messageOf(error) });
    }
  }

  const actions: PointsActions = {
    read: (source, standardise) =>
      void run(async (at, say) => {
        say({ table: null, points: null });
        const table = await at.read(source);
        say({ table });
        const columns = table.numeric.slice(0, 2);
        if (columns.length === 0)
          throw new Error(
            "points: need a column of numbers, got none; separate cells by commas, tabs or blanks",
          );
        say({ points: await at.extract(columns, standardise) });
      }),
    extract: (columns, standardise) =>
      void run(async (at, say) => {
        say({ points: null });
        say({ points: await at.extract(columns, standardise) });
      }),
    take: (drawn, standardise) =>
      void run(async (at, say) => {
        say({ table: null, points: null });
        say({ points: await at.take(drawn, 2, standardise) });
      }),
    fit: (maxComponents) =>
      void run(async (at, say) => {
        say({ fitting: 0 });
        const fit = await at.fit(maxComponents, FIT_SEED, (done) => say({ fitting: done }));
        say({ fit, fitting: null });
      }),
    cancel: () => {
      client.current?.cancel();
      update({ fitting: null });
    },
    clear: () => {
      newest.current += 1;
      client.current?.cancel();
      update(EMPTY);
    },
  };
  const { points } = state;
  const fitThem = useEffectEvent((most: number) => actions.fit(most));
  useEffect(() => {
    if (points === null || maxComponents === null) return;
    const timer = setTimeout(() => fitThem(maxComponents), FIT_AFTER_MS);
    return () => clearTimeout(timer);
  }, [points, maxComponents]);
  return [state, actions];
}
