/** Edits of a specification as undo sees them: those of one gesture, close in time, form one step. */
import type { TemporalState } from "zundo";
import type { StoreApi } from "zustand/vanilla";
import type { EditOptions, Notice } from "./state.ts";

const GESTURE_MS = 900;
export const UNDO_LIMIT = 200;

/** A store with undo over its `spec`. */
type SpecStore<Spec> = StoreApi<{ readonly spec: Spec }> & {
  readonly temporal: StoreApi<TemporalState<{ readonly spec: Spec }>>;
};

/** An edit action: `keyOf` tells specs apart, `now` is in ms. Edits that change nothing leave no trace. */
export function gestureEditor<Spec>(
  storeOf: () => Pick<SpecStore<Spec>, "getState" | "temporal"> & {
    setState(part: { readonly spec: Spec }): void;
  },
  keyOf: (spec: Spec) => string,
  now: () => number,
): (change: Spec | ((spec: Spec) => Spec), options?: EditOptions) => void {
  let last: { gesture: string; at: number } | null = null;
  return (change, options = {}) => {
    const store = storeOf();
    const present = store.getState().spec;
    const next = typeof change === "function" ? (change as (spec: Spec) => Spec)(present) : change;
    if (next === present || keyOf(next) === keyOf(present)) return;
    const at = now();
    const continues =
      options.gesture !== undefined && last?.gesture === options.gesture && at - last.at < GESTURE_MS;
    last = options.gesture === undefined ? null : { gesture: options.gesture, at };
    if (continues) store.temporal.getState().pause();
    store.setState({ spec: next });
    if (continues) store.temporal.getState().resume();
  };
}

/** Notices with one more; the same id replaces. */
export function withNotice(notices: readonly Notice[], notice: Notice): readonly Notice[] {
  return [...notices.filter(({ id }) => id !== notice.id), notice];
}
