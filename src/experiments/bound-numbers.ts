/** The general bound of one sampler on one problem, as plain numbers. */
import { generalBound, type BoundTerms } from "../theory/bound.ts";
import type { Problem } from "./resolve.ts";

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
 * Bounds by eta; null where the general bound does not apply: a model that is not the score of its target (reading B), or
 * an eta that changes along the way.
 */
export function boundTheory(problem: Problem): (eta: number) => BoundNumbers | null {
  const { law, process, reward, control, spec } = problem;
  if (control !== null || spec.sampler.schedule.kind !== "constant") return () => null;
  let bound: ReturnType<typeof generalBound> | null = null;
  return (eta) => {
    bound ??= generalBound({ law, process, reward });
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

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
