/** The file of findings that comes with the page: what is read of it, and the trainings that it rests on. */
import type { Estimate } from "../../measure/estimate.ts";
import {
  findingCells,
  type FindingClaim,
  type FindingResult,
  type FindingVerdict,
} from "../../experiments/training/findings.ts";
import { parseTrainingSpec } from "../../spec/training/parse.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { jsonReader } from "./read-json.ts";

/** Where the file lies, from the page. */
export const FINDINGS_PATH = "./findings/findings.json";

/** Makes the file, and runs nothing again that is finished. */
export const FINDINGS_COMMAND = "npm run experiment -- --findings --out public/findings";

/** A training of a finding, ready to be opened. */
export interface FindingTraining {
  readonly label: string;
  readonly spec: TrainingSpec;
}

/** A finding as the page shows it. */
export interface ShownFinding extends Pick<
  FindingResult,
  "id" | "title" | "published" | "claims" | "verdict"
> {
  /** Key of the bibliography; a file may name one that this page does not have. */
  readonly reference: string;
  /** Those of the first seed; empty where another version of the lab made the file. */
  readonly trainings: readonly FindingTraining[];
}

export interface ShownFindings {
  /** What all trainings vary. */
  readonly spec: TrainingSpec;
  /** Day of the run, "2026-11-22". */
  readonly day: string;
  readonly version: string;
  readonly findings: readonly ShownFinding[];
}

const { refuse, record, list, text, number, oneOf } = jsonReader("findings", FINDINGS_COMMAND);

const VERDICTS: readonly FindingVerdict[] = ["agrees", "disagrees", "inconclusive"];
const SIDES: readonly FindingClaim["expected"][] = ["above 0", "below 0"];

/** Reads the file's JSON. Throws RangeError that names the first field that is not as it must be. */
export function readFindings(json: unknown): ShownFindings {
  const file = record(json, "the file");
  oneOf(file["kind"], ["training-findings"], "kind");
  if (file["version"] !== 1) refuse("version", "be 1", file["version"]);
  const parsed = parseTrainingSpec(file["spec"]);
  if (!parsed.ok) return refuse("spec", "be a valid training", parsed.problems[0]?.field);
  const manifest = record(file["manifest"], "manifest");
  return {
    spec: parsed.spec,
    day: text(manifest["date"], "manifest.date").slice(0, 10),
    version: text(manifest["version"], "manifest.version"),
    findings: list(file["findings"], "findings").map((f, i) => readFinding(f, `findings.${i}`, parsed.spec)),
  };
}

function readFinding(json: unknown, at: string, spec: TrainingSpec): ShownFinding {
  const finding = record(json, at);
  const keys = list(finding["cells"], `${at}.cells`).map((key, i) => text(key, `${at}.cells.${i}`));
  return {
    id: text(finding["id"], `${at}.id`),
    title: text(finding["title"], `${at}.title`),
    published: text(finding["published"], `${at}.published`),
    reference: text(finding["reference"], `${at}.reference`),
    claims: list(finding["claims"], `${at}.claims`).map((c, i) => readClaim(c, `${at}.claims.${i}`)),
    verdict: oneOf(finding["verdict"], VERDICTS, `${at}.verdict`),
    trainings: trainingsOf(keys, spec),
  };
}

function readClaim(json: unknown, at: string): FindingClaim {
  const claim = record(json, at);
  return {
    words: text(claim["words"], `${at}.words`),
    expected: oneOf(claim["expected"], SIDES, `${at}.expected`),
    measured: readEstimate(claim["measured"], `${at}.measured`),
    values: list(claim["values"], `${at}.values`).map((v, i) => number(v, `${at}.values.${i}`)),
    verdict: oneOf(claim["verdict"], VERDICTS, `${at}.verdict`),
  };
}

/** JSON has no NaN and no infinity, and writes null for them: no mean of no seeds, no error of one. */
function readEstimate(json: unknown, at: string): Estimate {
  const { value, se, n } = record(json, at);
  return {
    value: value === null ? NaN : number(value, `${at}.value`),
    se: se === null ? Infinity : number(se, `${at}.se`),
    n: number(n, `${at}.n`),
  };
}

/** Trainings of the first seed among cells of these keys, with the axes of studies that cells leave out. */
function trainingsOf(keys: readonly string[], { evaluation }: TrainingSpec): FindingTraining[] {
  const wanted = new Set(keys);
  const cells = findingCells().filter(({ key }) => wanted.has(key));
  const first = cells[0]?.spec.training.seed;
  return cells
    .filter(({ spec }) => spec.training.seed === first)
    .map(({ label, spec }) => ({ label, spec: { ...spec, evaluation } }));
}
