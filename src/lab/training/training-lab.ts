/** Puts the training page together, from parts that the page hands in. */
import type { EngineChoice } from "../../engine/engine.ts";
import type { TrainingEngine } from "../../engine/training-engine.ts";
import type { TrainingChecks } from "../../spec/training/consistency.ts";
import type { AddressBar } from "../address.ts";
import type { Clock } from "../clock.ts";
import { readPreferences, writePreferences, type KeyValueStore } from "../preferences.ts";
import { syncTrainingAddress, trainingStart } from "./address.ts";
import { startTrainingCoordinator } from "./coordinator.ts";
import { watchFindings, type ShownFindings } from "./findings.ts";
import type { KeptCells } from "./kept-cells.ts";
import type { KeptRuns } from "./kept-runs.ts";
import { createMeasurer } from "./measurement.ts";
import type { TrainingPreparer } from "./preparer.ts";
import type { WeightFiles } from "./references.ts";
import type { TrainingLabStore } from "./state.ts";
import { createTrainingStore } from "./store.ts";
import { watchStoredStudies } from "./stored-studies.ts";
import type { LoadStoredStudy } from "./stored-study-file.ts";

export interface TrainingLabParts {
  readonly createEngine: (choice: EngineChoice) => Promise<TrainingEngine>;
  readonly preparer: TrainingPreparer;
  readonly files: WeightFiles;
  readonly kept: KeptRuns;
  readonly keptCells: KeptCells;
  /** Fetches the findings; rejects with a plain sentence. */
  readonly findings: () => Promise<ShownFindings>;
  readonly storedStudies: LoadStoredStudy;
  readonly bar: AddressBar;
  readonly storage: KeyValueStore | null;
  readonly clock: Clock;
  readonly checks: TrainingChecks;
}

export interface TrainingLab {
  readonly store: TrainingLabStore;
  /** Prepares law, engine and weights of the address. */
  begin(): void;
  dispose(): void;
}

/** A page opened at the present address. */
export function createTrainingLab(parts: TrainingLabParts): TrainingLab {
  const { bar, storage, clock, checks, preparer } = parts;
  const { spec, embed, study, findingsOpen, linkProblem, notices } = trainingStart(bar.read(), checks);
  const { theme, seedLocked, engineChoice } = readPreferences(storage);
  const store = createTrainingStore(
    {
      spec,
      embed,
      theme,
      seedLocked,
      sections: {},
      engine: { phase: "starting" },
      engineChoice,
      prepared: null,
      reference: { phase: "none" },
      runs: [],
      keptRuns: [],
      runNames: {},
      shown: null,
      compared: null,
      scrub: null,
      run: { phase: "idle" },
      study,
      findingsOpen,
      findings: { phase: "none" },
      cells: new Map(),
      storedStudies: {},
      notices: notices.map((text, i) => ({ id: `link-${i}`, tone: "info", text })),
      linkProblem,
    },
    clock.now,
    checks,
  );
  const coordinator = startTrainingCoordinator({
    ...{ ...parts, store, measurer: createMeasurer() },
    today: () => Date.now(),
  });
  const stops = [
    keepChoices(store, storage),
    watchFindings(store, parts.findings),
    watchStoredStudies(store, parts.storedStudies),
    syncTrainingAddress(store, bar, checks, clock),
    () => coordinator.dispose(),
    () => preparer.dispose(),
  ];
  return {
    store,
    begin: () => coordinator.open(),
    dispose: () => stops.forEach((stop) => stop()),
  };
}

/** Theme, seed lock and engine are shared with the other pages; their other preferences stay as they are. */
function keepChoices(store: TrainingLabStore, storage: KeyValueStore | null): () => void {
  return store.subscribe((state, before) => {
    const { theme, seedLocked, engineChoice } = state;
    if (theme === before.theme && seedLocked === before.seedLocked && engineChoice === before.engineChoice)
      return;
    writePreferences(storage, { ...readPreferences(storage), theme, seedLocked, engineChoice });
  });
}
