/** The result file: the same content as the command line writes, made on the page's engine. */
import type { Engine } from "../engine/engine.ts";
import type { ExperimentResult } from "../experiments/cells.ts";
import { specHash } from "../experiments/spec-hash.ts";
import type { Clock } from "./clock.ts";
import type { Preparer } from "./preparer.ts";
import type { LabStore } from "./state.ts";
import { specKey } from "./store.ts";

export interface ResultParts {
  readonly store: LabStore;
  readonly preparer: Preparer;
  readonly clock: Clock;
  /** Version of the lab, for the manifest. */
  readonly version: string;
}

/** Measures all cells of the present spec and adds the finished charts that the page shows for it. */
export async function makeResult(
  { store, preparer, clock, version }: ResultParts,
  starting: Promise<Engine>,
  signal: AbortSignal,
): Promise<ExperimentResult> {
  const { spec, charts } = store.getState();
  const engine = await starting;
  const started = clock.now();
  const cells = await preparer.cells(spec, engine, signal);
  const { kind, adapter, software, precision } = engine.info;
  const key = specKey(spec);
  return {
    version: 1,
    spec,
    manifest: {
      specHash: specHash(spec),
      seed: spec.evaluation.seed,
      version,
      engine: kind,
      adapter,
      software,
      precision,
      wallTimeMs: clock.now() - started,
      date: new Date().toISOString(),
      node: null,
    },
    ...cells,
    charts: Object.values(charts).flatMap((one) =>
      one.specKey === key && one.stage === "full" ? one.charts : [],
    ),
  };
}
