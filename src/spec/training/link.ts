/**
 * The link of a training run: readable keys, defaults left out. It begins with the algorithm.
 *
 *     #train=ddpo-is&eta=1.2&N=10
 */
import { completeModel, completeReward, modelDimension } from "../defaults.ts";
import {
  readLinkText,
  repairByKeys,
  type LinkOutcome,
  type LinkProblem,
  type Repaired,
} from "../link-reading.ts";
import { joinPairs, MAX_LINK_LENGTH, type Pair } from "../link-text.ts";
import { LinkValueError } from "../link-values.ts";
import { canonical } from "../parse.ts";
import { fieldPath, showValue, SpecError } from "../problems.ts";
import { SECTION_SCHEMAS } from "../schema.ts";
import type { RewardSpec } from "../types.ts";
import { ALGORITHM_DEFAULTS, publishedTraining } from "./algorithm-defaults.ts";
import type { TrainingChecks } from "./consistency.ts";
import { defaultHeldOut, defaultRewards, TRAINING_DEFAULTS } from "./defaults.ts";
import { TRAINING_FIELD_NAMES } from "./fields.ts";
import { TRAINING_KEYS, type TrainingKey } from "./link-keys.ts";
import { parseTrainingSpec } from "./parse.ts";
import type { TrainingSpec } from "./types.ts";

export { isTrainingLink } from "./link-kind.ts";

type Path = readonly (string | number)[];

const KEY_NAMES = TRAINING_KEYS.map((k) => k.key);

/** The word for "nothing is held out". */
const NONE = "none";

/**
 * The link of a valid specification: the hash without "#", at most 2,000 characters.
 * Throws a `SpecError` naming the field to shorten if it cannot be that short.
 */
export function formatTrainingLink(spec: TrainingSpec, ui: Readonly<Record<string, string>> = {}): string {
  const standard = baselineOf(spec);
  const untouched = untouchedParts(spec);
  const pairs = TRAINING_KEYS.flatMap((entry): Pair[] => {
    if (untouched.has(String(entry.path[0]))) return [];
    const text = textOf(entry, spec);
    if (text === null) return [];
    const needed = isNoise(entry.path)
      ? !untouched.has("noise") && text !== "gddim"
      : entry.path.at(-1) === "kind" || text !== textOf(entry, standard);
    return needed ? [[entry.key, text]] : [];
  });
  if (spec.heldOut === null && !untouched.has("heldOut")) pairs.push(["reward.held", NONE]);
  const own = Object.entries(ui).map(([key, value]): Pair => [`ui.${key}`, value]);
  const link = joinPairs([...pairs, ...own]);
  if (link.length <= MAX_LINK_LENGTH) return link;
  const [longest] = pairs.reduce((a, b) => (b[1].length > a[1].length ? b : a));
  const field = TRAINING_KEYS.find((k) => k.key === longest)?.path ?? [longest];
  const message = `must fit a link of ${MAX_LINK_LENGTH} characters, got ${link.length} for the whole; shorten this field (fewer entries or digits) or save the specification as a file`;
  throw new SpecError([{ field: fieldPath(field), message }]);
}

/** Of the noise all is said or nothing; an eta alone means gDDIM. */
function isNoise([section, name]: Path): boolean {
  return section === "training" && name === "noise";
}

/** Sections that are what they would be if nothing was said, and the noise if it is the algorithm's published one. */
function untouchedParts(spec: TrainingSpec): ReadonlySet<string> {
  const text = (part: unknown) => JSON.stringify(canonical(part, TRAINING_FIELD_NAMES));
  const same = (a: unknown, b: unknown) => text(a) === text(b);
  const dim = modelDimension(spec.model) ?? 2;
  const parts = {
    model: same(spec.model, TRAINING_DEFAULTS.model),
    process: same(spec.process, TRAINING_DEFAULTS.process),
    rewards: same(spec.rewards, defaultRewards(dim)),
    heldOut: same(spec.heldOut, defaultHeldOut(spec.model)),
    noise: same(spec.training.noise, publishedTraining(spec.algorithm.kind, spec.process.kind).noise),
  };
  return new Set(Object.entries(parts).flatMap(([name, is]) => (is ? [name] : [])));
}

