/** Wiring of the page of laws: address -> spec -> lab -> page. It knows which engines there are. */
import { version } from "../package.json";
import { StrictMode } from "react";
import { createLab } from "./lab/lab.ts";
import type { LabStore } from "./lab/state.ts";
import { systemClock } from "./lab/clock.ts";
import type { EngineFactories } from "./lab/engine-host.ts";
import { addressBar, openPage, pageStorage } from "./page-parts.ts";
import { createPreparer } from "./lab/preparer.ts";
import { createViewPreparer } from "./lab/view-preparer.ts";
import { parseFormula } from "./rewards/formula/parse.ts";
import type { OutsideChecks } from "./spec/parse.ts";
import type { ExperimentResult } from "./experiments/cells.ts";
import { showStored } from "./lab/stored.ts";
import { preloadFormulas } from "./ui/FormulaCard.tsx";
import { App } from "./ui/App.tsx";

const factories: EngineFactories = {
  cpu: async () => (await import("./engine/cpu/index.ts")).createCpuEngine(),
  webgpu: async () => (await import("./engine/webgpu/index.ts")).createWebGpuEngine(navigator.gpu),
};

const checks: OutsideChecks = {
  formula: (text, dim) => {
    const parsed = parseFormula(text, dim);
    return parsed.ok ? null : `${parsed.message}\n${parsed.caret}`;
  },
};

const spawn = <T,>(worker: Worker): T => worker as unknown as T;

/** Opens the page of laws at the present address. */
export function startLaws(): void {
  const lab = createLab({
    factories,
    preparer: createPreparer(
      () =>
        spawn(
          new Worker(new URL("./lab/prepare-worker.ts", import.meta.url), { type: "module", name: "theory" }),
        ),
      systemClock,
    ),
    viewPreparer: createViewPreparer(
      () =>
        spawn(
          new Worker(new URL("./lab/view-worker.ts", import.meta.url), { type: "module", name: "views" }),
        ),
      systemClock,
    ),
    bar: addressBar,
    storage: pageStorage(),
    clock: systemClock,
    checks,
    version,
  });

  openPage(
    <StrictMode>
      <App store={lab.store} />
    </StrictMode>,
  );

  void headStart(lab.store);
  lab.begin();
  addEventListener(
    "load",
    () =>
      setTimeout(() => {
        if ("requestIdleCallback" in window) requestIdleCallback(fetchAhead, { timeout: LATEST_MS });
        else fetchAhead();
      }, HEAD_START_MS),
    { once: true },
  );
}

/** Shows the stored result for the first view, if the page opened with that one; it is only a head start. */
async function headStart(store: LabStore): Promise<void> {
  try {
    const response = await fetch("./stored/default.json");
    if (response.ok) showStored(store, (await response.json()) as ExperimentResult);
  } catch {
    // Without it the page measures first and shows then.
  }
}

/** Fetches what is still missing while nothing else is to do: after that the page needs no network. */
function fetchAhead(): void {
  void import("./charts/LinePlot.tsx");
  void import("./ui/views/ViewsPanel.tsx");
  void import("./ui/model-editor/MixtureEditor.tsx");
  void import("./ui/model-editor/PointsDialog.tsx");
  void preloadFormulas();
  void import("./lab/points/points-client.ts").then(({ spawnPointsWorker }) => {
    const points = spawnPointsWorker();
    setTimeout(() => points.terminate(), WORKER_FETCH_MS);
  });
}

/** A worker that nobody asks is kept this long: enough for its file to arrive in the browser's cache. */
const WORKER_FETCH_MS = 5000;

/** Long enough for the first run to be on its way. */
const HEAD_START_MS = 1500;
const LATEST_MS = 3000;
