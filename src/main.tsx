/** Entry: the address decides which page opens: that of analytic laws, of images or of training. */
import { isImageLink } from "./spec/images/link.ts";
import { isTrainingLink } from "./spec/training/link-kind.ts";
import { startLaws } from "./laws-page.tsx";
import "./ui/styles/tokens.css";
import "./ui/styles/base.css";
import "./ui/styles/layout.css";
import "./ui/styles/controls.css";
import "./ui/styles/charts.css";

type PageName = "laws" | "images" | "training";

function pageOf(hash: string): PageName {
  if (isTrainingLink(hash)) return "training";
  return isImageLink(hash) ? "images" : "laws";
}

const opened = pageOf(location.hash);

/** Each page keeps its own workers and devices; going to another one is a fresh start. */
function leave(event: Event) {
  if (pageOf(location.hash) === opened) return;
  // The open page would read the other one's address as its own and write its own over it.
  event.stopImmediatePropagation();
  location.reload();
}
// Before the pages listen; a followed link announces itself by popstate first.
addEventListener("popstate", leave);
addEventListener("hashchange", leave);

if (opened === "images") void import("./images-page.tsx").then(({ startImages }) => startImages());
else if (opened === "training")
  void import("./training-page.tsx").then(({ startTraining }) => startTraining());
else startLaws();
