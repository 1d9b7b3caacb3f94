/**
 * The link: a specification as readable text for the hash of the page's address. Defaults are left out, long parts are
 * packed, `ui.` keys belong to the page and never touch a number.
 *
 *     #mean=2&T=8&eta=1.5            is the first view with three fields changed
 */
import {
  completeEvaluation,
  completeModel,
  completeReward,
  DEFAULT_KINDS,
  defaultSpec,
  modelDimension,
} from "./defaults.ts";
import { keyOfField, LINK_KEYS, type LinkKey } from "./link-keys.ts";
import { hashOf, keyedProblem, readVersion, unknownKeyNotice, type LinkProblem } from "./link-reading.ts";
import { joinPairs, MAX_LINK_LENGTH, MAX_READ_LENGTH, splitPairs, type Pair } from "./link-text.ts";
import { LinkValueError } from "./link-values.ts";
import { parseSpec, type OutsideChecks } from "./parse.ts";
import { showValue, SpecError, type Problem } from "./problems.ts";
import { SECTION_SCHEMAS, type Parsed, type SectionName } from "./schema.ts";
import type { ExperimentSpec } from "./types.ts";

export { hashOf, type LinkProblem } from "./link-reading.ts";

const KEY_NAMES = LINK_KEYS.map((k) => k.key);

interface LinkExtras {
  /** Sentences about what was ignored. */
  readonly notices: readonly string[];
  /** The page's own keys, without their "ui." prefix. */
  readonly ui: Readonly<Record<string, string>>;
}

export type LinkResult =
  | ({ readonly ok: true; readonly spec: ExperimentSpec } & LinkExtras)
  | ({ readonly ok: false; readonly problems: readonly LinkProblem[] } & LinkExtras);

/**
 * The link of a valid specification: the hash without "#", at most 2,000 characters.
 * Throws a `SpecError` naming the field to shorten if it cannot be that short; `roundForLink` prevents it.
 */
export function formatLink(spec: ExperimentSpec, ui: Readonly<Record<string, string>> = {}): string {
  const pairs = [...specPairs(spec), ...Object.entries(ui).map(([key, value]): Pair => [`ui.${key}`, value])];
  const link = joinPairs(pairs);
  if (link.length <= MAX_LINK_LENGTH) return link;
  const longest = pairs.reduce((a, b) => (b[1].length > a[1].length ? b : a));
  const culprit = LINK_KEYS.find((k) => k.key === longest[0]);
  throw new SpecError([
    {
      field: culprit === undefined ? longest[0] : `${culprit.section}.${culprit.name}`,
      message: `must fit a link of ${MAX_LINK_LENGTH} characters, got ${link.length} for the whole; shorten this field (fewer entries or digits) or save the specification as a file`,
    },
  ]);
}

/** Keys and values that differ from the defaults of their kinds, in the order of `LINK_KEYS`. */
function specPairs(spec: ExperimentSpec): Pair[] {
  const first = defaultSpec();
  const baseline = baselineOf(spec);
  return LINK_KEYS.flatMap((entry): Pair[] => {
    const text = textOf(entry, spec);
    const standard = textOf(entry, entry.name === "kind" ? first : baseline);
    return text === null || text === standard ? [] : [[entry.key, text]];
  });
}

function textOf(entry: LinkKey, spec: ExperimentSpec): string | null {
  const section = spec[entry.section] as unknown as Readonly<Record<string, unknown>>;
  const value = section[entry.name];
  const applies = entry.kinds === null || entry.kinds.includes(String(section.kind));
  return applies && value !== undefined ? entry.codec.write(value) : null;
}

/** The default of every field, given the kinds of a specification and its dimension. */
function baselineOf(spec: ExperimentSpec): ExperimentSpec {
  const dim = modelDimension(spec.model) ?? 1;
  return {
    version: 1,
    model: baselineModel(completeModel(parseKind("model", spec.model.kind)), dim),
    process: parseKind("process", spec.process.kind),
    sampler: defaultSpec().sampler,
    reward: completeReward(parseKind("reward", spec.reward.kind), dim),
    target: parseKind("target", spec.target.kind),
    evaluation: completeEvaluation(
      SECTION_SCHEMAS.evaluation.parse(DEFAULT_KINDS.evaluation),
      spec.process.kind,
    ),
  };
}

