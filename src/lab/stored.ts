/** A finished result kept with the page, shown at once while the lab measures afresh. */
import type { ExperimentResult } from "../experiments/cells.ts";
import type { LabStore } from "./state.ts";
import { specKey } from "./store.ts";

/**
 * Puts the charts of a stored result into the lab if they are for its spec and its study and nothing newer is there.
 * Returns true if they were shown.
 */
export function showStored(store: LabStore, result: ExperimentResult): boolean {
  const { spec, study, charts } = store.getState();
  const key = specKey(spec);
  if (charts[study] !== undefined || specKey(result.spec) !== key) return false;
  const own = (result.charts ?? []).filter((chart) => chart.id === study);
  if (own.length === 0) return false;
  store.setState({
    charts: {
      ...charts,
      [study]: {
        specKey: key,
        charts: own,
        stage: "stored",
        particles: spec.evaluation.particles,
        engine: null,
        refusal: null,
      },
    },
  });
  return true;
}
