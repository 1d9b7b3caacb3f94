/** The left column: everything that changes the spec. On phones it folds away. */
import { useState } from "react";
import { Icon } from "../Icon.tsx";
import { PanelBoundary } from "../PanelBoundary.tsx";
import { EvaluationSection } from "./EvaluationSection.tsx";
import { ModelSection } from "./ModelSection.tsx";
import { PresetGallery } from "./PresetGallery.tsx";
import { ProcessSection } from "./ProcessSection.tsx";
import { RewardSection } from "./RewardSection.tsx";
import { SamplerSection } from "./SamplerSection.tsx";
import { TargetSection } from "./TargetSection.tsx";

/** Where layout.css folds the controls away. */
const PHONE = "(max-width: 799px)";

/** All control sections. */
export function ControlsPanel() {
  const [open, setOpen] = useState(false);
  // On a phone the controls cover the result, so they give way to it.
  const showResult = () => {
    if (!matchMedia(PHONE).matches) return;
    setOpen(false);
    // At once: content that grows during a smooth scroll would carry it past its place.
    requestAnimationFrame(() => document.getElementById("charts")?.scrollIntoView({ block: "start" }));
  };
  return (
    <aside className="panel controls" id="controls" aria-label="Controls">
      <h2 className="visually-hidden">Controls</h2>
      <button
        type="button"
        className="button controls-toggle"
        aria-expanded={open}
        aria-controls="controls-body"
        onClick={() => setOpen(!open)}
      >
        <Icon name="chevron" /> Controls
      </button>
      <div id="controls-body" className={open ? "controls-body controls-open" : "controls-body"}>
        <PanelBoundary what="The controls">
          <PresetGallery onOpened={showResult} />
          <SamplerSection />
          <ModelSection />
          <ProcessSection />
          <RewardSection />
          <TargetSection />
          <EvaluationSection />
        </PanelBoundary>
      </div>
    </aside>
  );
}
