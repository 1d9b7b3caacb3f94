/** Results as text. */
import type { ExperimentResult, ResultCell } from "../experiments/cells.ts";
import type { Estimate } from "../measure/estimate.ts";

/** Pretty JSON with a final line break. */
export function resultToJson(result: ExperimentResult): string {
  return `${JSON.stringify(result, null, 1)}\n`;
}

const COLUMNS: readonly (readonly [string, (cell: ResultCell) => string | number | null | undefined])[] = [
  ["eta", (c) => c.eta],
  ["steps", (c) => c.steps],
  ["measured_gap", (c) => c.measured?.gap.value],
  ["measured_gap_se", (c) => c.measured?.gap.se],
  ["n_step_gap", (c) => c.theory.nStep?.gap],
  ["continuous_gap", (c) => c.theory.continuous?.gap],
  ["bound_gap", (c) => c.theory.bound?.gap],
  ["bound_verdict", (c) => c.theory.bound?.holds],
  ["gap_z", (c) => c.agreement.gap],
  ["measured_reward", (c) => c.measured?.expectedReward.value],
  ["measured_reward_se", (c) => c.measured?.expectedReward.se],
  ["n_step_reward", (c) => c.theory.nStep?.expectedReward],
  ["continuous_reward", (c) => c.theory.continuous?.expectedReward],
  ["reward_z", (c) => c.agreement.expectedReward],
  ["samples", (c) => c.measured?.gap.n],
  ["non_finite", (c) => c.measured?.nonFinite],
  ["refusal", (c) => c.refusal],
];

/** One row per cell, RFC 4180, full precision; empty where a number does not exist. */
export function cellsToCsv({ cells }: ExperimentResult): string {
  const rows = [
    COLUMNS.map(([name]) => name),
    ...cells.map((cell) => COLUMNS.map(([, read]) => csvCell(read(cell)))),
  ];
  return rows.map((row) => row.join(",")).join("\r\n") + "\r\n";
}

function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

const TABLE: readonly (readonly [string, (cell: ResultCell) => string])[] = [
  ["eta", (c) => short(c.eta)],
  ["N", (c) => String(c.steps)],
  ["measured gap", (c) => (c.measured === null ? "-" : estimate(c.measured.gap))],
  ["exact, N steps", (c) => short(c.theory.nStep?.gap)],
  ["exact, continuous", (c) => short(c.theory.continuous?.gap)],
  ["bound", (c) => short(c.theory.bound?.gap)],
  ["verdict", (c) => c.theory.bound?.holds ?? "-"],
  ["z", (c) => (c.agreement.gap === null ? "-" : c.agreement.gap.toFixed(1))],
  ["measured reward", (c) => (c.measured === null ? "-" : estimate(c.measured.expectedReward))],
  ["samples", (c) => (c.measured === null ? "-" : String(c.measured.gap.n))],
];

/** A table for reading, columns aligned, intervals 95 %; below it the notes and, each once, why cells have no measurement. */
export function cellsToTable(result: ExperimentResult): string {
  const rows = [
    TABLE.map(([name]) => name),
    ...result.cells.map((cell) => TABLE.map(([, read]) => read(cell))),
  ];
  const widths = TABLE.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((text, i) => text.padStart(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const charts = (result.charts ?? []).map((chart) => `${chart.title}: ${chart.summary}`);
  const remarks = [...refusalLines(result.cells), ...result.notes];
  return (
    [lines, charts, remarks]
      .filter((part) => part.length > 0)
      .map((part) => part.join("\n"))
      .join("\n\n") + "\n"
  );
}

/** "Not measured at eta 5, N 3: reason", cells of one reason together. */
function refusalLines(cells: readonly ResultCell[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { eta, steps, refusal } of cells) {
    if (refusal === null) continue;
    reasons.set(refusal, [...(reasons.get(refusal) ?? []), `eta ${short(eta)}, N ${steps}`]);
  }
  return [...reasons].map(
    ([reason, places]) => `Not measured at ${places.join("; ")}: ${reason.replace(/[.\s]+$/, "")}.`,
  );
}

function short(value: number | null | undefined): string {
  return value === null || value === undefined ? "-" : String(Number(value.toPrecision(5)));
}

function estimate({ value, se }: Estimate): string {
  return `${short(value)} +- ${Number((1.96 * se).toPrecision(2))}`;
}