/** The covariance's default follows the dimension of the mean that the link does hold. */
function baselineModel(model: ExperimentSpec["model"], dim: number): ExperimentSpec["model"] {
  if (model.kind !== "gaussian") return model;
  const { cov } = completeModel({ kind: "gaussian", mean: new Array<number>(dim).fill(0) }) as typeof model;
  return { ...model, cov };
}

function parseKind<S extends SectionName>(section: S, kind: string): Parsed<S> {
  return SECTION_SCHEMAS[section].parse({ kind }) as Parsed<S>;
}

/**
 * Reads a link: a hash with or without "#", or a whole address. Never throws. Unknown keys are ignored with a notice; a
 * bad value is a problem that names its field and the default to fall back on.
 */
export function parseLink(link: string, checks: OutsideChecks = {}): LinkResult {
  const hash = hashOf(link);
  if (hash.length > MAX_READ_LENGTH) {
    const message = `must have at most ${MAX_READ_LENGTH} characters, got ${hash.length}; save the specification as a file instead`;
    return { ok: false, problems: [keyedProblem({ field: "link", message }, null)], notices: [], ui: {} };
  }
  const { pairs, faults } = splitPairs(hash);
  const reader = readPairs(pairs);
  const problems: LinkProblem[] = [
    ...faults.map(({ key, message }) =>
      keyedProblem({ field: keyField(key), message: `${message}; leave ${key} out for the default` }, key),
    ),
    ...reader.problems,
  ];
  const extras = { notices: reader.notices, ui: reader.ui };
  const parsed = parseSpec(reader.json, checks);
  if (!parsed.ok) problems.push(...parsed.problems.map((p) => toLinkProblem(p, reader.json)));
  if (parsed.ok && problems.length === 0) return { ok: true, spec: parsed.spec, ...extras };
  return { ok: false, problems, ...extras };
}

function keyField(key: string): string {
  const entry = LINK_KEYS.find((k) => k.key === key);
  return entry === undefined ? `link.${key}` : `${entry.section}.${entry.name}`;
}

interface Reading {
  readonly json: Readonly<Record<string, unknown>>;
  readonly problems: readonly LinkProblem[];
  readonly notices: readonly string[];
  readonly ui: Readonly<Record<string, string>>;
}

function readPairs(pairs: readonly Pair[]): Reading {
  const notices: string[] = [];
  const problems: LinkProblem[] = [];
  const ui = new Map<string, string>();
  const values = new Map<string, string>();
  for (const [key, value] of pairs) {
    if (key.startsWith("ui.")) ui.set(key.slice(3), value);
    else if (key === "v" || LINK_KEYS.some((k) => k.key === key)) {
      if (values.has(key)) notices.push(`The link gives ${key} twice; the last one counts.`);
      values.set(key, value);
    } else notices.push(unknownKeyNotice(key, KEY_NAMES));
  }
  const sections = new Map<SectionName, Record<string, unknown>>();
  for (const entry of LINK_KEYS) {
    const text = values.get(entry.key);
    if (text === undefined) continue;
    const kind = kindOf(entry.section, values);
    if (kind !== null && entry.kinds !== null && !entry.kinds.includes(kind)) {
      notices.push(`The link's ${entry.key} has no meaning for ${entry.section} ${kind} and was ignored.`);
      continue;
    }
    const section = sections.get(entry.section) ?? defaultSection(entry.section, kind);
    sections.set(entry.section, section);
    try {
      section[entry.name] = entry.codec.read(text);
    } catch (error) {
      if (!(error instanceof LinkValueError)) throw error;
      problems.push(badValue(entry, text, error.message, kind));
    }
  }
  return {
    json: { version: readVersion(values.get("v")), ...Object.fromEntries(sections) },
    problems,
    notices,
    ui: Object.fromEntries(ui),
  };
}

