/** The cells (eta, N) that gap charts and result files are made of: theory beside the place of the measurement. */
import type { ArmList, ArmPlace } from "./arms.ts";
import { boundTheory, type BoundNumbers } from "./bound-numbers.ts";
import { attempt } from "./programs.ts";
import type { Problem } from "./resolve.ts";
import { continuousTheory, stepNumbers, type LawNumbers } from "./theory-numbers.ts";

/** A law and the gap of its sampler. */
export interface GapNumbers extends LawNumbers {
  /** expectedReward(eta) - expectedReward(0) at the same N. */
  readonly gap: number | null;
  /** Numerical error of gap. */
  readonly gapError: number;
}

export interface GapCell {
  readonly eta: number;
  readonly steps: number;
  readonly continuous: GapNumbers | null;
  readonly nStep: GapNumbers | null;
  readonly bound: BoundNumbers | null;
  readonly place: ArmPlace;
}

/** Theory of one problem with each law computed once. */
export interface TheoryTable {
  continuous(eta: number): GapNumbers | null;
  nStep(eta: number, steps: number): GapNumbers | null;
  bound(eta: number): BoundNumbers | null;
}

/** A table for a problem; laws are computed when first asked for. */
export function createTheoryTable(problem: Problem): TheoryTable {
  const limits = new Map<number, LawNumbers | null>();
  const runs = new Map<string, LawNumbers | null>();
  const bounds = new Map<number, BoundNumbers | null>();
  const continuous = continuousTheory(problem);
  const bound = boundTheory(problem);
  const limit = (eta: number) => remembered(limits, eta, () => continuous(eta));
  const run = (eta: number, steps: number) =>
    remembered(runs, `${eta} ${steps}`, () => {
      const law = attempt(() => stepNumbers(problem, eta, steps));
      return law.ok ? law.value : null;
    });
  return {
    continuous: (eta) => withGap(limit(eta), limit(0)),
    nStep: (eta, steps) => withGap(run(eta, steps), run(0, steps)),
    bound: (eta) => remembered(bounds, eta, () => bound(eta)),
  };
}

function remembered<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}

function withGap(law: LawNumbers | null, zero: LawNumbers | null): GapNumbers | null {
  if (law === null) return null;
  const known = law.expectedReward !== null && zero !== null && zero.expectedReward !== null;
  return {
    ...law,
    gap: known ? (law.expectedReward ?? 0) - (zero.expectedReward ?? 0) : null,
    gapError: law === zero ? 0 : law.error + (zero?.error ?? 0),
  };
}

/** One cell, its arm added to the list. */
export function gapCell(
  problem: Problem,
  table: TheoryTable,
  arms: ArmList,
  eta: number,
  steps: number,
): GapCell {
  const nStep = table.nStep(eta, steps);
  return {
    eta,
    steps,
    continuous: table.continuous(eta),
    nStep,
    bound: table.bound(eta),
    place: arms.add({ problem, eta, steps, near: nStep }),
  };
}
