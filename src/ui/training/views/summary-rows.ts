/** The numbers of one moment of training, as the table under the samples lists them. */
import { formatCount, formatInterval } from "../../../charts/format.ts";
import type { Measurement } from "../../../lab/training/measurement.ts";
import type { Estimate } from "../../../measure/estimate.ts";

export interface SummaryRow {
  readonly name: string;
  /** The number with its interval, and with its n where that is not the table's. */
  readonly text: string;
}

type Measured = Pick<Measurement["numbers"], "improvement" | "gap" | "sde" | "ode">;

/** Rows of what was measured; those without an n of their own have that of `numbers.ode.reward`. */
export function summaryRows({ improvement, gap, sde, ode }: Measured): readonly SummaryRow[] {
  const rows: readonly (readonly [string, Estimate | null])[] = [
    ["Gained by the ODE", improvement],
    ["Gap, SDE − ODE", gap?.gap ?? null],
    ["Gap before training", gap?.reference ?? null],
    ["Gap due to training", gap?.excess ?? null],
    ["Held-out reward, ODE", ode.heldOut],
    ["KL to the pretrained, nats", sde?.kl ?? null],
    ["Diversity, ODE", ode.diversity],
  ];
  return rows.flatMap(([name, estimate]) => {
    if (estimate === null) return [];
    const own = estimate.n === ode.reward.n ? "" : ` (${formatCount(estimate.n)})`;
    return [{ name, text: `${formatInterval(estimate)}${own}` }];
  });
}
