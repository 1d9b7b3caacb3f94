import { describe, expect, it } from "vitest";
import type { IterationReport, TrainingCheckpoint } from "../../../src/engine/training-engine.ts";
import { lightened } from "../../../src/lab/training/kept-runs.ts";
import { measureKey, problemKey, referenceKey, runKey } from "../../../src/lab/training/keys.ts";
import {
  branchRun,
  freshRun,
  MOST_POINTS,
  nextStop,
  rolledBack,
  withCheckpoint,
  withReport,
  withRun,
} from "../../../src/lab/training/runs.ts";
import type { TrainingRun } from "../../../src/lab/training/state.ts";
import { summedView, trainingView } from "../../../src/lab/training/training-view.ts";
import { resolveTraining } from "../../../src/experiments/training/resolve.ts";
import type { PointTrainingSpec } from "../../../src/spec/training/types.ts";
import { lineSpec } from "./fakes.ts";

const reference = (spec: PointTrainingSpec) => ({
  key: referenceKey(spec),
  origin: "shipped" as const,
  parameters: Float64Array.of(1),
  steps: 0,
  scoreError: null,
});

const checkpoint = (iteration: number): TrainingCheckpoint => ({
  iteration,
  update: iteration,
  networkCalls: iteration,
  parameters: Float64Array.of(iteration),
  memory: { "adamw.step": Float64Array.of(iteration) },
});

const report = (iteration: number) => ({ iteration, notes: [] }) as unknown as IterationReport;

/** A run of so many iterations, every one kept. */
function trained(count: number, spec = lineSpec()): TrainingRun {
  let run = freshRun({ id: 1, began: 0 }, spec, reference(spec));
  for (let i = 1; i <= count; i++) run = withCheckpoint(withReport(run, report(i)), checkpoint(i), true);
  return run;
}

const iterationsOf = (run: TrainingRun) => run.points.map((point) => point.checkpoint.iteration);

describe("Keys of a training spec", () => {
  const base = lineSpec();
  const change = (training: Partial<PointTrainingSpec["training"]>): PointTrainingSpec => ({
    ...base,
    training: { ...base.training, ...training },
  });

  it("tell what each change invalidates", () => {
    const rate = change({ learningRate: 1 });
    expect([runKey(rate) === runKey(base), measureKey(rate) === measureKey(base)]).toEqual([false, true]);
    const steps = change({ steps: 5 });
    expect([measureKey(steps) === measureKey(base), problemKey(steps) === problemKey(base)]).toEqual([
      false,
      true,
    ]);
    const rewards = { ...base, heldOut: { kind: "linear", weights: [1], offset: 0 } } as const;
    expect([problemKey(rewards) === problemKey(base), referenceKey(rewards) === referenceKey(base)]).toEqual([
      false,
      true,
    ]);
    const seeded = { ...base, network: { ...base.network, seed: 9 } };
    expect(referenceKey(seeded)).not.toBe(referenceKey(base));
  });

  it("leave the axes of studies out, which decide no run", () => {
    const studied = { ...base, evaluation: { ...base.evaluation, etasTrain: [3], seeds: 9 } };
    expect(runKey(studied)).toBe(runKey(base));
  });
});

