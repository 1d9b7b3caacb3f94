/** From unknown JSON to a training specification, or to the list of everything wrong with it. */
import type * as z from "zod/mini";
import { completeModel, completeReward, modelDimension } from "../defaults.ts";
import { canonical, checkVersion, expandKind, unknownSections } from "../parse.ts";
import { showValue, type Problem } from "../problems.ts";
import { isRecord, toProblems, uniqueByField, withoutUnknown } from "../zod-problems.ts";
import { publishedImageTraining, publishedTraining } from "./algorithm-defaults.ts";
import { checkPointTraining, type PartsOf, type TrainingChecks } from "./consistency.ts";
import { defaultHeldOut, defaultRewards, IMAGE_TRAINING_DEFAULTS, TRAINING_DEFAULTS } from "./defaults.ts";
import { TRAINING_FIELD_NAMES } from "./fields.ts";
import { checkImageTraining, promptProblems } from "./image-consistency.ts";
import { IMAGE_TRAINING_SECTIONS } from "./image-schema.ts";
import { TRAINING_SECTIONS } from "./schema.ts";
import type { ImageTrainingSpec, PointTrainingSpec, TrainingSection, TrainingSpec } from "./types.ts";

export type TrainingParseResult =
  | { readonly ok: true; readonly spec: TrainingSpec }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** True if JSON claims to be a training run. */
export function isTrainingSpec(json: unknown): boolean {
  return isRecord(json) && json.kind === "training";
}

/** Places where a bare word stands for `{ kind: word }`. */
const WORD_PLACES = new Set([
  "model",
  "process",
  "process.beta",
  "heldOut",
  "algorithm",
  "training.noise",
  "training.grid",
]);

/**
 * Reads a training specification. Every field but `version` and `kind` may be left out for its default: a section for that of
 * the first training (as far as it suits the model and the algorithm), a field of a section for the default of its kind. The
 * model "glyphs" makes it a training of images. All problems are gathered.
 */
export function parseTrainingSpec(json: unknown, checks: TrainingChecks = {}): TrainingParseResult {
  if (!isRecord(json))
    return {
      ok: false,
      problems: [{ field: "", message: `must be a JSON object, got ${showValue(json)}; see the schema` }],
    };
  const glyphs = asksForGlyphs(json);
  const known = Object.keys({ kind: null, ...TRAINING_SECTIONS, ...IMAGE_TRAINING_SECTIONS });
  const problems: Problem[] = [
    ...checkVersion(json),
    ...checkKind(json),
    ...unknownSections(json, known, TRAINING_FIELD_NAMES),
    ...checkForeign(json, glyphs),
  ];
  const parts = glyphs ? readImages(json, problems) : readPoints(json, problems);
  if (glyphs && parts.model === null) problems.push(...promptsBeside(json.model, problems, checks));
  problems.push(
    ...("adapter" in parts ? checkImageTraining(parts, checks) : checkPointTraining(parts, checks)),
  );
  if (problems.length > 0) return { ok: false, problems };
  // Without a problem every section but heldOut has been read.
  const spec = { version: 1, kind: "training", ...parts } as TrainingSpec;
  return { ok: true, spec: canonical(spec, TRAINING_FIELD_NAMES) };
}

/** True if the model is the glyph model, whatever else is wrong. */
function asksForGlyphs({ model }: Json): boolean {
  return model === "glyphs" || (isRecord(model) && model.kind === "glyphs");
}

/** Problems of the prompts of a model of which some field is wrong, but for prompts that are among `told`. */
function promptsBeside(model: unknown, told: readonly Problem[], checks: TrainingChecks): Problem[] {
  const prompts = isRecord(model) && Array.isArray(model.prompts) ? model.prompts : [];
  const fields = new Set(told.map(({ field }) => field));
  return promptProblems(prompts, checks).filter(({ field }) => !fields.has(field));
}

type Json = Readonly<Record<string, unknown>>;

