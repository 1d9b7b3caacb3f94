/** The tab of findings: its files are fetched when the tab is first opened, and what they rest on can be opened. */
import { FINDING_METHOD, withoutMethod } from "../../experiments/training/finding-plans.ts";
import { messageOf } from "../abort.ts";
import {
  FINDINGS_COMMAND,
  FINDINGS_PATHS,
  readFindings,
  readPromptFindings,
  type FindingsPart,
  type FindingTraining,
  type MissingFindings,
  type ReadFindings,
  type ShownFindings,
} from "./findings-file.ts";
import type { TrainingLabStore } from "./state.ts";

export { FINDINGS_COMMAND } from "./findings-file.ts";
export type {
  FindingStudy,
  FindingTraining,
  MissingFindings,
  ShownFinding,
  ShownFindings,
} from "./findings-file.ts";

type Fetcher = (address: string) => Promise<Response>;

/** As they are told one after another; others follow. */
const ORDER = ["gap-narrows", "eta-for-ode", "few-steps", "prompts", "sdpo-steps"];

const READERS: Readonly<Record<FindingsPart, (json: unknown) => ReadFindings>> = {
  trainings: readFindings,
  prompts: readPromptFindings,
};

/** Fetches and reads the files, each by itself. Rejects with the first one's plain sentence where none can be read. */
export async function fetchFindings(fetcher: Fetcher = (address) => fetch(address)): Promise<ShownFindings> {
  const read: ReadFindings[] = [];
  const missing: MissingFindings[] = [];
  const parts: readonly FindingsPart[] = ["trainings", "prompts"];
  const asked = parts.map((part) => fetchJson(fetcher, FINDINGS_PATHS[part]).then(READERS[part]));
  for (const [i, answer] of (await Promise.allSettled(asked)).entries())
    if (answer.status === "fulfilled") read.push(answer.value);
    else missing.push({ part: parts[i] as FindingsPart, message: messageOf(answer.reason) });
  const [first] = read;
  if (first === undefined) throw new Error(missing[0]?.message);
  const findings = read.flatMap((file) => file.findings);
  const place = ({ id }: { readonly id: string }) => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);
  return { rule: first.rule, ...toldOnce(findings.sort((a, b) => place(a) - place(b))), missing };
}

/** Each file says the whole test of each finding; several findings in a row need what is common only once. */
function toldOnce(findings: ReadFindings["findings"]): Pick<ShownFindings, "findings" | "method"> {
  const short = findings.map((finding) => ({ ...finding, test: withoutMethod(finding.test) }));
  const shared = short.filter(({ test }, i) => test !== findings[i]?.test).length > 1;
  return shared ? { findings: short, method: FINDING_METHOD } : { findings, method: null };
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
