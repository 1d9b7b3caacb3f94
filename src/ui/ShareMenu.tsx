/** Sharing and files of the page of laws; results too, since measuring them all takes the engine. */
import { linkOf } from "../lab/address.ts";
import type { LabStore } from "../lab/state.ts";
import { useLabStore } from "./lab-context.ts";
import { saveText } from "./save-file.ts";
import { ShareFrame, type ShareItem } from "./ShareFrame.tsx";

/** The button and its menu. */
export function ShareMenu() {
  const store = useLabStore();
  return <ShareFrame store={store} link={() => linkOf(store.getState())} items={[saveResult(store)]} />;
}

function saveResult(store: LabStore): ShareItem {
  return {
    text: "Download result (JSON)",
    act: async (say) => {
      say("Measuring every pair of η and N …");
      const result = await store.getState().result(new AbortController().signal);
      saveText("etalon-result.json", JSON.stringify(result, null, 1), "application/json");
      return "Saved etalon-result.json.";
    },
  };
}
