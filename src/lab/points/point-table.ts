/** The user's own points: from text to numbers, with every doubt named by row and column. */
import Papa from "papaparse";
import { LIMITS } from "../../spec/limits.ts";
import { skippedText, type SkippedRow } from "./skipped-text.ts";

/** Text split into cells. */
export interface PointTable {
  /** Column names: from the first row if it holds no number, else "column 1" and so on. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Line of rows[i] in the text, counted from 1 (blank and comment lines count too). */
  readonly lines: readonly number[];
  /** Columns in which most cells are numbers. */
  readonly numeric: readonly number[];
  /** How the cells were told apart, in words. */
  readonly separator: string;
}

/** Points [count, dim] and what happened on the way. */
export interface PointSet {
  readonly dim: number;
  readonly count: number;
  readonly points: Float64Array;
  readonly skipped: number;
  /** The first few skipped rows. */
  readonly examples: readonly SkippedRow[];
  /** Rows with numbers before the limit, if there were more than it allows; null otherwise. */
  readonly thinnedFrom: number | null;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Most points that a fit uses; above it every (n / limit)-th row is taken. */
export const POINT_LIMIT = 100_000;
/** Fewest points that a fit accepts. */
export const POINT_MINIMUM: number = LIMITS.points.min;

const SEPARATORS: Readonly<Record<string, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "bars",
};

/**
 * Splits text into cells. Accepts commas, semicolons, tabs, bars or blanks; a header row; blank lines; comments with #.
 * Throws with a sentence for the reader if there is nothing to read.
 */
export function readPointTable(text: string): PointTable {
  const { cells, lines, separator } = splitCells(text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n"));
  const first = cells[0];
  if (first === undefined)
    throw new Error("points: need lines of numbers, got nothing; choose a file or paste some");
  const width = cells.slice(0, 100).reduce((most, row) => Math.max(most, row.length), 0);
  const headed = cells.length > 1 && !first.some((cell) => isNumber(cell, separator));
  const rows = headed ? cells.slice(1) : cells;
  const names = Array.from({ length: width }, (_, i) => {
    const name = headed ? first[i]?.trim() : undefined;
    return name === undefined || name === "" ? `column ${i + 1}` : name;
  });
  const numeric = names.flatMap((_, i) => (mostlyNumbers(rows, i, separator) ? [i] : []));
  return { names, rows, lines: headed ? lines.slice(1) : lines, numeric, separator };
}

/**
 * Takes one or two columns as points. Rows with a cell that is not a finite number are left out and counted; above
 * POINT_LIMIT rows an even subsample is taken (row floor(i n / limit)). Throws if fewer than POINT_MINIMUM are left, or
 * if all are the same.
 */
export function extractPoints(table: PointTable, columns: readonly number[]): PointSet {
  const kept: number[] = [];
  const examples: SkippedRow[] = [];
  let skipped = 0;
  table.rows.forEach((row, index) => {
    const point = columns.map((column) => toNumber(row[column] ?? "", table.separator));
    const bad = point.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) kept.push(...point);
    else {
      skipped += 1;
      if (examples.length < 5) examples.push(skippedRow(table, index, columns[bad] ?? 0));
    }
  });
  const dim = columns.length;
  const total = kept.length / dim;
  if (total < POINT_MINIMUM) throw new Error(tooFew(total, examples[0]));
  const count = Math.min(total, POINT_LIMIT);
  const points = new Float64Array(count * dim);
  for (let i = 0; i < count; i += 1) {
    const row = Math.floor((i * total) / count);
    for (let j = 0; j < dim; j += 1) points[i * dim + j] = kept[row * dim + j] ?? 0;
  }
  const { mean, std } = columnMoments(points, dim);
  if (std.every((value) => value === 0))
    throw new Error("points: must not all be the same, got one place only; choose other columns");
  return { dim, count, points, skipped, examples, thinnedFrom: total > count ? total : null, mean, std };
}

/** Points with mean 0 and standard deviation 1 in every column (columns without spread are only centred). */
export function standardisePoints(set: PointSet): PointSet {
  const points = set.points.map((value, i) => {
    const j = i % set.dim;
    return (value - (set.mean[j] ?? 0)) / (set.std[j] === 0 ? 1 : (set.std[j] ?? 1));
  });
  return { ...set, points, ...columnMoments(points, set.dim) };
}

