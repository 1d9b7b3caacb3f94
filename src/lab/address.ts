/**
 * The page's address: the hash holds the spec and, under keys that begin with "ui.", the little state of the page that a
 * link carries. Written with replaceState, at most every 250 ms; a change from outside (back, a pasted link) is read back.
 */
import { formatLink, parseLink, repairLink, type LinkResult } from "../spec/link.ts";
import { joinPairs, splitPairs } from "../spec/link-text.ts";
import type { OutsideChecks } from "../spec/parse.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import { messageOf } from "./abort.ts";
import { throttleNewest, type Clock } from "./clock.ts";
import type { LabData, LabStore } from "./state.ts";
import { isStudyId, STUDIES } from "./studies.ts";

/** The browser's address, or a stand-in for it. */
export interface AddressBar {
  /** The hash without "#". */
  read(): string;
  /** Changes the hash without a new history entry. */
  replace(hash: string): void;
  /** Calls back when someone else changed the hash. Returns a function that stops it. */
  onChange(listener: () => void): () => void;
}

/** The part of the page's state, besides the spec, that a link carries. */
export type PageState = Pick<LabData, "study" | "embed">;

const DEFAULT_PAGE: PageState = { study: STUDIES[0]?.id ?? "gap-eta", embed: false };
const WRITE_MS = 250;

/** The page's state from the link's "ui." keys, and sentences about those that mean nothing here. */
export function readPage(ui: Readonly<Record<string, string>>): {
  page: PageState;
  notices: readonly string[];
} {
  const page = { ...DEFAULT_PAGE };
  const notices: string[] = [];
  for (const [key, value] of Object.entries(ui)) {
    if (key === "study" && isStudyId(value)) page.study = value;
    else if (key === "embed" && /^[01]?$/.test(value)) page.embed = value !== "0";
    else notices.push(`The link's ui.${key.slice(0, 40)} means nothing here and was ignored.`);
  }
  return { page, notices };
}

/** The page's state as "ui." keys of a link; defaults are left out. */
export function writePage(page: PageState): Readonly<Record<string, string>> {
  return {
    ...(page.study === DEFAULT_PAGE.study ? {} : { study: page.study }),
    ...(page.embed ? { embed: "1" } : {}),
  };
}

/** The link of a state. Throws a SpecError if the spec is too long for one. */
export function linkOf(state: PageState & Pick<LabData, "spec">): string {
  return formatLink(state.spec, writePage(state));
}

/** The link without one of its keys, so that the default takes its place. */
export function withoutKey(hash: string, key: string): string {
  return joinPairs(splitPairs(hash).pairs.filter(([other]) => other !== key));
}

export interface OpenedLink {
  readonly page: PageState;
  readonly result: LinkResult;
  readonly notices: readonly string[];
}

/** Reads a whole hash. Never throws. */
export function openLink(hash: string, checks: OutsideChecks): OpenedLink {
  const result = parseLink(hash, checks);
  const { page, notices } = readPage(result.ui);
  return { page, result, notices: [...result.notices, ...notices] };
}

/** Keeps the address and the store in step. While a bad link is shown, the user's link is left alone. */
export function syncAddress(
  store: LabStore,
  bar: AddressBar,
  checks: OutsideChecks,
  clock: Clock,
): () => void {
  let written = bar.read();
  const write = () => {
    const state = store.getState();
    if (state.linkProblem !== null) return;
    let hash: string;
    try {
      hash = linkOf(state);
    } catch (error) {
      state.notify({ id: "link-long", tone: "warning", text: messageOf(error) });
      return;
    }
    if (state.notices.some(({ id }) => id === "link-long")) state.dismiss("link-long");
    if (hash === written) return;
    written = hash;
    bar.replace(hash);
  };
  const writer = throttleNewest(clock, WRITE_MS, write);
  const unsubscribe = store.subscribe((state, before) => {
    const mended = state.linkProblem === null && before.linkProblem !== null;
    const edited = (["spec", "study", "embed"] as const).some((name) => state[name] !== before[name]);
    if (mended || edited) writer.call();
  });
  const stopListening = bar.onChange(() => {
    const hash = bar.read();
    if (hash === written) return;
    written = hash;
    applyLink(store, hash, checks);
  });
  return () => {
    writer.flush();
    unsubscribe();
    stopListening();
  };
}

/** Opens a link in a running lab: a good one becomes the spec (undo brings the old one back), a bad one is explained. */
export function applyLink(store: LabStore, hash: string, checks: OutsideChecks): void {
  const { page, result, notices } = openLink(hash, checks);
  const state = store.getState();
  if (!result.ok) {
    state.set({ linkProblem: { hash, problems: result.problems } });
    return;
  }
  state.edit(result.spec);
  state.set({ ...page, linkProblem: null });
  showNotices(store, notices);
}

/** Opens the nearest valid link to a bad one and tells which keys were left out. */
export function applyRepaired(store: LabStore, hash: string, checks: OutsideChecks): void {
  const { spec, dropped, ui } = repairLink(hash, checks);
  const state = store.getState();
  state.edit(spec);
  state.set({ ...readPage(ui).page, linkProblem: null });
  const keys = [...new Set(dropped)].join(", ");
  showNotices(store, [
    keys === "" ? "The link was opened." : `The link was opened with the default for: ${keys}.`,
  ]);
}

/** The spec a page starts from: the link's, or the nearest valid one while the link's problem is explained. */
export function startingPoint(
  hash: string,
  checks: OutsideChecks,
): {
  spec: ExperimentSpec;
  page: PageState;
  linkProblem: LabData["linkProblem"];
  notices: readonly string[];
} {
  const { page, result, notices } = openLink(hash, checks);
  if (result.ok) return { spec: result.spec, page, linkProblem: null, notices };
  const { spec } = repairLink(hash, checks);
  return { spec, page, linkProblem: { hash, problems: result.problems }, notices };
}

function showNotices(store: LabStore, notices: readonly string[]) {
  notices.forEach((text, i) => store.getState().notify({ id: `link-${i}`, tone: "info", text }));
}
