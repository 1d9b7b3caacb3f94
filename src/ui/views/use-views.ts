/** Keeps the views of a lab up to date: laws from the worker, particles from the engine, a stage to draw on. */
import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { messageOf } from "../../lab/abort.ts";
import type { LabStore } from "../../lab/state.ts";
import type { PlaneChoice, Recording, ViewData } from "../../lab/views.ts";
import { createViewStage, type ViewStage } from "../../render/view-stage.ts";

/** A finished recording, its values on this side, and the stage that draws it. */
export interface Shown {
  readonly data: ViewData;
  readonly recording: Recording;
  /** values[arm] = [frames, particles, dim] */
  readonly values: readonly Float32Array[];
  readonly stage: ViewStage;
}

export interface ViewsState {
  readonly shown: Shown | null;
  readonly busy: boolean;
  /** Why there is nothing new to show, or null. */
  readonly failure: string | null;
}

const NOTHING: ViewsState = { shown: null, busy: true, failure: null };

/** Edits closer together than this, ms, make one recording. */
const DEBOUNCE_MS = 140;

/** The views of the store's spec on its engine. The old picture stays until the new one is ready. */
export function useViews(store: LabStore, plane: PlaneChoice | null): ViewsState {
  const spec = useStore(store, (state) => state.spec);
  // A new engine (after a loss or a switch) invalidates what the old one recorded.
  const engine = useStore(store, (state) => (state.engine.phase === "ready" ? state.engine.info : null));
  const [state, setState] = useState(NOTHING);
  const held = useRef<Shown | null>(null);

  useEffect(() => {
    if (engine === null) {
      // Ask for the engine; when it is ready this runs again. If it cannot start, the page says so elsewhere.
      void store
        .getState()
        .withEngine(() => Promise.resolve())
        .catch(() => undefined);
      return;
    }
    const stop = new AbortController();
    const update = async (): Promise<void> => {
      setState((before) => ({ ...before, busy: true }));
      const shown = await make(store, plane, held.current?.stage ?? null, stop.signal);
      retire(held.current, shown);
      held.current = shown;
      setState({ shown, busy: false, failure: null });
    };
    const timer = setTimeout(() => {
      update().catch((error: unknown) => {
        if (!stop.signal.aborted)
          setState((before) => ({ ...before, busy: false, failure: messageOf(error) }));
      });
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [store, spec, plane, engine]);

  useEffect(
    () => () => {
      retire(held.current, null);
      held.current = null;
      setState(NOTHING);
    },
    [],
  );
  return state;
}

async function make(
  store: LabStore,
  plane: PlaneChoice | null,
  former: ViewStage | null,
  signal: AbortSignal,
): Promise<Shown> {
  const { prepareViews, record } = store.getState();
  const data = await prepareViews(plane, signal);
  const recording = await record(data.job, { signal });
  try {
    const values = await Promise.all(recording.arms.map((arm) => arm.read()));
    const view = recording.arms[0]?.view ?? null;
    const stage = former?.fits(view) === true ? former : await createViewStage(view);
    if (!signal.aborted) return { data, recording, values, stage };
    if (stage !== former) stage.dispose();
    throw new DOMException("views: cancelled", "AbortError");
  } catch (error) {
    recording.dispose();
    throw error;
  }
}

/** Frees a picture, but not what its successor still uses, after React has taken its canvases down. */
function retire(old: Shown | null, next: Shown | null): void {
  if (old === null) return;
  setTimeout(() => {
    old.recording.dispose();
    if (old.stage !== next?.stage) old.stage.dispose();
  }, 0);
}
