/** Sentences under charts and results: what has no measurement, what was left out of one, where theory is missing. */
import type { MeasureResult } from "../engine/engine.ts";
import { factorise } from "../theory/product-mixture.ts";
import { NO_EXPECTED_REWARD } from "../theory/expected-reward.ts";
import { measurementFault, measurementOf, type ArmPlace } from "./arms.ts";
import { counted, say } from "./chart-parts.ts";
import type { Problem } from "./resolve.ts";
import { targetNumbers, type LawNumbers } from "./theory-numbers.ts";

interface Placed {
  readonly place: ArmPlace;
}

/** A reason as a sentence of its own: one full stop, whether it came with one or not. */
export function sentence(reason: string): string {
  return `${reason.replace(/[.\s]+$/, "")}.`;
}

/** Why a cell has no measurement: its sampler refuses, or its run left nothing to average; null if it has one. */
export function refusalOf({ place }: Placed, result: MeasureResult | null): string | null {
  return place.ok ? measurementFault(result, place) : place.reason;
}

/** Why cells have no measurement: the first reason, and how many there are. */
export function refusalNotes(cells: readonly Placed[], result: MeasureResult | null): string[] {
  const reasons = cells.flatMap((cell) => refusalOf(cell, result) ?? []);
  const [first] = reasons;
  if (first === undefined) return [];
  return [
    reasons.length === 1
      ? `One point is missing: ${sentence(first)}`
      : `${reasons.length} points are missing. First: ${sentence(first)}`,
  ];
}

/** Beyond this share left out, the rest no longer stands for all. */
const FEW_LEFT_OUT = 0.01;

/** Samples without a usable reward, by point: how many were left out of the mean of `of`, and a warning if many. */
export function leftOutSamples(
  cells: readonly (Placed & { readonly x: number })[],
  result: MeasureResult | null,
  symbol: string,
  of: "gap" | "reward",
): string[] {
  const found = cells.flatMap(({ x, place }) => {
    const arm = measurementOf(result, place)?.result;
    if (arm === undefined) return [];
    const { n, nonFinite } = of === "gap" ? (arm.difference ?? arm.reward) : arm.reward;
    return nonFinite > 0 ? [{ x, lost: nonFinite, all: n + nonFinite }] : [];
  });
  const worst = found.reduce<(typeof found)[number] | null>(
    (most, f) => (most === null || f.lost > most.lost ? f : most),
    null,
  );
  if (worst === null) return [];
  const { x, lost, all } = worst;
  const many = lost > FEW_LEFT_OUT * all ? ` ${MANY_LEFT_OUT}` : "";
  const where = `${symbol} = ${say(x)}`;
  return [
    found.length === 1
      ? `At ${where}, ${leftOutText(lost, all)}.${many}`
      : `At ${found.length} points some samples had no finite reward and were left out; at ${where} ${leftOutText(lost, all)}, the most.${many}`,
  ];
}

const MANY_LEFT_OUT =
  "Warning: that is more than 1 %, so the mean of the others may be far from the expected reward, and its interval does not show it.";

/** "34 samples had no finite reward and were left out (of 20,000)" */
function leftOutText(lost: number, all: number): string {
  const count = lost.toLocaleString("en-US");
  return `${count} ${lost === 1 ? "sample" : "samples"} had no finite reward and ${lost === 1 ? "was" : "were"} left out (of ${all.toLocaleString("en-US")})`;
}

/** The same for one cell of a result, with its place, or null. */
export function leftOutOfCell(where: string, lost: number, all: number): string | null {
  if (lost === 0) return null;
  return `${where}: ${leftOutText(lost, all)}.${lost > FEW_LEFT_OUT * all ? ` ${MANY_LEFT_OUT}` : ""}`;
}

/** A note if a law is known but its expected reward is not. */
export function unresolvedNotes(laws: readonly (LawNumbers | null)[]): string[] {
  const law = laws.find((l) => l !== null && l.expectedReward === null) ?? null;
  if (law === null) return [];
  const dim = law.mean.length;
  return [
    dim <= 2
      ? NO_EXPECTED_REWARD
      : `The expected reward has no closed form in ${dim} dimensions, so there are no exact values; it is measured.`,
  ];
}

/** A note where the samples' law is not known at all: mixtures in the plane that are no products. */
export function noTheoryNotes(problem: Problem): string[] {
  const { gaussian, control, law, dim } = problem;
  if (gaussian !== null || control !== null || dim === 1 || factorise(law) !== null) return [];
  const target = targetNumbers(problem);
  const known =
    target.expectedReward === null || target.kind !== "exact"
      ? ""
      : ` The target's own expected reward is known, J* = ${say(target.expectedReward)}; "What each sampler reaches" draws it.`;
  return [
    `No exact theory: the law of the samples is known for Gaussians, for mixtures in one dimension and for products of those, not for this mixture of ${counted(law.count, "component")} in the plane. The gap is measured.${known}`,
  ];
}
