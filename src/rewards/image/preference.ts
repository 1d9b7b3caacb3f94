/**
 * The aesthetic reward: a linear score on standardised features of an image, fitted to pairwise choices. Its file is JSON:
 *
 *     { "format": "etalon-preference", "version": 1, "source": "3,000 clicks of one reader", "pairs": 3000, "ridge": 0.01,
 *       "meanLogLikelihood": -0.41,
 *       "features": [{ "name": "contrast", "mean": 6.1, "scale": 3.2, "weight": 0.8, "standardError": 0.05 }, ...] }
 *
 * Names are kinds of image rewards ("contrast") or features of a classifier ("evaluation.12"); who scores an image looks them up.
 */
import { type BradleyTerryFit, fitBradleyTerry } from "./bradley-terry.ts";

export const PREFERENCE_FORMAT = "etalon-preference";
export const PREFERENCE_VERSION = 1;
/** Longest file that is read, characters. */
const MOST_TEXT = 1_000_000;

export interface PreferenceFeature {
  readonly name: string;
  /** The feature enters as (value - mean) / scale, scale > 0. */
  readonly mean: number;
  readonly scale: number;
  readonly weight: number;
  /** Standard error of the weight, >= 0. */
  readonly standardError: number;
}

export interface PreferenceModel {
  /** In words: whose choices, between which images. Shown beside the reward. */
  readonly source: string;
  readonly pairs: number;
  readonly ridge: number;
  /** Mean log-likelihood per pair, nats; -0.693 knows nothing. */
  readonly meanLogLikelihood: number;
  readonly features: readonly PreferenceFeature[];
}

export type PreferenceReading =
  | { readonly ok: true; readonly model: PreferenceModel }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Scores [n] of features [n, F] in the model's order, in logits: a difference of 1 wins 73 % of choices. */
export function preferenceScores({ features }: PreferenceModel, values: Float64Array): Float64Array {
  const n = values.length / features.length;
  if (!Number.isInteger(n))
    throw new RangeError(`preference: features must be n x ${features.length} numbers, got ${values.length}`);
  return Float64Array.from({ length: n }, (_, i) =>
    features.reduce(
      (sum, { mean, scale, weight }, f) =>
        sum + (weight * ((values[i * features.length + f] ?? NaN) - mean)) / scale,
      0,
    ),
  );
}

/** Named features of images and which of each pair of them was chosen. */
export interface PreferenceData {
  readonly source: string;
  readonly names: readonly string[];
  /** [n, F] */
  readonly values: Float64Array;
  /** Image numbers of each pair, and 1 where the first was chosen, 0 where the second was, 0.5 for a tie. */
  readonly pairs: readonly (readonly [first: number, second: number, chosen: number])[];
}

/** The model fitted to choices; features are standardised by their mean and spread over all images. Throws RangeError as fitBradleyTerry does. */
export function fitPreference(
  { source, names, values, pairs }: PreferenceData,
  ridge: number,
): PreferenceModel {
  const size = names.length;
  const n = values.length / size;
  if (!Number.isInteger(n))
    throw new RangeError(`preference.values: must be n x ${size} numbers, got ${values.length}`);
  const outside = pairs
    .flatMap(([first, second]) => [first, second])
    .find((i) => !(Number.isInteger(i) && i >= 0 && i < n));
  if (outside !== undefined)
    throw new RangeError(`preference.pairs: images must be integers from 0 to ${n - 1}, got ${outside}`);
  const moments = names.map((_, f) => momentsOf(values, size, f));
  const rows = (side: 0 | 1): Float64Array =>
    Float64Array.from({ length: pairs.length * size }, (_, j) => {
      const f = j % size;
      const { mean = 0, scale = 1 } = moments[f] ?? {};
      return ((values[(pairs[Math.floor(j / size)]?.[side] ?? 0) * size + f] ?? NaN) - mean) / scale;
    });
  const chosen = Float64Array.from(pairs, ([, , choice]) => choice);
  const fit = fitBradleyTerry({ features: size, first: rows(0), second: rows(1), chosen }, ridge);
  return modelOf(source, names, moments, fit, ridge);
}

/** The file's text. */
export function formatPreference(model: PreferenceModel): string {
  return JSON.stringify({ format: PREFERENCE_FORMAT, version: PREFERENCE_VERSION, ...model }, null, 1);
}

