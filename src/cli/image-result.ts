/** The result of an image experiment as a file holds it. */
import type { GridRow, ImageGrid } from "../experiments/images/grid.ts";
import { drawnPrompts } from "../experiments/images/plan.ts";
import type { PromptFinding, RichnessCell } from "../experiments/images/richness-charts.ts";
import type { Estimate } from "../measure/estimate.ts";
import type { ChartData } from "../measure/series.ts";
import type { SlotName } from "../prompt/slots.ts";
import type { ImageRewardKind, ImageSpec } from "../spec/images/types.ts";

/** What judges say of images; no distance for too few of them, no share where no prompt says the attribute. */
export interface PlainFidelity {
  readonly distance: Estimate | null;
  readonly read: Readonly<Record<SlotName, Estimate | null>>;
}

/** What a run of an image experiment writes; see public/schema/image-result.json. */
export interface ImageResult {
  readonly version: 1;
  readonly spec: ImageSpec;
  readonly manifest: {
    readonly seed: number;
    readonly version: string;
    readonly engine: string;
    readonly adapter: string;
    readonly weights: string;
    readonly wallTimeMs: number;
    readonly date: string;
    readonly node: string;
  };
  /** The studies of samplers and of the bound; empty for another. */
  readonly cells: readonly {
    readonly eta: number;
    readonly steps: number;
    readonly measured: { readonly expectedReward: Estimate; readonly gap: Estimate } | null;
    /** Images without a finite reward. */
    readonly nonFinite: number;
  }[];
  /** The study of prompts from poor to rich; null for another. */
  readonly prompts: {
    readonly levels: readonly RichnessCell[];
    readonly finding: Pick<PromptFinding, "fall" | "verdict"> | null;
  } | null;
  /** The study of fidelity; null for another. */
  readonly fidelity: {
    readonly cells: readonly (PlainFidelity & {
      readonly eta: number;
      readonly steps: number;
      readonly gap: Estimate | null;
    })[];
    readonly real: PlainFidelity;
  } | null;
  readonly grid: {
    readonly tiles: number;
    /** What each tile was drawn from, in both rows, where the prompt was completed for each (model.completion); null otherwise. */
    readonly prompts: readonly string[] | null;
    readonly times: readonly number[];
    readonly gap: Estimate | null;
    readonly rows: readonly {
      readonly eta: number;
      readonly diversity: Estimate;
      readonly rewards: Readonly<Record<string, readonly number[] | null>>;
    }[];
    readonly missing: Readonly<Partial<Record<ImageRewardKind, string>>>;
  };
  readonly charts: readonly ChartData[];
}

/** What a file keeps of a grid: all but the pixels, and what its tiles were drawn from. */
export function plainGrid(
  spec: ImageSpec,
  { tiles, times, gap, rows, missing }: ImageGrid,
): ImageResult["grid"] {
  return {
    tiles,
    prompts: drawnPrompts(spec, tiles),
    times,
    gap,
    rows: rows.map((row) => ({ eta: row.eta, diversity: row.diversity, rewards: plainRewards(row) })),
    missing,
  };
}

function plainRewards({ rewards }: GridRow): Record<string, readonly number[] | null> {
  return Object.fromEntries(
    Object.entries(rewards).map(([kind, values]) => [kind, values === null ? null : [...values]]),
  );
}
