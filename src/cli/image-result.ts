/** The result of an image experiment as a file holds it. */
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
