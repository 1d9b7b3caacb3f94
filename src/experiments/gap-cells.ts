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
  /** Step counts whose laws were left out because they would take too long. */
  readonly leftOut: ReadonlySet<number>;
  continuous(eta: number): GapNumbers | null;
  nStep(eta: number, steps: number): GapNumbers | null;
  bound(eta: number): BoundNumbers | null;
}

/**
 * Steps of quadrature that a study may spend on mixtures: each takes some milliseconds, and a reader waits. Result files
 * have no such limit.
 */
export const STUDY_STEPS = 800;

/**
 * A table for a problem; laws are computed when first asked for. `quadratureSteps` limits the steps of all N-step laws of
 * mixtures together; Gaussian laws cost next to nothing.
 */
export function createTheoryTable(problem: Problem, quadratureSteps = Infinity): TheoryTable {
  const limited = needsQuadrature(problem);
  const leftOut = new Set<number>();
  let spent = 0;
  const limits = new Map<number, LawNumbers | null>();
  const runs = new Map<string, LawNumbers | null>();
  const bounds = new Map<number, BoundNumbers | null>();
  const continuous = continuousTheory(problem);
  const bound = boundTheory(problem);
  const limit = (eta: number) => remembered(limits, eta, () => continuous(eta));
  const run = (eta: number, steps: number) =>
    remembered(runs, `${eta} ${steps}`, () => {
      if (limited && spent + steps > quadratureSteps) {
        leftOut.add(steps);
        return null;
      }
      spent += steps;
      const law = attempt(() => stepNumbers(problem, eta, steps));
      return law.ok ? law.value : null;
    });
  return {
    leftOut,
    continuous: (eta) => withGap(limit(eta), limit(0)),
    nStep: (eta, steps) => withGap(run(eta, steps), run(0, steps)),
    bound: (eta) => remembered(bounds, eta, () => bound(eta)),
  };
}

/** True if each N-step law takes milliseconds a step. */
export function needsQuadrature(problem: Problem): boolean {
  return problem.gaussian === null && problem.control === null;
}

/** A note on laws that a study left out, or none. */
export function leftOutNotes(tables: readonly TheoryTable[]): string[] {
  const counts = [...new Set(tables.flatMap((t) => [...t.leftOut]))].sort((a, b) => a - b);
  if (counts.length === 0) return [];
  return [
    `Exact N-step theory of this mixture takes long for N = ${counts.join(", ")} and is left out of the chart there; the result file has it.`,
  ];
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
