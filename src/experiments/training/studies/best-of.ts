/** The best of several trained variants, and which of the others cannot be told apart from it. */
import type { Estimate } from "../../../measure/estimate.ts";
import { meanOverSeeds } from "../../../measure/seeds.ts";
import { interval } from "../../../measure/verdict.ts";
import type { CellResult } from "../cells.ts";
import { overSeeds } from "../study.ts";

/** One number of one variant's trainings. */
export interface Candidate<T> {
  readonly what: T;
  readonly results: readonly CellResult[];
  readonly pick: (result: CellResult) => Estimate | null | undefined;
}

export interface Best<T> {
  readonly best: Candidate<T>;
  /** Over its seeds, as charts draw it. */
  readonly estimate: Estimate;
  /** Those whose difference from the best, paired by seed, has a 95 % interval that holds 0. */
  readonly rivals: readonly Candidate<T>[];
}

/** The candidate of the highest median over seeds, the first of equals; null where none has a number. */
export function bestOf<T>(candidates: readonly Candidate<T>[]): Best<T> | null {
  const told = candidates.flatMap((candidate) => {
    const estimate = overSeeds(candidate.results, candidate.pick);
    return estimate === null ? [] : [{ candidate, estimate }];
  });
  const [first] = told;
  if (first === undefined) return null;
  const { candidate: best, estimate } = told.reduce((a, b) => (b.estimate.value > a.estimate.value ? b : a));
  const rivals = told
    .map(({ candidate }) => candidate)
    .filter((other) => other !== best && !isTold(difference(best, other)));
  return { best, estimate, rivals };
}

function isTold(estimate: Estimate): boolean {
  const [lo, hi] = interval(estimate);
  return lo > 0 || hi < 0;
}

/** Of two candidates, paired by seed: trainings of one seed share their noise. One pair alone has the errors of both its measurements. */
function difference<T>(a: Candidate<T>, b: Candidate<T>): Estimate {
  const others = new Map(b.results.map((result) => [result.spec.training.seed, b.pick(result)]));
  const pairs = a.results.flatMap((result) => {
    const [mine, other] = [a.pick(result), others.get(result.spec.training.seed)];
    return mine && other ? [{ mine, other }] : [];
  });
  const [only] = pairs;
  return pairs.length === 1 && only !== undefined
    ? { value: only.mine.value - only.other.value, se: Math.hypot(only.mine.se, only.other.se), n: 1 }
    : meanOverSeeds(pairs.map(({ mine, other }) => mine.value - other.value));
}
