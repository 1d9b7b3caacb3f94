/** What happens to the work in hand when its engine changes: by choice, or because the device is lost. */
import { isBusy } from "./phases.ts";
import { isFresh } from "./runs.ts";
import type { TrainingLabStore, TrainingRun } from "./state.ts";
import type { Workbench } from "./workbench.ts";

export interface EngineChangeParts {
  readonly store: TrainingLabStore;
  readonly bench: Workbench;
  readonly shownRun: () => TrainingRun | null;
  /** Goes on training from an iteration. */
  readonly goOn: (iteration: number) => void;
  /** Tells that nobody works. */
  readonly rest: () => void;
}

export function createEngineChanges({ store, bench, shownRun, goOn, rest }: EngineChangeParts) {
  /** Training goes on from its newest weights, other work begins anew. */
  function goOnWith(again: () => void): void {
    const run = shownRun();
    const { phase } = store.getState().run;
    const isTrained = run !== null && !isFresh(run) && (phase === "training" || phase === "measuring");
    if (isTrained) goOn(run.newest.iteration);
    else again();
  }

  return {
    /** The engine of the present choice takes over. */
    change: (): void => {
      const isWorking = isBusy(store.getState().run);
      bench.halt();
      bench.dropEngine();
      const start = () =>
        bench.launch(async (signal) => {
          await bench.equip(store.getState().spec, signal);
          rest();
        });
      if (isWorking) goOnWith(start);
      else start();
    },
    /** True if the error is the loss of a device, and the work goes on without it; `again` begins it anew. */
    wasLost: (error: unknown, again: () => void): boolean => {
      if (!(error instanceof Error) || error.name !== "DeviceLostError" || !bench.leaveDevice()) return false;
      store.getState().notify({
        id: "device-lost",
        tone: "warning",
        text: `${error.message} The work goes on, on the CPU.`,
      });
      goOnWith(again);
      return true;
    },
  };
}