function kindOf(section: SectionName, values: ReadonlyMap<string, string>): string | null {
  const given = LINK_KEYS.some((k) => k.section === section && k.name === "kind")
    ? values.get(section)
    : null;
  if (given !== undefined) return given;
  const defaults: Readonly<Record<string, string>> = DEFAULT_KINDS[section];
  return defaults.kind ?? null;
}

function defaultSection(section: SectionName, kind: string | null): Record<string, unknown> {
  return "kind" in DEFAULT_KINDS[section] ? { kind } : {};
}

function badValue(entry: LinkKey, text: string, must: string, kind: string | null): LinkProblem {
  const message = `${must}, got ${showValue(text)}; ${leaveOut(entry, kind)}`;
  return keyedProblem({ field: `${entry.section}.${entry.name}`, message }, entry.key);
}

function leaveOut(entry: LinkKey, kind: string | null): string {
  const value = defaultText(entry, kind);
  return `leave ${entry.key} out of the link for the default${value === null ? "" : ` ${value}`}`;
}

/** The default of a key as link text, if it is short and the kind is known. */
function defaultText(entry: LinkKey, kind: string | null): string | null {
  if (entry.name === "kind") return textOf(entry, defaultSpec());
  const json = kind === null ? {} : { [entry.section]: { kind } };
  const parsed = parseSpec({ version: 1, ...json });
  const text = parsed.ok ? textOf(entry, parsed.spec) : null;
  return text !== null && text.length <= 60 ? text : null;
}

function toLinkProblem(problem: Problem, json: Readonly<Record<string, unknown>>): LinkProblem {
  if (problem.field === "version") {
    const message = problem.message.replace(/; write .*/, "; leave v out of the link for version 1");
    return keyedProblem({ ...problem, message }, "v");
  }
  const entry = keyOfField(problem.field);
  if (entry === null) return keyedProblem(problem, null);
  const section = json[entry.section] as Readonly<Record<string, unknown>> | undefined;
  const kind = typeof section?.kind === "string" ? section.kind : null;
  const message = problem.message.replace(/; correct it(, or leave it out for the default)?$/, "");
  const told = message === problem.message ? message : `${message}; ${leaveOut(entry, kind)}`;
  return keyedProblem({ field: problem.field, message: told }, entry.key);
}

export interface RepairedLink {
  readonly spec: ExperimentSpec;
  /** Keys that were left out for their defaults. */
  readonly dropped: readonly string[];
  readonly ui: Readonly<Record<string, string>>;
}

/** The nearest valid specification: keys at fault are left out one by one until the rest is valid. Never throws. */
export function repairLink(link: string, checks: OutsideChecks = {}): RepairedLink {
  let pairs = splitPairs(hashOf(link).slice(0, MAX_READ_LENGTH)).pairs;
  const dropped: string[] = [];
  for (;;) {
    const { json, problems, ui } = readPairs(pairs);
    const parsed = parseSpec(json, checks);
    if (parsed.ok) {
      const bad = problems.flatMap((p) => (p.key === null ? [] : [p.key]));
      return { spec: parsed.spec, dropped: [...dropped, ...bad], ui };
    }
    const named = [...problems, ...parsed.problems.map((p) => toLinkProblem(p, json))].flatMap((p) =>
      p.key === null ? [] : [p.key],
    );
    const culprits = pairs.filter(([key]) => named.includes(key));
    if (culprits.length === 0) {
      const rest = pairs.filter(([key]) => !key.startsWith("ui.")).map(([key]) => key);
      return { spec: defaultSpec(), dropped: [...dropped, ...rest], ui };
    }
    dropped.push(...new Set(culprits.map(([key]) => key)));
    pairs = pairs.filter((pair) => !culprits.includes(pair));
  }
}
