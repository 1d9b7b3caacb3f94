/**
 * The link of a training run: readable keys, defaults left out. It begins with the algorithm.
 *
 *     #train=ddpo-is&eta=1.2&N=10
 *     #train=ddpo-is&model=glyphs&prompts=blue%20serif%20R&reward=stroke
 */
import {
  hashOf,
  pathParts,
  readLinkText,
  repairByKeys,
  type LinkOutcome,
  type LinkProblem,
  type Repaired,
  typedName,
} from "../link-reading.ts";
import { joinPairs, MAX_LINK_LENGTH, MAX_READ_LENGTH, splitPairs, type Pair } from "../link-text.ts";
import { LinkValueError } from "../link-values.ts";
import { fieldPath, showValue, SpecError } from "../problems.ts";
import type { TrainingChecks } from "./consistency.ts";
import {
  baselineOf,
  dialectOf,
  IMAGE_DIALECT,
  POINT_DIALECT,
  untouchedParts,
  type LinkDialect,
} from "./link-dialects.ts";
import type { TrainingKey } from "./link-keys.ts";
import { parseTrainingSpec } from "./parse.ts";
import type { TrainingSpec } from "./types.ts";

export { isTrainingLink } from "./link-kind.ts";

type Path = readonly (string | number)[];

/** The word for "nothing is held out". */
const NONE = "none";

/**
 * The link of a valid specification: the hash without "#", at most 2,000 characters.
 * Throws a `SpecError` naming the field to shorten if it cannot be that short.
 */
