/**
 * `npm run experiment -- --stored --out DIR`: runs the studies whose results come with the page, and writes one file for each.
 * Finished trainings lie in DIR/cells while it runs, so that a kill loses none; they are removed at the end unless --keep is given.
 */
import type { TrainingEngine } from "../engine/training-engine.ts";
import {
  STORED_SPEC,
  STORED_STUDIES_COMMAND,
  storedStudies,
  type StoredStudy,
} from "../experiments/training/stored-studies.ts";
import type { TrainingStudy } from "../experiments/training/study.ts";
import { isWanted, type CliArguments } from "./arguments.ts";
import { writeFiles } from "./folder.ts";
import { progressReporter } from "./progress.ts";
import { filesOf, removeCells, runTrainingCells } from "./run-cells.ts";
import { jsonText, paragraphs, print } from "./text.ts";
import { openTrainingEngine } from "./training-engine.ts";
import { trainingManifest, type TrainingManifest } from "./training-manifest.ts";

/** One file of public/studies; see public/schema/training-study.json. */
export interface StoredStudyFile extends StoredStudy {
  /** What makes the file. */
  readonly command: string;
  readonly manifest: TrainingManifest;
}

/** Digits that are kept: standard errors have fewer that mean anything. */
const DIGITS = 6;

/** Runs the studies. Rejects with AbortError when interrupted; finished trainings and studies stay in the folder. */
export async function runStoredStudies(
  { out, format, progress, only, keep }: CliArguments,
  signal: AbortSignal,
): Promise<void> {
  if (out === null) throw new RangeError("stored studies: must have a folder, got none; add --out DIR");
  const engine = await openTrainingEngine();
  const studies = storedStudies().filter(({ id }) => isWanted({ only }, id));
  const report = progressReporter(progress, studies.length);
  const files: StoredStudyFile[] = [];
  try {
    for (const [i, study] of studies.entries()) {
      const onProgress = (done: number, label: string) => report.part(i, `${study.id}, ${label}`)(done);
      const file = await storedStudy(engine, study, { out, signal, onProgress });
      await writeFiles(out, { [`${study.id}.json`]: storedText(file) });
      files.push(file);
    }
    if (!keep) await removeCells(out, filesOf(studies.flatMap((study) => study.cells(STORED_SPEC))));
  } finally {
    report.end();
    engine.dispose();
  }
  console.error(`Written to ${out}`);
  await print(format === "json" ? jsonText(files) : storedToText(files));
}

/** Runs one study and draws its charts. */
export async function storedStudy(
  engine: TrainingEngine,
  study: TrainingStudy,
  control: Parameters<typeof runTrainingCells>[2],
): Promise<StoredStudyFile> {
  const cells = study.cells(STORED_SPEC);
  const finished = await runTrainingCells(engine, cells, control);
  // Of the trainings, whichever run of the command did them.
  const seconds = [...finished.values()].reduce((sum, cell) => sum + cell.seconds, 0);
  return {
    version: 1,
    kind: "training-study",
    command: STORED_STUDIES_COMMAND,
    study: study.id,
    spec: STORED_SPEC,
    manifest: await trainingManifest(STORED_SPEC, engine, 1000 * seconds),
    trainings: cells.length,
    // Time belongs to a machine and its load; a replay measures its own.
    charts: study.charts(STORED_SPEC, finished).filter(({ id }) => !id.endsWith("-seconds")),
  };
}

/** The file's text: one line, numbers of charts to six digits. */
export function storedText({ charts, ...rest }: StoredStudyFile): string {
  const short = JSON.stringify(charts, (_key, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(DIGITS)) : value,
  );
  return `${JSON.stringify(rest).slice(0, -1)},"charts":${short}}\n`;
}

/** What the charts say, study by study. */
export function storedToText(files: readonly StoredStudyFile[]): string {
  return paragraphs(
    files.map(({ study, trainings, charts }) => [
      `${study}: ${trainings} trainings`,
      ...charts.map(({ title, summary }) => `${title}: ${summary}`),
    ]),
  );
}
