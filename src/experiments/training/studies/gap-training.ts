/** The gap over training, for several training etas. */
import type { ChartData } from "../../../measure/series.ts";
import type { TrainingSpec } from "../../../spec/training/types.ts";
import { say } from "../../chart-parts.ts";
import { trainingCell } from "../cells.ts";
import {
  cellNotes,
  cellsOf,
  finishedOf,
  HUES,
  SEEDS_NOTE,
  variantsOf,
  type TrainingStudy,
} from "../study.ts";
import { courseChart } from "./course-charts.ts";
import { trainedWith } from "./eta-matrix.ts";

function variants(spec: TrainingSpec) {
  const etas = [...new Set(spec.evaluation.etasTrain)].sort((a, b) => a - b);
  const shown = etas.filter((eta) => eta > 0).slice(0, HUES.length);
  return variantsOf(shown.map((eta) => ({ label: `η = ${say(eta)}`, spec: trainedWith(spec, eta) })));
}

const make = (label: string, run: TrainingSpec) => trainingCell(label, run, [], true);

export const gapTraining: TrainingStudy = {
  id: "gap-training",
  title: "The gap while training",
  question:
    "Does the gap between the training sampler and the ODE narrow as training goes on, and for which η?",
  cells: (spec) => cellsOf(spec, variants(spec).variants, make),
  charts: (spec, finished): ChartData[] => {
    const { variants: all, notes } = variants(spec);
    const courses = all.map((variant) => ({ variant, results: finishedOf(spec, variant, finished, make) }));
    const told = [SEEDS_NOTE, ...notes, ...cellNotes(gapTraining.cells(spec), finished)];
    const N = spec.training.steps;
    const axis = "iterations" as const;
    const gap = { label: "Reward gap", symbol: "J(η) − J(0)", scale: "linear" as const };
    const above = { ...gap, label: "Gap above the pretrained model's" };
    return [
      courseChart(
        courses,
        { id: "gap-training-gap", title: `Gap over training, N = ${N}`, y: gap, axis, notes: told },
        (m) => m.gap?.gap,
      ),
      courseChart(
        courses,
        {
          id: "gap-training-excess",
          title: `Gap that training added, N = ${N}`,
          y: above,
          axis,
          notes: told,
        },
        (m) => m.gap?.excess,
      ),
      courseChart(
        courses,
        {
          id: "gap-training-ode",
          title: `Reward of the ODE over training, N = ${N}`,
          y: { label: "Reward", symbol: "J(0)", scale: "linear" },
          axis,
          notes: told,
        },
        (m) => m.ode.reward,
      ),
    ];
  },
};
