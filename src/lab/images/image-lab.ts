/** Puts the image page together, from parts that the page hands in. */
import type { ImageEngine } from "../../engine/image-engine.ts";
import type { ImageChecks } from "../../spec/images/parse.ts";
import type { AddressBar } from "../address.ts";
import type { Clock } from "../clock.ts";
import { readPreferences, writePreferences, type KeyValueStore } from "../preferences.ts";
import { imageStart, syncImageAddress } from "./address.ts";
import { startImageCoordinator, type ImageCoordinatorParts } from "./coordinator.ts";
import type { ImageLabStore } from "./state.ts";
import { createImageStore } from "./store.ts";

export interface ImageLabParts {
  readonly createEngine: () => Promise<ImageEngine>;
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
  const { theme, live, seedLocked } = readPreferences(storage);
  const store = createImageStore(
    {
      spec,
      embed,
      theme,
      live,
      seedLocked,
      engine: { phase: "starting" },
      weights: { student: { phase: "none" }, teacher: { phase: "none" } },
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

/** Theme, live and seed lock are shared with the laws page; its other preferences stay as they are. */
function keepChoices(store: ImageLabStore, storage: KeyValueStore | null): () => void {
  return store.subscribe((state, before) => {
    const { theme, live, seedLocked } = state;
    if (theme === before.theme && live === before.live && seedLocked === before.seedLocked) return;
    writePreferences(storage, { ...readPreferences(storage), theme, live, seedLocked });
  });
}
