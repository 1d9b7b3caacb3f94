/** Wiring of the training page: address -> spec -> training lab -> page. */
import { StrictMode } from "react";
import { readAdapterFile, writeAdapterFile } from "./alignment/adapter-files.ts";
import { createWorkerTrainingEngine, type TrainingPort } from "./engine/training/client.ts";
import { createWeightFiles } from "./engine/training/weight-files.ts";
import { TRAINING_CHECKS } from "./experiments/training/checks.ts";
import { systemClock } from "./lab/clock.ts";
import { fetchFindings } from "./lab/training/findings.ts";
import { createKeptCells, noKeptCells } from "./lab/training/kept-cells.ts";
import { createKeptRuns, noKeptRuns } from "./lab/training/kept-runs.ts";
import type { WeightFiles } from "./lab/training/references.ts";
import { fetchStoredStudy } from "./lab/training/stored-study-file.ts";
import { createTrainingPreparer } from "./lab/training/preparer.ts";
import { createTrainingLab } from "./lab/training/training-lab.ts";
import { addressBar, openPage, pageStorage } from "./page-parts.ts";
import { isImageTraining, type AlgorithmKind } from "./spec/training/types.ts";
import { TrainingApp } from "./ui/training/TrainingApp.tsx";

const spawn = <T,>(worker: Worker): T => worker as unknown as T;

/** The cards stand beside the algorithms, which only the worker needs otherwise. */
const card = async (kind: AlgorithmKind) =>
  (await import("./alignment/algorithms/index.ts")).algorithmCard(kind);

/** Opens the training page at the present address. */
export function startTraining(): void {
  const lab = createTrainingLab({
    createEngine: (choice) =>
      createWorkerTrainingEngine(
        () =>
          spawn<TrainingPort>(
            new Worker(new URL("./engine/training/worker.ts", import.meta.url), {
              type: "module",
              name: "training",
            }),
          ),
        new URL("./", location.href).href,
        choice,
      ),
    preparer: createTrainingPreparer(
      () =>
        spawn(
          new Worker(new URL("./lab/training/prepare-worker.ts", import.meta.url), {
            type: "module",
            name: "training-law",
          }),
        ),
      systemClock,
    ),
    files: weightFiles(),
    kept: inBrowser(createKeptRuns, noKeptRuns),
    keptCells: inBrowser(createKeptCells, noKeptCells),
    findings: fetchFindings,
    storedStudies: fetchStoredStudy,
    bar: addressBar,
    storage: pageStorage(),
    clock: systemClock,
    checks: TRAINING_CHECKS,
  });
  openPage(
    <StrictMode>
      <TrainingApp store={lab.store} card={card} />
    </StrictMode>,
  );
  lab.begin();
}

/** Weights of networks on points, and of what is added to the glyph model. */
function weightFiles(): WeightFiles {
  const points = createWeightFiles(new URL("./models/points/", location.href).href);
  return {
    // The engine brings the glyph model itself.
    shipped: async (spec, signal) => (isImageTraining(spec) ? null : points.shipped(spec, signal)),
    read: async (bytes, name, spec) =>
      isImageTraining(spec)
        ? { parameters: readAdapterFile(bytes, spec.adapter, spec.model.weights, name), steps: 0 }
        : points.read(bytes, name, spec),
    write: async (checkpoint, spec) =>
      isImageTraining(spec)
        ? writeAdapterFile(spec.adapter, spec.model.weights, checkpoint.parameters)
        : points.write(checkpoint, spec),
  };
}

/** Private windows may refuse even to name the database. */
function inBrowser<T>(create: (factory: IDBFactory) => T, otherwise: T): T {
  try {
    return create(indexedDB);
  } catch {
    return otherwise;
  }
}
