/** What a click on a chart means for the spec: the axis under the point names the field. */
import type { ChartData } from "../../measure/series.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { withSteps } from "./controls/image-edits.ts";

export interface ImagePick {
  /** The field in a word, for buttons. */
  readonly word: "η" | "N";
  readonly apply: (spec: ImageSpec, x: number) => ImageSpec;
}

/** The meaning of a click on this chart, or null if its axis is no setting. */
export function imagePickOf(chart: ChartData): ImagePick | null {
  if (chart.chart !== "line") return null;
  if (chart.x.symbol === "η")
    return { word: "η", apply: (spec, eta) => ({ ...spec, sampler: { ...spec.sampler, eta } }) };
  if (chart.x.symbol === "N") return { word: "N", apply: (spec, x) => withSteps(spec, Math.round(x)) };
  return null;
}
