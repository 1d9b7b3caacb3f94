/** The theory worker: prepares studies and puts measurements into their charts, off the page's thread. */
import type { Prepared } from "../experiments/experiment.ts";
import { EXPERIMENTS } from "../experiments/registry.ts";
import { SpecError } from "../spec/problems.ts";
import type { PrepareReply, PrepareRequest } from "./prepare-messages.ts";
import type { StudyId } from "./studies.ts";

/** Prepared studies that may still get their measurements: the newest few. */
const KEPT = 8;
const kept = new Map<number, { readonly study: StudyId; readonly prepared: Prepared }>();

addEventListener("message", (event: MessageEvent<PrepareRequest>) => {
  const request = event.data;
  let reply: PrepareReply;
  try {
    reply = request.kind === "prepare" ? prepare(request) : assemble(request);
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

function experimentOf(study: StudyId) {
  const found = EXPERIMENTS.find((experiment) => experiment.id === study);
  if (found === undefined) throw new Error(`prepare: must be a known study, got "${study}"; this is a bug`);
  return found;
}

function prepare({ id, spec, study }: Extract<PrepareRequest, { kind: "prepare" }>): PrepareReply {
  const experiment = experimentOf(study);
  const refusal = experiment.refusal(spec);
  if (refusal !== null) return { kind: "prepared", id, charts: [], job: null, refusal };
  const prepared = experiment.prepare(spec);
  kept.set(id, { study, prepared });
  for (const old of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(old);
  }
  return {
    kind: "prepared",
    id,
    charts: experiment.assemble(prepared, null),
    job: prepared.job,
    refusal: null,
  };
}

function assemble({ id, of, result }: Extract<PrepareRequest, { kind: "assemble" }>): PrepareReply {
  const entry = kept.get(of);
  if (entry === undefined) throw new Error("assemble: the study must be prepared first; run it again");
  return { kind: "assembled", id, charts: experimentOf(entry.study).assemble(entry.prepared, result) };
}