/** The default of every field, given the kinds of a specification and its dimension. */
function baselineOf(spec: TrainingSpec): TrainingSpec {
  const dim = modelDimension(spec.model) ?? 2;
  const standard = (reward: RewardSpec) =>
    completeReward(SECTION_SCHEMAS.reward.parse({ kind: reward.kind }), dim);
  return {
    ...TRAINING_DEFAULTS,
    model: baselineModel(spec.model, dim),
    process: SECTION_SCHEMAS.process.parse({ kind: spec.process.kind }),
    rewards: spec.rewards.map(({ reward }) => ({ reward: standard(reward), weight: 1 })),
    heldOut: spec.heldOut && standard(spec.heldOut),
    algorithm: ALGORITHM_DEFAULTS[spec.algorithm.kind],
    training: {
      ...TRAINING_DEFAULTS.training,
      ...publishedTraining(spec.algorithm.kind, spec.process.kind),
    },
  };
}

/** The covariance's default follows the dimension of the mean that the link does hold. */
function baselineModel({ kind }: TrainingSpec["model"], dim: number): TrainingSpec["model"] {
  const model = completeModel(SECTION_SCHEMAS.model.parse({ kind }));
  if (model.kind !== "gaussian") return model;
  const { cov } = completeModel({ kind: "gaussian", mean: new Array<number>(dim).fill(0) }) as typeof model;
  return { ...model, cov };
}

function textOf(entry: TrainingKey, spec: TrainingSpec): string | null {
  const holder = valueAt(spec, entry.path.slice(0, -1));
  const value = valueAt(spec, entry.path);
  if (value === undefined || value === null) return null;
  const kind = String((holder as { readonly kind?: unknown }).kind);
  return entry.kinds === null || entry.kinds.includes(kind) ? entry.codec.write(value) : null;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (v, part) =>
      typeof v === "object" && v !== null ? (v as Readonly<Record<PropertyKey, unknown>>)[part] : undefined,
    value,
  );
}

export type TrainingLinkResult = LinkOutcome<TrainingSpec>;

/** Reads a link. Never throws; a bad value is a problem that names its field and key. */
export function parseTrainingLink(link: string, checks: TrainingChecks = {}): TrainingLinkResult {
  const { values, version, problems: faults, notices, ui } = readLinkText(link, KEY_NAMES);
  const reading = readValues(values);
  const parsed = parseTrainingSpec({ version, kind: "training", ...reading.sections }, checks);
  const problems: LinkProblem[] = [...faults, ...reading.problems];
  if (!parsed.ok)
    problems.push(...parsed.problems.map((p) => ({ ...p, key: keyOf(p.field, reading.rewards, values) })));
  const extras = { notices: [...notices, ...reading.notices], ui };
  if (parsed.ok && problems.length === 0) return { ok: true, spec: parsed.spec, ...extras };
  return { ok: false, problems, ...extras };
}

interface ValuesReading {
  readonly sections: Readonly<Record<string, unknown>>;
  readonly problems: readonly LinkProblem[];
  readonly notices: readonly string[];
  /** Places in the link of the rewards in their list. */
  readonly rewards: readonly number[];
}

type Tree = { [key: string]: unknown };

function readValues(values: ReadonlyMap<string, string>): ValuesReading {
  const given = TRAINING_KEYS.filter(({ key }) => values.has(key));
  const tree: Tree = {};
  const problems: LinkProblem[] = [];
  const notices: string[] = [];
  for (const entry of given) {
    const text = values.get(entry.key) ?? "";
    const kind = kindOf(entry.path.slice(0, -1), given, values);
    if (entry.kinds !== null && kind !== null && !entry.kinds.includes(kind)) {
      notices.push(`The link's ${entry.key} has no meaning for ${kind} and was ignored.`);
      continue;
    }
    const holder = place(tree, entry.path.slice(0, -1));
    if (kind !== null) holder.kind = kind;
    try {
      holder[String(entry.path.at(-1))] = entry.codec.read(text);
    } catch (error) {
      if (!(error instanceof LinkValueError)) throw error;
      const message = `${error.message}, got ${showValue(text)}; leave ${entry.key} out of the link for the default`;
      problems.push({ field: fieldPath(entry.path), key: entry.key, message });
    }
  }
  const { rewards, heldOut, ...rest } = tree as Tree & { rewards?: Tree; heldOut?: Tree };
  const places = Object.keys(rewards ?? {}).map(Number);
  const sections = {
    ...rest,
    ...(rewards === undefined ? {} : { rewards: places.map((i) => rewards[i]) }),
    ...(heldOut === undefined ? {} : { heldOut: heldOut.kind === NONE ? null : heldOut }),
  };
  return { sections, problems, notices, rewards: places };
}

