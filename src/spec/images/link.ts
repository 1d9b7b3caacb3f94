/**
 * The link of an image experiment: readable keys, defaults left out.
 *
 *     #model=glyphs&prompt=black%20mono%20g&eta=2&N=8
 */
import { joinPairs, MAX_READ_LENGTH, splitPairs, type Pair } from "../link-text.ts";
import {
  gridCodec,
  LinkValueError,
  listCodec,
  numberCodec,
  scheduleCodec,
  textCodec,
  type Codec,
} from "../link-values.ts";
import {
  hashOf,
  keyedProblem,
  readLinkText,
  repairByKeys,
  type LinkOutcome,
  type LinkProblem,
  type Repaired,
} from "../link-reading.ts";
import { showValue } from "../problems.ts";
import { IMAGE_DEFAULTS } from "./limits.ts";
import { parseImageSpec, type ImageChecks } from "./parse.ts";
import type { ImageSectionName } from "./schema.ts";
import type { ImageSpec } from "./types.ts";

interface ImageKey {
  readonly key: string;
  readonly section: ImageSectionName;
  readonly name: string;
  readonly codec: Codec<unknown>;
}

function entry<T>(key: string, field: `${ImageSectionName}.${string}`, codec: Codec<T>): ImageKey {
  const [section, name] = field.split(".") as [ImageSectionName, string];
  return { key, section, name, codec: codec as Codec<unknown> };
}

const KEYS: readonly ImageKey[] = [
  entry("model", "model.kind", textCodec),
  entry("weights", "model.weights", textCodec),
  entry("prompt", "model.prompt", textCodec),
  entry("open", "model.completion", textCodec),
  entry("negative", "model.negative", textCodec),
  entry("guidance", "model.guidance", numberCodec),
  entry("eta", "sampler.eta", numberCodec),
  entry("N", "sampler.steps", numberCodec),
  entry("grid", "sampler.grid", gridCodec),
  entry("schedule", "sampler.schedule", scheduleCodec),
  entry("reward", "reward.kind", textCodec),
  entry("colour", "reward.colour", textCodec),
  entry("tiles", "evaluation.tiles", numberCodec),
  entry("images", "evaluation.images", numberCodec),
  entry("etas", "evaluation.etas", listCodec),
  entry("steps", "evaluation.steps", listCodec),
  entry("seed", "evaluation.seed", numberCodec),
  entry("study", "evaluation.study", textCodec),
  entry("sets", "evaluation.promptSets", textCodec),
];

const KEY_NAMES = KEYS.map((k) => k.key);

/** Fields that are always written: they say what the link is about. */
const ALWAYS = new Set(["model"]);

/** The hash of a valid specification, without "#"; at most 2,000 characters, since every field is short. */
export function formatImageLink(spec: ImageSpec, ui: Readonly<Record<string, string>> = {}): string {
  const pairs = KEYS.flatMap(({ key, section, name, codec }): Pair[] => {
    const value = fieldOf(spec, section, name);
    if (value === undefined) return [];
    const text = codec.write(value);
    const standard = fieldOf(IMAGE_DEFAULTS, section, name);
    return !ALWAYS.has(key) && standard !== undefined && codec.write(standard) === text ? [] : [[key, text]];
  });
  return joinPairs([...pairs, ...Object.entries(ui).map(([key, value]): Pair => [`ui.${key}`, value])]);
}

function fieldOf(spec: ImageSpec, section: ImageSectionName, name: string): unknown {
  return (spec[section] as unknown as Readonly<Record<string, unknown>>)[name];
}

/** True if a link is about images. */
export function isImageLink(link: string): boolean {
  const { pairs } = splitPairs(hashOf(link).slice(0, MAX_READ_LENGTH));
  return pairs.some(([key, value]) => key === "model" && value === "glyphs");
}

export type ImageLinkResult = LinkOutcome<ImageSpec>;

/** Reads a link. Never throws; a bad value is a problem that names its field and key. */
export function parseImageLink(link: string, checks: ImageChecks = {}): ImageLinkResult {
  const { values, version, problems: faults, notices, ui } = readLinkText(link, KEY_NAMES);
  const problems: LinkProblem[] = [...faults];
  const json: Record<string, unknown> = { version };
  for (const { key, section, name, codec } of KEYS) {
    const text = values.get(key);
    if (text === undefined) continue;
    const part = (json[section] ??= {}) as Record<string, unknown>;
    try {
      part[name] = codec.read(text);
    } catch (error) {
      if (!(error instanceof LinkValueError)) throw error;
      const message = `${error.message}, got ${showValue(text)}; leave ${key} out of the link for the default`;
      problems.push(keyedProblem({ field: `${section}.${name}`, message }, key));
    }
  }
  const parsed = parseImageSpec(withKinds(json), checks);
  if (!parsed.ok) problems.push(...parsed.problems.map((p) => keyedProblem(p, keyOf(p.field))));
  if (parsed.ok && problems.length === 0) return { ok: true, spec: parsed.spec, notices, ui };
  return { ok: false, problems, notices, ui };
}

/** A reward without its kind, as in "#model=glyphs&colour=red", is the default kind. */
function withKinds(json: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { reward } = json as { reward?: Record<string, unknown> };
  return reward === undefined || "kind" in reward
    ? json
    : { ...json, reward: { kind: IMAGE_DEFAULTS.reward.kind, ...reward } };
}

function keyOf(field: string): string | null {
  if (field === "version") return "v";
  const [section, name] = field.split(/[.[]/);
  return KEYS.find((k) => k.section === section && k.name === (name ?? "kind"))?.key ?? null;
}

/** The nearest valid specification: keys at fault are left out for their defaults. Never throws. */
export function repairImageLink(link: string, checks: ImageChecks = {}): Repaired<ImageSpec> {
  return repairByKeys(link, (text) => parseImageLink(text, checks), IMAGE_DEFAULTS);
}
