/** The left column: everything that changes the spec. On phones it folds away. */
import { useState } from "react";
import { EvaluationSection } from "./EvaluationSection.tsx";
import { FoldingControls } from "./FoldingControls.tsx";
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
    <FoldingControls open={open} onOpen={setOpen}>
      <PresetGallery onOpened={showResult} />
      <SamplerSection />
      <ModelSection />
      <ProcessSection />
      <RewardSection />
      <TargetSection />
      <EvaluationSection />
    </FoldingControls>
  );
}
