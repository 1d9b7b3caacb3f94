/** `npm run experiment -- --findings --out DIR`: runs what the findings rest on, going on from finished cells, and judges them. */
import {
  FINDINGS_SPEC,
  findingCells,
  judgeFindings,
  type FindingResult,
} from "../experiments/training/findings.ts";
import type { TrainingSpec } from "../spec/training/types.ts";
import type { CliArguments } from "./arguments.ts";
import { writeFiles } from "./folder.ts";
import { progressReporter } from "./progress.ts";
import { runTrainingCells } from "./run-cells.ts";
import {
  csvText,
  jsonText,
  paragraphs,
  print,
  short,
  tableLines,
  withInterval,
  type Column,
} from "./text.ts";
import { openTrainingEngine } from "./training-engine.ts";
import { trainingManifest, type TrainingManifest } from "./training-manifest.ts";

/** The file findings.json; see public/schema/training-findings.json. */
export interface FindingsFile {
  readonly version: 1;
  readonly kind: "training-findings";
  readonly spec: TrainingSpec;
  readonly manifest: TrainingManifest;
  readonly findings: readonly FindingResult[];
}

/** Runs and judges. Rejects with AbortError when interrupted; finished cells stay in the folder. */
export async function runFindings(
  { out, format, progress }: CliArguments,
  signal: AbortSignal,
): Promise<void> {
  const engine = await openTrainingEngine();
  const report = progressReporter(progress, 1);
  const started = performance.now();
  try {
    const finished = await runTrainingCells(engine, findingCells(), {
      signal,
      out,
      onProgress: (done, label) => report.part(0, label)(done),
    });
    report.end();
    const file: FindingsFile = {
      version: 1,
      kind: "training-findings",
      spec: FINDINGS_SPEC,
      manifest: await trainingManifest(FINDINGS_SPEC, engine, performance.now() - started),
      findings: judgeFindings(finished),
    };
    if (out !== null) {
      await writeFiles(out, { "findings.json": jsonText(file) });
      console.error(`Written to ${out}`);
    }
    await print(
      format === "json" ? jsonText(file) : format === "csv" ? findingsToCsv(file) : findingsToTable(file),
    );
  } finally {
    report.end();
    engine.dispose();
  }
}

interface Row {
  readonly finding: FindingResult;
  readonly claim: FindingResult["claims"][number];
}

const rowsOf = ({ findings }: FindingsFile): Row[] =>
  findings.flatMap((finding) => finding.claims.map((claim) => ({ finding, claim })));

const CSV: readonly Column<Row>[] = [
  ["finding", ({ finding }) => finding.id],
  ["claim", ({ claim }) => claim.words],
  ["expected", ({ claim }) => claim.expected],
  ["mean", ({ claim }) => claim.measured.value],
  ["half_width_95", ({ claim }) => 1.96 * claim.measured.se],
  ["seeds", ({ claim }) => claim.measured.n],
  ["verdict", ({ claim }) => claim.verdict],
];

/** One row per claim. */
export function findingsToCsv(file: FindingsFile): string {
  return csvText(CSV, rowsOf(file));
}

const TABLE: readonly Column<Row>[] = [
  ["finding", ({ finding }) => finding.id],
  ["expected", ({ claim }) => claim.expected],
  ["measured", ({ claim }) => withInterval(claim.measured)],
  ["seeds", ({ claim }) => short(claim.measured.n)],
  ["verdict", ({ claim }) => claim.verdict],
];

/** A table for reading, and what each finding says. */
export function findingsToTable(file: FindingsFile): string {
  const told = file.findings.map((f) => `${f.title}: ${f.verdict}. ${f.words}`);
  return paragraphs([tableLines(TABLE, rowsOf(file)), told]);
}
