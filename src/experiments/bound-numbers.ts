/** The general bound of one sampler on one problem, as plain numbers. */
import { generalBound, type BoundProblem, type BoundTerms } from "../theory/bound.ts";
import { controlledBoundProblem } from "../theory/control-bound.ts";
import { momentsOf, type Problem } from "./resolve.ts";

/** Infinite numbers are null here, since JSON has none. */
export interface BoundNumbers {
  /** Bound on |gap| in continuous time; null for a reward that has none. */
  readonly gap: number | null;
  /** Bound on the Wasserstein-2 distance between samples and target, data units. */
  readonly w2: number | null;
  /** The four parts of w2 (stochastic and deterministic sampler), data units. */
  readonly terms: Readonly<Record<keyof BoundTerms, number | null>>;
  /** Share of each part in the bound, sum 1; all 0 where the bound is 0 or infinite. */
  readonly shares: BoundTerms;
  readonly assumptions: readonly { readonly text: string; readonly holds: boolean }[];
  /** True if a sampler that returns its prior unchanged would pass. */
  readonly vacuous: boolean;
}

/** True if the bound may be drawn and judged: its assumptions hold and it says more than the trivial bound. */
export function boundSpeaks(bound: BoundNumbers | null): bound is BoundNumbers {
  return bound !== null && !bound.vacuous && bound.assumptions.every((a) => a.holds);
}

/**
 * Bounds by eta; null where the general bound does not apply: an eta that changes along the way, or a controlled model too
 * large for its score error.
 */
export function boundTheory(problem: Problem): (eta: number) => BoundNumbers | null {
  if (problem.spec.sampler.schedule.kind !== "constant") return () => null;
  let bound: ReturnType<typeof generalBound> | null | undefined;
  return (eta) => {
    if (bound === undefined) {
      const stated = boundProblem(problem);
      bound = stated === null ? null : generalBound(stated);
    }
    if (bound === null) return null;
    const { gap, w2, terms, shares, assumptions, vacuous } = bound(eta);
    return {
      gap: gap === null ? null : finite(gap),
      w2: finite(w2),
      terms: {
        priorMismatchSde: finite(terms.priorMismatchSde),
        scoreErrorSde: finite(terms.scoreErrorSde),
        priorMismatchOde: finite(terms.priorMismatchOde),
        scoreErrorOde: finite(terms.scoreErrorOde),
      },
      shares,
      assumptions,
      vacuous,
    };
  };
}

/** Reading B's network is not the score of its target: the difference is the bound's score error. */
function boundProblem({ law, process, reward, control, reference, spec }: Problem): BoundProblem | null {
  const moments = momentsOf(reference);
  if (control === null || moments === null || spec.target.kind !== "controlled")
    return { law, process, reward };
  const { klWeight, etaTrain } = spec.target;
  return controlledBoundProblem({ ...moments, reward, klWeight, etaTrain, process });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
