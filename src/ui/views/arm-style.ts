/** How the two samplers are told apart: hue, dash and marker, the same in every view. */
import { formatNumber } from "../../charts/format.ts";
import type { ArmChoice } from "../../lab/views.ts";

/** Dash of the sampler's lines. */
export const ARM_DASH: Readonly<Record<ArmChoice["id"], string | undefined>> = { ode: "5 3", sde: undefined };

/** "ODE, η = 0" or "SDE, η = 1.2". */
export function armName({ id, eta }: ArmChoice): string {
  return `${id === "ode" ? "ODE" : "SDE"}, η = ${formatNumber(eta)}`;
}
