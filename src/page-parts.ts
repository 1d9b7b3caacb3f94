/** What every page of the lab takes from the browser. */
import { startTransition, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
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

/** Draws a page for the first time, in slices: the browser answers between them. */
export function openPage(page: ReactNode): void {
  const element = document.getElementById("root");
  if (element === null) throw new Error("page: index.html must have an element with id root, got none");
  const root = createRoot(element);
  startTransition(() => root.render(page));
}
