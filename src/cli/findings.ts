/**
 * `npm run experiment -- --findings --out DIR`: runs what the findings rest on, going on from finished trainings and seeds, and
 * judges them: findings.json of trained points, prompts.json of the glyph model.
 */
import { type FindingResult, VERDICT_RULE } from "../experiments/findings.ts";
import { FINDINGS_SPEC } from "../experiments/training/finding-plans.ts";
import { findingCells, judgeFindings, type TrainedFinding } from "../experiments/training/findings.ts";
import { INTERVAL_WORDS } from "../measure/number-words.ts";
import type { TrainingSpec } from "../spec/training/types.ts";
import { isWanted, OWN_PARTS, type CliArguments } from "./arguments.ts";
import { writeFiles } from "./folder.ts";
import { progressReporter } from "./progress.ts";
import { isPromptRun, promptFindings, type PromptFindingsFile } from "./prompt-findings.ts";
import { filesOf, removeCells, runTrainingCells, type CellsControl } from "./run-cells.ts";
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
  /** How verdicts follow from figures. */
  readonly rule: string;
  readonly manifest: TrainingManifest;
  readonly findings: readonly TrainedFinding[];
}

type AnyFile = FindingsFile | PromptFindingsFile;

type Part = (typeof OWN_PARTS)["findings"][number];

interface PartMaker {
  readonly file: string;
  readonly make: (control: CellsControl) => Promise<AnyFile>;
  /** Whether a finished cell's file belongs to this part. */
  readonly owns: (file: string) => boolean;
}

/** What makes each part, and its files. */
const PARTS: Readonly<Record<Part, PartMaker>> = {
  trainings: { file: "findings.json", make: trainedFindings, owns: filesOf(findingCells()) },
  prompts: { file: "prompts.json", make: promptFindings, owns: isPromptRun },
};

/** Runs and judges. Rejects with AbortError when interrupted; finished trainings and seeds stay in the folder. */
export async function runFindings(
  { out, format, progress, only, keep }: CliArguments,
  signal: AbortSignal,
): Promise<void> {
  if (out === null) throw new RangeError("findings: must have a folder, got none; add --out DIR");
  const parts = OWN_PARTS.findings.filter((part) => isWanted({ only }, part));
  const report = progressReporter(progress, parts.length);
  const files: AnyFile[] = [];
  try {
    for (const [i, part] of parts.entries()) {
      const { file: name, make } = PARTS[part];
      const onProgress = (done: number, label: string) => report.part(i, label)(done);
      const file = await make({ signal, out, onProgress });
      await writeFiles(out, { [name]: jsonText(file) });
      files.push(file);
    }
    if (!keep) await removeCells(out, (file) => parts.some((part) => PARTS[part].owns(file)));
  } finally {
    report.end();
  }
  console.error(`Written to ${out}`);
  const findings = files.flatMap((file) => file.findings);
  await print(
    format === "json"
      ? jsonText(files)
      : format === "csv"
        ? findingsToCsv({ findings })
        : findingsToTable({ findings }),
  );
}

/** Trains, or takes finished trainings, and judges the findings on them. */
export async function trainedFindings(control: CellsControl): Promise<FindingsFile> {
  const engine = await openTrainingEngine();
  try {
    const finished = await runTrainingCells(engine, findingCells(), control);
    // Of the trainings, whichever run of the command did them.
    const seconds = [...finished.values()].reduce((sum, cell) => sum + cell.seconds, 0);
    return {
      version: 1,
      kind: "training-findings",
      spec: FINDINGS_SPEC,
      rule: VERDICT_RULE,
      manifest: await trainingManifest(FINDINGS_SPEC, engine, 1000 * seconds),
      findings: judgeFindings(finished),
    };
  } finally {
    engine.dispose();
  }
}

/** Findings of one file or several. */
export interface ToldFindings {
  readonly findings: readonly FindingResult[];
}

interface Row {
  readonly finding: FindingResult;
  readonly claim: FindingResult["claims"][number];
}

const rowsOf = ({ findings }: ToldFindings): Row[] =>
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
export function findingsToCsv(told: ToldFindings): string {
  return csvText(CSV, rowsOf(told));
}

const TABLE: readonly Column<Row>[] = [
  ["finding", ({ finding }) => finding.id],
  ["expected", ({ claim }) => claim.expected],
  ["measured", ({ claim }) => withInterval(claim.measured)],
  ["seeds", ({ claim }) => short(claim.measured.n)],
  ["verdict", ({ claim }) => claim.verdict],
];

/** A table for reading, and what each finding says. */
export function findingsToTable(told: ToldFindings): string {
  const words = told.findings.map((f) => `${f.title}: ${f.verdict}. ${f.words}`);
  return paragraphs([tableLines(TABLE, rowsOf(told)), [`${INTERVAL_WORDS} over seeds.`], words]);
}