/** A point set straight from numbers [count, dim] (a drawn cloud). */
export function pointSetOf(points: Float64Array, dim: number): PointSet {
  const count = points.length / dim;
  if (count < POINT_MINIMUM) throw new Error(tooFew(count, undefined));
  const moments = columnMoments(points, dim);
  return { dim, count, points, skipped: 0, examples: [], thinnedFrom: null, ...moments };
}

function splitCells(text: string): { cells: string[][]; lines: number[]; separator: string } {
  const sample = text.split("\n", 50).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const blanks = sample.length > 0 && sample.every((line) => !/[,;\t|]/.test(line));
  if (blanks) return splitBlanks(text);
  // A mark that every line has beats commas, which may be decimal; without one, the most even mark is taken.
  const delimiter = ["\t", ";", "|"].find((mark) => sample.every((line) => line.includes(mark))) ?? "";
  const cells: string[][] = [];
  const lines: number[] = [];
  let line = 0;
  const parsed = Papa.parse<string[]>(text, { skipEmptyLines: false, newline: "\n", delimiter });
  for (const row of parsed.data) {
    // A quoted cell may span lines; the next row starts after them.
    const start = line + 1;
    line += 1 + row.reduce((breaks, cell) => breaks + (cell.match(/\n/g)?.length ?? 0), 0);
    if (row.every((cell) => cell.trim() === "") || row[0]?.startsWith("#") === true) continue;
    cells.push(row);
    lines.push(start);
  }
  return { cells, lines, separator: SEPARATORS[parsed.meta.delimiter] ?? "commas" };
}

function splitBlanks(text: string): { cells: string[][]; lines: number[]; separator: string } {
  const cells: string[][] = [];
  const lines: number[] = [];
  text.split("\n").forEach((line, index) => {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return;
    cells.push(trimmed.split(/\s+/));
    lines.push(index + 1);
  });
  return { cells, lines, separator: "blanks" };
}

/** Number in a cell, with a decimal comma where commas do not separate; NaN if it is none. */
function toNumber(cell: string, separator: string): number {
  const text = separator === "commas" ? cell.trim() : cell.trim().replace(/^([+-]?\d+),(\d+)$/, "$1.$2");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

function isNumber(cell: string, separator: string): boolean {
  return Number.isFinite(toNumber(cell, separator)) || /^[+-]?(nan|inf(inity)?)$/i.test(cell.trim());
}

function mostlyNumbers(rows: readonly (readonly string[])[], column: number, separator: string): boolean {
  const sample = rows.slice(0, 200);
  const numbers = sample.filter((row) => Number.isFinite(toNumber(row[column] ?? "", separator))).length;
  return numbers > 0 && numbers >= sample.length / 2;
}

function skippedRow(table: PointTable, index: number, column: number): SkippedRow {
  const text = (table.rows[index]?.[column] ?? "").trim();
  const why =
    text === ""
      ? "is empty"
      : /^[+-]?(nan|inf(inity)?)$/i.test(text)
        ? "is not finite"
        : /^[+-]?[\d.]+e[+-]?\d+$/i.test(text)
          ? "is too large"
          : "is not a number";
  const shown = text.length > 24 ? `${text.slice(0, 24)}…` : text;
  return {
    line: table.lines[index] ?? 0,
    column: table.names[column] ?? `column ${column + 1}`,
    text: shown,
    why,
  };
}

function tooFew(count: number, example: SkippedRow | undefined): string {
  const because = example === undefined ? "" : `. First row left out: ${skippedText(example)}`;
  return `points: need at least ${POINT_MINIMUM} rows of numbers, got ${count}; add rows or choose other columns${because}`;
}

function columnMoments(points: Float64Array, dim: number): { mean: number[]; std: number[] } {
  const count = points.length / dim;
  const columns = Array.from({ length: dim }, (_, j) => j);
  const mean = columns.map((j) => {
    let sum = 0;
    for (let i = j; i < points.length; i += dim) sum += points[i] ?? 0;
    return sum / count;
  });
  const std = columns.map((j) => {
    let sum = 0;
    for (let i = j; i < points.length; i += dim) sum += ((points[i] ?? 0) - (mean[j] ?? 0)) ** 2;
    return Math.sqrt(sum / count);
  });
  return { mean, std };
}
