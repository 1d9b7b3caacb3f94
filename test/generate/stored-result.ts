/** The finished result that the page shows at once: cells and charts of the first view, on the CPU engine in f64. */
import { readFileSync } from "node:fs";
import { createCpuEngine } from "../../src/engine/cpu/index.ts";
import { runCells, type ExperimentResult } from "../../src/experiments/cells.ts";
import { experimentOf } from "../../src/experiments/registry.ts";
import { specHash } from "../../src/experiments/spec-hash.ts";
import { defaultSpec } from "../../src/spec/defaults.ts";

/** Written into the file, so that nobody has to search. */
export const STORED_COMMAND = "node src/cli/launch/run.mjs test/generate/stored.ts";
export const STORED_FILE = new URL("../../public/stored/default.json", import.meta.url);

/** Studies whose charts are stored: those of the page's first tab. */
const STUDIES = ["gap-eta", "gap-steps"];

/** Computes the stored result. Numbers depend on the specification alone; the manifest tells when it was made. */
export async function storedResult(): Promise<ExperimentResult & { readonly command: string }> {
  const spec = defaultSpec();
  const engine = await createCpuEngine({ workers: 0 });
  const started = performance.now();
  const cells = await runCells(spec, engine);
  const charts = [];
  for (const id of STUDIES) {
    const experiment = experimentOf(id);
    if (experiment === null) throw new Error(`stored result: study must exist, got ${id}; mend STUDIES`);
    const prepared = experiment.prepare(spec);
    const result = prepared.job === null ? null : await engine.measure(prepared.job);
    charts.push(...experiment.assemble(prepared, result));
  }
  const { kind, adapter, software, precision } = engine.info;
  engine.dispose();
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return {
    command: STORED_COMMAND,
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
      wallTimeMs: Math.round(performance.now() - started),
      date: new Date().toISOString(),
      node: process.versions.node,
    },
    ...cells,
    charts,
  };
}
