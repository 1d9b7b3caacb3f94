/** From unknown JSON to a complete specification, or to the list of everything wrong with it. */
import {
  checkEvaluation,
  checkModel,
  checkProcess,
  checkReward,
  checkSampler,
  checkTarget,
} from "./consistency.ts";
import {
  completeEvaluation,
  completeModel,
  completeReward,
  DEFAULT_KINDS,
  modelDimension,
} from "./defaults.ts";
import { fieldPath, showValue, type Problem } from "./problems.ts";
import { SECTION_SCHEMAS, type Parsed, type SectionName } from "./schema.ts";
import { FIELD_NAMES, suggestField } from "./suggest.ts";
import type { ExperimentSpec } from "./types.ts";

export type ParseResult =
  | { readonly ok: true; readonly spec: ExperimentSpec }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Checks that need knowledge from outside this folder; the caller hands them in. */
export interface OutsideChecks {
  /** What is wrong with a reward formula in `dim` dimensions, or null. */
  readonly formula?: (text: string, dim: number) => string | null;
}

/**
 * Reads a specification. Every field may be left out for its default except `version`; a section or rule that has only a
 * kind may be written as that word ("grid": "uniform"). All problems are gathered, each with the path of its field.
 */
export function parseSpec(json: unknown, checks: OutsideChecks = {}): ParseResult {
  if (!isRecord(json)) {
    return {
      ok: false,
      problems: [{ field: "", message: `must be a JSON object, got ${showValue(json)}; see the schema` }],
    };
  }
  const problems: Problem[] = [...checkVersion(json), ...unknownSections(json)];
  const sections = parseSections(json, problems);
  const spec = completeSections(sections);
  problems.push(...crossCheck(spec, checks));
  if (problems.length > 0) return { ok: false, problems };
  const { model, process, sampler, reward, target, evaluation } = spec;
  if (!model || !process || !sampler || !reward || !target || !evaluation) {
    return {
      ok: false,
      problems: [{ field: "", message: "must be complete, got parts; report this as a bug" }],
    };
  }
  return { ok: true, spec: canonical({ version: 1, model, process, sampler, reward, target, evaluation }) };
}

type Partially<T> = { -readonly [K in keyof T]: T[K] | null };
type Sections = { [S in SectionName]: Parsed<S> | null };

function checkVersion(json: Readonly<Record<string, unknown>>): Problem[] {
  if (json.version === 1) return [];
  const newer = typeof json.version === "number" && json.version > 1;
  const advice = newer
    ? "it was made by a newer lab; update this one"
    : 'write "version": 1 at the top of the specification';
  return [{ field: "version", message: `must be 1, got ${showValue(json.version)}; ${advice}` }];
}

function unknownSections(json: Readonly<Record<string, unknown>>): Problem[] {
  return Object.keys(json)
    .filter((key) => key !== "version" && key !== "$schema" && !Object.hasOwn(SECTION_SCHEMAS, key))
    .map((key) => unknownField(key, key));
}

function unknownField(field: string, key: string): Problem {
  const near = suggestField(key);
  const advice = near === null ? "remove it" : `did you mean "${near}"? Otherwise remove it`;
  return { field, message: `must be a field this version knows, got ${showValue(key)}; ${advice}` };
}

function parseSections(json: Readonly<Record<string, unknown>>, problems: Problem[]): Sections {
  const parseOne = <S extends SectionName>(name: S): Parsed<S> | null => {
    const input = json[name] === undefined ? DEFAULT_KINDS[name] : expandKind(json[name], [name]);
    const result = SECTION_SCHEMAS[name].safeParse(input);
    if (result.success) return result.data as Parsed<S>;
    problems.push(...uniqueByField(toProblems(result.error.issues, input, [name])));
    // Unknown fields alone leave a section that the checks across fields can still read.
    const known = SECTION_SCHEMAS[name].safeParse(withoutUnknown(input, result.error.issues));
    return known.success ? (known.data as Parsed<S>) : null;
  };
  return {
    model: parseOne("model"),
    process: parseOne("process"),
    sampler: parseOne("sampler"),
    reward: parseOne("reward"),
    target: parseOne("target"),
    evaluation: parseOne("evaluation"),
  };
}

function withoutUnknown(input: unknown, issues: readonly unknown[]): unknown {
  const copy = copyData(input);
  for (const raw of issues) {
    const issue = raw as Issue;
    const holder = valueAt(copy, issue.path);
    if (issue.code !== "unrecognized_keys" || !isRecord(holder)) continue;
    for (const key of issue.keys ?? []) delete (holder as Record<string, unknown>)[key];
  }
  return copy;
}

