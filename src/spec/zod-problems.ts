/** Zod's findings in the house form: the path of the field, what must hold, what came, what to do. */
import { fieldPath, showValue, type Problem } from "./problems.ts";
import { suggestField } from "./suggest.ts";

/** A field that no version so far has had; `names` are those it may have been meant to be. */
export function unknownField(field: string, key: string, names?: readonly string[]): Problem {
  const near = suggestField(key, names);
  const advice = near === null ? "remove it" : `did you mean "${near}"? Otherwise remove it`;
  return { field, message: `must be a field this version knows, got ${showValue(key)}; ${advice}` };
}

/** A copy without the fields that a schema did not know, so that the rest can still be checked. */
export function withoutUnknown(input: unknown, issues: readonly unknown[]): unknown {
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

interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly unknown[])[];
}

/** Zod's issues in the house form, with the value that was received at each path; `names` as for `unknownField`. */
export function toProblems(
  issues: readonly unknown[],
  input: unknown,
  prefix: readonly PropertyKey[],
  names?: readonly string[],
): Problem[] {
  return issues.flatMap((raw) => {
    const issue = raw as Issue;
    const path = [...prefix, ...issue.path];
    const value = valueAt(input, issue.path);
    if (issue.code === "unrecognized_keys") {
      return (issue.keys ?? []).map((key) => unknownKey([...path, key], key, names));
    }
    if (issue.code === "invalid_union" && (issue.errors?.length ?? 0) > 0) {
      // A covariance is a matrix or a rule; judge it by what it looks like.
      const branch = issue.errors?.[Array.isArray(value) ? 0 : 1] ?? [];
      return toProblems(branch, value, path, names);
    }
    return [
      { field: fieldPath(path), message: `${issue.message}, got ${showValue(value)}; ${advise(path)}` },
    ];
  });
}

function unknownKey(path: readonly PropertyKey[], key: string, names?: readonly string[]): Problem {
  const field = fieldPath(path);
  if (field === "model.file") {
    return {
      field,
      message: "must be read by the command line, got a file name; paste the points or drop the file instead",
    };
  }
  return unknownField(field, key, names);
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

/** The last problem of each field. */
export function uniqueByField(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((p) => [p.field, p])).values()];
}

/** True for a plain JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
