/** What a click on a chart means for the spec: the axis under the point names the field. */
import type { ChartData } from "../measure/series.ts";
import type { ExperimentSpec } from "../spec/types.ts";

export interface Pick {
  /** The field in a word, for buttons: "η", "N", "T". */
  readonly word: string;
  /** The spec with the picked value; y for charts with two axes of settings. */
  readonly apply: (spec: ExperimentSpec, x: number, y?: number) => ExperimentSpec;
}

/** The meaning of a click on this chart, or null if its axes are not settings. */
export function pickOf(chart: ChartData, spec: ExperimentSpec): Pick | null {
  if (chart.chart === "heat-map") {
    return { word: "η", apply: (s, eta, etaTrain) => withEtaTrain(withEta(s, eta), etaTrain) };
  }
  switch (chart.x.symbol) {
    case "η":
      return { word: "η", apply: withEta };
    case "N":
      return {
        word: "N",
        apply: (s, steps) => ({ ...s, sampler: { ...s.sampler, steps: Math.round(steps) } }),
      };
    case "T":
      return { word: "T", apply: (s, T) => ({ ...s, process: { ...s.process, T } }) };
    default:
      return chart.x.label.startsWith("klWeight") && spec.target.kind !== "reference"
        ? { word: "klWeight", apply: withKlWeight }
        : null;
  }
}

function withEta(spec: ExperimentSpec, eta: number): ExperimentSpec {
  return { ...spec, sampler: { ...spec.sampler, eta } };
}

function withEtaTrain(spec: ExperimentSpec, etaTrain: number | undefined): ExperimentSpec {
  if (spec.target.kind !== "controlled" || etaTrain === undefined) return spec;
  return { ...spec, target: { ...spec.target, etaTrain } };
}

function withKlWeight(spec: ExperimentSpec, klWeight: number): ExperimentSpec {
  return spec.target.kind === "reference" ? spec : { ...spec, target: { ...spec.target, klWeight } };
}
