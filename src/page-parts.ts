/** What every page of the lab takes from the browser. */
import type { AddressBar } from "./lab/address.ts";

export const addressBar: AddressBar = {
  read: () => location.hash.slice(1),
  replace: (hash) =>
    history.replaceState(null, "", hash === "" ? location.pathname + location.search : `#${hash}`),
  onChange: (listener) => {
    addEventListener("hashchange", listener);
    addEventListener("popstate", listener);
    return () => {
      removeEventListener("hashchange", listener);
      removeEventListener("popstate", listener);
    };
  },
};

/** Private windows may refuse even to name the storage. */
export function pageStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** The element that a page is drawn into. */
export function pageRoot(): HTMLElement {
  const root = document.getElementById("root");
  if (root === null) throw new Error("page: index.html must have an element with id root, got none");
  return root;
}
