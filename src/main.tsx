/** Entry: the address decides which page opens, that of analytic laws or that of images. */
import { isImageLink } from "./spec/images/link.ts";
import { startLaws } from "./laws-page.tsx";
import "./ui/styles/tokens.css";
import "./ui/styles/base.css";
import "./ui/styles/layout.css";
import "./ui/styles/controls.css";
import "./ui/styles/charts.css";

const isImages = () => isImageLink(location.hash);
const opened = isImages();

/** Each page keeps its own workers and devices; going to the other one is a fresh start. */
function leave(event: Event) {
  if (isImages() === opened) return;
  // The open page would read the other one's address as its own and write its own over it.
  event.stopImmediatePropagation();
  location.reload();
}
// Before the pages listen; a followed link announces itself by popstate first.
addEventListener("popstate", leave);
addEventListener("hashchange", leave);

if (opened) void import("./images-page.tsx").then(({ startImages }) => startImages());
else startLaws();
