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
import { showValue, type Problem } from "./problems.ts";
import { SECTION_NAMES, SECTION_SCHEMAS, type Parsed, type SectionName } from "./schema.ts";
import { FIELD_NAMES } from "./suggest.ts";
import type { ExperimentSpec } from "./types.ts";
import { isRecord, toProblems, uniqueByField, unknownField, withoutUnknown } from "./zod-problems.ts";

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
  const problems: Problem[] = [...checkVersion(json), ...unknownSections(json, SECTION_NAMES)];
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

/** The problem of a version that this lab does not read, if it is one. */
export function checkVersion(json: Readonly<Record<string, unknown>>): Problem[] {
  if (json.version === 1) return [];
  const newer = typeof json.version === "number" && json.version > 1;
  const advice = newer
    ? "it was made by a newer lab; update this one"
    : 'write "version": 1 at the top of the specification';
  return [{ field: "version", message: `must be 1, got ${showValue(json.version)}; ${advice}` }];
}

/** A problem for each section that is not one of `known`; `version` and `$schema` may always be there. */
export function unknownSections(
  json: Readonly<Record<string, unknown>>,
  known: readonly string[],
  names?: readonly string[],
): Problem[] {
  return Object.keys(json)
    .filter((key) => key !== "version" && key !== "$schema" && !known.includes(key))
    .map((key) => unknownField(key, key, names));
}

function parseSections(json: Readonly<Record<string, unknown>>, problems: Problem[]): Sections {
  const parseOne = <S extends SectionName>(name: S): Parsed<S> | null => {
    const input =
      json[name] === undefined ? DEFAULT_KINDS[name] : expandKind(json[name], [name], WORD_PLACES);
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

/** A copy in which every word at one of `places` ("sampler.grid") stands for `{ kind: word }`. */
export function expandKind(value: unknown, path: readonly string[], places: ReadonlySet<string>): unknown {
  if (typeof value === "string" && places.has(path.join("."))) return { kind: value };
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, v]) => [key, expandKind(v, [...path, key], places)]),
  );
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

/**
 * Negative zero becomes zero, nearly symmetric matrices symmetric and fields stand in one order, so that equal
 * specifications are equal data and equal text. `names` is that order; names that it lacks come first, as they were.
 */
export function canonical<T>(spec: T, names: readonly string[] = FIELD_NAMES): T {
  return normalise(spec, names) as T;
}

function normalise(value: unknown, names: readonly string[], key = ""): unknown {
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
      : rows.map((item) => normalise(item, names));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => names.indexOf(a) - names.indexOf(b))
      .map(([k, v]) => [k, normalise(v, names, k)]),
  );
}
