/** Means of the rewards on the screen, with their errors: always of the images that are shown, whatever reward is chosen. */
import type { ImageSamples } from "../../../lab/images/state.ts";
import type { Estimate } from "../../../measure/estimate.ts";
import { meanOfFew } from "../../../measure/few.ts";
import { addScalar, emptyScalarSums } from "../../../measure/scalar-sums.ts";
import type { ImageRewardKind } from "../../../spec/images/types.ts";

/** Means over the pairs that have both values; unit of the reward. n = pairs, 0 while none is drawn. */
export interface RowEstimates {
  readonly ode: Estimate;
  readonly sde: Estimate;
  /** SDE less ODE, paired by noise: its error is that of the differences, not of the two means. */
  readonly gap: Estimate;
}

/** The estimates of one reward, or null where it has no values on these images. */
export function rowEstimates(
  { rows }: Pick<ImageSamples, "rows">,
  kind: ImageRewardKind,
): RowEstimates | null {
  const [ode, sde] = rows.map(({ rewards }) => rewards[kind]);
  if (!ode || !sde) return null;
  const pairs = Array.from(ode, (value, i) => [value, sde[i] ?? NaN] as const).filter((pair) =>
    pair.every(Number.isFinite),
  );
  return {
    ode: meanOf(pairs.map(([a]) => a)),
    sde: meanOf(pairs.map(([, b]) => b)),
    gap: meanOf(pairs.map(([a, b]) => b - a)),
  };
}

function meanOf(values: readonly number[]): Estimate {
  return meanOfFew(values.reduce(addScalar, emptyScalarSums(values[0] ?? 0)));
}
