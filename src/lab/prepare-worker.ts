/** The theory worker: prepares studies and puts measurements into their charts, off the page's thread. */
import type { Engine, MeasureResult } from "../engine/engine.ts";
import { runCells } from "../experiments/cells.ts";
import type { Prepared } from "../experiments/experiment.ts";
import { EXPERIMENTS } from "../experiments/registry.ts";
import { SpecError } from "../spec/problems.ts";
import type { Cells, PrepareReply, PrepareRequest } from "./prepare-messages.ts";
import type { StudyId } from "./studies.ts";

/** Prepared studies that may still get their measurements: the newest few. */
const KEPT = 8;
const kept = new Map<number, { readonly study: StudyId; readonly prepared: Prepared }>();

addEventListener("message", (event: MessageEvent<PrepareRequest>) => {
  const request = event.data;
  Promise.resolve()
    .then(() => answer(request))
    .catch((error: unknown): PrepareReply => ({
      kind: "failed",
      id: request.id,
      message: error instanceof Error ? error.message : String(error),
      problems: error instanceof SpecError ? error.problems : [],
    }))
    .then((reply) => postMessage(reply));
});

function answer(request: PrepareRequest): PrepareReply | Promise<PrepareReply> {
  switch (request.kind) {
    case "prepare":
      return prepare(request);
    case "assemble":
      return assemble(request);
    case "cells":
      return startCells(request);
    case "cells-result":
      return finishCells(request);
  }
}

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

/** Cells that wait for their measurement: how to hand it over, and what comes of it. */
const waiting = new Map<
  number,
  { readonly give: (result: MeasureResult) => void; readonly cells: Promise<Cells> }
>();

/** Runs the cells up to their measurement, which the page's engine makes. */
function startCells({ id, spec, info }: Extract<PrepareRequest, { kind: "cells" }>): Promise<PrepareReply> {
  waiting.clear();
  return new Promise((resolve, reject) => {
    const measure: Engine["measure"] = (job) =>
      new Promise((give) => {
        waiting.set(id, { give, cells });
        resolve({ kind: "cells-job", id, job });
      });
    // Started a moment later, so that `measure` finds the promise it is to keep.
    const cells = Promise.resolve().then(() => runCells(spec, { ...NO_ENGINE, info, measure }));
    // Without a job, because every arm is refused, the cells are complete at once.
    cells.then((done) => resolve({ kind: "cells", id, cells: done }), reject);
  });
}

async function finishCells({
  id,
  of,
  result,
}: Extract<PrepareRequest, { kind: "cells-result" }>): Promise<PrepareReply> {
  const entry = waiting.get(of);
  if (entry === undefined) throw new Error("cells: must be started first, got none; ask again");
  waiting.delete(of);
  entry.give(result);
  return { kind: "cells", id, cells: await entry.cells };
}

function absent(): never {
  throw new Error("theory worker: must not call the engine but to measure; this is a bug");
}

const NO_ENGINE: Omit<Engine, "info" | "measure"> = {
  record: absent,
  rewards: absent,
  bits: absent,
  normals: absent,
  step: absent,
  logProb: absent,
  lost: new Promise(() => undefined),
  dispose: () => undefined,
};
