/** The training worker: pretrains, trains and measures off the page's thread. */
import { browserParts } from "./browser-parts.ts";
import { createTrainingEngine } from "./local.ts";
import type { TrainingReply, TrainingRequest } from "./messages.ts";
import { createTrainingServer } from "./serve.ts";

const serve = createTrainingServer(
  () => browserParts().then(createTrainingEngine),
  (reply: TrainingReply) => postMessage(reply),
);

addEventListener("message", ({ data }: MessageEvent<TrainingRequest>) => serve(data));
