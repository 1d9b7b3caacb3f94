/** The tab of findings: its file is fetched when the tab is first opened, and its trainings can be opened in the page. */
import { messageOf } from "../abort.ts";
import {
  FINDINGS_COMMAND,
  FINDINGS_PATH,
  readFindings,
  type FindingTraining,
  type ShownFindings,
} from "./findings-file.ts";
import type { TrainingLabStore } from "./state.ts";

export { FINDINGS_COMMAND } from "./findings-file.ts";
export type { FindingTraining, ShownFinding, ShownFindings } from "./findings-file.ts";

/** Fetches and reads the file. Rejects with a plain sentence where it is missing or damaged. */
export async function fetchFindings(
  fetcher: (address: string) => Promise<Response> = (address) => fetch(address),
): Promise<ShownFindings> {
  const response = await fetcher(FINDINGS_PATH);
  if (!response.ok)
    throw new Error(
      `findings: ${FINDINGS_PATH} must be there, got status ${response.status}; make it: ${FINDINGS_COMMAND}`,
    );
  return readFindings(jsonOf(await response.text()));
}

/** Some servers answer with a page where a file is missing. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(
      `findings: ${FINDINGS_PATH} must be JSON, got ${text.length} characters of something else; make it anew: ${FINDINGS_COMMAND}`,
    );
  }
}

/** Loads the findings once their tab is open, and brings `loadFindings`, which tries again. Returns what stops it. */
export function watchFindings(store: TrainingLabStore, load: () => Promise<ShownFindings>): () => void {
  const loadFindings = () => {
    if (store.getState().findings.phase === "loading") return;
    store.setState({ findings: { phase: "loading" } });
    load().then(
      (found) => store.setState({ findings: { phase: "ready", ...found } }),
      (error: unknown) => store.setState({ findings: { phase: "failed", message: messageOf(error) } }),
    );
  };
  const check = () => {
    const { findingsOpen, findings } = store.getState();
    if (findingsOpen && findings.phase === "none") loadFindings();
  };
  store.setState({ loadFindings });
  check();
  return store.subscribe(check);
}

/** Makes a finding's training the spec (undo brings the old one back) and shows the tab that its run will be drawn in. */
export function openFindingTraining(store: TrainingLabStore, { label, spec }: FindingTraining): void {
  const { edit, set, notify } = store.getState();
  edit(spec);
  set({ findingsOpen: false, study: null });
  notify({
    id: "replay",
    tone: "info",
    text: `Opened: ${label}. Press Train to run it; Undo brings your settings back.`,
  });
}
