/** The left column: the prompt, and everything else that changes the spec. On phones all but the prompt folds away. */
import { useState } from "react";
import { Icon } from "../../Icon.tsx";
import { PanelBoundary } from "../../PanelBoundary.tsx";
import { ImageEvaluationSection } from "./ImageEvaluationSection.tsx";
import { ImageModelSection } from "./ImageModelSection.tsx";
import { ImageRewardSection } from "./ImageRewardSection.tsx";
import { ImageSamplerSection } from "./ImageSamplerSection.tsx";
import { AttributesSection, PromptSection } from "./PromptSection.tsx";

/** All control sections. */
export function ImageControls() {
  const [open, setOpen] = useState(false);
  return (
    <aside className="panel controls" id="controls" aria-label="Controls">
      <h2 className="visually-hidden">Controls</h2>
      <PanelBoundary what="The prompt">
        <PromptSection />
      </PanelBoundary>
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
          <AttributesSection />
          <ImageSamplerSection />
          <ImageModelSection />
          <ImageRewardSection />
          <ImageEvaluationSection />
        </PanelBoundary>
      </div>
    </aside>
  );
}
