/** From a file, a link or standard input to a specification; CSV files named in it are read from beside it. */
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve as resolvePath } from "node:path";
import { extractPoints, readPointTable, type PointSet } from "../lab/points/point-table.ts";
import { formulaFault } from "../experiments/reward-program.ts";
import { pairProblem, promptProblem } from "../experiments/images/plan.ts";
import { TRAINING_CHECKS } from "../experiments/training/checks.ts";
import { isImageLink, parseImageLink } from "../spec/images/link.ts";
import { isImageSpec, parseImageSpec } from "../spec/images/parse.ts";
import type { ImageSpec } from "../spec/images/types.ts";
import { parseLink } from "../spec/link.ts";
import type { LinkOutcome } from "../spec/link-reading.ts";
import { parseSpec } from "../spec/parse.ts";
import { SpecError, type Problem } from "../spec/problems.ts";
import { isTrainingLink, parseTrainingLink } from "../spec/training/link.ts";
import { isTrainingSpec, parseTrainingSpec } from "../spec/training/parse.ts";
import type { TrainingSpec } from "../spec/training/types.ts";
import type { ExperimentSpec } from "../spec/types.ts";

const CHECKS = { formula: formulaFault };
const IMAGE_CHECKS = { prompt: promptProblem, pair: pairProblem };

/** A specification of any kind. */
export type SpecSource = (
  | { readonly kind: "laws"; readonly spec: ExperimentSpec }
  | { readonly kind: "images"; readonly spec: ImageSpec }
  | { readonly kind: "training"; readonly spec: TrainingSpec }
) & {
  /** Sentences about what was ignored or left out on the way. */
  readonly notices: readonly string[];
};

/** Reads a specification. Throws `SpecError` with every problem found. */
export async function readSpec(source: string, stdin: AsyncIterable<Buffer | string>): Promise<SpecSource> {
  if (source === "-") return fromText(await readAll(stdin), process.cwd());
  if (await isFile(source)) return fromText(await readFile(source, "utf8"), dirname(resolvePath(source)));
  if (looksLikeLink(source)) return fromLink(source);
  throw problem(
    "",
    `must be a file, a link or "-", got ${JSON.stringify(source)}, which is none; check the path`,
  );
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function looksLikeLink(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(source) || /^#/.test(source) || /^[A-Za-z.]+=/.test(source);
}

function fromLink(link: string): SpecSource {
  if (isTrainingLink(link))
    return { kind: "training", ...accepted(parseTrainingLink(link, TRAINING_CHECKS)) };
  if (isImageLink(link)) return { kind: "images", ...accepted(parseImageLink(link, IMAGE_CHECKS)) };
  return { kind: "laws", ...accepted(parseLink(link, CHECKS)) };
}

/** The specification of a link that could be read. Throws `SpecError` with what is wrong and what was ignored. */
function accepted<S>(outcome: LinkOutcome<S>): { readonly spec: S; readonly notices: readonly string[] } {
  const { notices } = outcome;
  if (!outcome.ok) throw new SpecError(outcome.problems, notices);
  return { spec: outcome.spec, notices };
}

async function fromText(text: string, folder: string): Promise<SpecSource> {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{") && looksLikeLink(trimmed)) return fromLink(trimmed);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw problem("", `must be JSON, got text that is not: ${(error as Error).message}; correct it there`);
  }
  if (isImageSpec(json)) {
    const parsed = parseImageSpec(json, IMAGE_CHECKS);
    if (!parsed.ok) throw new SpecError(parsed.problems);
    return { kind: "images", spec: parsed.spec, notices: [] };
  }
  const { value, notices, problems } = await withPointsFile(json, folder);
  if (isTrainingSpec(value)) {
    const parsed = parseTrainingSpec(value, TRAINING_CHECKS);
    if (!parsed.ok) throw new SpecError([...problems, ...parsed.problems]);
    if (problems.length > 0) throw new SpecError(problems);
    return { kind: "training", spec: parsed.spec, notices };
  }
  const parsed = parseSpec(value, CHECKS);
  if (!parsed.ok) throw new SpecError([...problems, ...parsed.problems]);
  if (problems.length > 0) throw new SpecError(problems);
  return { kind: "laws", spec: parsed.spec, notices };
}

interface Filled {
  readonly value: unknown;
  readonly notices: readonly string[];
  readonly problems: readonly Problem[];
}

/** Replaces `{ "kind": "points", "file": "x.csv", "columns": [..] }` by the points of that file. */
async function withPointsFile(json: unknown, folder: string): Promise<Filled> {
  const unchanged: Filled = { value: json, notices: [], problems: [] };
  if (!isRecord(json) || !isRecord(json.model) || json.model.kind !== "points") return unchanged;
  const { file, columns, ...model } = json.model;
  if (file === undefined) return unchanged;
  const absent = { ...json, model: { kind: "points", components: PLACEHOLDER } };
  const fail = (field: string, message: string): Filled => ({
    value: absent,
    notices: [],
    problems: [{ field, message }],
  });
  if (typeof file !== "string") {
    return fail(
      "model.file",
      `must be the name of a CSV file, got ${JSON.stringify(file)}; write it in quotes`,
    );
  }
  try {
    const set = await readPoints(resolvePath(folder, file), columns);
    const points = Array.from({ length: set.count }, (_, i) => [
      ...set.points.subarray(i * set.dim, (i + 1) * set.dim),
    ]);
    return {
      value: { ...json, model: { name: file, ...model, points } },
      notices: pointNotices(file, set),
      problems: [],
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return fail(
      "model.file",
      missing
        ? `must exist, got ${JSON.stringify(file)}, which is not in the folder of the specification; check the path`
        : `must hold rows of one or two numbers, got ${JSON.stringify(file)}: ${message}`,
    );
  }
}

/** Stands for a file that could not be read, so that the rest of the specification is still checked. */
const PLACEHOLDER = [
  {
    weight: 1,
    mean: [0, 0],
    cov: [
      [1, 0],
      [0, 1],
    ],
  },
];

async function readPoints(path: string, columns: unknown): Promise<PointSet> {
  const table = readPointTable(await readFile(path, "utf8"));
  const chosen = Array.isArray(columns)
    ? columns.map((c) => columnIndex(c, table.names))
    : table.numeric.slice(0, 2);
  if (chosen.length < 1 || chosen.length > 2) {
    throw new Error(`columns must be one or two, got ${chosen.length}; name them in model.columns`);
  }
  return extractPoints(table, chosen);
}

function columnIndex(column: unknown, names: readonly string[]): number {
  const index = typeof column === "number" ? column - 1 : names.indexOf(String(column));
  if (Number.isInteger(index) && index >= 0 && index < names.length) return index;
  throw new Error(
    `column ${JSON.stringify(column)} must be a name or a number from 1, one of ${names.join(", ")}`,
  );
}

function pointNotices(file: string, set: PointSet): string[] {
  return [
    `${file}: ${set.count} points in ${set.dim} dimension${set.dim > 1 ? "s" : ""}`,
    ...(set.skipped > 0
      ? [
          `${file}: ${set.skipped} ${set.skipped === 1 ? "row" : "rows"} without numbers ${set.skipped === 1 ? "was" : "were"} left out`,
        ]
      : []),
    ...(set.thinnedFrom === null ? [] : [`${file}: thinned from ${set.thinnedFrom} rows`]),
  ];
}

function problem(field: string, message: string): SpecError {
  return new SpecError([{ field, message }]);
}

async function readAll(stdin: AsyncIterable<Buffer | string>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stdin) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
