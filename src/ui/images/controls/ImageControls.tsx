/** The left column: the prompt, and everything else that changes the spec. On phones all but the prompt folds away. */
import { useState } from "react";
import { FoldingControls } from "../../controls/FoldingControls.tsx";
import { PanelBoundary } from "../../PanelBoundary.tsx";
import { ImageEvaluationSection } from "./ImageEvaluationSection.tsx";
import { ImageModelSection } from "./ImageModelSection.tsx";
import { ImageRewardSection } from "./ImageRewardSection.tsx";
import { ImageSamplerSection } from "./ImageSamplerSection.tsx";
import { ScratchSection } from "../scratch/ScratchSection.tsx";
import { AttributesSection, PromptSection } from "./PromptSection.tsx";

/** All control sections. */
export function ImageControls() {
  const [open, setOpen] = useState(false);
  return (
    <FoldingControls
      open={open}
      onOpen={setOpen}
      above={
        <PanelBoundary what="The prompt">
          <PromptSection />
        </PanelBoundary>
      }
    >
      <AttributesSection />
      <ImageSamplerSection />
      <ImageModelSection />
      <ImageRewardSection />
      <ImageEvaluationSection />
      <ScratchSection />
    </FoldingControls>
  );
}
