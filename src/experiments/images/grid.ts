/** The grid of images: both samplers from the same noise, followed through their frames, with every reward of every image. */
import { IMAGE_SIZE, type ImageArmResult, type ImageEngine } from "../../engine/image-engine.ts";
import type { Estimate } from "../../measure/estimate.ts";
import { addScalar, emptyScalarSums, meanEstimate } from "../../measure/scalar-sums.ts";
import { IMAGE_REWARDS, type ImageRewardKind, type ImageSpec } from "../../spec/images/types.ts";
import { gridArms, jobBase, rewardRequest } from "./plan.ts";

export interface GridRow {
  readonly eta: number;
  /** [frames, tiles, 3, 32, 32] */
  readonly states: Float32Array;
  /** [frames - 1, tiles, 3, 32, 32] */
  readonly predictions: Float32Array;
  readonly rewards: Readonly<Record<ImageRewardKind, Float64Array | null>>;
  readonly diversity: Estimate;
}

export interface ImageGrid {
  readonly tiles: number;
  readonly times: readonly number[];
  readonly rows: readonly [ode: GridRow, sde: GridRow];
  /** Mean over tiles of reward(eta) - reward(0) for the chosen reward; null where it cannot be computed. */
  readonly gap: Estimate | null;
  readonly missing: Readonly<Partial<Record<ImageRewardKind, string>>>;
}

/** Runs the grid of a specification. Rejects with AbortError when cancelled, with SpecError for a bad prompt. */
export async function runGrid(
  engine: ImageEngine,
  spec: ImageSpec,
  control: { readonly signal?: AbortSignal; readonly onProgress?: (done: number) => void } = {},
): Promise<ImageGrid> {
  const { arms, times } = gridArms(spec);
  const { tiles } = spec.evaluation;
  const missing = Object.fromEntries(
    IMAGE_REWARDS.flatMap((kind) => {
      const reason = engine.refusal(kind);
      return reason === null ? [] : [[kind, reason]];
    }),
  ) as Partial<Record<ImageRewardKind, string>>;
  const kinds = IMAGE_REWARDS.filter((kind) => missing[kind] === undefined);
  const rewards = kinds.map((kind) =>
    kind === spec.reward.kind
      ? rewardRequest(spec.reward)
      : rewardRequest(kind === "colour" ? { kind, colour: "blue" } : { kind }),
  );
  const [ode, sde] = await engine.run({ ...jobBase(spec), first: 0, count: tiles, arms, rewards }, control);
  if (ode === undefined || sde === undefined) throw new Error("runGrid: internal: there must be two arms");
  const rows = [gridRow(0, ode, kinds, tiles), gridRow(spec.sampler.eta, sde, kinds, tiles)] as const;
  return { tiles, times, rows, gap: pairedGap(rows, spec.reward.kind), missing };
}

function gridRow(
  eta: number,
  arm: ImageArmResult,
  kinds: readonly ImageRewardKind[],
  tiles: number,
): GridRow {
  const values = IMAGE_REWARDS.map((kind) => {
    const at = kinds.indexOf(kind);
    return [kind, at < 0 ? null : (arm.rewards[at] ?? null)] as const;
  });
  return {
    eta,
    states: arm.states,
    predictions: arm.predictions,
    rewards: Object.fromEntries(values) as Record<ImageRewardKind, Float64Array | null>,
    diversity: diversityOf(arm.images, tiles),
  };
}

function pairedGap(rows: readonly [GridRow, GridRow], kind: ImageRewardKind): Estimate | null {
  const [ode, sde] = rows.map((row) => row.rewards[kind]);
  if (!ode || !sde) return null;
  let sums = emptyScalarSums(0);
  sde.forEach((value, i) => (sums = addScalar(sums, value - (ode[i] ?? NaN))));
  return meanEstimate(sums);
}

/**
 * Mean distance between images: the root mean square difference of their numbers, over disjoint pairs (0, 1), (2, 3), ...,
 * which are independent, so that the standard error is that of a mean. Unit: half the range of a channel.
 */
export function diversityOf(images: Float32Array, count: number): Estimate {
  let sums = emptyScalarSums(0);
  for (let i = 0; i + 1 < count; i += 2) {
    let square = 0;
    for (let j = 0; j < IMAGE_SIZE; j++) {
      const difference = clip(images[i * IMAGE_SIZE + j]) - clip(images[(i + 1) * IMAGE_SIZE + j]);
      square += difference * difference;
    }
    sums = addScalar(sums, Math.sqrt(square / IMAGE_SIZE));
  }
  return meanEstimate(sums);
}

/** A number of an image as it is shown. */
function clip(value = NaN): number {
  return Math.min(1, Math.max(-1, value));
}
