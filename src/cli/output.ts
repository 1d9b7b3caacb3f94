/** Results as text. */
import type { ExperimentResult, ResultCell } from "../experiments/cells.ts";
import { fixed, INTERVAL_WORDS } from "../measure/number-words.ts";
import { csvText, jsonText, paragraphs, short, tableLines, withInterval, type Column } from "./text.ts";

/** Pretty JSON with a final line break. */
export function resultToJson(result: ExperimentResult): string {
  return jsonText(result);
}

const COLUMNS: readonly Column<ResultCell>[] = [
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
  return csvText(COLUMNS, cells);
}

const TABLE: readonly Column<ResultCell>[] = [
  ["η", (c) => short(c.eta)],
  ["N", (c) => String(c.steps)],
  ["measured gap", (c) => (c.measured === null ? "-" : withInterval(c.measured.gap))],
  ["exact, N steps", (c) => short(c.theory.nStep?.gap)],
  ["exact, continuous", (c) => short(c.theory.continuous?.gap)],
  ["bound", (c) => short(c.theory.bound?.gap)],
  ["verdict", (c) => c.theory.bound?.holds ?? "-"],
  ["z", (c) => (c.agreement.gap === null ? "-" : fixed(c.agreement.gap, 1))],
  ["measured reward", (c) => (c.measured === null ? "-" : withInterval(c.measured.expectedReward))],
  ["samples", (c) => (c.measured === null ? "-" : String(c.measured.gap.n))],
];

/** A table for reading, columns aligned, intervals 95 %; below it the notes and, each once, why cells have no measurement. */
export function cellsToTable(result: ExperimentResult): string {
  const charts = (result.charts ?? []).map((chart) => `${chart.title}: ${chart.summary}`);
  const remarks = [...refusalLines(result.cells), ...result.notes];
  return paragraphs([tableLines(TABLE, result.cells), [`${INTERVAL_WORDS}.`], charts, remarks]);
}

/** "Not measured at η = 5, N = 3: reason", cells of one reason together. */
function refusalLines(cells: readonly ResultCell[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { eta, steps, refusal } of cells) {
    if (refusal === null) continue;
    reasons.set(refusal, [...(reasons.get(refusal) ?? []), `η = ${short(eta)}, N = ${steps}`]);
  }
  return [...reasons].map(
    ([reason, places]) => `Not measured at ${places.join("; ")}: ${reason.replace(/[.\s]+$/, "")}.`,
  );
}
