/** Worker: prepares the views of a spec, so that the page never waits. */
import { prepareFinalLaws, prepareViews } from "../../experiments/views.ts";
import { SpecError } from "../../spec/problems.ts";
import type { ViewsReply, ViewsRequest } from "./views-messages.ts";

self.onmessage = (event: MessageEvent<ViewsRequest>) => self.postMessage(answer(event.data));

function answer(request: ViewsRequest): ViewsReply {
  const { id, spec } = request;
  try {
    return request.kind === "prepare"
      ? { kind: "prepared", id, data: prepareViews(spec, request.plane) }
      : { kind: "final-laws", id, laws: prepareFinalLaws(spec) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "failed", id, message, problems: error instanceof SpecError ? error.problems : [] };
  }
}
