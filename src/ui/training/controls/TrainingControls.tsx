/** The left column: everything that changes the spec. On phones it folds away. */
import { useMemo, useState } from "react";
import { FoldingControls } from "../../controls/FoldingControls.tsx";
import { ModelSection } from "../../controls/ModelSection.tsx";
import { ProcessSection } from "../../controls/ProcessSection.tsx";
import { EditContext } from "../../lab-context.ts";
import { useTrainingStore } from "../training-context.ts";
import { AlgorithmSection } from "./AlgorithmSection.tsx";
import { lawsLens } from "./laws-lens.ts";
import { MeasurementSection } from "./MeasurementSection.tsx";
import { NetworkSection } from "./NetworkSection.tsx";
import { NoiseSection } from "./NoiseSection.tsx";
import { OptimiserSection } from "./OptimiserSection.tsx";
import { HeldOutSection, RewardsSection } from "./RewardsSection.tsx";
import { TrainingPresets } from "./TrainingPresets.tsx";

/** All control sections. */
export function TrainingControls() {
  const store = useTrainingStore();
  const lens = useMemo(() => lawsLens(store), [store]);
  const [open, setOpen] = useState(false);
  return (
    <FoldingControls open={open} onOpen={setOpen}>
      <TrainingPresets onOpened={() => setOpen(false)} />
      <AlgorithmSection />
      <NoiseSection />
      <RewardsSection />
      <HeldOutSection />
      <OptimiserSection />
      <EditContext value={lens}>
        <ModelSection />
        <ProcessSection />
      </EditContext>
      <NetworkSection />
      <MeasurementSection />
    </FoldingControls>
  );
}