/** Sections that only the other kind of training has. */
function checkForeign(json: Json, glyphs: boolean): Problem[] {
  const what = glyphs ? "of the glyph model (it has its own process and network)" : "on points";
  return (glyphs ? ["process", "network"] : ["adapter"])
    .filter((field) => json[field] !== undefined)
    .map((field) => ({
      field,
      message: `must be left out of trainings ${what}, got ${showValue(json[field])}; remove it`,
    }));
}

function readPoints(json: Json, problems: Problem[]): PartsOf<PointTrainingSpec> {
  const read = sectionReader(TRAINING_SECTIONS, json, problems);
  const parsedModel = read("model", TRAINING_DEFAULTS.model);
  const model = parsedModel === null ? null : completeModel(parsedModel);
  const dim = (model && modelDimension(model)) ?? 2;
  const rewards = read("rewards", defaultRewards(dim));
  const heldOut = read("heldOut", model === null ? null : defaultHeldOut(model));
  const process = read("process", TRAINING_DEFAULTS.process);
  const algorithm = read("algorithm", TRAINING_DEFAULTS.algorithm);
  const training = read("training", {});
  const { kind } = algorithm ?? TRAINING_DEFAULTS.algorithm;
  const published = publishedTraining(kind, process?.kind ?? TRAINING_DEFAULTS.process.kind);
  return {
    model,
    process,
    network: read("network", TRAINING_DEFAULTS.network),
    rewards: rewards && rewards.map((r) => ({ reward: completeReward(r.reward, dim), weight: r.weight })),
    heldOut: heldOut && completeReward(heldOut, dim),
    algorithm,
    training: training && completed(training, published),
    evaluation: read("evaluation", {}),
  };
}

function readImages(json: Json, problems: Problem[]): PartsOf<ImageTrainingSpec> {
  const standard = IMAGE_TRAINING_DEFAULTS;
  const read = sectionReader(IMAGE_TRAINING_SECTIONS, json, problems);
  const algorithm = read("algorithm", standard.algorithm);
  const training = read("training", {});
  const published = publishedImageTraining((algorithm ?? standard.algorithm).kind);
  return {
    model: read("model", standard.model),
    adapter: read("adapter", standard.adapter),
    rewards: read("rewards", standard.rewards),
    heldOut: read("heldOut", standard.heldOut),
    algorithm,
    training: training && completed(training, published),
    evaluation: read("evaluation", {}),
  };
}

function checkKind(json: Json): Problem[] {
  if (json.kind === "training") return [];
  return [
    {
      field: "kind",
      message: `must be "training", got ${showValue(json.kind)}; write it, or leave it out of experiments without training`,
    },
  ];
}

type Published = Pick<TrainingSection, "noise" | "klWeight">;

/** Noise and klWeight that were left out are those the algorithm is published with. */
function completed(
  training: Omit<TrainingSection, keyof Published> & Partial<Published>,
  published: Published,
): TrainingSection {
  return { ...published, ...training };
}

type Schemas = Readonly<Record<string, z.ZodMiniType>>;

/** Reads sections by their schemas; a section that is not there is `standard`. Problems go to `problems`. */
function sectionReader<T extends Schemas>(schemas: T, json: Json, problems: Problem[]) {
  return <S extends keyof T & string>(name: S, standard: unknown): z.output<T[S]> | null => {
    const given = json[name] === undefined ? standard : json[name];
    const input = name === "rewards" ? expandRewards(given) : expandKind(given, [name], WORD_PLACES);
    const schema = schemas[name];
    if (schema === undefined) return null;
    const result = schema.safeParse(input);
    if (result.success) return result.data as z.output<T[S]>;
    problems.push(...uniqueByField(toProblems(result.error.issues, input, [name], TRAINING_FIELD_NAMES)));
    // Unknown fields alone leave a section that the checks across fields can still read.
    const known = schema.safeParse(withoutUnknown(input, result.error.issues));
    return known.success ? (known.data as z.output<T[S]>) : null;
  };
}

/** A reward may be written as the word of its kind, alone or in its place. */
function expandRewards(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown) => {
    if (typeof item === "string") return { reward: { kind: item } };
    if (isRecord(item) && typeof item.reward === "string") return { ...item, reward: { kind: item.reward } };
    return item;
  });
}
