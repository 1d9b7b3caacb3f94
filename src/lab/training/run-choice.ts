/** Runs that come back to the screen: when the page opens, by an edit that is undone, or chosen from the list. */
import { untilAborted } from "../abort.ts";
import { runKey } from "./keys.ts";
import { isBusy, restingPhase } from "./phases.ts";
import type { References } from "./references.ts";
import type { RunShelf } from "./run-shelf.ts";
import { isFresh } from "./runs.ts";
import type { TrainingLabStore, TrainingRun } from "./state.ts";
import type { Workbench } from "./workbench.ts";

export interface RunChoiceParts {
  readonly store: TrainingLabStore;
  readonly bench: Workbench;
  readonly shelf: RunShelf;
  readonly references: References;
  readonly shownRun: () => TrainingRun | null;
  /** Puts a run on the screen. */
  readonly put: (run: TrainingRun) => void;
  readonly pause: () => void;
  /** Tells that nobody works. */
  readonly rest: () => void;
  /** Shows the present spec before training. */
  readonly open: (signal: AbortSignal) => Promise<void>;
}

export interface RunChoice {
  /** The newest run of the present spec that the browser kept, else the pretrained network. */
  openFirst(signal: AbortSignal): Promise<void>;
  /** Brings a run in memory back. */
  show(run: TrainingRun): void;
  showRun(id: number): void;
  compareRun(id: number | null): void;
  removeRun(id: number): void;
}

/** What brings runs back; see `TrainingLabActions` for the last three. */
export function createRunChoice(parts: RunChoiceParts): RunChoice {
  const { store, bench, shelf, references, shownRun, put, pause, rest, open } = parts;
  /** The run to be compared with, there or on its way. */
  let wanted: number | null = null;

  async function openFirst(signal: AbortSignal): Promise<void> {
    const { spec } = store.getState();
    await bench.equip(spec, signal);
    const stored = await untilAborted(shelf.newest(runKey(spec)), signal, "runs");
    if (stored === null) return open(signal);
    references.take(stored.reference);
    put(stored);
    const phase = restingPhase(stored);
    const text =
      phase.phase === "done"
        ? "This browser kept the run of these settings."
        : `This browser kept the run from when the page was closed. Press Resume to go on from iteration ${stored.newest.iteration}.`;
    store.setState({ run: phase });
    store.getState().notify({ id: "kept", tone: "info", text });
  }

  function show(run: TrainingRun) {
    references.take(run.reference);
    put(run);
    store.setState({ scrub: null });
    bench.launch(async (signal) => {
      await bench.prepare(run.spec, signal);
      rest();
    });
  }

  function showRun(id: number) {
    const run = shownRun();
    if (run !== null && !isFresh(run) && isBusy(store.getState().run)) pause();
    bench.launch(async (signal) => {
      const found = await untilAborted(shelf.find(id), signal, "runs");
      if (found === null) {
        tellLost(id);
        return rest();
      }
      // On the screen before its settings are, so that they bring no other run of theirs.
      put(found);
      store.getState().edit(found.spec);
      show(found);
    });
  }

  function compareRun(id: number | null) {
    wanted = id;
    store.setState({ compared: null });
    if (id === null) return;
    void shelf.find(id).then((found) => {
      if (wanted !== id) return;
      if (found === null) tellLost(id);
      else store.setState({ compared: found });
    });
  }

  /** Another tab has deleted it, or the browser. */
  function tellLost(id: number) {
    shelf.remove(id);
    const text = "This browser no longer keeps that run.";
    store.getState().notify({ id: "run-lost", tone: "warning", text });
  }

  function removeRun(id: number) {
    const { shown, spec } = store.getState();
    if (id === shown) bench.halt();
    if (id === wanted) compareRun(null);
    shelf.remove(id);
    if (id !== shown) return;
    store.setState({ shown: null, scrub: null });
    const next = shelf.shownLast(runKey(spec));
    if (next === undefined) bench.launch(open);
    else show(next);
  }

  return { openFirst, show, showRun, compareRun, removeRun };
}
