/** Puts the lab together: store, address, preferences and coordinator, from parts that the page hands in. */
import type { OutsideChecks } from "../spec/parse.ts";
import { startingPoint, syncAddress, type AddressBar } from "./address.ts";
import type { Clock } from "./clock.ts";
import { startCoordinator } from "./coordinator.ts";
import type { EngineFactories } from "./engine-host.ts";
import type { Preparer } from "./preparer.ts";
import type { ViewPreparer } from "./view-preparer.ts";
import { keepPreferences, readPreferences, type KeyValueStore } from "./preferences.ts";
import type { LabStore } from "./state.ts";
import { createLabStore } from "./store.ts";

export interface LabParts {
  readonly factories: EngineFactories;
  readonly preparer: Preparer;
  readonly viewPreparer: ViewPreparer;
  readonly bar: AddressBar;
  readonly storage: KeyValueStore | null;
  readonly clock: Clock;
  readonly checks: OutsideChecks;
  /** Version of the lab. */
  readonly version: string;
}

export interface Lab {
  readonly store: LabStore;
  /** Starts the first run; apart from creation, so that a stored result can be shown first. */
  begin(): void;
  dispose(): void;
}

/** A lab opened at the present address. */
export function createLab({
  factories,
  preparer,
  viewPreparer,
  bar,
  storage,
  clock,
  checks,
  version,
}: LabParts): Lab {
  const { spec, page, linkProblem, notices } = startingPoint(bar.read(), checks);
  const store = createLabStore(
    {
      spec,
      ...page,
      ...readPreferences(storage),
      run: { phase: "idle" },
      charts: {},
      engine: { phase: "starting" },
      notices: notices.map((text, i) => ({ id: `link-${i}`, tone: "info", text })),
      linkProblem,
    },
    clock.now,
    checks,
  );
  const stops = [
    startCoordinator({ store, preparer, viewPreparer, factories, clock, version }),
    keepPreferences(store, storage),
    syncAddress(store, bar, checks, clock),
  ];
  return {
    store,
    begin: () => store.getState().start(),
    dispose: () => stops.forEach((stop) => stop()),
  };
}
