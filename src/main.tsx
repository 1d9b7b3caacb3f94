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

if (opened) void import("./images-page.tsx").then(({ startImages }) => startImages());
else startLaws();

/** Each page keeps its own workers and devices; going to the other one is a fresh start. */
addEventListener("hashchange", () => {
  if (isImages() !== opened) location.reload();
});
