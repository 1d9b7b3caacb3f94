/** Values of link keys as short readable text: decimals, lists "0,1,1.2", components "0.5:-1:0.2/0.5:1:0.2", rules "edm:7,0.002". */
import type { BetaSpec, ComponentSpec, CovarianceSpec, EtaScheduleSpec, GridSpec } from "./types.ts";

/** Writes a value as text and reads it back; `read` throws `LinkValueError` with what must hold. */
export interface Codec<T> {
  write(value: T): string;
  read(text: string): T;
}

/** Text that is not of the form its key needs. `message` completes "KEY must be ...". */
export class LinkValueError extends Error {}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Shortest decimal that reads back as the same double; no "+" in exponents, which some programs turn into a space. */
export function writeNumber(value: number): string {
  return String(value).replace("e+", "e");
}

/** A decimal number. Ranges are the schema's business. */
export function readNumber(text: string): number {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new LinkValueError("must be a number");
  return value === 0 ? 0 : value;
}

export const numberCodec: Codec<number> = { write: writeNumber, read: readNumber };

export const textCodec: Codec<string> = { write: (value) => value, read: (text) => text };

/** "0,1,1.2" */
export const listCodec: Codec<readonly number[]> = {
  write: (values) => values.map(writeNumber).join(","),
  read: (text) => readList(text),
};

function readList(text: string): number[] {
  return text.split(",").map((part) => {
    try {
      return readNumber(part);
    } catch {
      throw new LinkValueError('must be numbers with commas between, for example "0,1,1.2"');
    }
  });
}

type Matrix = readonly (readonly number[])[];

/** Symmetric matrix by the upper triangle, rows apart by ";": "1,0.2;1". Full rows are read too. */
export const matrixCodec: Codec<Matrix> = {
  write: (matrix) => matrix.map((row, i) => listCodec.write(row.slice(i))).join(";"),
  read: (text) => {
    const rows = text.split(";").map(readList);
    const d = rows.length;
    if (rows.every((row) => row.length === d)) return rows;
    if (!rows.every((row, i) => row.length === d - i)) {
      throw new LinkValueError(
        'must be the rows of the upper triangle, for example "1,0.2;1" for [[1, 0.2], [0.2, 1]]',
      );
    }
    return rows.map((_, i) => rows.map((__, j) => rows[Math.min(i, j)]?.[Math.abs(i - j)] ?? 0));
  },
};

/** "word" or "word:numbers". */
function splitRule(text: string): { word: string; numbers: number[] } {
  const [word = "", rest, ...more] = text.split(":");
  if (more.length > 0)
    throw new LinkValueError(
      'must be a word, one ":" and numbers with commas between, for example "window:0,4"',
    );
  return { word, numbers: rest === undefined ? [] : readList(rest) };
}

/** `{ kind: word, [names[i]]: numbers[i] }`; numbers may be missing (defaults) but not in excess. */
function rule(word: string, names: readonly string[], numbers: readonly number[]): Record<string, unknown> {
  if (numbers.length > names.length) {
    throw new LinkValueError(
      `must have at most ${names.length} numbers after "${word}:" (${names.join(", ") || "none"})`,
    );
  }
  return { kind: word, ...Object.fromEntries(numbers.map((value, i) => [names[i] ?? "", value])) };
}

function ruleCodec<T extends { readonly kind: string }>(
  names: Readonly<Record<T["kind"], readonly string[]>>,
): Codec<T> {
  const table = names as Readonly<Record<string, readonly string[]>>;
  return {
    write: (value) => {
      const fields = value as unknown as Readonly<Record<string, number>>;
      const numbers = (table[value.kind] ?? []).map((name) => fields[name] ?? 0);
      return numbers.length === 0 ? value.kind : `${value.kind}:${listCodec.write(numbers)}`;
    },
    read: (text) => {
      const { word, numbers } = splitRule(text);
      const known = Object.hasOwn(table, word) ? table[word] : undefined;
      if (known === undefined) throw new LinkValueError(`must be one of ${Object.keys(table).join(", ")}`);
      // The schema fills in what is missing and judges the rest.
      return rule(word, known, numbers) as unknown as T;
    },
  };
}

