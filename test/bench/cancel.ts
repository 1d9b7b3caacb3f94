/** From a cancellation to an idle training engine: pretraining, training and measuring on the CPU, as the page's worker runs them. */
import { availableParallelism, cpus } from "node:os";
import { initialParameters } from "../../src/alignment/network-shape.ts";
import { createTrainingEngine } from "../../src/engine/training/local.ts";
import { nodeParts } from "../../src/engine/training/node-parts.ts";
import type { TrainingEngine } from "../../src/engine/training-engine.ts";
import { measurementArms } from "../../src/experiments/training/plan.ts";
import { trainingProblem } from "../../src/experiments/training/resolve.ts";
import { TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import type { Figure, Section } from "./report.ts";

const CUTS = 8;
/** The work is cut after so many ms, a little more each time, so that cuts fall on different places of it. */
const [FIRST_MS, MORE_MS] = [150, 37];

type Work = (engine: TrainingEngine, signal: AbortSignal) => Promise<unknown>;

/** The page's first problem, with more iterations than anyone waits for. */
function works(): readonly (readonly [what: string, work: Work])[] {
  const problem = trainingProblem(TRAINING_DEFAULTS);
  const reference = initialParameters({ dim: 2, ...TRAINING_DEFAULTS.network }, 1);
  const { algorithm, training, evaluation } = TRAINING_DEFAULTS;
  const endless = { ...training, iterations: 1_000_000 };
  const job = { problem, algorithm, training: endless, reference, from: null, every: 1 };
  const arms = measurementArms(TRAINING_DEFAULTS).arms;
  const measured = { problem, parameters: reference, reference, arms, ...evaluation, heldOut: null };
  return [
    ["pretraining", (engine, signal) => engine.pretrain(problem, { signal })],
    ["training", (engine, signal) => engine.align(job, { signal })],
    ["measuring", (engine, signal) => engine.measure({ ...measured, particles: 100_000 }, { signal })],
  ];
}

/** The worst of some cuts, ms. */
async function worstCut(engine: TrainingEngine, work: Work): Promise<number> {
  let worst = 0;
  for (let cut = 0; cut < CUTS; cut++) {
    const stop = new AbortController();
    const wait = FIRST_MS + cut * MORE_MS;
    // From when the order is due: while the thread is busy it cannot arrive.
    const due = performance.now() + wait;
    setTimeout(() => stop.abort(), wait);
    await work(engine, stop.signal).catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== "AbortError") throw error;
    });
    worst = Math.max(worst, performance.now() - due);
  }
  return worst;
}

/** The page itself goes on at once; this is how long its worker is still busy. */
export async function benchCancel(): Promise<Section> {
  const engine = await createTrainingEngine(await nodeParts());
  const figures: Figure[] = [];
  for (const [what, work] of works())
    figures.push({
      what: `${what}: from cancelling to idle, worst of ${CUTS}`,
      value: await worstCut(engine, work),
      unit: "ms",
      goal: { most: 100 },
    });
  const { adapter } = engine.info;
  engine.dispose();
  return {
    title: `Cancelling of training, the page’s first problem, ${adapter}`,
    device: `${cpus()[0]?.model.trim() ?? "CPU"}, ${availableParallelism()} cores`,
    figures,
  };
}
