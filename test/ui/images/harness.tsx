/**
 * The image page on drawn samples, without network or weights, to look at while it is worked on: `npm run dev`, then
 * open /test/ui/images/harness.html. "?case=waiting" and the like show other states; the hash is a link as usual.
 */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createImageStore } from "../../../src/lab/images/store.ts";
import type { ImageLabData } from "../../../src/lab/images/state.ts";
import { parsePrompt } from "../../../src/prompt/parse.ts";
import { parseImageLink } from "../../../src/spec/images/link.ts";
import { IMAGE_DEFAULTS } from "../../../src/spec/images/limits.ts";
import { ImagesApp } from "../../../src/ui/images/ImagesApp.tsx";
import "../../../src/ui/styles/tokens.css";
import "../../../src/ui/styles/base.css";
import "../../../src/ui/styles/layout.css";
import "../../../src/ui/styles/controls.css";
import "../../../src/ui/styles/charts.css";
import { imageData, samplesFixture } from "./fixtures.ts";

const link = parseImageLink(location.hash.slice(1));
const spec = link.ok ? link.spec : IMAGE_DEFAULTS;
const loading = { phase: "loading", bytes: 2_100_000, total: 6_300_000, cached: false } as const;
const CASES: Readonly<Record<string, Partial<ImageLabData>>> = {
  waiting: {
    samples: null,
    charts: null,
    weights: { student: loading, teacher: { phase: "none" } },
    run: { phase: "preparing" },
  },
  stored: {
    samples: samplesFixture(spec, "stored"),
    weights: { student: loading, teacher: { phase: "none" } },
    run: { phase: "running", stage: "preview", done: 0.3, etaMs: 2000 },
  },
  failed: {
    charts: null,
    run: { phase: "failed", message: "the weights must be complete, got 12 bytes", problems: [] },
  },
  link: {
    linkProblem: {
      hash: "eta=x",
      problems: [{ field: "sampler.eta", message: "must be a number", key: "eta" }],
    },
  },
};
const start = imageData({ spec, ...CASES[new URLSearchParams(location.search).get("case") ?? ""] });
const store = createImageStore(start, () => performance.now(), {
  prompt: (text) => parsePrompt(text).problems[0]?.message ?? null,
});
const draw = () => {
  const present = store.getState().spec;
  store.setState({ samples: samplesFixture(present), run: { phase: "done", wallMs: 900, particles: 64 } });
};
store.setState({ start: draw });
store.subscribe((state, before) => {
  if (state.spec !== before.spec && state.live) setTimeout(draw, 300);
});

const root = document.getElementById("root");
if (root === null) throw new Error("harness: the page must have an element with id root, got none");
createRoot(root).render(
  <StrictMode>
    <ImagesApp store={store} />
  </StrictMode>,
);
