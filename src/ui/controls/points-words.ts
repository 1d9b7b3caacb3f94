/** Where the mixture of "own points" comes from, in a sentence that claims no points that never were. */
import { withModelKind } from "../../spec/adapt.ts";
import { defaultSpec } from "../../spec/defaults.ts";
import type { ModelSpec } from "../../spec/types.ts";

type PointsModel = Extract<ModelSpec, { kind: "points" }>;

const EXAMPLE = withModelKind(defaultSpec(), "points").model;

/** "400 points, fitted by 2 Gaussians (EM, count by BIC)." or what else is true of the model. */
export function pointsText(model: PointsModel): string {
  const { components, count, points } = model;
  if (components === undefined) {
    return `${(points?.length ?? 0).toLocaleString("en-US")} points, fitted when the experiment runs.`;
  }
  const parts = `${components.length} Gaussian${components.length === 1 ? "" : "s"}`;
  if (count !== undefined)
    return `${count.toLocaleString("en-US")} points, fitted by ${parts} (EM, count by BIC).`;
  return isExample(model)
    ? `An example of ${parts}, not fitted to any points: bring your own.`
    : `${parts}, edited by hand after the fit.`;
}

function isExample({ name }: PointsModel): boolean {
  return EXAMPLE.kind === "points" && name === EXAMPLE.name;
}
