import { describe, expect, it } from "vitest";
import type { Measurement } from "../../../src/lab/training/measurement.ts";
import { referenceKey } from "../../../src/lab/training/keys.ts";
import { freshRun, withCheckpoint, withMeasurement } from "../../../src/lab/training/runs.ts";
import type { TrainingPhase, TrainingRun } from "../../../src/lab/training/state.ts";
import { TRAINING_DEFAULTS } from "../../../src/spec/training/defaults.ts";
import {
  noChartsText,
  trainingAnnouncement,
  trainingRunText,
} from "../../../src/ui/training/training-run-words.ts";
import { trainingData } from "../../lab/training/fakes.ts";

const { training, evaluation } = TRAINING_DEFAULTS;
const spec = {
  ...TRAINING_DEFAULTS,
  training: { ...training, iterations: 60 },
  evaluation: { ...evaluation, every: 5 },
};
const reference = {
  ...{ key: referenceKey(spec), origin: "shipped" as const },
  ...{ parameters: Float64Array.of(1), steps: 4000, scoreError: null },
};
// Words ask whether there is a measurement, not what it says.
const measured = {} as Measurement;

/** A run that has reached `iteration`, kept at the multiples of 5, and measured at those that are listed. */
function runTo(iteration: number, measuredAt: readonly number[]): TrainingRun {
  let run = freshRun({ id: 1, began: 0 }, spec, reference);
  for (let i = 1; i <= iteration; i++)
    run = withCheckpoint(run, { ...run.newest, iteration: i }, i % 5 === 0);
  return measuredAt.reduce((sofar, at) => withMeasurement(sofar, at, measured), run);
}

const stateOf = (run: TrainingRun, phase: TrainingPhase) =>
  trainingData({ spec, runs: [run], shown: 1, run: phase });

describe("The strip", () => {
  const paused = (iteration: number) => ({ phase: "paused", iteration, iterations: 60 }) as const;

  it("tells which iteration the page shows where that is not the one of the pause", () => {
    const text = (run: TrainingRun) => trainingRunText(stateOf(run, paused(run.newest.iteration)));
    expect(text(runTo(10, [0, 5]))).toBe("Paused at iteration 10 of 60, not measured yet; last measured: 5.");
    expect(text(runTo(10, [0, 5, 10]))).toBe("Paused at iteration 10 of 60.");
    expect(trainingRunText(stateOf(runTo(7, [0, 5]), { phase: "stopped", iteration: 7 }))).toBe(
      "Stopped at iteration 7, not measured yet; last measured: 5.",
    );
  });
});

describe("The announcement", () => {
  it("says how far training is in tenths, and that it has begun before the first", () => {
    const said = (iteration: number) =>
      trainingAnnouncement(
        stateOf(runTo(iteration, [0]), { phase: "training", iteration, iterations: 60, etaMs: null }),
      );
    expect([0, 5, 6, 13, 18].map(said)).toEqual([
      "Training has begun",
      "Training has begun",
      "Training, 10 % done",
      "Training, 20 % done",
      "Training, 30 % done",
    ]);
  });
});

describe("The place of the charts", () => {
  const told = (run: TrainingRun, phase: TrainingPhase) => noChartsText(stateOf(run, phase));
  const busy = { iteration: 0, iterations: 60, etaMs: null };

  it("asks to press Train only where nothing trains", () => {
    expect(told(runTo(0, [0]), { phase: "idle" })).toMatch(/^Press Train/);
    for (const phase of ["training", "measuring"] as const)
      expect(told(runTo(0, [0]), { phase, ...busy })).toBe("The first figures come with iteration 5.");
  });

  it("names the next stop, and the present one while it is measured", () => {
    expect(told(runTo(3, [0]), { phase: "paused", iteration: 3, iterations: 60 })).toBe(
      "The first figures come with iteration 5.",
    );
    expect(told(runTo(5, [0]), { phase: "measuring", ...busy })).toBe(
      "The first figures come with iteration 5.",
    );
    expect(told(runTo(6, []), { phase: "training", ...busy })).toBe(
      "The first figures come with iteration 10.",
    );
  });
});
