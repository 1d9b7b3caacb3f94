/** The training worker: pretrains, trains and measures off the page's thread. */
import { readBrowserModel, readBrowserPreference } from "../images/browser-parts.ts";
import { type BrowserParts, browserParts } from "./browser-parts.ts";
import { glyphModels } from "./glyphs.ts";
import { createTrainingEngine } from "./local.ts";
import type { TrainingReply, TrainingRequest } from "./messages.ts";
import { createTrainingServer } from "./serve.ts";

/** The glyph model in the folder of models below an address. */
function browserGlyphs(base: string, openHome: BrowserParts["openHome"]) {
  const folder = new URL("models/glyphs/", base).href;
  return glyphModels(
    (name, control) => readBrowserModel(folder, name, control),
    () => readBrowserPreference(folder),
    openHome,
  );
}

const serve = createTrainingServer(
  async (base, choice) => {
    const { openHome, ...parts } = await browserParts(choice);
    return createTrainingEngine({ ...parts, glyphs: browserGlyphs(base, openHome) });
  },
  (reply: TrainingReply) => postMessage(reply),
);

addEventListener("message", ({ data }: MessageEvent<TrainingRequest>) => serve(data));
