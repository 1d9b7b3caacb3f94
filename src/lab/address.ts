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
import type { LabData, LabStore, Notice } from "./state.ts";
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

export interface KeptAddress<State> {
  readonly store: {
    getState(): State;
    subscribe(listener: (state: State, before: State) => void): () => void;
  };
  readonly bar: AddressBar;
  readonly clock: Clock;
  /** The hash of a state; null where there is none that could be written. */
  readonly hashOf: (state: State) => string | null;
  /** True where two states may differ in their hash. */
  readonly differ: (state: State, before: State) => boolean;
  /** Opens a hash that someone else wrote. */
  readonly open: (hash: string) => void;
}

/** Keeps an address and a store in step. While a bad link is shown, the user's link is left alone. */
export function keepAddress<State extends Pick<LabData, "linkProblem">>(
  kept: KeptAddress<State>,
): () => void {
  const { store, bar, clock, hashOf, differ, open } = kept;
  let written = bar.read();
  const writer = throttleNewest(clock, WRITE_MS, () => {
    const state = store.getState();
    const hash = state.linkProblem === null ? hashOf(state) : null;
    if (hash === null || hash === written) return;
    written = hash;
    bar.replace(hash);
  });
  const unsubscribe = store.subscribe((state, before) => {
    const mended = state.linkProblem === null && before.linkProblem !== null;
    if (mended || differ(state, before)) writer.call();
  });
  const stopListening = bar.onChange(() => {
    const hash = bar.read();
    if (hash === written) return;
    written = hash;
    open(hash);
  });
  return () => {
    writer.flush();
    unsubscribe();
    stopListening();
  };
}

/** Keeps the address of the page of laws; a spec too long for a link is told. */
export function syncAddress(
  store: LabStore,
  bar: AddressBar,
  checks: OutsideChecks,
  clock: Clock,
): () => void {
  return keepAddress({
    store,
    bar,
    clock,
    differ: (state, before) =>
      (["spec", "study", "embed"] as const).some((name) => state[name] !== before[name]),
    open: (hash) => applyLink(store, hash, checks),
    hashOf: (state) => {
      try {
        const hash = linkOf(state);
        if (state.notices.some(({ id }) => id === "link-long")) state.dismiss("link-long");
        return hash;
      } catch (error) {
        state.notify({ id: "link-long", tone: "warning", text: messageOf(error) });
        return null;
      }
    },
  });
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
  showNotices(store, [droppedNotice(dropped)]);
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

/** Shows what a link said besides its spec. */
export function showNotices(
  store: { getState(): { notify(notice: Notice): void } },
  notices: readonly string[],
): void {
  notices.forEach((text, i) => store.getState().notify({ id: `link-${i}`, tone: "info", text }));
}

/** Opens the nearest valid spec to a bad link and tells which keys were left out. */
export function openRepaired<Spec>(
  store: {
    getState(): {
      edit(spec: Spec): void;
      set(fields: { readonly linkProblem: null }): void;
      notify(notice: Notice): void;
    };
  },
  { spec, dropped }: { readonly spec: Spec; readonly dropped: readonly string[] },
): void {
  store.getState().edit(spec);
  store.getState().set({ linkProblem: null });
  showNotices(store, [droppedNotice(dropped)]);
}

/** Sentence on a link that was opened without some of its keys. */
export function droppedNotice(dropped: readonly string[]): string {
  const keys = [...new Set(dropped)].join(", ");
  return keys === "" ? "The link was opened." : `The link was opened with the default for: ${keys}.`;
}
