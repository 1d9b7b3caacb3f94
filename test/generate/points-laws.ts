/** The laws whose networks ship: those that the page names, and the Gaussian of the preset on the optimum. */
import { DEFAULT_COMPONENTS } from "../../src/spec/defaults.ts";
import { TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import type { ModelSpec, ProcessSpec, ShapeName } from "../../src/spec/types.ts";

const { process } = TRAINING_DEFAULTS;

function shape(name: ShapeName): { name: string; model: ModelSpec; process: ProcessSpec } {
  return { name, model: { kind: "shape", shape: name, noise: 0.1 }, process };
}

export const POINTS_MODELS: readonly {
  readonly name: string;
  readonly model: ModelSpec;
  readonly process: ProcessSpec;
}[] = [
  shape("moons"),
  shape("spirals"),
  shape("rings"),
  shape("checkerboard"),
  { name: "mixture", model: { kind: "mixture", components: DEFAULT_COMPONENTS }, process },
  { name: "gaussian", model: { kind: "gaussian", mean: [1.5], cov: [[0.3]] }, process },
  {
    name: "normal-vp",
    model: { kind: "gaussian", mean: [0], cov: [[1]] },
    process: { kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 }, T: 1 },
  },
];
