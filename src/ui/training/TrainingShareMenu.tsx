import { trainingLinkOf } from "../../lab/training/address.ts";
import { saveBytes } from "../save-file.ts";
import { ShareFrame } from "../ShareFrame.tsx";
import { useTrainingStore } from "./training-context.ts";

const FILE = "etalon-weights.safetensors";

/** Sharing and files of the training page. */
export function TrainingShareMenu() {
  const store = useTrainingStore();
  const weights = {
    text: "Download weights (safetensors)",
    act: async () => {
      const { scrub, exportWeights } = store.getState();
      saveBytes(FILE, await exportWeights(scrub));
      return `Saved ${FILE}.`;
    },
  };
  return <ShareFrame store={store} link={() => trainingLinkOf(store.getState())} items={[weights]} />;
}
