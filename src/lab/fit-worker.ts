/** Fits points by EM, off the page's thread. */
import { fitPoints } from "../experiments/fit-points.ts";
import type { FitReply, FitQuestion } from "./point-fitter.ts";

addEventListener("message", (event: MessageEvent<FitQuestion>) => {
  const { id, request } = event.data;
  let reply: FitReply;
  try {
    reply = { kind: "fit", id, fit: fitPoints(request) };
  } catch (error) {
    reply = { kind: "failed", id, message: error instanceof Error ? error.message : String(error) };
  }
  postMessage(reply);
});
