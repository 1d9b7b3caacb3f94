/** The address of the training page: the hash holds the specification; "ui.embed", "ui.study" and "ui.findings" belong to the page. */
import type { TrainingChecks } from "../../spec/training/consistency.ts";
import { trainingStudyOf } from "../../experiments/training/registry.ts";
import { formatTrainingLink, parseTrainingLink, repairTrainingLink } from "../../spec/training/link.ts";
import { messageOf } from "../abort.ts";
import { type AddressBar, keepAddress, openRepaired, showNotices } from "../address.ts";
import type { Clock } from "../clock.ts";
import type { TrainingLabData, TrainingLabStore } from "./state.ts";

/** The link of a state. Throws SpecError where the spec is too long for one. */
export function trainingLinkOf({
  spec,
  embed,
  study,
  findingsOpen,
}: Pick<TrainingLabData, "spec" | "embed" | "study" | "findingsOpen">): string {
  return formatTrainingLink(spec, {
    ...(findingsOpen ? { findings: "1" } : study === null ? {} : { study }),
    ...(embed ? { embed: "1" } : {}),
  });
}

/** What a page starts from: the link's specification, or the nearest valid one while the problem is explained. */
export function trainingStart(
  hash: string,
  checks: TrainingChecks,
): Pick<TrainingLabData, "spec" | "embed" | "study" | "findingsOpen" | "linkProblem"> & {
  readonly notices: readonly string[];
} {
  const result = parseTrainingLink(hash, checks);
  const isOn = (name: string) => result.ui[name] !== undefined && result.ui[name] !== "0";
  const findingsOpen = isOn("findings");
  const page = {
    embed: isOn("embed"),
    study: findingsOpen ? null : (trainingStudyOf(result.ui["study"] ?? "")?.id ?? null),
    findingsOpen,
  };
  if (result.ok) return { spec: result.spec, ...page, linkProblem: null, notices: result.notices };
  const { spec } = repairTrainingLink(hash, checks);
  return { spec, ...page, linkProblem: { hash, problems: result.problems }, notices: result.notices };
}

/** Opens a link in a running page: a good one becomes the spec (undo brings the old one back), a bad one is explained. */
export function applyTrainingLink(store: TrainingLabStore, hash: string, checks: TrainingChecks): void {
  const { spec, embed, study, findingsOpen, linkProblem, notices } = trainingStart(hash, checks);
  const state = store.getState();
  if (linkProblem === null) state.edit(spec);
  state.set({ linkProblem, ...(linkProblem === null ? { embed, study, findingsOpen } : {}) });
  if (linkProblem === null) showNotices(store, notices);
}

/** Opens the nearest valid link to a bad one and tells which keys were left out. */
export function applyRepairedTrainingLink(
  store: TrainingLabStore,
  hash: string,
  checks: TrainingChecks,
): void {
  openRepaired(store, repairTrainingLink(hash, checks));
}

/** Keeps the address and the store in step. While a bad link is shown, the user's link is left alone. */
export function syncTrainingAddress(
  store: TrainingLabStore,
  bar: AddressBar,
  checks: TrainingChecks,
  clock: Clock,
): () => void {
  return keepAddress({
    store,
    bar,
    clock,
    differ: (state, before) =>
      (["spec", "embed", "study", "findingsOpen"] as const).some((name) => state[name] !== before[name]),
    open: (hash) => applyTrainingLink(store, hash, checks),
    hashOf: (state) => {
      try {
        return trainingLinkOf(state);
      } catch (error) {
        state.notify({ id: "link-long", tone: "warning", text: messageOf(error) });
        return null;
      }
    },
  });
}
