/** The files of findings that come with the page: what is read of them, and what they rest on, ready to be opened. */
import type { Estimate } from "../../measure/estimate.ts";
import type { FindingClaim, FindingResult, FindingVerdict } from "../../experiments/findings.ts";
import { findingCells } from "../../experiments/training/findings.ts";
import { formatImageLink } from "../../spec/images/link.ts";
import { parseImageSpec } from "../../spec/images/parse.ts";
import { parseTrainingSpec } from "../../spec/training/parse.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { jsonReader, type Json } from "./read-json.ts";

/** Where the files lie, from the page: findings on trained points, and on prompts of the glyph model. */
export const FINDINGS_PATHS = {
  trainings: "./findings/findings.json",
  prompts: "./findings/prompts.json",
} as const;

/** Which of the files. */
export type FindingsPart = keyof typeof FINDINGS_PATHS;

/** Makes the files. */
export const FINDINGS_COMMAND = "npm run experiment -- --findings --out public/findings";

/** A training of a finding, ready to be opened. */
export interface FindingTraining {
  readonly label: string;
  readonly spec: TrainingSpec;
}

/** A study on another page that a finding rests on. */
export interface FindingStudy {
  readonly label: string;
  /** Hash of the address, without "#". */
  readonly link: string;
}

/** A finding as the page shows it. */
export interface ShownFinding extends Pick<
  FindingResult,
  "id" | "title" | "published" | "source" | "test" | "figures" | "claims" | "verdict"
> {
  /** Key of the bibliography; a file may name one that this page does not have. */
  readonly reference: string;
  /** Those of the first seed; empty where another version of the lab made the file, or the finding rests on none. */
  readonly trainings: readonly FindingTraining[];
  /** Studies of the first seed. */
  readonly studies: readonly FindingStudy[];
  /** Day of the run, "2026-11-22". */
  readonly day: string;
  /** Of the lab that made the file. */
  readonly version: string;
}

/** What a file of findings says. */
export interface ReadFindings {
  /** How verdicts follow from figures. */
  readonly rule: string;
  readonly findings: readonly ShownFinding[];
}

/** A file whose findings are not among those shown. */
export interface MissingFindings {
  readonly part: FindingsPart;
  /** Why, in a plain sentence. */
  readonly message: string;
}

/** The findings of all files that could be read, in one order. */
export interface ShownFindings extends ReadFindings {
  /** What the tests of several findings had in common, which they say no more; null where they have nothing. */
  readonly method: string | null;
  readonly missing: readonly MissingFindings[];
}

const { refuse, record, list, text, number, oneOf } = jsonReader("findings", FINDINGS_COMMAND);

const VERDICTS: readonly FindingVerdict[] = ["agrees", "disagrees", "inconclusive"];
const SIDES: readonly FindingClaim["expected"][] = ["above 0", "below 0"];

/** Reads findings.json. Throws RangeError that names the first field that is not as it must be. */
export function readFindings(json: unknown): ReadFindings {
  const file = headOf(json, "training-findings");
  const parsed = parseTrainingSpec(file["spec"]);
  if (!parsed.ok) return refuse("spec", "be a valid training", parsed.problems[0]?.field);
  return findingsOf(file, (finding, at) => {
    const keys = list(finding["cells"], `${at}.cells`).map((key, i) => text(key, `${at}.cells.${i}`));
    return { trainings: trainingsOf(keys, parsed.spec), studies: [] };
  });
}

/** Reads prompts.json, in the same way. */
export function readPromptFindings(json: unknown): ReadFindings {
  const file = headOf(json, "image-findings");
  const parsed = parseImageSpec(file["spec"]);
  if (!parsed.ok) return refuse("spec", "be a valid image experiment", parsed.problems[0]?.field);
  const { spec } = parsed;
  const label = `Study of prompts, ${spec.evaluation.images} images, seed ${spec.evaluation.seed}`;
  const studies = [{ label, link: formatImageLink(spec) }];
  return findingsOf(file, () => ({ trainings: [], studies }));
}

function headOf(json: unknown, kind: string): Json {
  const file = record(json, "the file");
  oneOf(file["kind"], [kind], "kind");
  if (file["version"] !== 1) refuse("version", "be 1", file["version"]);
  return file;
}

/** What a finding rests on. */
type Rest = Pick<ShownFinding, "trainings" | "studies">;

function findingsOf(file: Json, restOf: (finding: Json, at: string) => Rest): ReadFindings {
  const manifest = record(file["manifest"], "manifest");
  const run = {
    day: text(manifest["date"], "manifest.date").slice(0, 10),
    version: text(manifest["version"], "manifest.version"),
  };
  return {
    rule: text(file["rule"], "rule"),
    findings: list(file["findings"], "findings").map((json, i) => {
      const at = `findings.${i}`;
      const finding = record(json, at);
      return { ...readFinding(finding, at), ...restOf(finding, at), ...run };
    }),
  };
}

function readFinding(finding: Json, at: string): Omit<ShownFinding, keyof Rest | "day" | "version"> {
  const told = (name: string) => text(finding[name], `${at}.${name}`);
  return {
    id: told("id"),
    title: told("title"),
    published: told("published"),
    source: told("source"),
    reference: told("reference"),
    test: told("test"),
    figures: list(finding["figures"], `${at}.figures`).map((f, i) => {
      const figure = record(f, `${at}.figures.${i}`);
      return {
        words: text(figure["words"], `${at}.figures.${i}.words`),
        measured: readEstimate(figure["measured"], `${at}.figures.${i}.measured`),
      };
    }),
    claims: list(finding["claims"], `${at}.claims`).map((c, i) => readClaim(c, `${at}.claims.${i}`)),
    verdict: oneOf(finding["verdict"], VERDICTS, `${at}.verdict`),
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
