/** Edits of a mixture that keep the rest of the spec in step. */
import { adaptSpec } from "../../spec/adapt.ts";
import type { ComponentSpec, ExperimentSpec } from "../../spec/types.ts";

/** The spec with components edited by hand; own points keep their name, but no longer claim to be a fit of so many points. */
export function withComponents(spec: ExperimentSpec, components: readonly ComponentSpec[]): ExperimentSpec {
  const { model } = spec;
  if (model.kind === "points") {
    const { points: _points, count: _count, ...rest } = model;
    return adaptSpec({ ...spec, model: { ...rest, components } });
  }
  return adaptSpec({ ...spec, model: { kind: "mixture", components } });
}

/** The components in 1 or 2 dimensions: coordinates dropped, or added with the spread of the first. */
export function inDimension(components: readonly ComponentSpec[], dim: 1 | 2): ComponentSpec[] {
  return components.map(({ weight, mean, cov }) => {
    const v = cov[0]?.[0] ?? 1;
    if (dim === 1) return { weight, mean: [mean[0] ?? 0], cov: [[v]] };
    const off = cov[0]?.[1] ?? 0;
    return {
      weight,
      mean: [mean[0] ?? 0, mean[1] ?? 0],
      cov: [
        [v, off],
        [off, cov[1]?.[1] ?? v],
      ],
    };
  });
}
