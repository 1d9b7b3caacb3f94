/** Results of image experiments as CSV and as a table for reading. */
import type { RichnessCell } from "../experiments/images/richness-charts.ts";
import { SLOT_NAMES } from "../prompt/slots.ts";
import type { Estimate } from "../measure/estimate.ts";
import { INTERVAL_WORDS } from "../measure/number-words.ts";
import type { ImageResult, PlainFidelity } from "./image-result.ts";
import { csvText, paragraphs, tableLines, withInterval, type Column } from "./text.ts";

type Cell = ImageResult["cells"][number];

const COLUMNS: readonly Column<Cell>[] = [
  ["eta", (c) => c.eta],
  ["steps", (c) => c.steps],
  ["measured_gap", (c) => c.measured?.gap.value],
  ["measured_gap_se", (c) => c.measured?.gap.se],
  ["measured_reward", (c) => c.measured?.expectedReward.value],
  ["measured_reward_se", (c) => c.measured?.expectedReward.se],
  ["images", (c) => c.measured?.gap.n],
  ["non_finite", (c) => c.nonFinite],
];

const PROMPT_COLUMNS: readonly Column<RichnessCell>[] = [
  ["attributes", (c) => c.attributes],
  ["measured_gap", (c) => c.gap.value],
  ["measured_gap_se", (c) => c.gap.se],
  ["measured_difference", (c) => c.size.value],
  ["measured_difference_se", (c) => c.size.se],
  ["ode_reward", (c) => c.ode.value],
  ["ode_reward_se", (c) => c.ode.se],
  ["sde_reward", (c) => c.sde.value],
  ["sde_reward_se", (c) => c.sde.se],
  ["ode_diversity", (c) => c.diversityOde.value],
  ["ode_diversity_se", (c) => c.diversityOde.se],
  ["sde_diversity", (c) => c.diversitySde.value],
  ["sde_diversity_se", (c) => c.diversitySde.se],
  ["prompts", (c) => c.gap.n],
];

type FidelityCells = NonNullable<ImageResult["fidelity"]>["cells"];

/** A sampler, or the real glyphs beside them, which have neither eta nor N. */
type FidelityRow = PlainFidelity & Partial<FidelityCells[number]>;

const READ = SLOT_NAMES.map((slot) => [slot, (c: FidelityRow) => c.read[slot]] as const);

const FIDELITY_COLUMNS: readonly Column<FidelityRow>[] = [
  ["eta", (c) => c.eta],
  ["steps", (c) => c.steps],
  ["frechet", (c) => c.distance?.value],
  ["frechet_se", (c) => c.distance?.se],
  ["frechet_gap", (c) => c.gap?.value],
  ["frechet_gap_se", (c) => c.gap?.se],
  ...READ.flatMap(([slot, of]): Column<FidelityRow>[] => [
    [`${slot}_read`, (c) => of(c)?.value],
    [`${slot}_read_se`, (c) => of(c)?.se],
    [`${slot}_read_n`, (c) => of(c)?.n],
  ]),
  ["images", (c) => c.distance?.n],
];

function fidelityRows({ cells, real }: NonNullable<ImageResult["fidelity"]>): readonly FidelityRow[] {
  return [...cells, real];
}

/** One row per cell, number of attributes or sampler, RFC 4180; empty where a number does not exist. */
export function imageResultToCsv({ cells, prompts, fidelity }: ImageResult): string {
  if (fidelity !== null) return csvText(FIDELITY_COLUMNS, fidelityRows(fidelity));
  return prompts === null ? csvText(COLUMNS, cells) : csvText(PROMPT_COLUMNS, prompts.levels);
}

const TABLE: readonly Column<Cell>[] = [
  ["η", (c) => c.eta],
  ["N", (c) => c.steps],
  ["measured gap", (c) => c.measured && withInterval(c.measured.gap)],
  ["measured reward", (c) => c.measured && withInterval(c.measured.expectedReward)],
  ["n", (c) => c.measured?.gap.n ?? 0],
];

const PROMPT_TABLE: readonly Column<RichnessCell>[] = [
  ["attributes", (c) => c.attributes],
  ["measured gap", (c) => withInterval(c.gap)],
  ["ODE reward", (c) => withInterval(c.ode)],
  ["SDE reward", (c) => withInterval(c.sde)],
  ["ODE diversity", (c) => withInterval(c.diversityOde)],
  ["SDE diversity", (c) => withInterval(c.diversitySde)],
  ["prompts", (c) => c.gap.n],
];

const FIDELITY_TABLE: readonly Column<FidelityRow>[] = [
  ["η", (c) => c.eta ?? "real"],
  ["N", (c) => c.steps ?? ""],
  ["Fréchet distance", (c) => intervalOf(c.distance)],
  ...READ.map(([slot, of]): Column<FidelityRow> => [slot, (c) => intervalOf(of(c))]),
  ["n", (c) => c.distance?.n ?? c.read.character?.n],
];

/** A table for reading; intervals are 95 %. */
export function imageResultToTable(result: ImageResult): string {
  const { charts, grid } = result;
  const diversity = grid.rows.map((row) => `η = ${row.eta}: ${withInterval(row.diversity)}`).join(", ");
  return paragraphs([
    studyTable(result),
    [`${INTERVAL_WORDS}.`],
    [
      ...charts.map((chart) => `${chart.title}: ${chart.summary}`),
      `Diversity of ${grid.tiles} images (root mean square difference of pairs): ${diversity}`,
    ],
  ]);
}

function studyTable({ cells, prompts, fidelity }: ImageResult) {
  if (fidelity !== null) return tableLines(FIDELITY_TABLE, fidelityRows(fidelity));
  return prompts === null ? tableLines(TABLE, cells) : tableLines(PROMPT_TABLE, prompts.levels);
}

function intervalOf(estimate: Estimate | null): string | null {
  return estimate && withInterval(estimate);
}
