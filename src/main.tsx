/** Wiring: address -> spec -> lab -> page. The only file that knows which engines there are. */
import { version } from "../package.json";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createLab } from "./lab/lab.ts";
import { systemClock } from "./lab/clock.ts";
import type { AddressBar } from "./lab/address.ts";
import type { EngineFactories } from "./lab/engine-host.ts";
import { createPreparer } from "./lab/preparer.ts";
import { createViewPreparer } from "./lab/view-preparer.ts";
import { parseFormula } from "./rewards/formula/parse.ts";
import type { OutsideChecks } from "./spec/parse.ts";
import type { ExperimentResult } from "./experiments/cells.ts";
import { showStored } from "./lab/stored.ts";
import { preloadFormulas } from "./ui/FormulaCard.tsx";
import { App } from "./ui/App.tsx";
import "./ui/styles/tokens.css";
import "./ui/styles/base.css";
import "./ui/styles/layout.css";
import "./ui/styles/controls.css";
import "./ui/styles/charts.css";

const factories: EngineFactories = {
  cpu: async () => (await import("./engine/cpu/index.ts")).createCpuEngine(),
  webgpu: async () => (await import("./engine/webgpu/index.ts")).createWebGpuEngine(navigator.gpu),
};

const bar: AddressBar = {
  read: () => location.hash.slice(1),
  replace: (hash) =>
    history.replaceState(null, "", hash === "" ? location.pathname + location.search : `#${hash}`),
  onChange: (listener) => {
    addEventListener("hashchange", listener);
    addEventListener("popstate", listener);
    return () => {
      removeEventListener("hashchange", listener);
      removeEventListener("popstate", listener);
    };
  },
};

const checks: OutsideChecks = {
  formula: (text, dim) => {
    const parsed = parseFormula(text, dim);
    return parsed.ok ? null : `${parsed.message}\n${parsed.caret}`;
  },
};

/** Private windows may refuse even to name the storage. */
function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

const spawn = <T,>(worker: Worker): T => worker as unknown as T;

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
      spawn(new Worker(new URL("./lab/view-worker.ts", import.meta.url), { type: "module", name: "views" })),
    systemClock,
  ),
  bar,
  storage: storage(),
  clock: systemClock,
  checks,
  version,
});

const root = document.getElementById("root");
if (root === null) throw new Error("main: the page must have an element with id root, got none");
createRoot(root).render(
  <StrictMode>
    <App store={lab.store} />
  </StrictMode>,
);

/** Shows the stored result for the first view, if the page opened with that one; it is only a head start. */
async function headStart(): Promise<void> {
  try {
    const response = await fetch("./stored/default.json");
    if (response.ok) showStored(lab.store, (await response.json()) as ExperimentResult);
  } catch {
    // Without it the page measures first and shows then.
  }
}

void headStart();
lab.begin();

/** Fetches what is still missing while nothing else is to do: after that the page needs no network. */
function fetchAhead(): void {
  void import("./charts/LinePlot.tsx");
  void import("./ui/views/ViewsPanel.tsx");
  void import("./ui/model-editor/MixtureEditor.tsx");
  void import("./ui/model-editor/PointsDialog.tsx");
  void preloadFormulas();
}

/** Long enough for the first run to be on its way. */
const HEAD_START_MS = 1500;
const LATEST_MS = 3000;
addEventListener(
  "load",
  () =>
    setTimeout(() => {
      if ("requestIdleCallback" in window) requestIdleCallback(fetchAhead, { timeout: LATEST_MS });
      else fetchAhead();
    }, HEAD_START_MS),
  { once: true },
);
