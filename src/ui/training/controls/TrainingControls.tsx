/** The left column: everything that changes the spec. On phones it folds away. */
import { useMemo, useState } from "react";
import { isImageTraining } from "../../../spec/training/types.ts";
import { FoldingControls } from "../../controls/FoldingControls.tsx";
import { ModelSection } from "../../controls/ModelSection.tsx";
import { ProcessSection } from "../../controls/ProcessSection.tsx";
import { EditContext } from "../../lab-context.ts";
import { useTraining, useTrainingStore } from "../training-context.ts";
import { AlgorithmSection } from "./AlgorithmSection.tsx";
import { AdapterSection } from "./AdapterSection.tsx";
import { GlyphSection } from "./GlyphSection.tsx";
import { ImageHeldOutSection, ImageRewardsSection } from "./ImageRewardsSection.tsx";
import { lawsLens } from "./laws-lens.ts";
import { MeasurementSection } from "./MeasurementSection.tsx";
import { ModelSwitch } from "./ModelSwitch.tsx";
import { NetworkSection } from "./NetworkSection.tsx";
import { NoiseSection } from "./NoiseSection.tsx";
import { OptimiserSection } from "./OptimiserSection.tsx";
import { HeldOutSection, RewardsSection } from "./RewardsSection.tsx";
import { TrainingPresets } from "./TrainingPresets.tsx";

/** All control sections. */
export function TrainingControls() {
  const images = useTraining(({ spec }) => isImageTraining(spec));
  const [open, setOpen] = useState(false);
  return (
    <FoldingControls open={open} onOpen={setOpen}>
      <ModelSwitch />
      <TrainingPresets onOpened={() => setOpen(false)} />
      {images && <GlyphSection />}
      <AlgorithmSection />
      <NoiseSection />
      {images ? <ImageRewardsSection /> : <RewardsSection />}
      {images ? <ImageHeldOutSection /> : <HeldOutSection />}
      <OptimiserSection />
      {images ? <AdapterSection /> : <PointModel />}
      <MeasurementSection />
    </FoldingControls>
  );
}

/** Law, process and network of points. */
function PointModel() {
  const store = useTrainingStore();
  const lens = useMemo(() => lawsLens(store), [store]);
  return (
    <>
      <EditContext value={lens}>
        <ModelSection />
        <ProcessSection />
      </EditContext>
      <NetworkSection />
    </>
  );
}
