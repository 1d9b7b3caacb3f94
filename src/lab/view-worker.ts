/** Prepares what the views draw, off the page's thread and apart from the theory worker. */
import { prepareViews } from "../experiments/views.ts";
import { SpecError } from "../spec/problems.ts";
import type { ViewReply, ViewRequest } from "./view-messages.ts";

addEventListener("message", (event: MessageEvent<ViewRequest>) => {
  const request = event.data;
  let reply: ViewReply;
  try {
    reply = answer(request);
  } catch (error) {
    reply = {
      kind: "failed",
      id: request.id,
      message: error instanceof Error ? error.message : String(error),
      problems: error instanceof SpecError ? error.problems : [],
    };
  }
  postMessage(reply);
});

function answer({ id, spec, plane }: ViewRequest): ViewReply {
  return { kind: "view", id, view: plane === null ? prepareViews(spec) : prepareViews(spec, plane) };
}
