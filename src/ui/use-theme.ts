import { useEffect } from "react";
import type { Theme } from "../lab/state.ts";

/** Marks the document with the chosen theme; "system" leaves it to the browser. */
export function useTheme(theme: Theme): void {
  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);
}
