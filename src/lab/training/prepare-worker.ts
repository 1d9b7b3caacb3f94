/** Prepares the law, rewards and view of a training run, off the page's thread. */
import { resolveTraining } from "../../experiments/training/resolve.ts";
import { partsOf } from "../../experiments/training/transfer.ts";
import { SpecError } from "../../spec/problems.ts";
import { problemKey } from "./keys.ts";
import type { PreparedTraining, TrainingPrepareReply, TrainingPrepareRequest } from "./prepare-messages.ts";
import { trainingView } from "./training-view.ts";

addEventListener("message", (event: MessageEvent<TrainingPrepareRequest>) => {
  const { id, spec } = event.data;
  let reply: TrainingPrepareReply;
  try {
    reply = { kind: "prepared", id, prepared: prepare(spec) };
  } catch (error) {
    reply = {
      kind: "failed",
      id,
      message: error instanceof Error ? error.message : String(error),
      problems: error instanceof SpecError ? error.problems : [],
    };
  }
  postMessage(reply);
});

function prepare(spec: TrainingPrepareRequest["spec"]): PreparedTraining {
  const resolved = resolveTraining(spec);
  const { problem } = resolved;
  const view = problem.kind === "glyphs" ? null : trainingView(problem);
  return { key: problemKey(spec), parts: partsOf(resolved), view };
}
