/** From unknown JSON to an image experiment, or to the list of everything wrong with it. */
import { showValue, type Problem } from "../problems.ts";
import { isRecord, toProblems, uniqueByField, unknownField } from "../zod-problems.ts";
import { IMAGE_DEFAULTS } from "./limits.ts";
import { IMAGE_SECTIONS, type ImageSectionName } from "./schema.ts";
import type { ImageSpec } from "./types.ts";

export type ImageParseResult =
  | { readonly ok: true; readonly spec: ImageSpec }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Checks that need knowledge from outside this folder; the caller hands them in. */
export interface ImageChecks {
  /** What is wrong with a prompt, or null. */
  readonly prompt?: (text: string) => string | null;
}

/** True if JSON claims to be an image experiment; anything else is for `parseSpec`. */
export function isImageSpec(json: unknown): boolean {
  if (!isRecord(json)) return false;
  const { model } = json;
  return model === "glyphs" || (isRecord(model) && model.kind === "glyphs");
}

/** Reads an image experiment. Every field but `version` and `model.kind` may be left out for its default. */
export function parseImageSpec(json: unknown, checks: ImageChecks = {}): ImageParseResult {
  if (!isRecord(json))
    return {
      ok: false,
      problems: [{ field: "", message: `must be a JSON object, got ${showValue(json)}; see the schema` }],
    };
  const problems: Problem[] = [];
  if (json.version !== 1)
    problems.push({
      field: "version",
      message: `must be 1, got ${showValue(json.version)}; write "version": 1`,
    });
  for (const key of Object.keys(json))
    if (key !== "version" && key !== "$schema" && !Object.hasOwn(IMAGE_SECTIONS, key))
      problems.push(unknownField(key, key));
  const read = (name: ImageSectionName): unknown => {
    const input = expandWords(json[name] ?? IMAGE_DEFAULTS[name], name);
    const result = IMAGE_SECTIONS[name].safeParse(input);
    if (result.success) return result.data;
    problems.push(...uniqueByField(toProblems(result.error.issues, input, [name])));
    return null;
  };
  const spec = {
    version: 1,
    model: read("model"),
    sampler: read("sampler"),
    reward: read("reward"),
    evaluation: read("evaluation"),
  } as ImageSpec;
  problems.push(...promptProblems(spec, checks));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, spec: withoutNegativeZero(spec) };
}

function promptProblems({ model }: ImageSpec, checks: ImageChecks): Problem[] {
  if (model === null) return [];
  return (["prompt", "negative"] as const).flatMap((name) => {
    const message = checks.prompt?.(model[name]) ?? null;
    return message === null ? [] : [{ field: `model.${name}`, message }];
  });
}

/** A section or rule that has only a kind may be written as that word. */
function expandWords(value: unknown, name: ImageSectionName): unknown {
  if (typeof value === "string" && (name === "model" || name === "reward")) return { kind: value };
  if (name !== "sampler" || !isRecord(value)) return value;
  const wordy = (inner: unknown) => (typeof inner === "string" ? { kind: inner } : inner);
  return {
    ...value,
    ...(value.grid === undefined ? {} : { grid: wordy(value.grid) }),
    ...(value.schedule === undefined ? {} : { schedule: wordy(value.schedule) }),
  };
}

/** -0 reads back from a link as 0. */
function withoutNegativeZero(spec: ImageSpec): ImageSpec {
  const tidy = (value: unknown): unknown => {
    if (value === 0) return 0;
    if (Array.isArray(value)) return value.map(tidy);
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, tidy(v)]));
  };
  return tidy(spec) as ImageSpec;
}