describe("A run", () => {
  it("replaces a report that is made again, and forgets those after it", () => {
    const again = withReport(trained(4), report(3));
    expect(again.reports.map(({ iteration }) => iteration)).toEqual([1, 2, 3]);
  });

  it("keeps its ends and at most so many points between them", () => {
    const run = trained(500);
    expect(run.points.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(run.points.length).toBeGreaterThan(MOST_POINTS / 2 - 1);
    expect([iterationsOf(run)[0], iterationsOf(run).at(-1)]).toEqual([0, 500]);
    expect(iterationsOf(run)).toEqual([...iterationsOf(run)].sort((a, b) => a - b));
  });

  it("goes back to a checkpoint without what came later", () => {
    const back = rolledBack(trained(4), checkpoint(2));
    expect([back.newest.iteration, back.reports.length, iterationsOf(back)]).toEqual([2, 2, [0, 1, 2]]);
  });

  it("stops for measurements at multiples and at the end", () => {
    expect([0, 1, 4, 5, 11].map((at) => nextStop(at, 5, 12))).toEqual([5, 5, 5, 10, 12]);
  });

  it("is stored with all weights, but with the optimiser's memory of its newest point alone", () => {
    const stored = lightened(trained(3));
    expect(stored.points.map((point) => point.checkpoint.parameters[0])).toEqual([1, 1, 2, 3]);
    expect(stored.points.map((point) => Object.keys(point.checkpoint.memory).length)).toEqual([0, 0, 0, 1]);
  });

  it("makes room: runs that never began go, then the oldest", () => {
    const spec = lineSpec();
    const fresh = freshRun({ id: 9, began: 0 }, spec, reference(spec));
    const many = Array.from({ length: 12 }, (_, id) => ({ ...trained(1), id }));
    const runs = many.reduce<readonly TrainingRun[]>((all, run) => withRun(all, run), [fresh]);
    expect(runs.map(({ id }) => id)).toEqual([5, 6, 7, 8, 9, 10, 11]);
    expect(runs).not.toContain(fresh);
  });
});

describe("A branch", () => {
  it("starts from the kept weights, with the optimiser's memory while the algorithm stays", () => {
    const branch = branchRun({ id: 2, began: 0 }, trained(4), 2, lineSpec({ learningRate: 0.01 }));
    expect(branch.newest).toEqual(checkpoint(2));
    expect([branch.reports.length, iterationsOf(branch)]).toEqual([2, [0, 1, 2]]);
    const other = branchRun({ id: 3, began: 0 }, trained(4), 2, lineSpec({}, { algorithm: "rwr" }));
    expect(other.newest).toEqual({ ...checkpoint(2), memory: {} });
  });

  it("leaves out measurements that the new settings would have made otherwise", () => {
    const branch = branchRun({ id: 2, began: 0 }, trained(4), 2, lineSpec({ steps: 5 }));
    expect(iterationsOf(branch)).toEqual([2]);
    expect(branch.reports).toHaveLength(2);
  });

  it("refuses an iteration that was not kept, and another network", () => {
    expect(() => branchRun({ id: 2, began: 0 }, trained(4), 7, lineSpec())).toThrow(/kept iteration, got 7/);
    const network = { ...lineSpec(), network: { ...lineSpec().network, width: 16 } };
    expect(() => branchRun({ id: 2, began: 0 }, trained(4), 2, network)).toThrow(/start a new run/);
  });
});

describe("The view of a training", () => {
  it("shades the weighted sum of the rewards", () => {
    const spec = lineSpec(
      {},
      {
        rewards: [
          { reward: { kind: "linear", weights: [1], offset: 0 }, weight: 2 },
          { reward: { kind: "quadratic", center: [0] }, weight: 0.5 },
        ],
      },
    );
    const { reward, box, dim } = trainingView(resolveTraining(spec).problem);
    expect(dim).toBe(1);
    const { n, values } = reward.near;
    const [lo, hi] = [box.lo[0] ?? NaN, box.hi[0] ?? NaN];
    for (const i of [0, 100, n - 1]) {
      const x = lo + ((hi - lo) * i) / (n - 1);
      // Values are kept in single precision: 2^-24 of a sum of at most 2 * 3.2 + 0.5 * 3.2^2 < 12 each way.
      expect(Math.abs((values[i] ?? NaN) - (2 * x - 0.5 * x * x))).toBeLessThan(3 * 12 * 2 ** -24);
    }
    expect(reward.centred).toBe(true);
  });

  it("needs a reward", () => {
    expect(() => summedView([])).toThrow(/must have a reward, got none/);
  });
});