function copyData(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyData);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, copyData(v)]));
}

/** Places where a bare word stands for `{ kind: word }`. */
const WORD_PLACES = new Set([
  "model",
  "process",
  "reward",
  "target",
  "sampler.grid",
  "sampler.schedule",
  "process.beta",
]);

function expandKind(value: unknown, path: readonly string[]): unknown {
  if (typeof value === "string" && WORD_PLACES.has(path.join("."))) return { kind: value };
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, expandKind(v, [...path, key])]));
}

function completeSections(sections: Sections): Partially<Omit<ExperimentSpec, "version">> {
  const model = sections.model && completeModel(sections.model);
  const dim = model && modelDimension(model);
  return {
    model,
    process: sections.process,
    sampler: sections.sampler,
    reward: sections.reward && completeReward(sections.reward, dim ?? 1),
    target: sections.target,
    evaluation:
      sections.evaluation && completeEvaluation(sections.evaluation, sections.process?.kind ?? "flow"),
  };
}

function crossCheck(spec: Partially<Omit<ExperimentSpec, "version">>, checks: OutsideChecks): Problem[] {
  const { model, process, sampler, reward, target, evaluation } = spec;
  const modelProblems = model ? checkModel(model) : [];
  const dim = model && modelProblems.length === 0 ? modelDimension(model) : null;
  return [
    ...modelProblems,
    ...(process ? checkProcess(process) : []),
    ...(sampler ? checkSampler(sampler, process) : []),
    ...(reward ? checkReward(reward, dim) : []),
    ...(reward?.kind === "formula" && dim !== null && dim <= 2 ? checkFormula(reward.text, dim, checks) : []),
    ...(target && model && reward ? checkTarget(target, model, reward, process) : []),
    ...(evaluation ? checkEvaluation(evaluation, process) : []),
  ];
}

function checkFormula(text: string, dim: number, checks: OutsideChecks): Problem[] {
  const message = checks.formula?.(text, dim) ?? null;
  return message === null ? [] : [{ field: "reward.text", message }];
}

interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly unknown[])[];
}

/** Zod's issues in the house form, with the value that was received at each path. */
function toProblems(issues: readonly unknown[], input: unknown, prefix: readonly PropertyKey[]): Problem[] {
  return issues.flatMap((raw) => {
    const issue = raw as Issue;
    const path = [...prefix, ...issue.path];
    const value = valueAt(input, issue.path);
    if (issue.code === "unrecognized_keys") {
      return (issue.keys ?? []).map((key) => unknownKey([...path, key], key));
    }
    if (issue.code === "invalid_union" && (issue.errors?.length ?? 0) > 0) {
      // A covariance is a matrix or a rule; judge it by what it looks like.
      const branch = issue.errors?.[Array.isArray(value) ? 0 : 1] ?? [];
      return toProblems(branch, value, path);
    }
    return [
      { field: fieldPath(path), message: `${issue.message}, got ${showValue(value)}; ${advise(path)}` },
    ];
  });
}

function unknownKey(path: readonly PropertyKey[], key: string): Problem {
  const field = fieldPath(path);
  if (field === "model.file") {
    return {
      field,
      message: "must be read by the command line, got a file name; paste the points or drop the file instead",
    };
  }
  return unknownField(field, key);
}

function advise(path: readonly PropertyKey[]): string {
  const inList = path.some((part) => typeof part === "number");
  return inList ? "correct it" : "correct it, or leave it out for the default";
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = input;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return value;
}

function uniqueByField(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((p) => [p.field, p])).values()];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Negative zero becomes zero, nearly symmetric matrices symmetric and fields stand in one order, so that equal
 * specifications are equal data and equal text.
 */
function canonical(spec: ExperimentSpec): ExperimentSpec {
  return normalise(spec) as ExperimentSpec;
}

function normalise(value: unknown, key = ""): unknown {
  if (typeof value === "number") return value === 0 ? 0 : value;
  if (Array.isArray(value)) {
    const rows = value as readonly unknown[];
    const isMatrix = (key === "cov" || key === "matrix") && rows.every(Array.isArray);
    return isMatrix
      ? rows.map((row, i) =>
          (row as readonly number[]).map((_, j) => {
            const entry = (rows[Math.min(i, j)] as readonly number[])[Math.max(i, j)] ?? 0;
            return entry === 0 ? 0 : entry;
          }),
        )
      : rows.map((item) => normalise(item));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => FIELD_NAMES.indexOf(a) - FIELD_NAMES.indexOf(b))
      .map(([k, v]) => [k, normalise(v, k)]),
  );
}
