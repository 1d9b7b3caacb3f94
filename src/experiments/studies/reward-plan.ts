/** The plan of the study of rewards: which arms are run and which exact numbers stand beside them. */
import type { GaussianMixture } from "../../diffusion/mixture.ts";
import { createArmList, type ArmPlace } from "../arms.ts";
import type { BoundNumbers } from "../bound-numbers.ts";
import { joinedNote } from "../chart-parts.ts";
import { noTheoryNotes } from "../chart-notes.ts";
import { createTheoryTable, leftOutNotes, STUDY_STEPS, type GapNumbers } from "../gap-cells.ts";
import { distanceHistogram } from "../measured-distance.ts";
import type { Moments, Problem } from "../resolve.ts";
import { isCheapByEta, smoothSweep } from "../sweep.ts";
import { targetNumbers, type LawNumbers } from "../theory-numbers.ts";

/** One eta: exact numbers, bound and place in the job. */
export interface RewardCell {
  readonly x: number;
  readonly nStep: GapNumbers | null;
  readonly bound: BoundNumbers | null;
  readonly place: ArmPlace;
}

/** What the charts of this study need to know. */
export interface RewardPlan {
  readonly steps: number;
  readonly eta: number;
  readonly dim: number;
  readonly cells: readonly RewardCell[];
  readonly curve: readonly {
    readonly x: number;
    readonly nStep: GapNumbers | null;
    readonly continuous: GapNumbers | null;
  }[];
  readonly target: LawNumbers;
  readonly law: GaussianMixture;
  /** The target if it is Gaussian. */
  readonly gaussian: Moments | null;
  readonly notes: readonly string[];
}

/** Job and plan of the study. */
export function rewardPlan(problem: Problem) {
  const { sampler, evaluation } = problem.spec;
  const { steps } = sampler;
  const table = createTheoryTable(problem, STUDY_STEPS);
  const arms = createArmList();
  const target = targetNumbers(problem);
  const etas = [...new Set([0, sampler.eta, ...evaluation.etas])].sort((a, b) => a - b);
  const histogram =
    problem.dim === 1 ? { histogram: distanceHistogram(target.mean[0] ?? 0, target.cov[0]?.[0] ?? 1) } : {};
  const cells = etas.map((eta): RewardCell => {
    const nStep = table.nStep(eta, steps);
    return {
      x: eta,
      nStep,
      bound: table.bound(eta),
      place: arms.add({ problem, eta, steps, near: nStep, ...histogram }),
    };
  });
  const curve = smoothSweep(problem, etas).map((x) => ({
    x,
    nStep: table.nStep(x, steps),
    continuous: table.continuous(x),
  }));
  const made: RewardPlan = {
    steps,
    eta: sampler.eta,
    dim: problem.dim,
    cells,
    curve,
    target,
    law: problem.law,
    gaussian: problem.gaussian,
    notes: [
      ...problem.notes,
      ...noTheoryNotes(problem),
      ...leftOutNotes([table]),
      ...(!isCheapByEta(problem) && curve.some((c) => c.nStep !== null || c.continuous !== null)
        ? [joinedNote("η")]
        : []),
      ...(problem.control === null
        ? []
        : [
            "Reading B: the model is the optimal policy of its training sampler; the target is met only there.",
          ]),
    ],
  };
  return { job: arms.job(problem), plan: made };
}
