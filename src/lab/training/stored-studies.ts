/** Studies whose results come with the page: each file is fetched when its study is first opened. */
import type { TrainingStudyId } from "../../experiments/training/study.ts";
import { messageOf } from "../abort.ts";
import type { TrainingLabStore } from "./state.ts";
import type { LoadStoredStudy, StoredStudyState } from "./stored-study-file.ts";

/** Loads each study's results once, when it is first opened. Returns what stops it. */
export function watchStoredStudies(store: TrainingLabStore, load: LoadStoredStudy): () => void {
  const put = (id: TrainingStudyId, state: StoredStudyState) =>
    store.setState({ storedStudies: { ...store.getState().storedStudies, [id]: state } });
  const check = () => {
    const { study: id, storedStudies } = store.getState();
    if (id === null || storedStudies[id] !== undefined) return;
    put(id, { phase: "loading" });
    load(id).then(
      (found) => put(id, found === null ? { phase: "none" } : { phase: "ready", ...found }),
      (error: unknown) => put(id, { phase: "failed", message: messageOf(error) }),
    );
  };
  check();
  return store.subscribe(check);
}