/** "linear:0.1,20", "constant:5", "cosine:0.008" */
export const betaCodec: Codec<BetaSpec> = ruleCodec<BetaSpec>({
  linear: ["min", "max"],
  constant: ["value"],
  cosine: ["offset"],
});

/** "uniform", "power:3", "edm:7,0.002", "log-snr:0.002" */
export const gridCodec: Codec<GridSpec> = ruleCodec<GridSpec>({
  uniform: [],
  power: ["power"],
  edm: ["rho", "min"],
  "log-snr": ["min"],
});

/** "constant", "window:0,4", "weights:1,0.5,0" */
export const scheduleCodec: Codec<EtaScheduleSpec> = {
  write: (value) =>
    value.kind === "weights"
      ? `weights:${listCodec.write(value.weights)}`
      : windowCodec.write(value as Exclude<EtaScheduleSpec, { kind: "weights" }>),
  read: (text) => {
    const { word, numbers } = splitRule(text);
    if (word === "weights") {
      return numbers.length > 0
        ? { kind: "weights", weights: numbers }
        : ({ kind: "weights" } as unknown as EtaScheduleSpec);
    }
    return windowCodec.read(text);
  },
};

const windowCodec = ruleCodec<Exclude<EtaScheduleSpec, { kind: "weights" }>>({
  constant: [],
  window: ["start", "size"],
});

const covarianceRules = ruleCodec<Extract<CovarianceSpec, { kind: "isotropic" | "exponential" }>>({
  isotropic: ["variance"],
  exponential: ["variance", "correlation"],
});

/** A matrix "1,0.2;1" or a rule: "isotropic:1", "diagonal:1,2,3", "exponential:1,0.5". */
export const covarianceCodec: Codec<CovarianceSpec> = {
  write: (cov) => {
    if (!("kind" in cov)) return matrixCodec.write(cov);
    return cov.kind === "diagonal"
      ? `diagonal:${listCodec.write(cov.variances)}`
      : covarianceRules.write(cov);
  },
  read: (text) => {
    if (!/^[a-z]/i.test(text)) return matrixCodec.read(text);
    const { word, numbers } = splitRule(text);
    return word === "diagonal" ? { kind: "diagonal", variances: numbers } : covarianceRules.read(text);
  },
};

function split(text: string, separator: string, count: number, form: string): string[] {
  const parts = text.split(separator);
  if (parts.length !== count) throw new LinkValueError(form);
  return parts;
}

const COMPONENT_FORM =
  'must be components weight:mean:cov with "/" between, for example "0.5:-1:0.2/0.5:1:0.2"';

/** "weight:mean:cov/weight:mean:cov" */
export const componentsCodec: Codec<readonly ComponentSpec[]> = {
  write: (components) =>
    components
      .map((c) => `${writeNumber(c.weight)}:${listCodec.write(c.mean)}:${matrixCodec.write(c.cov)}`)
      .join("/"),
  read: (text) =>
    text.split("/").map((part) => {
      const [weight = "", mean = "", cov = ""] = split(part, ":", 3, COMPONENT_FORM);
      return { weight: readNumber(weight), mean: readList(mean), cov: matrixCodec.read(cov) };
    }),
};

interface Bump {
  readonly center: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** "center:width:height/center:width:height" */
export const bumpsCodec: Codec<readonly Bump[]> = {
  write: (bumps) =>
    bumps
      .map((b) => `${listCodec.write(b.center)}:${writeNumber(b.width)}:${writeNumber(b.height)}`)
      .join("/"),
  read: (text) =>
    text.split("/").map((part) => {
      const form = 'must be bumps center:width:height with "/" between, for example "1,0:0.5:1"';
      const [center = "", width = "", height = ""] = split(part, ":", 3, form);
      return { center: readList(center), width: readNumber(width), height: readNumber(height) };
    }),
};

/** "1,2/3,4" */
export const pointsCodec: Codec<Matrix> = {
  write: (points) => points.map((p) => listCodec.write(p)).join("/"),
  read: (text) => text.split("/").map(readList),
};
