/** What reading any link has in common: length, pairs, the page's own keys, unknown keys, the version, and mending. */
import { joinPairs, MAX_READ_LENGTH, splitPairs, type Pair } from "./link-text.ts";
import { fieldPath, showValue, type Problem } from "./problems.ts";
import { suggestField } from "./suggest.ts";

/** A problem of a link, with the key to leave out for its default; null if no one key is at fault. */
export interface LinkProblem extends Problem {
  readonly key: string | null;
  /** What the reader of a link knows the field by, see `typedName`. */
  readonly typed: string;
}

/** The parts of a path: "evaluation.etas[2]" gives evaluation, etas, 2. */
export function pathParts(field: string): string[] {
  return field.split(/[.[\]]+/).filter((part) => part !== "");
}

/** A key, and what of its value is meant: key "etas" and the part "2" give "etas[2]". */
export function typedName(key: string, parts: readonly string[]): string {
  return fieldPath([key, ...parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))]);
}

/** A problem of a field "section.name..." that the link says by one key; null where it has none for it. */
export function keyedProblem(problem: Problem, key: string | null): LinkProblem {
  const typed = key === null ? problem.field : typedName(key, pathParts(problem.field).slice(2));
  return { ...problem, key, typed: typed === "" ? "link" : typed };
}

/** The hash of an address: what follows the first "#", or the text itself if it is not an address. */
export function hashOf(link: string): string {
  const text = link.trim();
  const at = text.indexOf("#");
  if (at >= 0) return text.slice(at + 1);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? "" : text;
}

/** A link taken apart. */
export interface LinkReading {
  /** Text of each known key; the last one counts. */
  readonly values: ReadonlyMap<string, string>;
  /** The version it claims; 1 where it claims none. */
  readonly version: unknown;
  readonly problems: readonly LinkProblem[];
  /** Sentences about what was ignored. */
  readonly notices: readonly string[];
  /** The page's own keys, without their "ui." prefix. */
  readonly ui: Readonly<Record<string, string>>;
}

/** Takes a link apart by its known keys. Never throws. */
export function readLinkText(link: string, known: readonly string[]): LinkReading {
  const hash = hashOf(link);
  if (hash.length > MAX_READ_LENGTH) {
    const message = `must have at most ${MAX_READ_LENGTH} characters, got ${hash.length}; save the specification as a file instead`;
    const problems = [keyedProblem({ field: "link", message }, null)];
    return { values: new Map(), version: 1, problems, notices: [], ui: {} };
  }
  const { pairs, faults } = splitPairs(hash);
  const values = new Map<string, string>();
  const ui = new Map<string, string>();
  const notices: string[] = [];
  for (const [key, text] of pairs) {
    if (key.startsWith("ui.")) ui.set(key.slice(3), text);
    else if (key !== "v" && !known.includes(key)) notices.push(unknownKeyNotice(key, known));
    else {
      if (values.has(key)) notices.push(`The link gives ${key} twice; the last one counts.`);
      values.set(key, text);
    }
  }
  const version = readVersion(values.get("v"));
  values.delete("v");
  return {
    values,
    version,
    problems: faults.map(({ key, message }) => keyedProblem({ field: `link.${key}`, message }, key)),
    notices,
    ui: Object.fromEntries(ui),
  };
}

/** The version that the key `v` gives, as a number where it is one. */
export function readVersion(text: string | undefined): unknown {
  if (text === undefined) return 1;
  return /^\d{1,9}$/.test(text) ? Number(text) : text;
}

/** The sentence about a key that this version does not know. */
export function unknownKeyNotice(key: string, known: readonly string[]): string {
  const near = suggestField(key, known);
  return `The link holds ${showValue(key)}, which this version does not know; it was ignored.${near === null ? "" : ` Did you mean ${near}?`}`;
}

/** What reading a link gives, of any kind of specification. */
export type LinkOutcome<S> = (
  { readonly ok: true; readonly spec: S } | { readonly ok: false; readonly problems: readonly LinkProblem[] }
) & { readonly notices: readonly string[]; readonly ui: Readonly<Record<string, string>> };

export interface Repaired<S> {
  readonly spec: S;
  /** Keys that were left out for their defaults. */
  readonly dropped: readonly string[];
  readonly ui: Readonly<Record<string, string>>;
}

/**
 * The nearest valid specification: keys at fault are left out until the rest can be read; `standard` where no key can be
 * named. Keys in `kept` say what the link is about and stay as long as possible. Never throws if `parse` does not.
 */
export function repairByKeys<S>(
  link: string,
  parse: (link: string) => LinkOutcome<S>,
  standard: S,
  kept: readonly string[] = [],
): Repaired<S> {
  let pairs: readonly Pair[] = splitPairs(hashOf(link).slice(0, MAX_READ_LENGTH)).pairs.filter(
    ([key]) => key !== "v",
  );
  const dropped: string[] = [];
  for (;;) {
    const result = parse(joinPairs(pairs));
    if (result.ok) return { spec: result.spec, dropped, ui: result.ui };
    const named = result.problems.flatMap(({ key }) => (key === null ? [] : [key]));
    const soft = named.filter((key) => !kept.includes(key));
    const culprits = new Set(
      pairs.map(([key]) => key).filter((key) => (soft.length > 0 ? soft : named).includes(key)),
    );
    if (culprits.size === 0) {
      const rest = pairs.map(([key]) => key).filter((key) => !key.startsWith("ui."));
      return { spec: standard, dropped: [...dropped, ...new Set(rest)], ui: result.ui };
    }
    dropped.push(...culprits);
    pairs = pairs.filter(([key]) => !culprits.has(key));
  }
}
