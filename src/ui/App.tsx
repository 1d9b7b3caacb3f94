/** The page: header, status strip, and three columns. */
import { lazy, Suspense, useCallback } from "react";
import type { LabStore } from "../lab/state.ts";
import { ABOUT_ID } from "./AboutDialog.tsx";
import { ControlsPanel } from "./controls/ControlsPanel.tsx";
import { Header } from "./Header.tsx";
import { LabContext, useLab, useLabStore } from "./lab-context.ts";
import { LinkErrorPanel, Notices } from "./Notices.tsx";
import { PageFrame } from "./PageFrame.tsx";
import { PanelBoundary } from "./PanelBoundary.tsx";
import { RunStrip } from "./RunStrip.tsx";
import { StudyPanel } from "./StudyPanel.tsx";
import { useShortcuts } from "./use-shortcuts.ts";
import { useTheme } from "./use-theme.ts";

const ViewsPanel = lazy(async () => ({ default: (await import("./views/ViewsPanel.tsx")).ViewsPanel }));

/** The whole page over a lab. */
export function App({ store }: { readonly store: LabStore }) {
  const openHelp = useCallback(() => {
    const dialog = document.getElementById(ABOUT_ID);
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  }, []);
  useShortcuts(store, openHelp);
  return (
    <LabContext value={store}>
      <PanelBoundary what="The page">
        <Page />
      </PanelBoundary>
    </LabContext>
  );
}

function Page() {
  const store = useLabStore();
  const theme = useLab((state) => state.theme);
  const embed = useLab((state) => state.embed);
  useTheme(theme);
  return (
    <PageFrame embed={embed} header={<Header />}>
      <RunStrip />
      <LinkErrorPanel />
      <main className="columns">
        <ControlsPanel />
        <div className="panel views-panel" id="views">
          <PanelBoundary what="The views">
            <Suspense fallback={<div className="views-waiting">Preparing the views …</div>}>
              <ViewsPanel store={store} />
            </Suspense>
          </PanelBoundary>
        </div>
        <StudyPanel />
      </main>
      <Notices />
    </PageFrame>
  );
}
