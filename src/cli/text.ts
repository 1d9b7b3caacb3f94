/** Tables and CSV for terminals and files: one way for every kind of result. */
import { readFile } from "node:fs/promises";
import type { Estimate } from "../measure/estimate.ts";
import { formatInterval, formatNumber } from "../measure/number-words.ts";

export type Cell = string | number | null | undefined;

/** A column: its name and what it reads of a row. */
export type Column<Row> = readonly [name: string, read: (row: Row) => Cell];

/** RFC 4180 text with a header, full precision; empty where a number does not exist. */
export function csvText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map(([name]) => name),
    ...rows.map((row) => columns.map(([, read]) => csvCell(read(row)))),
  ];
  return lines.map((line) => line.join(",")).join("\r\n") + "\r\n";
}

function csvCell(value: Cell): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** Aligned lines with a header; "-" where a text does not exist. */
export function tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const lines = [
    columns.map(([name]) => name),
    ...rows.map((row) => columns.map(([, read]) => String(read(row) ?? "-"))),
  ];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((text, i) => text.padStart(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Blocks of lines with an empty line between; empty blocks are left out. */
export function paragraphs(blocks: readonly (readonly string[])[]): string {
  return (
    blocks
      .filter((block) => block.length > 0)
      .map((block) => block.join("\n"))
      .join("\n\n") + "\n"
  );
}

/** Five significant digits as on the page, or "-". */
export function short(value: number | null | undefined): string {
  return value === null || value === undefined ? "-" : formatNumber(value, 5);
}

/** "−0.1230 ± 0.0041" as on the page: two digits of the half width of the 95 % interval, the value to the same place. */
export function withInterval(estimate: Estimate): string {
  return Number.isFinite(estimate.se) ? formatInterval(estimate) : short(estimate.value);
}

/** Pretty JSON with a final line break. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** Writes to standard output and waits until it is taken. */
export function print(text: string): Promise<void> {
  return new Promise((done, failed) => {
    process.stdout.write(text, (error) => (error ? failed(error) : done()));
  });
}

/** The lab's version, for manifests. */
export async function labVersion(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
