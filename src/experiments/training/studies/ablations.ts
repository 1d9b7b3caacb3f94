/** What each part of SDPO, and each choice of MixGRPO's window, is worth. */
import type { ChartData } from "../../../measure/series.ts";
import { trainableSteps } from "../../../spec/training/consistency.ts";
import type { AlgorithmSpec, TrainingSpec, WindowSpec } from "../../../spec/training/types.ts";
import { trainingCell } from "../cells.ts";
import {
  cellNotes,
  cellsOf,
  finishedOf,
  SEEDS_NOTE,
  variantsOf,
  type TrainingStudy,
  type TrainingStudyId,
  type Variants,
} from "../study.ts";
import { withAlgorithm } from "./algorithms.ts";
import { courseChart } from "./course-charts.ts";

type Sdpo = Extract<AlgorithmSpec, { kind: "sdpo" }>;
type MixGrpo = Extract<AlgorithmSpec, { kind: "mix-grpo" }>;

const PARTS = [
  ["pairs", "without pairs"],
  ["denseRewards", "final reward alone"],
  ["stepwiseAdvantages", "without stepwise advantages"],
  ["stepwiseUpdates", "without stepwise updates"],
  ["shuffleSteps", "steps in order"],
] as const satisfies readonly (readonly [keyof Sdpo, string])[];

function sdpoVariants(spec: TrainingSpec): Variants {
  const whole = withAlgorithm(spec, "sdpo");
  const { algorithm } = whole;
  if (algorithm.kind !== "sdpo") return { variants: [], notes: [] };
  return variantsOf([
    { label: "SDPO, whole", spec: whole },
    ...PARTS.map(([part, label]) => ({
      label,
      spec: { ...whole, algorithm: { ...algorithm, [part]: false } },
    })),
  ]);
}

const STRATEGIES: readonly (readonly [WindowSpec["strategy"], string])[] = [
  ["progressive", "progressive"],
  ["random", "random"],
  ["decay", "progressive, ever faster"],
  ["frozen", "frozen at the noisiest steps"],
];

function windowVariants(spec: TrainingSpec): Variants {
  const whole = withAlgorithm(spec, "mix-grpo");
  const { algorithm } = whole;
  if (algorithm.kind !== "mix-grpo") return { variants: [], notes: [] };
  const room = trainableSteps(whole.training);
  const { window } = algorithm;
  const { iterations } = spec.training;
  // A specification of MixGRPO means its interval; for another the published one is shortened to the training at hand.
  const own = spec.algorithm.kind === "mix-grpo";
  const intervalOf = (size: number) =>
    own ? window.interval : crossingInterval(window, room - size, iterations);
  const windowed = (label: string, size: number, change: Partial<WindowSpec> = {}) => {
    const moved = { ...window, start: 0, size, interval: intervalOf(size), ...change };
    const changed: MixGrpo = { ...algorithm, window: moved };
    return { label, spec: { ...whole, algorithm: changed } };
  };
  const size = Math.min(window.size, room);
  const sizes = [...new Set([1, Math.min(2 * size, room), room])].filter((n) => n !== size);
  const all = variantsOf([
    ...STRATEGIES.map(([strategy, label]) => windowed(`${label}, ${size} steps`, size, { strategy })),
    ...sizes.map((n) =>
      windowed(n === room ? "noise in every step" : `progressive, ${n} step${n === 1 ? "" : "s"}`, n),
    ),
  ]);
  const notes = [...paceNote(intervalOf(size), window.interval), ...stillNote(intervalOf(size), iterations)];
  return { ...all, notes: [...all.notes, ...notes] };
}

/** Longest interval, up to the published one, at which the window reaches its last place within the training; `shifts` >= 0. */
function crossingInterval({ interval, stride }: WindowSpec, shifts: number, iterations: number): number {
  const places = stride > 0 ? Math.ceil(shifts / stride) + 1 : 1;
  return Math.max(1, Math.min(interval, Math.floor(iterations / places)));
}

function paceNote(interval: number, published: number): string[] {
  return interval === published
    ? []
    : [
        `The window moves every ${interval} iterations, so that it crosses all steps within the training (published: every ${published}); those of other sizes move at the pace that lets them cross.`,
      ];
}

/** Said where the run ends before the window first moves. */
function stillNote(interval: number, iterations: number): string[] {
  return iterations > interval
    ? []
    : [
        `The window moves after every ${interval} iterations; in a training of ${iterations} it stays where it starts, so progressive and frozen are the same.`,
      ];
}

const make = (label: string, run: TrainingSpec) =>
  trainingCell(label, run, [{ eta: 0, steps: run.training.steps }], true);

function ablation(
  id: TrainingStudyId,
  title: string,
  question: string,
  variants: (spec: TrainingSpec) => Variants,
): TrainingStudy {
  return {
    id,
    title,
    question,
    cells: (spec) => cellsOf(spec, variants(spec).variants, make),
    charts: (spec, finished): ChartData[] => {
      const { variants: all, notes } = variants(spec);
      const courses = all.map((variant) => ({ variant, results: finishedOf(spec, variant, finished, make) }));
      const told = [SEEDS_NOTE, ...notes, ...cellNotes(cellsOf(spec, all, make), finished)];
      const parts = { axis: "iterations" as const, notes: told };
      return [
        courseChart(
          courses,
          {
            id: `${id}-reward`,
            title,
            y: { label: "Reward of the ODE", symbol: "J(0)", scale: "linear" },
            ...parts,
          },
          (m) => m.ode.reward,
        ),
        courseChart(
          courses,
          {
            id: `${id}-diversity`,
            title: `${title}: diversity`,
            y: { label: "Mean distance of two samples", symbol: "|x − x′|", scale: "linear" },
            ...parts,
          },
          (m) => m.ode.diversity,
        ),
      ];
    },
  };
}

export const sdpoParts = ablation(
  "sdpo-parts",
  "SDPO without each of its parts",
  "Which part of SDPO does the work?",
  sdpoVariants,
);

export const windowStudy = ablation(
  "window",
  "MixGRPO's window",
  "Does it matter where the noise is, how many steps it takes, and whether it moves?",
  windowVariants,
);
