/** From unknown JSON to a training specification, or to the list of everything wrong with it. */
import { completeModel, completeReward, modelDimension } from "../defaults.ts";
import { canonical, checkVersion, expandKind, unknownSections } from "../parse.ts";
import { showValue, type Problem } from "../problems.ts";
import { isRecord, toProblems, uniqueByField, withoutUnknown } from "../zod-problems.ts";
import type { ProcessSpec } from "../types.ts";
import { publishedTraining } from "./algorithm-defaults.ts";
import { checkTraining, type TrainingChecks } from "./consistency.ts";
import { defaultHeldOut, defaultRewards, TRAINING_DEFAULTS } from "./defaults.ts";
import { TRAINING_FIELD_NAMES } from "./fields.ts";
import { TRAINING_SECTIONS, type ParsedTraining, type TrainingSectionName } from "./schema.ts";
import type { AlgorithmSpec, TrainingSection, TrainingSpec } from "./types.ts";

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
 * the first training (as far as it suits the law and the algorithm), a field of a section for the default of its kind. All problems are gathered.
 */
export function parseTrainingSpec(json: unknown, checks: TrainingChecks = {}): TrainingParseResult {
  if (!isRecord(json))
    return {
      ok: false,
      problems: [{ field: "", message: `must be a JSON object, got ${showValue(json)}; see the schema` }],
    };
  const problems: Problem[] = [
    ...checkVersion(json),
    ...checkKind(json),
    ...unknownSections(json, ["kind", ...Object.keys(TRAINING_SECTIONS)], TRAINING_FIELD_NAMES),
  ];
  const read = <S extends TrainingSectionName>(name: S, standard: unknown): ParsedTraining<S> | null =>
    readSection(name, json[name] === undefined ? standard : json[name], problems);
  const parsedModel = read("model", TRAINING_DEFAULTS.model);
  const model = parsedModel === null ? null : completeModel(parsedModel);
  const dim = (model && modelDimension(model)) ?? 2;
  const rewards = read("rewards", defaultRewards(dim));
  const heldOut = read("heldOut", model === null ? null : defaultHeldOut(model));
  const process = read("process", TRAINING_DEFAULTS.process);
  const algorithm = read("algorithm", TRAINING_DEFAULTS.algorithm);
  const training = read("training", {});
  const parts = {
    model,
    process,
    network: read("network", TRAINING_DEFAULTS.network),
    rewards: rewards && rewards.map((r) => ({ reward: completeReward(r.reward, dim), weight: r.weight })),
    heldOut: heldOut && completeReward(heldOut, dim),
    algorithm,
    training: training && completeTraining(training, algorithm, process),
    evaluation: read("evaluation", {}),
  };
  problems.push(...checkTraining(parts, checks));
  if (problems.length > 0) return { ok: false, problems };
  // Without a problem every section but heldOut has been read.
  const spec = { version: 1, kind: "training", ...parts } as TrainingSpec;
  return { ok: true, spec: canonical(spec, TRAINING_FIELD_NAMES) };
}

function checkKind(json: Readonly<Record<string, unknown>>): Problem[] {
  if (json.kind === "training") return [];
  return [
    {
      field: "kind",
      message: `must be "training", got ${showValue(json.kind)}; write it, or leave it out of experiments without training`,
    },
  ];
}

/** Noise and klWeight that were left out are those the algorithm is published with. */
function completeTraining(
  training: ParsedTraining<"training">,
  algorithm: AlgorithmSpec | null,
  process: ProcessSpec | null,
): TrainingSection {
  const { kind } = algorithm ?? TRAINING_DEFAULTS.algorithm;
  return { ...publishedTraining(kind, process?.kind ?? TRAINING_DEFAULTS.process.kind), ...training };
}

function readSection<S extends TrainingSectionName>(
  name: S,
  given: unknown,
  problems: Problem[],
): ParsedTraining<S> | null {
  const input = name === "rewards" ? expandRewards(given) : expandKind(given, [name], WORD_PLACES);
  const schema = TRAINING_SECTIONS[name];
  const result = schema.safeParse(input);
  if (result.success) return result.data as ParsedTraining<S>;
  problems.push(...uniqueByField(toProblems(result.error.issues, input, [name], TRAINING_FIELD_NAMES)));
  // Unknown fields alone leave a section that the checks across fields can still read.
  const known = schema.safeParse(withoutUnknown(input, result.error.issues));
  return known.success ? (known.data as ParsedTraining<S>) : null;
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
