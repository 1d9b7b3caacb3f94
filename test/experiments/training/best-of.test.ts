import { describe, expect, it } from "vitest";
import type { CellResult } from "../../../src/experiments/training/cells.ts";
import { bestOf, type Candidate } from "../../../src/experiments/training/studies/best-of.ts";
import { withSeed } from "../../../src/experiments/training/study.ts";
import { TRAINING_DEFAULTS } from "../../../src/spec/training/defaults.ts";

/** Trainings of seeds 1, 2, ... whose seconds stand for the number that is compared, each with this standard error. */
function candidate(what: string, numbers: readonly number[], se = 0): Candidate<string> {
  const results = numbers.map((seconds, i): CellResult => {
    const label = `${what} ${i}`;
    const history = { iterations: [], measurements: [], notes: [] };
    const spec = withSeed(TRAINING_DEFAULTS, i + 1);
    return { version: 1, key: label, label, spec, history, deployments: [], diverged: null, seconds };
  });
  return { what, results, pick: ({ seconds }) => ({ value: seconds, se, n: 100 }) };
}

const told = (candidates: readonly Candidate<string>[]) => {
  const found = bestOf(candidates);
  return found === null ? null : [found.best.what, found.rivals.map(({ what }) => what)];
};

describe("The best of several", () => {
  it("is told apart by differences paired by seed, though seeds differ more than candidates", () => {
    const steady = candidate("steady", [1, 2, 3, 4, 5]);
    const lower = candidate("lower", [0.9, 1.89, 2.91, 3.9, 4.9]);
    // Differences -1.1, .9, .9, .9, .9: mean .5, Student's half width 2.78 * .4.
    const unsure = candidate("unsure", [2.1, 1.1, 2.1, 3.1, 4.1]);
    expect(told([lower, steady, unsure])).toEqual(["steady", ["unsure"]]);
    // Control: without the pairs nothing is told apart, since seeds 1 .. 5 spread by 1.6.
    const shuffled = candidate("lower", [4.9, 1.89, 0.9, 3.9, 2.91]);
    expect(told([shuffled, steady])).toEqual(["steady", ["lower"]]);
  });

  it("with one seed goes by the errors of the measurements, and with none is not named", () => {
    // .3 apart with errors of .1 each: 1.96 * .141 = .277.
    expect(told([candidate("a", [1], 0.1), candidate("b", [0.7], 0.1)])).toEqual(["a", []]);
    expect(told([candidate("a", [1], 0.1), candidate("b", [0.8], 0.1)])).toEqual(["a", ["b"]]);
    expect(told([candidate("a", []), candidate("b", [])])).toBeNull();
  });
});
