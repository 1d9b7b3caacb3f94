/**
 * Published findings put to the test: claims about the sign of a number, measured over independent seeds. The verdict follows
 * from intervals alone.
 */
import type { Estimate } from "../measure/estimate.ts";
import { formatInterval } from "../measure/number-words.ts";
import { meanOverSeeds } from "../measure/seeds.ts";
import { interval } from "../measure/verdict.ts";
import type { ReferenceKey } from "../theory/references.ts";

export type FindingVerdict = "agrees" | "disagrees" | "inconclusive";

/** A number whose sign the finding predicts. */
export interface FindingClaim {
  readonly words: string;
  readonly expected: "above 0" | "below 0";
  /** Mean over seeds, with Student's interval. */
  readonly measured: Estimate;
  /** One value per seed. */
  readonly values: readonly number[];
  readonly verdict: FindingVerdict;
}

/** What is told of a finding before anything is measured. */
export interface FindingTold {
  readonly id: string;
  readonly title: string;
  readonly published: string;
  /** Where it was published: abstract, table or figure, and on which models. */
  readonly source: string;
  readonly reference: ReferenceKey;
  /** What is done here in its stead: model, budget, noise. */
  readonly test: string;
}

/** A number behind the claims, which foretells no sign. */
export type FindingFigure = Pick<FindingClaim, "words" | "measured">;

export interface FindingResult extends FindingTold {
  readonly figures: readonly FindingFigure[];
  readonly claims: readonly FindingClaim[];
  /** Of all claims together: agrees if all do, disagrees if one does. */
  readonly verdict: FindingVerdict;
  readonly words: string;
}

/** Fewest seeds that a finding is judged on. */
export const FINDING_SEEDS = 5;

/** How verdicts follow from figures; said wherever they are shown. */
export const VERDICT_RULE = `A claim agrees where its whole 95 % interval over seeds (Student's t) lies on the side of 0 that the finding says, disagrees where it lies on the other, and is inconclusive where it holds 0 or fewer than ${FINDING_SEEDS} seeds are finished. A finding agrees if all of its claims do, and disagrees if one does. Intervals are those of each claim by itself.`;

/** A claim and its values, one per seed, judged. Values that are not finite count as not measured. */
export function judgedClaim(
  { words, expected }: Pick<FindingClaim, "words" | "expected">,
  values: readonly number[],
): FindingClaim {
  const measured = meanOverSeeds(values);
  return { words, expected, measured, values, verdict: claimVerdict(measured, expected) };
}

/** A finding with its judged claims and the figures behind them. */
export function judgedFinding(
  told: FindingTold,
  claims: readonly FindingClaim[],
  figures: readonly FindingFigure[],
): FindingResult {
  const verdict = together(claims.map((c) => c.verdict));
  return { ...told, figures, claims, verdict, words: claims.map(claimWords).join(" ") };
}

/** The whole interval on the expected side of 0 agrees, on the other disagrees. */
export function claimVerdict(measured: Estimate, expected: FindingClaim["expected"]): FindingVerdict {
  if (measured.n < FINDING_SEEDS) return "inconclusive";
  const [lo, hi] = interval(measured);
  if (lo > 0) return expected === "above 0" ? "agrees" : "disagrees";
  if (hi < 0) return expected === "below 0" ? "agrees" : "disagrees";
  return "inconclusive";
}

function together(verdicts: readonly FindingVerdict[]): FindingVerdict {
  if (verdicts.includes("disagrees")) return "disagrees";
  return verdicts.every((v) => v === "agrees") ? "agrees" : "inconclusive";
}

function claimWords({ words, expected, measured, verdict }: FindingClaim): string {
  const sentence = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  if (measured.n === 0) return `${sentence}: not measured.`;
  const figure = measured.n > 1 ? formatInterval(measured) : String(measured.value);
  return `${sentence}: ${figure} over ${measured.n} seeds; the finding says ${expected} (${verdict}).`;
}