/** Reads a file; every problem found is named by its place. Never throws. */
export function parsePreference(text: string): PreferenceReading {
  if (text.length > MOST_TEXT)
    return failed(`preference: must have at most ${MOST_TEXT} characters, got ${text.length}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return failed(
      `preference: must be JSON, got ${error instanceof Error ? error.message : String(error)}; is the file complete?`,
    );
  }
  if (!isRecord(json)) return failed(`preference: must be an object, got ${show(json)}`);
  if (json["format"] !== PREFERENCE_FORMAT)
    return failed(
      `preference.format: must be "${PREFERENCE_FORMAT}", got ${show(json["format"])}; choose a file of preferences`,
    );
  if (json["version"] !== PREFERENCE_VERSION)
    return failed(
      `preference.version: must be ${PREFERENCE_VERSION}, got ${show(json["version"])}; make the file anew`,
    );
  const problems = problemsOf(json);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, model: modelIn(json) };
}

function modelOf(
  source: string,
  names: readonly string[],
  moments: readonly { readonly mean: number; readonly scale: number }[],
  fit: BradleyTerryFit,
  ridge: number,
): PreferenceModel {
  const features = names.map((name, f) => ({
    name,
    mean: moments[f]?.mean ?? 0,
    scale: moments[f]?.scale ?? 1,
    weight: fit.weights[f] ?? 0,
    standardError: fit.standardErrors[f] ?? 0,
  }));
  return { source, pairs: fit.pairs, ridge, meanLogLikelihood: fit.meanLogLikelihood, features };
}

/** Mean and standard deviation of one feature; a constant one keeps scale 1. */
function momentsOf(
  values: Float64Array,
  size: number,
  f: number,
): { readonly mean: number; readonly scale: number } {
  const column = values.filter((_, j) => j % size === f);
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
  return { mean, scale: variance > 0 ? Math.sqrt(variance) : 1 };
}

const NUMBERS = ["pairs", "ridge", "meanLogLikelihood"] as const;
const FEATURE_NUMBERS = ["mean", "scale", "weight", "standardError"] as const;

function problemsOf(json: Readonly<Record<string, unknown>>): readonly string[] {
  const source = typeof json["source"] === "string" ? [] : [must("source", "text", json["source"])];
  const numbers = NUMBERS.filter((key) => !Number.isFinite(json[key])).map((key) =>
    must(key, "a number", json[key]),
  );
  const features = json["features"];
  if (!Array.isArray(features) || features.length === 0)
    return [...source, ...numbers, must("features", "a list of at least one", features)];
  const names = features.map((feature) => (isRecord(feature) ? feature["name"] : undefined));
  return [
    ...source,
    ...numbers,
    ...features.flatMap((feature: unknown, f) => featureProblems(feature, f, names)),
  ];
}

function featureProblems(feature: unknown, f: number, names: readonly unknown[]): readonly string[] {
  const where = `features[${f}]`;
  if (!isRecord(feature)) return [must(where, "an object", feature)];
  const { name } = feature;
  if (typeof name !== "string" || name === "") return [must(`${where}.name`, "text", name)];
  if (names.indexOf(name) !== f) return [must(`${where}.name`, "different from those before", name)];
  const wrong = FEATURE_NUMBERS.filter((key) => !Number.isFinite(feature[key]));
  if (wrong.length > 0) return wrong.map((key) => must(`${where}.${key}`, "a number", feature[key]));
  const signs = [
    ["scale", Number(feature["scale"]) > 0],
    ["standardError", Number(feature["standardError"]) >= 0],
  ] as const;
  return signs.filter(([, fine]) => !fine).map(([key]) => must(`${where}.${key}`, "positive", feature[key]));
}

function modelIn(json: Readonly<Record<string, unknown>>): PreferenceModel {
  const features = (json["features"] as readonly Readonly<Record<string, unknown>>[]).map((feature) => ({
    name: String(feature["name"]),
    mean: Number(feature["mean"]),
    scale: Number(feature["scale"]),
    weight: Number(feature["weight"]),
    standardError: Number(feature["standardError"]),
  }));
  return {
    source: String(json["source"]),
    pairs: Number(json["pairs"]),
    ridge: Number(json["ridge"]),
    meanLogLikelihood: Number(json["meanLogLikelihood"]),
    features,
  };
}

function must(where: string, what: string, got: unknown): string {
  return `preference.${where}: must be ${what}, got ${show(got)}`;
}

function show(value: unknown): string {
  const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? typeof value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

function failed(problem: string): PreferenceReading {
  return { ok: false, problems: [problem] };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
