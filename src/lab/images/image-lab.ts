/** Puts the image page together, from parts that the page hands in. */
import type { ImageChecks } from "../../spec/images/parse.ts";
import type { AddressBar } from "../address.ts";
import type { Clock } from "../clock.ts";
import { readPreferences, writePreferences, type KeyValueStore } from "../preferences.ts";
import { imageStart, syncImageAddress } from "./address.ts";
import { startImageCoordinator, type ImageCoordinatorParts } from "./coordinator.ts";
import type { ImageLabStore } from "./state.ts";
import { createImageStore } from "./store.ts";

export interface ImageLabParts {
  readonly createEngine: ImageCoordinatorParts["createEngine"];
  readonly rewardTitle: ImageCoordinatorParts["rewardTitle"];
  readonly bar: AddressBar;
  readonly storage: KeyValueStore | null;
  readonly clock: Clock;
  readonly checks: ImageChecks;
}

export interface ImageLab {
  readonly store: ImageLabStore;
  begin(): void;
  dispose(): void;
}

/** A page opened at the present address. */
export function createImageLab(parts: ImageLabParts): ImageLab {
  const { bar, storage, clock, checks, createEngine, rewardTitle } = parts;
  const { spec, embed, linkProblem, notices } = imageStart(bar.read(), checks);
  const { theme, live, seedLocked, engineChoice } = readPreferences(storage);
  const store = createImageStore(
    {
      spec,
      embed,
      theme,
      live,
      seedLocked,
      engineChoice,
      engine: { phase: "starting" },
      weights: { student: { phase: "none" }, teacher: { phase: "none" } },
      ownTeacher: null,
      refusedPrompt: null,
      refusedNegative: null,
      samples: null,
      charts: null,
      run: { phase: "idle" },
      notices: notices.map((text, i) => ({ id: `link-${i}`, tone: "info", text })),
      linkProblem,
    },
    clock.now,
    checks,
  );
  const stops = [
    startImageCoordinator({ store, createEngine, clock, rewardTitle }),
    keepChoices(store, storage),
    syncImageAddress(store, bar, checks, clock),
  ];
  return {
    store,
    begin: () => store.getState().start(),
    dispose: () => stops.forEach((stop) => stop()),
  };
}

/** Shared with the laws page, whose other preferences stay as they are. */
const SHARED = ["theme", "live", "seedLocked", "engineChoice"] as const;

function keepChoices(store: ImageLabStore, storage: KeyValueStore | null): () => void {
  return store.subscribe((state, before) => {
    if (SHARED.every((name) => state[name] === before[name])) return;
    const { theme, live, seedLocked, engineChoice } = state;
    writePreferences(storage, { ...readPreferences(storage), theme, live, seedLocked, engineChoice });
  });
}
