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
  const model = read("model") as ImageSpec["model"] | null;
  const wrong = new Set(problems.map(({ field }) => field));
  problems.push(...promptProblems(model ?? givenTexts(json.model, wrong), checks));
  const spec = {
    version: 1,
    model,
    sampler: read("sampler"),
    reward: read("reward"),
    evaluation: read("evaluation"),
  } as ImageSpec;
  return problems.length > 0 ? { ok: false, problems } : { ok: true, spec: canonical(spec, IMAGE_FIELDS) };
}

/** What a model's texts are checked by; null where a field is wrong by itself. */
type ModelTexts = { readonly [K in "weights" | "prompt" | "negative"]: string | null };

/** The texts of a model of which some field is wrong, so that the rest is still checked; a field left out is the default. */
function givenTexts(model: unknown, wrong: ReadonlySet<string>): ModelTexts {
  const given: Readonly<Record<string, unknown>> = {
    ...IMAGE_DEFAULTS.model,
    ...(isRecord(model) ? model : {}),
  };
  const textOf = (name: keyof ModelTexts): string | null => {
    const value = given[name];
    return typeof value === "string" && !wrong.has(`model.${name}`) ? value : null;
  };
  return { weights: textOf("weights"), prompt: textOf("prompt"), negative: textOf("negative") };
}

function promptProblems({ weights, prompt, negative }: ModelTexts, checks: ImageChecks): Problem[] {
  const own = Object.entries({ prompt, negative }).flatMap(([name, text]) => {
    const message = text === null ? null : (checks.prompt?.(text) ?? null);
    return message === null ? [] : [{ field: `model.${name}`, message }];
  });
  if (own.length > 0 || prompt === null || negative === null) return own;
  // The student takes no negative prompt.
  if (weights !== "teacher") return own;
  const message = checks.pair?.(prompt, negative) ?? null;
  return message === null ? [] : [{ field: "model.negative", message }];
}

/** Places where a bare word stands for `{ kind: word }`. */
const WORD_PLACES = new Set(["model", "reward", "sampler.grid", "sampler.schedule"]);

/** Sections in order; the fields of each come from its schema in order. */
const IMAGE_FIELDS = ["version", ...Object.keys(IMAGE_SECTIONS)];