/** The object at a path, made where it is missing. */
function place(tree: Tree, path: Path): Tree {
  return path.reduce<Tree>((at, part) => (at[part] ??= {}) as Tree, tree);
}

/** Sections that have no kind. */
const PLAIN = new Set(["network", "training", "evaluation"]);

/**
 * The kind of what holds a field: as given, else the first that has all of the fields given for it ("mean" means a Gaussian),
 * else the default's; null where there are no kinds.
 */
function kindOf(
  holder: Path,
  given: readonly TrainingKey[],
  values: ReadonlyMap<string, string>,
): string | null {
  const last = holder.at(-1);
  if (typeof last === "number" || PLAIN.has(String(last))) return null;
  const here = given.filter(({ path }) => fieldPath(path.slice(0, -1)) === fieldPath(holder));
  const named = here.find(({ path }) => path.at(-1) === "kind");
  if (named !== undefined) return values.get(named.key) ?? null;
  const lists = here.flatMap(({ kinds }) => (kinds === null ? [] : [kinds]));
  const [first = []] = lists;
  const standard = valueAt(TRAINING_DEFAULTS, [...holder, "kind"]);
  const fallback = typeof standard === "string" ? standard : "quadratic";
  if (lists.every((kinds) => kinds.includes(fallback))) return fallback;
  return first.find((kind) => lists.every((kinds) => kinds.includes(kind))) ?? first[0] ?? fallback;
}

/** Keys that take part in what a field must satisfy, where the field itself was not given. */
const PARTNERS: readonly (readonly [field: RegExp, keys: readonly string[]])[] = [
  [/^algorithm\.(group|n|minibatches)$/, ["batch"]],
  [/^algorithm\.(window|through)/, ["window", "N", "lastStep"]],
  [/^training\.(noise|lastStep)/, ["process", "lastStep", "N"]],
  [/^training\.grid/, ["T", "process"]],
  [/^(rewards|heldOut)/, ["mean", "components", "points", "model"]],
];

/** The given key that is to blame for a problem of a field: its own, a partner's, or that of what holds it; else null. */
function keyOf(
  field: string,
  rewards: readonly number[],
  values: ReadonlyMap<string, string>,
): string | null {
  if (field === "version") return "v";
  const parts = field
    .replace(/^rewards\[(\d+)\]/, (_, i) => `rewards.${rewards[Number(i)] ?? i}`)
    .split(/[.[\]]+/)
    .filter((part) => part !== "");
  const given = (keys: readonly (string | undefined)[]) =>
    keys.find((key) => key !== undefined && values.has(key));
  for (let length = parts.length; length > 0; length--) {
    const prefix = parts.slice(0, length).join(".");
    const under = TRAINING_KEYS.filter(({ path }) => `${path.join(".")}.`.startsWith(`${prefix}.`));
    const exact = under.find(({ path }) => path.join(".") === prefix)?.key;
    const kind = under.find(({ path }) => path.at(-1) === "kind")?.key;
    const partners = PARTNERS.find(([pattern]) => pattern.test(field))?.[1] ?? [];
    const found = given([exact, ...(length === 1 ? partners : []), kind, ...under.map((k) => k.key)]);
    if (found !== undefined) return found;
  }
  return null;
}

/** The nearest valid specification: keys at fault are left out for their defaults, the algorithm last. Never throws. */
export function repairTrainingLink(link: string, checks: TrainingChecks = {}): Repaired<TrainingSpec> {
  return repairByKeys(link, (text) => parseTrainingLink(text, checks), TRAINING_DEFAULTS, ["train"]);
}
