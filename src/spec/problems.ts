/** One thing wrong with a specification: `field` is its path ("evaluation.etas[2]"), `message` says what must hold, what came and what to do. */
export interface Problem {
  readonly field: string;
  readonly message: string;
}

/** A problem of what may have been a link: then with the words for its field that the link is typed in. */
export interface TypedProblem extends Problem {
  readonly typed?: string;
}

/**
 * `spec.field: must ..., got ...; what to do`, one line for a log or a terminal. A problem of a link begins with what was typed
 * instead of the field: "open: must ...".
 */
export function formatProblem({ field, typed, message }: TypedProblem): string {
  return `${typed ?? `spec${field === "" ? "" : `.${field}`}`}: ${message}`;
}

/**
 * The specification cannot be run; the reader can mend it. Carries every problem found, never only the first, and sentences about
 * what was ignored.
 */
export class SpecError extends Error {
  readonly problems: readonly TypedProblem[];
  readonly notices: readonly string[];

  constructor(problems: readonly TypedProblem[], notices: readonly string[] = []) {
    super(problems.map(formatProblem).join("\n"));
    this.name = "SpecError";
    this.problems = problems;
    this.notices = notices;
  }
}

/** A path of keys and indices as people write it: ["evaluation", "etas", 2] gives "evaluation.etas[2]". */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${String(part)}`))
    .join("");
}

/** A received value in one short line, for messages. */
export function showValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint")
    return typeof value;
  let text: string;
  try {
    text = JSON.stringify(value) ?? "nothing";
  } catch {
    text = "something that is not JSON";
  }
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
