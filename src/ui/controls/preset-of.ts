/** Which preset a spec is. */
import { specKey } from "../../lab/store.ts";
import { PRESETS, type Preset } from "../../spec/presets.ts";
import type { ExperimentSpec } from "../../spec/types.ts";

const PRESET_OF_KEY = new Map(PRESETS.map((preset) => [specKey(seedless(preset.spec)), preset]));

/** The preset that a spec equals, seed aside, or undefined. */
export function presetFor(spec: ExperimentSpec): Preset | undefined {
  return PRESET_OF_KEY.get(specKey(seedless(spec)));
}

function seedless(spec: ExperimentSpec): ExperimentSpec {
  return { ...spec, evaluation: { ...spec.evaluation, seed: 0 } };
}