export function formatTrainingLink(spec: TrainingSpec, ui: Readonly<Record<string, string>> = {}): string {
  const standard = baselineOf(spec);
  const untouched = untouchedParts(spec);
  const { keys } = dialectOf(spec);
  const pairs = keys.flatMap((entry): Pair[] => {
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
  const field = keys.find((k) => k.key === longest)?.path ?? [longest];
  const message = `must fit a link of ${MAX_LINK_LENGTH} characters, got ${link.length} for the whole; shorten this field (fewer entries or digits) or save the specification as a file`;
  throw new SpecError([{ field: fieldPath(field), message }]);
}

/** Of the noise all is said or nothing; an eta alone means gDDIM. */
function isNoise([section, name]: Path): boolean {
  return section === "training" && name === "noise";
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

/** The dialect of a link: that of images if it names the glyph model. */
function dialectOfLink(link: string): LinkDialect {
  const { pairs } = splitPairs(hashOf(link).slice(0, MAX_READ_LENGTH));
  const model = pairs.findLast(([key]) => key === "model");
  return model?.[1] === "glyphs" ? IMAGE_DIALECT : POINT_DIALECT;
}

/** Reads a link. Never throws; a bad value is a problem that names its field and key. */
export function parseTrainingLink(link: string, checks: TrainingChecks = {}): TrainingLinkResult {
  const dialect = dialectOfLink(link);
  const known = dialect.keys.map(({ key }) => key);
  const { values: given, version, problems: faults, notices, ui } = readLinkText(link, known);
  // "#train" alone says that the link is about training, and leaves the algorithm to its default.
  const values = new Map([...given].filter(([key, text]) => key !== "train" || text !== ""));
  const reading = readValues(values, dialect);
  const parsed = parseTrainingSpec({ version, kind: "training", ...reading.sections }, checks);
  const problems: LinkProblem[] = [...faults, ...reading.problems];
  const blame = (field: string) => blameOf(field, reading.rewards, values, dialect);
  if (!parsed.ok) problems.push(...parsed.problems.map((p) => ({ ...p, ...blame(p.field) })));
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

function readValues(values: ReadonlyMap<string, string>, dialect: LinkDialect): ValuesReading {
  const given = dialect.keys.filter(({ key }) => values.has(key));
  const tree: Tree = {};
  const problems: LinkProblem[] = [];
  const notices: string[] = [];
  for (const entry of given) {
    const text = values.get(entry.key) ?? "";
    const kind = kindOf(entry.path.slice(0, -1), given, values, dialect);
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
      problems.push({ field: fieldPath(entry.path), key: entry.key, typed: entry.key, message });
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
const PLAIN = new Set(["network", "adapter", "training", "evaluation"]);

/**
 * The kind of what holds a field: as given, else the first that has all of the fields given for it ("mean" means a Gaussian),
 * else the default's; null where there are no kinds.
 */
function kindOf(
  holder: Path,
  given: readonly TrainingKey[],
  values: ReadonlyMap<string, string>,
  { defaults, rewardKind }: LinkDialect,
): string | null {
  const last = holder.at(-1);
  if (typeof last === "number" || PLAIN.has(String(last))) return null;
  const here = given.filter(({ path }) => fieldPath(path.slice(0, -1)) === fieldPath(holder));
  const named = here.find(({ path }) => path.at(-1) === "kind");
  if (named !== undefined) return values.get(named.key) ?? null;
  const lists = here.flatMap(({ kinds }) => (kinds === null ? [] : [kinds]));
  const [first = []] = lists;
  const standard = valueAt(defaults, [...holder, "kind"]);
  const fallback = typeof standard === "string" ? standard : rewardKind;
  if (lists.every((kinds) => kinds.includes(fallback))) return fallback;
  return first.find((kind) => lists.every((kinds) => kinds.includes(kind))) ?? first[0] ?? fallback;
}

/** Keys that take part in what a field must satisfy, where the field itself was not given. */
const PARTNERS: readonly (readonly [field: RegExp, keys: readonly string[]])[] = [
  [/^algorithm\.(group|n|minibatches)$/, ["batch"]],
  [/^training\.batch$/, ["batch", "N"]],
  [/^model\.prompts$/, ["prompts", "batch", "group", "best"]],
  [/^algorithm\.(window|through)/, ["window", "N", "lastStep"]],
  [/^training\.(noise|lastStep)/, ["process", "lastStep", "N"]],
  [/^training\.grid/, ["T", "process"]],
  [/^(rewards|heldOut)/, ["mean", "components", "points", "model"]],
];

/**
 * The given key that is to blame for a problem of a field: its own, a partner's, or that of what holds it; else null. `typed` names
 * the field too where the key is not its own.
 */
function blameOf(
  field: string,
  rewards: readonly number[],
  values: ReadonlyMap<string, string>,
  { keys }: LinkDialect,
): Pick<LinkProblem, "key" | "typed"> {
  if (field === "version") return { key: "v", typed: "v" };
  const parts = pathParts(field.replace(/^rewards\[(\d+)\]/, (_, i) => `rewards.${rewards[Number(i)] ?? i}`));
  const given = (candidates: readonly (string | undefined)[]) =>
    candidates.find((key) => key !== undefined && values.has(key));
  for (let length = parts.length; length > 0; length--) {
    const prefix = parts.slice(0, length).join(".");
    const under = keys.filter(({ path }) => `${path.join(".")}.`.startsWith(`${prefix}.`));
    const exact = under.find(({ path }) => path.join(".") === prefix)?.key;
    const kind = under.find(({ path }) => path.at(-1) === "kind")?.key;
    const partners = PARTNERS.find(([pattern]) => pattern.test(field))?.[1] ?? [];
    const found = given([exact, ...(length === 1 ? partners : []), kind, ...under.map((k) => k.key)]);
    if (found === undefined) continue;
    const own = found === exact || (found === kind && length === parts.length);
    return { key: found, typed: own ? typedName(found, parts.slice(length)) : `${found} (${field})` };
  }
  return { key: null, typed: field === "" ? "link" : field };
}

/** The nearest valid specification: keys at fault are left out for their defaults, the model and the algorithm last. Never throws. */
export function repairTrainingLink(link: string, checks: TrainingChecks = {}): Repaired<TrainingSpec> {
  const { defaults } = dialectOfLink(link);
  const kept = defaults.model.kind === "glyphs" ? ["train", "model"] : ["train"];
  return repairByKeys(link, (text) => parseTrainingLink(text, checks), defaults, kept);
}
