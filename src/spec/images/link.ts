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
import { hashOf, type LinkProblem } from "../link.ts";
import { showValue } from "../problems.ts";
import { suggestField } from "../suggest.ts";
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
];

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

export type ImageLinkResult = (
  | { readonly ok: true; readonly spec: ImageSpec }
  | { readonly ok: false; readonly problems: readonly LinkProblem[] }
) & { readonly notices: readonly string[]; readonly ui: Readonly<Record<string, string>> };

/** Reads a link. Never throws; a bad value is a problem that names its field and key. */
export function parseImageLink(link: string, checks: ImageChecks = {}): ImageLinkResult {
  const hash = hashOf(link);
  if (hash.length > MAX_READ_LENGTH) {
    const message = `must have at most ${MAX_READ_LENGTH} characters, got ${hash.length}; save the specification as a file instead`;
    return { ok: false, problems: [{ field: "link", message, key: null }], notices: [], ui: {} };
  }
  const { pairs, faults } = splitPairs(hash);
  const problems: LinkProblem[] = faults.map(({ key, message }) => ({ field: `link.${key}`, message, key }));
  const notices: string[] = [];
  const ui: Record<string, string> = {};
  const json: Record<string, unknown> = { version: 1 };
  for (const [key, text] of pairs) {
    if (key.startsWith("ui.")) {
      ui[key.slice(3)] = text;
      continue;
    }
    if (key === "v") {
      json.version = /^\d{1,9}$/.test(text) ? Number(text) : text;
      continue;
    }
    const found = KEYS.find((k) => k.key === key);
    if (found === undefined) {
      notices.push(unknownNotice(key));
      continue;
    }
    try {
      const section = (json[found.section] ??= {}) as Record<string, unknown>;
      section[found.name] = found.codec.read(text);
    } catch (error) {
      if (!(error instanceof LinkValueError)) throw error;
      problems.push({
        field: `${found.section}.${found.name}`,
        key,
        message: `${error.message}, got ${showValue(text)}; leave ${key} out of the link for the default`,
      });
    }
  }
  const parsed = parseImageSpec(withKinds(json), checks);
  if (!parsed.ok)
    problems.push(
      ...parsed.problems.map((p) => ({
        ...p,
        key: p.field === "version" ? "v" : (keyOf(p.field)?.key ?? null),
      })),
    );
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

function keyOf(field: string): ImageKey | null {
  const [section, name] = field.split(/[.[]/);
  return KEYS.find((k) => k.section === section && k.name === (name ?? "kind")) ?? null;
}

function unknownNotice(key: string): string {
  const near = suggestField(
    key,
    KEYS.map((k) => k.key),
  );
  return `The link holds ${showValue(key)}, which this version does not know; it was ignored.${near === null ? "" : ` Did you mean ${near}?`}`;
}

/** The nearest valid specification: keys at fault are left out for their defaults. Never throws. */
export function repairImageLink(
  link: string,
  checks: ImageChecks = {},
): { readonly spec: ImageSpec; readonly dropped: readonly string[] } {
  const dropped: string[] = [];
  let pairs = splitPairs(hashOf(link).slice(0, MAX_READ_LENGTH)).pairs.filter(([key]) => key !== "v");
  for (;;) {
    const result = parseImageLink(joinPairs(pairs), checks);
    if (result.ok) return { spec: result.spec, dropped };
    const named = result.problems.flatMap(({ key }) => (key === null ? [] : [key]));
    const kept = pairs.filter(([key]) => !named.includes(key));
    if (kept.length === pairs.length) return { spec: IMAGE_DEFAULTS, dropped: pairs.map(([key]) => key) };
    dropped.push(...new Set(pairs.filter(([key]) => named.includes(key)).map(([key]) => key)));
    pairs = kept;
  }
}
