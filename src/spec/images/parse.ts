/** From unknown JSON to an image experiment, or to the list of everything wrong with it. */
import { canonical, checkVersion, expandKind, unknownSections } from "../parse.ts";
import { showValue, type Problem } from "../problems.ts";
import { isRecord, toProblems, uniqueByField } from "../zod-problems.ts";
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
  /** What a negative prompt takes back of a prompt, or null; asked where both are used. */
  readonly pair?: (prompt: string, negative: string) => string | null;
}

/** True if JSON claims to be an image experiment; anything else is for `parseSpec`. */
export function isImageSpec(json: unknown): boolean {
  if (!isRecord(json)) return false;
  const { kind, model } = json;
  // Training of the glyph model is for `parseTrainingSpec`.
  if (kind === "training") return false;
  return model === "glyphs" || (isRecord(model) && model.kind === "glyphs");
}

/** Reads an image experiment. Every field but `version` and `model.kind` may be left out for its default. */
export function parseImageSpec(json: unknown, checks: ImageChecks = {}): ImageParseResult {
  if (!isRecord(json))
    return {
      ok: false,
      problems: [{ field: "", message: `must be a JSON object, got ${showValue(json)}; see the schema` }],
    };
  const problems: Problem[] = [...checkVersion(json), ...unknownSections(json, Object.keys(IMAGE_SECTIONS))];
  const read = (name: ImageSectionName): unknown => {
    const input = expandKind(json[name] ?? IMAGE_DEFAULTS[name], [name], WORD_PLACES);
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
  return problems.length > 0 ? { ok: false, problems } : { ok: true, spec: canonical(spec, IMAGE_FIELDS) };
}

function promptProblems({ model }: ImageSpec, checks: ImageChecks): Problem[] {
  if (model === null) return [];
  const own = (["prompt", "negative"] as const).flatMap((name) => {
    const message = checks.prompt?.(model[name]) ?? null;
    return message === null ? [] : [{ field: `model.${name}`, message }];
  });
  // The student takes no negative prompt.
  if (own.length > 0 || model.weights === "student") return own;
  const message = checks.pair?.(model.prompt, model.negative) ?? null;
  return message === null ? [] : [{ field: "model.negative", message }];
}

/** Places where a bare word stands for `{ kind: word }`. */
const WORD_PLACES = new Set(["model", "reward", "sampler.grid", "sampler.schedule"]);

/** Sections in order; the fields of each come from its schema in order. */
const IMAGE_FIELDS = ["version", ...Object.keys(IMAGE_SECTIONS)];
