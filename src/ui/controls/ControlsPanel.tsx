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

/** All control sections. */
export function ControlsPanel() {
  const [open, setOpen] = useState(false);
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
          <PresetGallery />
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
