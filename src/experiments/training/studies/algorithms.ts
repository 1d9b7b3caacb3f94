/** Algorithms side by side, from one pretrained model. */
import type { ChartData, LineChartData } from "../../../measure/series.ts";
import { algorithmFor, ALGORITHM_KINDS, publishedFor } from "../../../spec/training/algorithm-defaults.ts";
import { ALGORITHM_NAMES } from "../../../spec/training/algorithm-names.ts";
import type { AlgorithmKind, TrainingSpec } from "../../../spec/training/types.ts";
import { trainingCell, type CellResult } from "../cells.ts";
import type { ProgressAxis } from "../charts.ts";
import type { PolicyMeasurement } from "../measurement.ts";
import {
  cellNotes,
  cellsOf,
  finishedOf,
  SEEDS_NOTE,
  variantsOf,
  type TrainingStudy,
  type Variants,
} from "../study.ts";
import { courseChart } from "./course-charts.ts";

/** Names in charts and tables, where there is less room than in the menu. */
export const ALGORITHM_LABELS: Readonly<Record<AlgorithmKind, string>> = {
  ...ALGORITHM_NAMES,
  rwr: "RWR",
  direct: "Direct",
  "best-of-n": "Best of n",
};

/** Two charts of at most seven lines each. */
const FAMILIES: readonly { readonly name: string; readonly kinds: readonly AlgorithmKind[] }[] = [
  {
    name: "Policy gradients",
    kinds: ["ddpo-is", "ddpo-sf", "dpok", "flow-grpo", "dance-grpo", "mix-grpo", "sdpo"],
  },
  { name: "Other ways", kinds: ["ddpo-is", "rwr", "direct", "best-of-n"] },
];

/** Another algorithm on the same problem, with the noise and klWeight it is published with; the specification's own stays as it is. */
export function withAlgorithm(spec: TrainingSpec, kind: AlgorithmKind): TrainingSpec {
  if (spec.algorithm.kind === kind) return spec;
  return {
    ...spec,
    algorithm: algorithmFor(kind, spec.model),
    training: { ...spec.training, ...publishedFor(spec, kind), lastStep: "drop" },
  };
}

function family(spec: TrainingSpec, kinds: readonly AlgorithmKind[]): Variants {
  return variantsOf(
    kinds.map((kind) => ({ label: ALGORITHM_LABELS[kind], spec: withAlgorithm(spec, kind) })),
  );
}

const make = (label: string, run: TrainingSpec) =>
  trainingCell(label, run, [{ eta: 0, steps: run.training.steps }], true);

/** What a variant gives its user: samples of the ODE, or the best of n. */
function delivered(measured: PolicyMeasurement, { spec, history }: CellResult) {
  if (spec.algorithm.kind !== "best-of-n") return measured.ode.reward;
  return history.iterations.find((i) => i.iteration === Math.max(1, measured.iteration))?.reward;
}

const AXES: readonly (readonly [ProgressAxis, string])[] = [
  ["updates", "by updates"],
  ["calls", "by network calls"],
  ["seconds", "by training time"],
];

export const algorithms: TrainingStudy = {
  id: "algorithms",
  title: "Algorithms side by side",
  question: "Which algorithm raises the ODE's reward fastest: per update, per network call, per second?",
  cells: (spec) => cellsOf(spec, family(spec, ALGORITHM_KINDS).variants, make),
  charts: (spec, finished): ChartData[] =>
    FAMILIES.flatMap(({ name, kinds }) => {
      const { variants, notes } = family(spec, kinds);
      const courses = variants.map((variant) => ({
        variant,
        results: finishedOf(spec, variant, finished, make),
      }));
      const told = [SEEDS_NOTE, BEST_NOTE, ...notes, ...cellNotes(cellsOf(spec, variants, make), finished)];
      return AXES.map(([axis, words]): LineChartData =>
        courseChart(
          courses,
          {
            id: `algorithms-${name === "Other ways" ? "other" : "policy"}-${axis}`,
            title: `${name}: reward of the ODE ${words}`,
            y: { label: "Reward", symbol: "J", scale: "linear" },
            axis,
            notes: told,
          },
          delivered,
        ),
      );
    }),
};

const BEST_NOTE =
  "Each algorithm runs with its published settings, except for the learning rate, which is the specification's (SDPO's published one is 1e-4); the specification's own algorithm keeps its settings. For the best of n the kept samples' reward is shown.";
