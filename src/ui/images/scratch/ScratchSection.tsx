/** Section "Train from scratch"; what it shows arrives when it is opened. */
import { lazy, Suspense, useContext } from "react";
import { PanelBoundary } from "../../PanelBoundary.tsx";
import { ImageSection } from "../controls/ImageSection.tsx";
import { ScratchContext, useScratch } from "./scratch-context.ts";
import { phaseWord } from "./scratch-words.ts";

const ScratchPanel = lazy(() => import("./ScratchPanel.tsx"));

/** Nothing where the page offers no training. */
export function ScratchSection() {
  return useContext(ScratchContext) === null ? null : <Offered />;
}

function Offered() {
  const phase = useScratch((state) => state.phase);
  return (
    <ImageSection title="Train from scratch" digest={phaseWord(phase)}>
      <PanelBoundary what="The training">
        <Suspense fallback={<p className="note">Loading …</p>}>
          <ScratchPanel />
        </Suspense>
      </PanelBoundary>
    </ImageSection>
  );
}
