/** The tab of findings: its files are fetched when the tab is first opened, and what they rest on can be opened. */
import { messageOf } from "../abort.ts";
import {
  FINDINGS_COMMAND,
  FINDINGS_PATHS,
  readFindings,
  readPromptFindings,
  type FindingTraining,
  type ShownFindings,
} from "./findings-file.ts";
import type { TrainingLabStore } from "./state.ts";

export { FINDINGS_COMMAND } from "./findings-file.ts";
export type { FindingStudy, FindingTraining, ShownFinding, ShownFindings } from "./findings-file.ts";

type Fetcher = (address: string) => Promise<Response>;

/** As they are told one after another; others follow. */
const ORDER = ["gap-narrows", "eta-for-ode", "few-steps", "prompts", "sdpo-steps"];

/** Fetches and reads both files. Rejects with a plain sentence where one is missing or damaged. */
export async function fetchFindings(fetcher: Fetcher = (address) => fetch(address)): Promise<ShownFindings> {
  const [trainings, prompts] = await Promise.all([
    fetchJson(fetcher, FINDINGS_PATHS.trainings),
    fetchJson(fetcher, FINDINGS_PATHS.prompts),
  ]);
  const { rule, findings } = readFindings(trainings);
  const all = [...findings, ...readPromptFindings(prompts).findings];
  const place = ({ id }: { readonly id: string }) => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);
  return { rule, findings: all.sort((a, b) => place(a) - place(b)) };
}

async function fetchJson(fetcher: Fetcher, path: string): Promise<unknown> {
  const response = await fetcher(path);
  if (!response.ok)
    throw new Error(
      `findings: ${path} must be there, got status ${response.status}; make it: ${FINDINGS_COMMAND}`,
    );
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    // Some servers answer with a page where a file is missing.
    throw new Error(
      `findings: ${path} must be JSON, got ${text.length} characters of something else; make it anew: ${FINDINGS_COMMAND}`,
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
