/** The address of the image page: the hash holds the specification; "ui.embed" belongs to the page. */
import { formatImageLink, parseImageLink, repairImageLink } from "../../spec/images/link.ts";
import type { ImageChecks } from "../../spec/images/parse.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { type AddressBar, keepAddress, openRepaired, showNotices } from "../address.ts";
import type { Clock } from "../clock.ts";
import type { ImageLabData, ImageLabStore } from "./state.ts";

/** The link of a state. */
export function imageLinkOf({ spec, embed }: Pick<ImageLabData, "spec" | "embed">): string {
  return formatImageLink(spec, embed ? { embed: "1" } : {});
}

/** What a page starts from: the link's specification, or the nearest valid one while the problem is explained. */
export function imageStart(
  hash: string,
  checks: ImageChecks,
): Pick<ImageLabData, "spec" | "embed" | "linkProblem"> & { readonly notices: readonly string[] } {
  const result = parseImageLink(hash, checks);
  const embed = isEmbedded(result.ui);
  if (result.ok) return { spec: result.spec, embed, linkProblem: null, notices: result.notices };
  const spec: ImageSpec = repairImageLink(hash, checks).spec;
  return { spec, embed, linkProblem: { hash, problems: result.problems }, notices: result.notices };
}

function isEmbedded(ui: Readonly<Record<string, string>>): boolean {
  return ui["embed"] !== undefined && ui["embed"] !== "0";
}

/** Opens a link in a running page: a good one becomes the spec (undo brings the old one back), a bad one is explained. */
export function applyImageLink(store: ImageLabStore, hash: string, checks: ImageChecks): void {
  const { spec, embed, linkProblem, notices } = imageStart(hash, checks);
  const state = store.getState();
  if (linkProblem === null) state.edit(spec);
  state.set({ linkProblem, ...(linkProblem === null ? { embed } : {}) });
  if (linkProblem === null) showNotices(store, notices);
}

/** Opens the nearest valid link to a bad one and tells which keys were left out. */
export function applyRepairedImageLink(store: ImageLabStore, hash: string, checks: ImageChecks): void {
  openRepaired(store, repairImageLink(hash, checks));
}

/** Keeps the address and the store in step. While a bad link is shown, the user's link is left alone. */
export function syncImageAddress(
  store: ImageLabStore,
  bar: AddressBar,
  checks: ImageChecks,
  clock: Clock,
): () => void {
  return keepAddress({
    store,
    bar,
    clock,
    hashOf: imageLinkOf,
    differ: (state, before) => state.spec !== before.spec || state.embed !== before.embed,
    open: (hash) => applyImageLink(store, hash, checks),
  });
}
